"""The node lifecycle controller: when a node is given up, how it is tainted, how fast zones are emptied."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.controllers.node_lifecycle import health, zones
from simulator.engine.controllers.node_lifecycle.taints import Taint, difference
from simulator.engine.journal import Change
from simulator.engine.kinds.lease import renewed
from simulator.engine.objects import condition, conditions_of, is_condition_true, set_in
from simulator.engine.registry import KINDS
from simulator.engine.renewal import LEASES, NAMESPACE
from tests.engine.cluster import T0, USER, Cluster

ONE = {"nodeName": "a-1"}


def test_a_node_that_is_not_heard_of() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1")
    cluster.until(20)
    cluster.fault("off", "NodeCrash", ONE)
    cluster.until(200)
    node = cluster.get("nodes", "a-1")
    said = {(one["type"], one["status"], one["reason"], one["message"]) for one in conditions_of(node)}
    lost = ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
    assert said == {(kind, *lost) for kind in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")}
    assert cluster.taints("a-1") == ["unreachable:NoExecute", "unreachable:NoSchedule"]
    assert all("timeAdded" in one for one in node["spec"]["taints"])
    assert cluster.said("a-1", "NodeNotReady") == ["Node a-1 status is now: NodeNotReady"]
    assert cluster.said("a-1", "RegisteredNode") == ["Node a-1 event: Registered Node a-1 in Controller"]
    assert cluster.said("web", "NodeNotReady") == ["Node is not ready"]
    ready = condition(cluster.the_pod("web"), "Ready") or {}
    assert (ready["status"], ready.get("reason")) == ("False", None)


def test_a_node_that_never_posted_a_status() -> None:
    cluster = Cluster()
    cluster.fault("off", "KubeletStop", {"nodeSelector": {"matchLabels": {"fresh": "yes"}}}, startAfterSeconds=1)
    cluster.world.create("nodes", {"metadata": {"name": "fresh", "labels": {"fresh": "yes"}}}, USER)
    cluster.run(90)
    node = cluster.get("nodes", "fresh")
    assert {(one["status"], one["reason"], one["message"]) for one in conditions_of(node)} == {
        ("Unknown", "NodeStatusNeverUpdated", "Kubelet never posted node status.")
    }
    assert cluster.taints("fresh") == ["unreachable:NoExecute", "unreachable:NoSchedule"]


def test_a_node_that_somebody_makes_is_taken_up_by_a_kubelet() -> None:
    cluster = Cluster()
    cluster.world.create("nodes", {"metadata": {"name": "fresh"}}, USER)
    cluster.run(200)
    lease = cluster.get(LEASES, "fresh", NAMESPACE)
    assert (renewed(lease, cluster.world.now) or 0) > cluster.world.now - 10 * SECOND
    assert cluster.taints("fresh") == []


def test_a_lease_that_is_deleted_or_spoilt_is_renewed_again() -> None:
    cluster = Cluster()
    cluster.world.delete(LEASES, NAMESPACE, "a-1", USER)
    spoilt = set_in(cluster.get(LEASES, "a-2", NAMESPACE), ("metadata", "annotations"), {})
    cluster.world.update(LEASES, spoilt, USER)
    cluster.run(300)
    for name in ("a-1", "a-2"):
        assert (renewed(cluster.get(LEASES, name, NAMESPACE), cluster.world.now) or 0) > cluster.world.now - 10 * SECOND
        assert cluster.ready(name) == "True"


DIFFERENCES: dict[str, tuple[dict[str, Any], list[dict[str, str]], list[Taint], list[Taint]]] = {
    # name: (status and unschedulable, taints, lacking, to go); after TestTaintsNodeByCondition
    "well": ({"Ready": "True"}, [], [], []),
    "not ready": ({"Ready": "False"}, [], [Taint("node.kubernetes.io/not-ready", "NoSchedule")], []),
    "unknown": ({"Ready": "Unknown"}, [], [Taint("node.kubernetes.io/unreachable", "NoSchedule")], []),
    "no network": (
        {"NetworkUnavailable": "True", "Ready": "True"},
        [],
        [Taint("node.kubernetes.io/network-unavailable", "NoSchedule")],
        [],
    ),
    "memory and disk": (
        {"MemoryPressure": "True", "DiskPressure": "True"},
        [],
        [
            Taint("node.kubernetes.io/memory-pressure", "NoSchedule"),
            Taint("node.kubernetes.io/disk-pressure", "NoSchedule"),
        ],
        [],
    ),
    "processes": ({"PIDPressure": "True"}, [], [Taint("node.kubernetes.io/pid-pressure", "NoSchedule")], []),
    "cordoned": ({"cordoned": "yes"}, [], [Taint("node.kubernetes.io/unschedulable", "NoSchedule")], []),
    "well again": (
        {"Ready": "True"},
        [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}],
        [],
        [Taint("node.kubernetes.io/not-ready", "NoSchedule")],
    ),
    "other taints stay": (
        {"Ready": "True"},
        [
            {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"},
            {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"},
        ],
        [],
        [],
    ),
}


@pytest.mark.parametrize(("states", "taints", "lacking", "to_go"), DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_taints_of_conditions(
    states: dict[str, str], taints: list[dict[str, str]], lacking: list[Taint], to_go: list[Taint]
) -> None:
    held = [{"type": kind, "status": status} for kind, status in states.items() if kind != "cordoned"]
    spec = {"taints": taints, "unschedulable": "cordoned" in states}
    assert difference({"spec": spec, "status": {"conditions": held}}) == (lacking, to_go)


def test_a_cordoned_node_has_the_taint_while_it_is_cordoned() -> None:
    cluster = Cluster()
    cluster.world.update("nodes", set_in(cluster.get("nodes", "a-1"), ("spec", "unschedulable"), True), USER)
    cluster.run(1)
    assert cluster.taints("a-1") == ["unschedulable:NoSchedule"]
    cluster.world.update("nodes", set_in(cluster.get("nodes", "a-1"), ("spec", "unschedulable"), False), USER)
    cluster.run(1)
    assert cluster.taints("a-1") == []


def test_the_old_labels_follow_the_present_ones() -> None:
    cluster = Cluster()
    node = cluster.get("nodes", "a-1")
    changed = {**node["metadata"]["labels"], "beta.kubernetes.io/os": "plan9"}
    cluster.world.update("nodes", set_in(node, ("metadata", "labels"), changed), USER)
    cluster.run(1)
    assert cluster.get("nodes", "a-1")["metadata"]["labels"]["beta.kubernetes.io/os"] == "linux"


STATES = {
    # name: (ready, not ready, state); after TestComputeZoneState of upstream
    "all are ready": (3, 0, zones.NORMAL),
    "none is": (0, 2, zones.FULL),
    "one of two": (1, 1, zones.NORMAL),
    "two of three are too few to tell": (1, 2, zones.NORMAL),
    "three of five": (2, 3, zones.PARTIAL),
    "half": (3, 3, zones.NORMAL),
    "55 in a hundred": (45, 55, zones.PARTIAL),
    "54 in a hundred": (46, 54, zones.NORMAL),
    "no node": (0, 0, zones.NORMAL),
}


@pytest.mark.parametrize(("ready", "ill", "state"), STATES.values(), ids=STATES.keys())
def test_states_of_zones(ready: int, ill: int, state: str) -> None:
    assert zones.state([True] * ready + [False] * ill) == state


RATES = {
    # name: (state, nodes in the zone, nodes per 1,000 s)
    "normal": (zones.NORMAL, 5, 100),
    "full": (zones.FULL, 5, 100),
    "partial and small": (zones.PARTIAL, 50, 0),
    "partial and large": (zones.PARTIAL, 51, 10),
}


@pytest.mark.parametrize(("state", "size", "rate"), RATES.values(), ids=RATES.keys())
def test_rates_of_zones(state: str, size: int, rate: int) -> None:
    assert zones.rate(state, size) == rate


LIMITS: dict[str, tuple[dict[str, int], int, int]] = {
    # name: (rate and when a token is there, new rate, when a token is there after a change at 1 s)
    "the same rate changes nothing": ({"rate": 100, "free": 4 * SECOND}, 100, 4 * SECOND),
    "a full bucket stays full": ({"rate": 100, "free": 0}, 10, SECOND),
    "an empty bucket stays empty": ({"rate": 100, "free": 4 * SECOND}, 10, 101 * SECOND),
    "after a stop it fills first": ({"rate": 0, "free": 0}, 100, 11 * SECOND),
}


@pytest.mark.parametrize(("zone", "rate", "free"), LIMITS.values(), ids=LIMITS.keys())
def test_the_bucket_of_a_zone_that_changes_its_rate(zone: dict[str, int], rate: int, free: int) -> None:
    assert zones.limited(zone, rate, SECOND) == {"rate": rate, "free": free}


def test_a_small_zone_that_is_partly_ill_is_not_emptied() -> None:
    cluster = Cluster([{"name": "a", "count": 2, "zone": "zone-a"}, {"name": "b", "count": 5, "zone": "zone-b"}])
    for number in (1, 2, 3):
        cluster.fault(f"off-{number}", "NodeCrash", {"nodeName": f"b-{number}"})
    cluster.run(400)
    tainted = [name for name in ("b-1", "b-2", "b-3") if "unreachable:NoExecute" in cluster.taints(name)]
    assert [cluster.ready(name) for name in ("b-1", "b-2", "b-3")] == ["Unknown"] * 3
    assert len(tainted) < 3
    cluster.fault("off-4", "NodeCrash", {"nodeName": "b-4"})
    cluster.fault("off-5", "NodeCrash", {"nodeName": "b-5"})
    cluster.run(120)
    assert all("unreachable:NoExecute" in cluster.taints(f"b-{number}") for number in range(1, 6))


def test_when_all_nodes_are_silent_the_network_is_to_blame_and_nobody_is_driven_off() -> None:
    cluster = Cluster()
    cluster.pod("web", "a-1")
    cluster.fault("cut", "NetworkPartition", {"nodeSelector": {}}, durationSeconds=600)
    cluster.run(500)
    names = [node["metadata"]["name"] for node in cluster.world.list("nodes")]
    assert {cluster.ready(name) for name in names} == {"Unknown"}
    assert not any("unreachable:NoExecute" in cluster.taints(name) for name in names)
    assert "deletionTimestamp" not in cluster.the_pod("web")["metadata"]
    cluster.run(200)
    assert {cluster.ready(name) for name in names} == {"True"}
    assert [cluster.taints(name) for name in names if name != "control-plane"] == [[]] * 5


def test_a_pod_that_comes_to_a_node_that_is_not_ready_is_not_ready() -> None:
    cluster = Cluster()
    cluster.fault("off", "KubeletStop", ONE)
    cluster.run(100)
    pod = cluster.pod("late", "a-1")
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    cluster.world.update_status("pods", {**pod, "status": {**pod["status"], "conditions": [ready]}}, USER)
    cluster.run(1)
    assert not is_condition_true(cluster.the_pod("late"), "Ready")


class Naive:
    """Looks every 5 s at what lease and status say, as upstream does, and says when a node is given up."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        self.seen: tuple[int, str] = (0, "")
        self.probe = 0
        self.unknown: list[int] = []

    def run(self, end: int) -> None:
        world = self.cluster.world
        tick = health.look(world, world.now + 1)
        self.probe = tick - health.PERIOD
        while tick <= end:
            heard = tick - world.latency.watch
            world.clock.run_until(heard)
            renewal = renewed(self.cluster.get(LEASES, self.name, NAMESPACE), heard) or 0
            at_read = KINDS["nodes"].at_read
            assert at_read is not None
            node = at_read(self.cluster.get("nodes", self.name), heard)
            signs = renewal, (condition(node, "Ready") or {})["lastHeartbeatTime"]
            was = self.cluster.ready(self.name)
            world.clock.run_until(tick - 1)
            if signs != self.seen:
                self.seen, self.probe = signs, tick
            if was == "True" and tick >= self.probe + 50 * SECOND:
                self.unknown.append(tick)
            world.clock.run_until(tick)
            tick += health.PERIOD


