"""A critical pod on a full node: who ends for it, in which words, and who is never asked to."""

from __future__ import annotations

import pytest

from simulator.engine.kubelet import preemption
from simulator.engine.objects import condition
from simulator.engine.registry import Body
from tests.engine.kubelet.eviction.rig import Pressed

MI = 1 << 20


def pod(name: str, cpu: str = "", memory: str = "", *, guaranteed: bool = False, priority: int = 0) -> Body:
    requests = {key: one for key, one in (("cpu", cpu), ("memory", memory)) if one}
    resources = {"requests": requests, **({"limits": requests} if guaranteed else {})}
    spec = {"containers": [{"name": "main", "image": "x", "resources": resources}], "priority": priority}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": spec}


CRITICAL = pod("critical", priority=2_000_001_000)
BEST = pod("best-effort")
SMALL, LARGE = pod("small", "100m", "100Mi"), pod("large", "300m", "300Mi")
SURE, SURE_LARGE = pod("sure", "100m", "100Mi", guaranteed=True), pod("sure-large", "300m", "300Mi", guaranteed=True)
CHOICES = {
    # name: (pods, what is missing, who goes); after TestGetPodsToPreempt of upstream
    "nothing is missing": ([BEST, SMALL, SURE], {}, []),
    "the smaller of two that are enough": ([LARGE, SMALL], {"memory": 100 * MI}, ["small"]),
    "one that is enough rather than two": ([SMALL, LARGE], {"memory": 200 * MI}, ["large"]),
    "Burstable before Guaranteed": ([SURE, SMALL], {"memory": 100 * MI}, ["small"]),
    "Guaranteed where that is not enough": ([SURE_LARGE, SMALL], {"memory": 350 * MI}, ["small", "sure-large"]),
    "BestEffort gives nothing but its place": ([BEST, SMALL], {"pods": 1}, ["best-effort"]),
    "not enough": ([SMALL], {"memory": 500 * MI}, None),
    "a critical pod stays": ([pod("other", "1", "1Gi", priority=2_000_001_000)], {"memory": MI}, None),
    "a critical pod of less priority goes": (
        [pod("other", "1", "1Gi", priority=2_000_000_000)],
        {"memory": MI},
        ["other"],
    ),
    "two resources": ([SMALL, LARGE], {"cpu": 300, "memory": 50 * MI}, ["large"]),
}


@pytest.mark.parametrize(("held", "needs", "expected"), CHOICES.values(), ids=CHOICES.keys())
def test_who_goes(held: list[Body], needs: dict[str, int], expected: list[str] | None) -> None:
    found = preemption.chosen(CRITICAL, held, needs)
    assert (None if found is None else [one["metadata"]["name"] for one in found]) == expected


def test_a_critical_pod_waits_until_there_is_room() -> None:
    lab = Pressed()
    lab.use("firm", requests={"memory": "3Gi", "cpu": "1"}, limits={"memory": "3Gi", "cpu": "1"})
    lab.use("loose", requests={"memory": "500Mi"})
    lab.run(5)
    lab.use("critical", requests={"memory": "600Mi"}, priorityClassName="system-node-critical")
    lab.run(0.01)
    assert lab.said("Preempting") == ["Preempted in order to admit critical pod"]
    assert "status" not in lab.get("critical") or "startTime" not in lab.get("critical")["status"]
    lab.run(5)
    status = lab.get("loose")["status"]
    assert (status["phase"], status["reason"], status["message"]) == (
        "Failed",
        "Preempting",
        "Preempted in order to admit critical pod",
    )
    target = condition(lab.get("loose"), "DisruptionTarget")
    assert target is not None
    assert (target["reason"], target["message"]) == (
        "TerminationByKubelet",
        "Pod was preempted by Kubelet to accommodate a critical pod.",
    )
    assert lab.get("critical")["status"]["phase"] == lab.get("firm")["status"]["phase"] == "Running"


def test_an_ordinary_pod_is_refused() -> None:
    lab = Pressed()
    lab.use("loose", requests={"memory": "3Gi"})
    lab.run(5)
    lab.use("other", requests={"memory": "2Gi"}, priorityClassName="high")
    lab.run(5)
    assert lab.get("other")["status"]["reason"] == "OutOfmemory"
    assert lab.get("loose")["status"]["phase"] == "Running"


def test_a_critical_pod_that_is_too_large_is_refused() -> None:
    lab = Pressed()
    lab.use("huge", requests={"memory": "5Gi"}, priorityClassName="system-node-critical")
    lab.run(5)
    status = lab.get("huge")["status"]
    assert status["reason"] == "UnexpectedAdmissionError"
    assert status["message"] == (
        "Pod was rejected: Unexpected error while attempting to recover from admission failure: preemption: error "
        "finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: memory, q: "
        f"{(5 << 30) - 3996 * MI}), ]"
    )
