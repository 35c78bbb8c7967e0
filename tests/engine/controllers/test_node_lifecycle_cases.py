"""Nodes that say of themselves how they are: taints, labels and pods, in upstream's own cases.

pkg/controller/nodelifecycle/node_lifecycle_controller_test.go, v1.34, whose controller is alone as well.
"""

from __future__ import annotations

import pytest

from simulator.engine.controllers.node_lifecycle import NodeLifecycleController, health, labels, zones
from simulator.engine.objects import condition, conditions_of, set_in, timestamp
from simulator.engine.registry import Body
from tests.engine.controllers.rig import START, USER, Rig

OLD = "2015-01-01T12:00:00Z"
REGION = {"topology.kubernetes.io/region": "region1", "topology.kubernetes.io/zone": "zone1"}


class Still(Rig):
    """A rig in which only the nodes' controller is at work. Nobody but the test writes conditions."""

    def __init__(self, **states: str) -> None:
        super().__init__(0)
        for name, status in states.items():
            self.create("nodes", {"metadata": {"name": name, "labels": REGION}})
            self.say(name, status)

    def _assemble(self) -> None:
        self.components = [NodeLifecycleController(self.world)]
        for component in self.components:
            component.start()

    def say(self, name: str, status: str) -> None:
        """The node's condition Ready, as its kubelet would write it now."""
        now = timestamp(self.world.now)
        beat = OLD if status == "Unknown" else now
        held = [{"type": "Ready", "status": status, "lastHeartbeatTime": beat, "lastTransitionTime": beat}]
        node = self.get("nodes", name, "")
        self.world.update_status("nodes", {**node, "status": {"conditions": held if status else []}}, USER)

    def driving(self, name: str) -> list[str]:
        """The taints that drive pods off."""
        taints = self.get("nodes", name, "")["spec"].get("taints") or ()
        return [one["key"].rpartition("/")[2] for one in taints if one["effect"] == "NoExecute"]

    def ready(self, pod: str) -> str:
        return (condition(self.get("pods", pod), "Ready") or {})["status"]

    def host(self, name: str, node: str) -> None:
        spec = {"containers": [{"name": "c", "image": "x"}], "nodeName": node}
        made = self.create("pods", {"metadata": {"namespace": "default", "name": name}, "spec": spec})
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": OLD}
        self.world.update_status("pods", {**made, "status": {"phase": "Running", "conditions": [ready]}}, USER)


def test_a_taint_follows_what_the_node_says() -> None:
    """TestApplyNoExecuteTaints, TestSwapUnreachableNotReadyTaints and TestApplyNoExecuteTaintsToUnreachableNode."""
    rig = Still(node0="Unknown", node1="True", node2="False")
    rig.run(20)
    assert [rig.driving(name) for name in ("node0", "node1", "node2")] == [["unreachable"], [], ["not-ready"]]
    for name, status in (("node0", "False"), ("node1", "True"), ("node2", "True")):
        rig.say(name, status)
    rig.run(10)
    assert [rig.driving(name) for name in ("node0", "node1", "node2")] == [["not-ready"], [], []]
    for name in ("node0", "node1"):
        rig.say(name, "True")
    rig.run(30)
    assert rig.driving("node0") == []
    for name in ("node1", "node2"):
        rig.say(name, "True")
    rig.run(45)
    assert [rig.driving(name) for name in ("node0", "node1")] == [["unreachable"], []]


def test_a_status_that_changes_before_its_turn_is_what_counts() -> None:
    """TestApplyNoExecuteTaints, of the node whose status is replaced before it is tainted."""
    rig = Still(node0="Unknown", node1="True", node2="False", node3="True")
    waiting: list[str] = []
    while not waiting:
        rig.world.clock.step()
        waiting = (rig.world.note(NodeLifecycleController.name, "zone:region1:zone1") or zones.new())["waiting"]
    for name in waiting:
        rig.say(name, "")
    rig.run(1)
    assert [rig.driving(name) for name in waiting] == [[] for _ in waiting]


