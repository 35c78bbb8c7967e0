"""The conditions of a pod that its kubelet owns.

Follows TestGenerateContainersReadyCondition, TestGeneratePodReadyCondition, TestGeneratePodInitializedCondition in
pkg/kubelet/status/generate_test.go, and TestMergePodStatus in status_manager_test.go, v1.34. A kubelet of ours always
knows the status of each container, so the cases of unknown ones have no twin.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator.engine.kubelet import conditions
from simulator.engine.registry import Body

from .lab import T0

TRUE = ("True", "", "")
COMPLETED, FAILED = ("False", "PodCompleted", ""), ("False", "PodFailed", "")


def unready(names: str) -> tuple[str, str, str]:
    return "False", "ContainersNotReady", f"containers with unready status: [{names}]"


def incomplete(names: str) -> tuple[str, str, str]:
    return "False", "ContainersNotInitialized", f"containers with incomplete status: [{names}]"


def status(text: str) -> Body:
    """Words: waiting, running or terminated; started; ready."""
    words = text.split()
    return {"state": {words[0]: {}}, "started": "started" in words, "ready": "ready" in words}


class Case(NamedTuple):
    """containers: by name; inits: the same, a name that begins with `s` is a sidecar's; gates: type -> status."""

    containers: dict[str, str]
    expected: tuple[str, str, str]
    inits: dict[str, str] = {}
    phase: str = "Running"
    gates: dict[str, str | None] = {}


def told(case: Case) -> dict[str, tuple[str, str, str]]:
    held = [{"type": kind, "status": one} for kind, one in case.gates.items() if one is not None]
    pod = {
        "metadata": {},
        "spec": {
            "initContainers": [
                {"name": name, **({"restartPolicy": "Always"} if name.startswith("s") else {})} for name in case.inits
            ],
            "containers": [{"name": name} for name in case.containers],
            "readinessGates": [{"conditionType": kind} for kind in case.gates],
        },
        "status": {"conditions": held},
    }
    statuses = {name: status(text) for name, text in (*case.inits.items(), *case.containers.items())}
    found = conditions.of(pod, statuses, case.phase, sandbox=True, resizes=(), now=T0)
    return {one["type"]: (one["status"], one.get("reason", ""), one.get("message", "")) for one in found}


UP, DOWN, WAITS = "running started ready", "running started", "waiting"

CONTAINERS_READY = {
    "all ready": Case({"1234": UP, "5678": UP}, TRUE),
    "one not ready": Case({"1234": UP, "5678": DOWN}, unready("5678")),
    "none ready": Case({"1234": DOWN, "5678": DOWN}, unready("1234 5678")),
    "succeeded": Case({"1234": "terminated"}, COMPLETED, phase="Succeeded"),
    "failed": Case({"1234": "terminated"}, FAILED, phase="Failed"),
    "failed, though still ready": Case({"1234": UP}, FAILED, phase="Failed"),
    "a sidecar not ready": Case({"1234": UP}, unready("sidecar"), inits={"sidecar": DOWN}),
    "a sidecar ready": Case({"1234": UP}, TRUE, inits={"sidecar": UP}),
    "sidecars first": Case({"1234": DOWN}, unready("sidecar 1234"), inits={"sidecar": DOWN}),
    "an init container does not count": Case({"1234": UP}, TRUE, inits={"init": "terminated"}),
    "a sidecar ended after success": Case(
        {"1234": "terminated"}, COMPLETED, inits={"sidecar": "terminated"}, phase="Succeeded"
    ),
}


@pytest.mark.parametrize("case", CONTAINERS_READY.values(), ids=CONTAINERS_READY.keys())
def test_containers_ready(case: Case) -> None:
    assert told(case)["ContainersReady"] == told(case)["Ready"] == case.expected


def gates_fail(*messages: str) -> tuple[str, str, str]:
    return "False", "ReadinessGatesNotReady", ", ".join(messages)


