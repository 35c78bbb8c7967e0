"""Whatever containers write: the sums are right, nobody critical goes, and a world goes on however it came about."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.kubelet import cgroups
from simulator.engine.registry import Body
from tests.engine.kubelet.eviction.rig import Pressed
from tests.engine.kubelet.eviction.test_rounds_that_matter import everything, rebuilt
from tests.engine.kubelet.lab import USER

SCRIPTS = st.sampled_from(
    [
        "dd if=/dev/zero of=/data/f bs=1M count=900; sleep 100",
        "sleep 20; dd if=/dev/zero of=/data/f bs=1M; sleep 100000",
        "while true; do echo 0123456789 >> /data/log; sleep 1; done",
        "echo x > /data/a; sleep 10; rm /data/a; sleep 5; exit 1",
        "fallocate -l 300M /var/f; sleep 1000",
    ]
)
VOLUMES = st.sampled_from(
    [{}, {"sizeLimit": "400Mi"}, {"medium": "Memory"}, {"medium": "Memory", "sizeLimit": "200Mi"}]
)
WRITERS = st.lists(
    st.tuples(SCRIPTS, VOLUMES, st.sampled_from([None, "64Mi", "500Mi"]), st.booleans()), min_size=1, max_size=4
)
CONFIGURED = st.sampled_from(
    [
        {},
        {"evictionHard": {"memory.available": "2Gi"}},
        {"evictionHard": {"nodefs.available": "96%"}},
        {"podPidsLimit": 1},
    ]
)


def many(writers: list[tuple[str, Body, str | None, bool]], configuration: Body, *, always: bool = False) -> Pressed:
    lab = Pressed(always=always)
    lab.configure(**configuration)
    for number, (script, volume, limit, critical) in enumerate(writers):
        container: Body = {"name": "main", "image": "busybox:1.36", "command": ["sh", "-c", script]}
        container["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
        container["resources"] = {"limits": {"memory": limit}} if limit else {}
        spec: Body = {"nodeName": "n1", "containers": [container], "volumes": [{"name": "data", "emptyDir": volume}]}
        if critical:
            spec["priorityClassName"] = "system-node-critical"
        lab.world.create("pods", {"metadata": {"name": f"p{number}", "namespace": "default"}, "spec": spec}, USER)
    return lab


@settings(max_examples=30, deadline=None)
@given(writers=WRITERS, configuration=CONFIGURED, seconds=st.integers(1, 300))
def test_what_is_charged_to_a_node_is_what_its_cgroups_hold_and_nobody_critical_goes(
    writers: list[tuple[str, Body, str | None, bool]], configuration: Body, seconds: int
) -> None:
    lab = many(writers, configuration)
    lab.run(seconds)
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    tree = cgroups.tree(lab.world, node, lab.world.now)
    own = [one.memory - sum(child.memory for child in one.children) for _, one in tree.walk()]
    assert min(own) >= 0
    assert tree.memory == sum(own)
    assert not {f"p{number}" for number, one in enumerate(writers) if one[3]} & set(lab.evicted())


@settings(max_examples=20, deadline=None)
@given(writers=WRITERS, configuration=CONFIGURED, after=st.integers(1, 120_000))
def test_a_world_that_is_built_again_goes_on_in_the_same_way(
    writers: list[tuple[str, Body, str | None, bool]], configuration: Body, after: int
) -> None:
    lab = many(writers, configuration)
    lab.run(after / 1000)
    copy = rebuilt(lab.world)
    for world in (lab.world, copy):
        world.clock.run_until(world.now + 200_000_000)
    assert everything(lab.world) == everything(copy)


@settings(max_examples=20, deadline=None)
@given(writers=WRITERS, configuration=CONFIGURED)
def test_rounds_that_are_not_booked_come_to_nothing(
    writers: list[tuple[str, Body, str | None, bool]], configuration: Body
) -> None:
    few, all_of_them = (many(writers, configuration, always=one) for one in (False, True))
    for lab in (few, all_of_them):
        lab.run(400)
    assert few.story() == all_of_them.story()