@settings(max_examples=15, deadline=None)
@given(
    spans=st.lists(st.tuples(st.integers(15, 90), st.integers(1, 150)), min_size=1, max_size=3),
    kind=st.sampled_from(["NodeCrash", "KubeletStop", "NetworkPartition"]),
    seed=st.integers(1, 1000),
)
def test_a_node_is_given_up_at_the_look_at_which_somebody_who_looks_every_5_s_would(
    spans: list[tuple[int, int]], kind: str, seed: int
) -> None:
    cluster = Cluster([{"name": "a", "count": 2}], seed=seed)
    begin = 0
    for number, (pause, lasts) in enumerate(spans):
        begin += pause
        cluster.fault(f"fault-{number}", kind, ONE, startAfterSeconds=begin, durationSeconds=lasts)
        begin += lasts
    found = []

    def note(change: Change) -> None:
        was = change.key.name == "a-1" and change.before is not None and is_condition_true(change.before, "Ready")
        if was and not is_condition_true(change.body, "Ready"):
            found.append(change.at)

    cluster.world.watch("nodes", note)
    naive = Naive(cluster, "a-1")
    naive.run(T0 + (begin + 120) * SECOND)
    assert found == naive.unknown


def test_nothing_polls() -> None:
    cluster = Cluster()
    cluster.until(60)
    cluster.world.drain()
    cluster.until(3000)
    assert cluster.world.drain().changes == []
    cluster.fault("off", "NodeCrash", ONE)
    cluster.run(1000)
    busy = {change.at // (10 * MILLISECOND) for change in cluster.world.drain().changes}
    assert len(busy) < 40
