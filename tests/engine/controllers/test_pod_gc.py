"""Pods that nobody else sees to. The cases are those of pkg/controller/podgc/gc_controller_test.go, v1.34."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.pod_gc import PodGC
from simulator.engine.journal import Change
from simulator.engine.objects import condition, key_of, name_of, set_in, timestamp
from simulator.engine.registry import Body

from .rig import START, USER, Rig

KEPT = {"finalizers": ["example.com/wait"]}


def put(
    rig: Rig, name: str, phase: str, hours: int = 0, *, node: str = "node-0", deleted: bool = False, **status: Any
) -> None:
    """A pod that is so many hours younger than the oldest; it is there, whatever became of it, as another wrote it."""
    created = timestamp(START - (1000 - hours) * 3600 * SECOND)
    meta: Body = {"namespace": "default", "name": name, "uid": f"uid-{name}", "creationTimestamp": created}
    if deleted:
        meta |= {"deletionTimestamp": timestamp(rig.world.now), "deletionGracePeriodSeconds": 30}
    spec: Body = {"containers": [{"name": "c", "image": "x"}]}
    if node:
        spec["nodeName"] = node
    revision = rig.world.revision + 1
    meta["resourceVersion"] = str(revision)
    body = {"metadata": meta, "spec": spec, "status": {"phase": phase, **status}}
    rig.world.apply(Change(revision, rig.world.now, "ADDED", "pods", key_of(body), body, None, USER))


def left(rig: Rig) -> str:
    return "".join(name_of(pod) for pod in rig.world.list("pods", "default"))


def ended(*phases: str) -> list[tuple[str, str, int, str]]:
    return [(name, phase, number, "") for number, (name, phase) in enumerate(zip("abcdef", phases, strict=False))]


EVICTED = [
    ("a", "Failed", 1, "Evicted"),
    ("b", "Failed", 0, "Evicted"),
    ("c", "Failed", 2, ""),
    ("d", "Running", 0, ""),
]
TERMINATED = [
    pytest.param(ended("Failed", "Succeeded"), 0, "ab", id="threshold = 0 disables terminated pod deletion"),
    pytest.param(ended("Failed", "Succeeded", "Failed"), 1, "c", id="threshold = 1, delete pods a and b"),
    pytest.param(ended("Running", "Succeeded", "Failed"), 1, "ac", id="threshold = 1, delete pod b"),
    pytest.param(ended("Failed", "Succeeded"), 1, "b", id="threshold = 1, delete pod a"),
    pytest.param(ended("Failed", "Succeeded"), 5, "ab", id="threshold = 5, don't delete pod"),
    pytest.param([("a", "Failed", 1, ""), ("b", "Succeeded", 0, "")], 1, "a", id="the older one goes"),
    pytest.param([("a", "Failed", 0, ""), ("b", "Succeeded", 0, "")], 1, "b", id="of the same age, by name"),
    pytest.param(EVICTED, 1, "cd", id="a and b are evicted, c is younger but not"),
    pytest.param([("a", "Failed", 0, ""), ("b", "Failed", 9, "Evicted")], 1, "a", id="evicted first"),
]  # fmt: skip


@pytest.mark.parametrize(("pods", "threshold", "kept"), TERMINATED)
def test_terminated(
    monkeypatch: pytest.MonkeyPatch, pods: list[tuple[str, str, int, str]], threshold: int, kept: str
) -> None:
    monkeypatch.setattr(PodGC, "threshold", threshold)
    rig = Rig(kubelet=False)
    for name, phase, hours, reason in pods:
        put(rig, name, phase, hours, **({"reason": reason} if reason else {}))
    rig.run(21)
    assert left(rig) == kept
    assert rig.world.clock.settled()


def test_a_cluster_keeps_as_many_as_upstream_does() -> None:
    assert PodGC.threshold == 12_500


def test_the_count_outlives_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PodGC, "threshold", 2)
    rig = Rig(kubelet=False)
    put(rig, "a", "Failed")
    put(rig, "b", "Succeeded", 1)
    rig.run(21)
    rig.rebuild()
    put(rig, "c", "Failed", 2)
    rig.run(21)
    assert left(rig) == "bc"
    rig.delete("pods", "c", grace=0)
    put(rig, "d", "Failed", 3)
    rig.settle()
    assert left(rig) == "bd"


@pytest.mark.parametrize(
    ("phases", "wait", "returns", "kept"),
    [
        pytest.param({"a": "Succeeded", "b": "Failed"}, 61, False, "", id="pods are on a node that is gone"),
        pytest.param({"a": "Running"}, 61, False, "", id="a pod that runs"),
        pytest.param({"a": "Running"}, 39, False, "a", id="no nodes in quarantine for long enough"),
        pytest.param({"a": "Running"}, 61, True, "a", id="the node comes back in time"),
    ],
)
def test_orphaned(phases: dict[str, str], wait: int, returns: bool, kept: str) -> None:
    rig = Rig(1, kubelet=False)
    for name, phase in phases.items():
        put(rig, name, phase)
    rig.settle()
    rig.delete("nodes", "node-0", namespace="")
    rig.run(30)
    if returns:
        rig.node("node-0")
    rig.run(wait - 30)
    assert left(rig) == kept


@pytest.mark.parametrize(
    ("phase", "deleted", "node", "kept"),
    [
        pytest.param("Failed", True, "", "", id="unscheduled, failed"),
        pytest.param("Succeeded", True, "", "", id="unscheduled, succeeded"),
        pytest.param("Running", True, "", "", id="unscheduled, running"),
        pytest.param("Failed", False, "", "a", id="not deleted"),
        pytest.param("Succeeded", False, "node-0", "a", id="scheduled, not deleted"),
        pytest.param("Running", True, "node-0", "a", id="scheduled"),
    ],
)
def test_unscheduled_terminating(phase: str, deleted: bool, node: str, kept: str) -> None:
    rig = Rig(kubelet=False)
    put(rig, "a", phase, node=node, deleted=deleted)
    rig.run(21)
    assert left(rig) == kept


@pytest.mark.parametrize(
    ("ready", "taint", "deleted", "kept"),
    [
        pytest.param("False", True, True, "", id="pods deleted from a node that is not ready and out of service"),
        pytest.param("True", True, True, "a", id="the node is ready"),
        pytest.param("False", False, True, "a", id="the node is not out of service"),
        pytest.param("False", True, False, "a", id="pods that are not deleted"),
    ],
)
@pytest.mark.parametrize("phase", ["Running", "Pending", "Failed"])
def test_terminating_on_an_out_of_service_node(phase: str, ready: str, taint: bool, deleted: bool, kept: str) -> None:
    rig = Rig(0, kubelet=False)
    spec = {"taints": [{"key": "node.kubernetes.io/out-of-service", "effect": "NoSchedule"}]} if taint else {}
    node = rig.node("node-0", **spec)
    conditions = [{"type": "Ready", "status": ready}]
    rig.world.update_status("nodes", set_in(node, ("status", "conditions"), conditions), USER)
    put(rig, "a", phase, deleted=deleted)
    rig.run(21)
    assert left(rig) == kept


def test_a_finalizer_that_nobody_removes_costs_nothing() -> None:
    rig = Rig(kubelet=False)
    rig.pod("a", {}, **KEPT)
    rig.delete("pods", "a")
    rig.settle()
    revision = rig.world.revision
    rig.run(3600)
    assert rig.world.revision == revision
    assert condition(rig.get("pods", "a"), "DisruptionTarget") is None
