"""What must hold of any history of machines that fail."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import is_deleting
from tests.engine.cluster import USER, Cluster

KINDS = ("NodeCrash", "KubeletStop", "NetworkPartition", "ZoneOutage", "NodeShutdown")
FAULT = st.tuples(
    st.just("fault"),
    st.sampled_from(KINDS),
    st.sampled_from(["a-1", "b-1"]),
    st.sampled_from([1, 40, 90, 400]),
)
POD = st.tuples(st.just("pod"), st.sampled_from(["x", "y"]), st.sampled_from(["a-1", "b-1"]), st.booleans())
DELETE = st.tuples(st.just("delete"), st.sampled_from(["x", "y"]), st.sampled_from([None, 0]), st.none())
LABEL = st.tuples(st.just("label"), st.sampled_from(["a-1", "b-1"]), st.sampled_from(["ssd", "hdd"]), st.none())
NODE = st.tuples(st.just("node"), st.sampled_from(["a-1", "b-1"]), st.none(), st.none())
STEPS = st.lists(
    st.tuples(st.integers(0, 60), st.one_of(FAULT, FAULT, POD, DELETE, LABEL, NODE)), min_size=1, max_size=6
)


def made(seed: int = 1) -> Cluster:
    """Two zones of two; the kubelet of a-1 has 30 s for a shutdown."""
    nodes = [{"name": "a", "count": 2, "zone": "zone-a"}, {"name": "b", "count": 2, "zone": "zone-b"}]
    cluster = Cluster(nodes, seed=seed)
    meta = {"name": "kubelet-config-a-1", "namespace": "kube-system"}
    cluster.world.create("configmaps", {"metadata": meta, "data": {"kubelet": "shutdownGracePeriod: 30s"}}, USER)
    return cluster


def act(cluster: Cluster, number: int, step: tuple[Any, ...]) -> None:
    what, first, second, third = step
    try:
        if what == "fault":
            target = {"zone": f"zone-{second[0]}"} if first == "ZoneOutage" else {"nodeName": second}
            cluster.fault(f"fault-{number}", first, target, durationSeconds=third)
        elif what == "pod":
            fields: dict[str, Any] = {"image": "busybox:1.36", "command": ["sleep", "30"]} if third else {}
            labels = cluster.get("nodes", second)["metadata"]["labels"]
            fields |= {"nodeSelector": {"disk": labels["disk"]}} if "disk" in labels else {}
            cluster.pod(first, second, **fields)
        elif what == "delete":
            cluster.world.delete("pods", "default", first, USER, grace=second)
        elif what == "label":
            node = cluster.get("nodes", first)
            meta = {**node["metadata"], "labels": {**node["metadata"]["labels"], "disk": second}}
            cluster.world.update("nodes", {**node, "metadata": meta}, USER)
        elif cluster.world.get("nodes", "", first) is not None:
            cluster.world.delete("nodes", "", first, USER)
    except (StatusError, AssertionError):
        return  # it is there already, or its node is not


@settings(max_examples=15, deadline=None)
@given(steps=STEPS, seed=st.integers(1, 100))
def test_a_cluster_that_is_built_again_while_machines_fail_goes_on_in_the_same_way(steps: list[Any], seed: int) -> None:
    one, other = made(seed), made(seed)
    for number, (pause, step) in enumerate(steps):
        for cluster in (one, other):
            act(cluster, number, step)
            cluster.run(pause)
        other.rebuild()
    for pause in (60, 400):
        one.run(pause)
        other.run(pause)
        other.rebuild()
    assert one.everything() == other.everything()


@settings(max_examples=15, deadline=None)
@given(steps=STEPS)
def test_restarts_never_fall_and_all_is_well_in_the_end(steps: list[Any]) -> None:
    cluster = made()
    seen: dict[tuple[str, str], int] = {}

    def watch(change: Change) -> None:
        for one in (change.body.get("status") or {}).get("containerStatuses") or ():
            place = (change.body["metadata"]["uid"], one["name"])
            assert one["restartCount"] >= seen.get(place, 0)
            seen[place] = one["restartCount"]

    cluster.world.watch("pods", watch)
    for number, (pause, step) in enumerate(steps):
        act(cluster, number, step)
        cluster.run(pause)
    cluster.run(1000)
    for node in cluster.world.list("nodes"):
        name = node["metadata"]["name"]
        assert cluster.ready(name) == "True"
        assert [one for one in cluster.taints(name) if "control-plane" not in one] == []
    assert not any(is_deleting(pod) for pod in cluster.world.list("pods"))
