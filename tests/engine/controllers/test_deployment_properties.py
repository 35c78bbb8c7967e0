"""What holds of every rollout: it ends, keeps its limits, leads back to who asked, and outlives a rebuilt world."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.controllers.deployment import sizes
from simulator.engine.objects import is_deleting
from simulator.engine.pods import is_ready
from tests.engine.controllers.rig import USER, Rig

RS = "replicasets.apps"
DEPLOYMENTS = "deployments.apps"


def test_a_settled_world_makes_no_writes():
    rig = Rig()
    rig.deployment("web", 5)
    rig.settle()
    rig.image("web", "nginx:2")
    rig.settle()
    revision = rig.world.revision
    rig.run(3000)
    assert rig.world.revision == revision


def test_every_write_has_a_cause_that_leads_back_to_the_user():
    rig = Rig()
    rig.settle()
    rig.world.drain()
    rig.deployment("web", 2)
    rig.settle()
    changes = {change.revision: change for change in rig.world.drain().changes}
    for change in changes.values():
        if change.cause.component.endswith("controller") or change.resource == "events":
            step = change
            while step.cause.led_by is not None:
                assert step.cause.led_by < step.revision
                step = changes[step.cause.led_by]
            assert step.cause in (USER,) or step.cause.component in ("alice", "fake-kubelet"), change
            assert "{" not in change.cause.text(), change.cause


@settings(max_examples=25, deadline=None)
@given(
    replicas=st.integers(1, 8),
    surge=st.one_of(st.integers(0, 4), st.sampled_from(["0%", "25%", "100%"])),
    unavailable=st.one_of(st.integers(0, 4), st.sampled_from(["0%", "25%", "50%"])),
    sick=st.integers(0, 3),
    latency=st.sampled_from(["realistic", "instant"]),
    resize=st.one_of(st.none(), st.integers(1, 8)),
)
def test_a_rolling_update_never_breaks_its_limits(replicas, surge, unavailable, sick, latency, resize):
    """With pods that stay unready the lower limit may give: the controller counts by the status of a ReplicaSet that it
    scaled a moment ago, as upstream's reconcileOldReplicaSets does."""
    rig = Rig(latency=latency, is_sick=lambda pod: pod["metadata"]["uid"][0] in "0123"[:sick])
    rig.deployment("web", replicas, surge=surge, unavailable=unavailable, progressDeadlineSeconds=30)
    rig.settle()
    started = sum(map(is_ready, rig.pods()))
    deployment = rig.get(DEPLOYMENTS, "web")
    least = min(started, replicas - sizes.max_unavailable(deployment))
    most = replicas + sizes.max_surge(deployment)
    seen = []

    def look(change):
        pods = [pod for pod in rig.world.list("pods") if not is_deleting(pod)]
        seen.append((sum(map(is_ready, pods)), len(pods)))

    rig.world.watch("pods", look)
    rig.image("web", "nginx:2")
    rig.settle()
    assert sick or all(ready >= least for ready, _total in seen), (least, seen)
    assert all(total <= most for _ready, total in seen), (most, seen)
    if resize is not None:
        rig.edit(DEPLOYMENTS, "web", ("spec", "replicas"), resize)
        rig.settle()
        if not sick:
            assert len(rig.pods()) == resize


@settings(max_examples=15, deadline=None)
@given(moments=st.lists(st.floats(0.001, 4), min_size=1, max_size=4))
def test_a_rebuilt_world_ends_the_same(moments):
    worlds = []
    for rebuild in (False, True):
        rig = Rig()
        rig.deployment("web", 5, minReadySeconds=1)
        rig.settle()
        rig.image("web", "nginx:2")
        for moment in moments:
            rig.run(moment)
            if rebuild:
                rig.rebuild()
        rig.settle()
        worlds.append(rig.world)
    for resource in (DEPLOYMENTS, RS, "pods", "events"):
        assert worlds[0].list(resource) == worlds[1].list(resource)
