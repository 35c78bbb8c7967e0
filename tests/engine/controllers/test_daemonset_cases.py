"""What one sync of a DaemonSet creates and deletes, with pods of all sorts on its nodes.

The cases are those of pkg/controller/daemon/daemon_controller_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import is_deleting, labels_of, name_of, owner_reference, timestamp
from simulator.engine.registry import Body
from tests.engine.controllers.rig import START, USER, Rig

DS = "daemonsets.apps"
LABELED = range(5, 10)
"""Of the ten nodes node-0 ... the second half has the label disk=ssd."""
SELECTOR = {"nodeSelector": {"disk": "ssd"}}


class DaemonRig(Rig):
    """Ten nodes and no kubelet: pods are put there as a case says."""

    def __init__(self, nodes: int = 10) -> None:
        super().__init__(0, kubelet=False)
        for number in range(nodes):
            labels = {"disk": "ssd"} if number in LABELED else {}
            self.create("nodes", {"metadata": {"name": f"node-{number}", "labels": labels}, "spec": {}})
        self.count = 0

    def put(
        self, ds: Body | None, node: int, *, phase: str = "Running", ready: int | None = None, **labels: str
    ) -> Body:
        """A pod of the DaemonSet, or (None) of nobody. ready: for how many seconds it has been."""
        self.count += 1
        owners = {"ownerReferences": [owner_reference(ds)]} if ds else {}
        meta = {"namespace": "default", "name": f"p-{self.count:02}", "labels": labels or {"app": "other"}, **owners}
        spec = {"containers": [{"name": "c", "image": "nginx"}], "nodeName": f"node-{node}"}
        pod = self.create("pods", {"metadata": meta, "spec": spec})
        held = {"type": "Ready", "status": str(ready is not None)}
        if ready is not None:
            held["lastTransitionTime"] = timestamp(START - ready * SECOND)
        return self.world.update_status("pods", {**pod, "status": {"phase": phase, "conditions": [held]}}, USER)

    def sync(self) -> tuple[int, int]:
        """(created, deleted) by the controller, before anything comes of it."""
        self.world.drain()
        self.run(0.2)
        mine = [one for one in self.world.drain().changes if one.cause.component == "daemonset-controller"]
        pods = [one for one in mine if one.resource == "pods"]
        return (
            sum(one.operation == "ADDED" for one in pods),
            sum(one.operation == "DELETED" or (one.before is not None and is_deleting(one.body)) for one in pods),
        )


LAUNCHED: dict[str, tuple[Body, int]] = {
    "everywhere": ({}, 10),
    "where the label is": (SELECTOR, 5),
    "where no label is": ({"nodeSelector": {"disk": "tape"}}, 0),
    "by name": ({"nodeName": "node-0"}, 1),
    "by a name that is not": ({"nodeName": "node-10"}, 0),
    "by name and label": ({"nodeName": "node-6", **SELECTOR}, 1),
    "by a name that has not the label": ({"nodeName": "node-0", **SELECTOR}, 0),
    "by affinity": ({"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}, 5),
    "by affinity to a name": ({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-3"]}]}, 1),
    "by affinity to another name": (
        {"matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["node-3"]}]},
        9,
    ),
    "more than a node has": (
        {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": {"memory": "1Ti"}}}]},
        10,
    ),
}


@pytest.mark.parametrize("name", LAUNCHED)
def test_where_pods_are_launched(name: str) -> None:
    template, expected = LAUNCHED[name]
    if name.startswith("by affinity"):
        required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [template]}}
        template = {"affinity": {"nodeAffinity": required}}
    rig = DaemonRig()
    rig.daemonset("agent", template=template)
    assert rig.sync() == (expected, 0)


EXISTING: dict[str, tuple[Body, int, dict[int, int], dict[int, int], tuple[int, int]]] = {
    # template, nodes, its pods by node, others' pods by node, (created, deleted)
    "too many of some": ({}, 5, {1: 1, 2: 2, 3: 5}, {4: 2}, (2, 5)),
    "on nodes that are not selected": (SELECTOR, 10, {1: 3, 4: 1}, {0: 2, 1: 2}, (5, 4)),
    "of all sorts": (SELECTOR, 10, {0: 1, 1: 3, 2: 4, 6: 13, 9: 1}, {1: 2, 7: 4, 9: 1}, (3, 20)),
}


@pytest.mark.parametrize("name", EXISTING)
def test_pods_that_are_there(name: str) -> None:
    template, nodes, mine, others, expected = EXISTING[name]
    rig = DaemonRig(nodes)
    ds = rig.daemonset("agent", template=template, updateStrategy={"type": "OnDelete"})
    for node, number in mine.items():
        for _pod in range(number):
            rig.put(ds, node, app="agent")
    for node, number in others.items():
        for _pod in range(number):
            rig.put(None, node)
    assert rig.sync() == expected


ENDED: dict[str, tuple[list[str], tuple[int, int]]] = {
    "one that runs": (["Running"], (0, 0)),
    "none": ([], (1, 0)),
    "one that failed": (["Failed"], (0, 1)),
    "one that failed, three that run": (["Failed", "Running", "Running", "Running"], (0, 3)),
    "one that is done": (["Succeeded"], (0, 1)),
}


@pytest.mark.parametrize("name", ENDED)
def test_pods_that_have_ended(name: str) -> None:
    phases, expected = ENDED[name]
    rig = DaemonRig(1)
    ds = rig.daemonset("agent", updateStrategy={"type": "OnDelete"})
    for phase in phases:
        rig.put(ds, 0, phase=phase, app="agent")
    created, deleted = rig.sync()
    again = int(bool(expected[1]) and "Running" not in phases)
    assert (created - again, deleted) == expected, "what was deleted is made up for at once"


def test_a_pod_that_failed_is_told_of() -> None:
    rig = DaemonRig(1)
    pod = rig.put(rig.daemonset("agent"), 0, phase="Failed", app="agent")
    rig.sync()
    said = f"Found failed daemon pod default/{name_of(pod)} on node node-0, will try to kill it"
    assert rig.messages("FailedDaemonPod") == [said]


SURGE: dict[str, tuple[int | None, int | None, int, set[str]]] = {
    # for how long the old pod and the new one have been ready, minReadySeconds, which of them stay
    "the new one is not ready: the old one stays": (60, None, 0, {"old", "new"}),
    "the old one is not ready: it goes": (None, None, 0, {"new"}),
    "the new one is available: the old one goes": (60, 10, 0, {"new"}),
    "the new one is not available yet": (60, 10, 3600, {"old", "new"}),
    "the old one is ready, the new one available": (3600, 60, 30, {"new"}),
}


@pytest.mark.parametrize("name", SURGE)
def test_two_pods_on_a_node_during_a_surge(name: str) -> None:
    old, new, patience, stay = SURGE[name]
    rig = DaemonRig(1)
    rig.daemonset("agent", surge=1, unavailable=0, minReadySeconds=patience)
    rig.run(0.1)
    (made,) = rig.pods()
    label = {"controller-revision-hash": labels_of(made)["controller-revision-hash"]}
    ds = rig.get(DS, "agent")
    rig.delete("pods", name_of(made), grace=0)
    pods: dict[str, Any] = {
        "old": rig.put(ds, 0, ready=old, app="agent", **{"controller-revision-hash": "older"}),
        "new": rig.put(ds, 0, ready=new, app="agent", **label),
    }
    rig.sync()
    left = {name_of(pod) for pod in rig.pods()}
    assert {which for which, pod in pods.items() if name_of(pod) in left} == stay


TOLERATED = {
    "not-ready": "NoExecute",
    "unreachable": "NoExecute",
    "disk-pressure": "NoSchedule",
    "memory-pressure": "NoSchedule",
    "pid-pressure": "NoSchedule",
    "unschedulable": "NoSchedule",
}


@pytest.mark.parametrize("host", [False, True])
def test_the_tolerations_that_every_daemon_pod_gets(host: bool) -> None:
    rig = DaemonRig(1)
    own = {"key": "dedicated", "operator": "Exists"}
    same = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 9}
    rig.daemonset("agent", template={"hostNetwork": host, "tolerations": [own, same]})
    rig.sync()
    (pod,) = rig.pods()
    wanted = TOLERATED | ({"network-unavailable": "NoSchedule"} if host else {})
    found = {one["key"].partition("/")[2]: one for one in pod["spec"]["tolerations"] if one != own}
    assert {key: one["effect"] for key, one in found.items()} == wanted
    assert own in pod["spec"]["tolerations"]
    assert "tolerationSeconds" not in found["not-ready"], "for ever, whatever the template says"