READY = {
    "a gate nobody spoke of": Case(
        {"1": UP},
        gates_fail('corresponding condition of pod readiness gate "gate1" does not exist.'),
        gates={"gate1": None},
    ),
    "a gate that is False": Case(
        {"1": UP},
        gates_fail('the status of pod readiness gate "gate1" is not "True", but False'),
        gates={"gate1": "False"},
    ),
    "two gates": Case(
        {"1": UP},
        gates_fail(
            'corresponding condition of pod readiness gate "gate1" does not exist.',
            'the status of pod readiness gate "gate2" is not "True", but Unknown',
        ),
        gates={"gate1": None, "gate2": "Unknown"},
    ),
    "gates that are True": Case({"1": UP}, TRUE, gates={"gate1": "True", "gate2": "True"}),
    "containers come first": Case({"1": DOWN}, unready("1"), gates={"gate1": "True"}),
    "containers come first, with a gate missing": Case({"1": DOWN}, unready("1"), gates={"gate1": None}),
}


@pytest.mark.parametrize("case", READY.values(), ids=READY.keys())
def test_ready(case: Case) -> None:
    assert told(case)["Ready"] == case.expected


INITIALIZED = {
    "no init containers": Case({"main": WAITS}, TRUE, phase="Pending"),
    "all done": Case({"main": WAITS}, TRUE, inits={"1": "terminated ready", "2": "terminated ready"}, phase="Pending"),
    "one not done": Case(
        {"main": WAITS}, incomplete("2"), inits={"1": "terminated ready", "2": "running"}, phase="Pending"
    ),
    "none done": Case({"main": WAITS}, incomplete("1 2"), inits={"1": "running", "2": WAITS}, phase="Pending"),
    "succeeded": Case(
        {"main": "terminated"}, ("True", "PodCompleted", ""), inits={"1": "terminated ready"}, phase="Succeeded"
    ),
    "succeeded without knowing of an init container": Case(
        {"main": "terminated"}, ("True", "PodCompleted", ""), inits={"1": WAITS}, phase="Succeeded"
    ),
    "a sidecar not started": Case({"main": WAITS}, incomplete("sidecar"), inits={"sidecar": "running"}),
    "a sidecar started": Case({"main": WAITS}, TRUE, inits={"sidecar": DOWN}),
    "a sidecar started, an init container not done": Case(
        {"main": WAITS}, incomplete("1"), inits={"sidecar": DOWN, "1": "running"}
    ),
    "a sidecar starts again while a container runs": Case({"main": UP}, TRUE, inits={"sidecar": WAITS}),
    "a sidecar starts again after a container ended": Case({"main": "terminated"}, TRUE, inits={"sidecar": WAITS}),
    "a sidecar starts again while all containers wait": Case(
        {"main": WAITS}, incomplete("sidecar"), inits={"sidecar": "running"}
    ),
    "failed": Case({"main": WAITS}, incomplete("1"), inits={"1": "terminated"}, phase="Failed"),
}


@pytest.mark.parametrize("case", INITIALIZED.values(), ids=INITIALIZED.keys())
def test_initialized(case: Case) -> None:
    assert told(case)["Initialized"] == case.expected


def test_conditions_of_others_stay_and_come_first() -> None:
    others = [{"type": "gate1", "status": "True"}, {"type": "DisruptionTarget", "status": "True"}]
    pod = {"metadata": {"generation": 3}, "spec": {"containers": []}, "status": {"conditions": others}}
    found = conditions.of(pod, {}, "Running", sandbox=False, resizes=(), now=T0)
    assert found[:2] == others
    assert [(one["type"], one["status"], one["observedGeneration"]) for one in found[2:]] == [
        ("PodReadyToStartContainers", "False", 3),
        ("Initialized", "True", 3),
        ("Ready", "True", 3),
        ("ContainersReady", "True", 3),
        ("PodScheduled", "True", 3),
    ]