LABELS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "No-op if node has no labels": ({}, {}),
    "No-op if no target labels present": ({"topology.kubernetes.io/region": "region1"}, {}),
    "Create OS/arch beta labels when they don't exist": (
        {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"},
        {"beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "amd64"},
    ),
    "Reconcile OS/arch beta labels to match stable labels": (
        {
            "beta.kubernetes.io/os": "windows", "beta.kubernetes.io/arch": "arm",
            "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
        },
        {"beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "amd64"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LABELS.values(), ids=LABELS.keys())
def test_old_labels(case: tuple[dict[str, str], dict[str, str]]) -> None:
    """TestReconcileNodeLabels."""
    held, more = case
    assert labels.missing({"metadata": {"labels": held}}) == more
    rig = Still()
    rig.create("nodes", {"metadata": {"name": "node0", "labels": held}})
    rig.run(1)
    assert (rig.get("nodes", "node0", "")["metadata"].get("labels") or {}) == {**held, **more}


@pytest.mark.parametrize(
    ("held", "wanted"),
    [({}, False), ({"node.kubernetes.io/exclude-disruption": ""}, True)],
)
def test_nodes_that_no_disruption_counts(held: dict[str, str], wanted: bool) -> None:
    assert zones.is_excluded({"metadata": {"name": "master-abc", "labels": held}}) is wanted


LOST = ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
NEVER = ("Unknown", "NodeStatusNeverUpdated", "Kubelet never posted node status.")
CREATED = "2012-01-01T00:00:00Z"
PRESSURES = dict.fromkeys(("MemoryPressure", "DiskPressure", "PIDPressure"), NEVER)
READY = {"type": "Ready", "status": "True", "lastHeartbeatTime": OLD, "lastTransitionTime": OLD}


@pytest.mark.parametrize(
    ("held", "said"),
    [
        pytest.param([], {"Ready": NEVER, **PRESSURES}, id="no status"),
        pytest.param(
            [READY], {"Ready": LOST, **PRESSURES}, id="status updated by kubelet exceeds grace period"
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_a_silent_node(held: list[Body], said: dict[str, tuple[str, ...]]) -> None:
    """TestMonitorNodeHealthUpdateStatus: what was never updated is as old as the node."""
    node = {"metadata": {"name": "node0", "creationTimestamp": CREATED}, "status": {"conditions": held}}
    found = health.unknown(node, START)
    assert {one["type"]: (one["status"], one["reason"], one["message"]) for one in conditions_of(found)} == said
    beats = {one["type"]: one["lastHeartbeatTime"] for one in conditions_of(found)}
    assert beats == {kind: OLD if one is LOST else CREATED for kind, one in said.items()}
    assert {one["lastTransitionTime"] for one in conditions_of(found)} == {timestamp(START)}


def test_events() -> None:
    """TestNodeEventGeneration."""
    rig = Still(node0="Unknown")
    rig.run(30)
    (event,) = rig.world.list("events")
    assert (event["reason"], event["involvedObject"]["uid"]) == (
        "RegisteredNode", rig.get("nodes", "node0", "")["metadata"]["uid"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "is_seen", "wanted"),
    [
        pytest.param("False", False, "True", id="not gathered yet"),
        pytest.param("True", True, "True", id="the scheduled node is ready"),
        pytest.param("False", True, "False", id="the scheduled node is not ready"),
    ],
)
def test_a_pod_that_comes(status: str, is_seen: bool, wanted: str) -> None:
    """TestProcessPodMarkPodNotReady."""
    rig = Still(node0=status)
    if is_seen:
        rig.run(10)
        rig.host("pod0", "node0")
        rig.run(1)
    else:
        rig.host("pod0", "node0")
        rig.run(0.004)
        assert rig.world.note(NodeLifecycleController.name, "node:node0") is None
    assert rig.ready("pod0") == wanted


def test_pods_of_a_node_that_falls_silent() -> None:
    """TestMonitorNodeHealthMarkPodsNotReady: not within the grace period, all of them after it."""
    rig = Still(node0="True", node1="True")
    for number in range(3):
        rig.host(f"pod{number}", "node0")
    rig.run(40)
    rig.say("node1", "True")
    assert [rig.ready(f"pod{number}") for number in range(3)] == ["True"] * 3
    rig.run(25)
    assert [rig.ready(f"pod{number}") for number in range(3)] == ["False"] * 3
    revision = rig.world.revision
    node = rig.get("nodes", "node0", "")
    rig.world.update("nodes", set_in(node, ("metadata", "annotations"), {"note": "x"}), USER)
    rig.run(5)
    assert rig.world.revision == revision + 1, "no update again"
