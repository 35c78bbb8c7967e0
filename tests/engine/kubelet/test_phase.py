"""The phase of a pod by the states of its containers.

Follows TestPodPhaseWithRestartAlways, ...Never, ...OnFailure, ...InitContainers and ...RestartableInitContainers in
pkg/kubelet/kubelet_pods_test.go, v1.34. A container of which a case says nothing waits for its first start.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator.engine.kubelet import phase
from simulator.engine.registry import Body

_CODES = {"succeeded": 0, "stopped": 0, "failed": 1}


def status(state: str) -> Body:
    """A container that waits (`waits`; `waits after succeeded`), is `running`, has `started`, or has ended."""
    held, _, last = state.partition(" after ")
    shown: Body
    if held in _CODES:
        shown = {"terminated": {"exitCode": _CODES[held]}}
    else:
        shown = {"waiting": {}} if held == "waits" else {"running": {}}
    before = {"terminated": {"exitCode": _CODES[last]}} if last else {}
    return {"state": shown, "lastState": before, "started": held == "started"}


class Case(NamedTuple):
    """policy: the pod's; inits: X is an init container, Y a sidecar; of containers there are A and B, or as many."""

    policy: str
    inits: str
    states: dict[str, str]
    expected: str
    ending: bool = False
    initialized: bool = False
    containers: str = "AB"


def _plain(policy: str, *, done: str, failed: str) -> dict[str, Case]:
    return {
        f"{policy}: waiting": Case(policy, "", {}, "Pending"),
        f"{policy}: all running": Case(policy, "", {"A": "running", "B": "running"}, "Running"),
        f"{policy}: all succeeded": Case(policy, "", {"A": "succeeded", "B": "succeeded"}, done),
        f"{policy}: all failed": Case(policy, "", {"A": "failed", "B": "failed"}, failed),
        f"{policy}: mixed state 1": Case(policy, "", {"A": "running", "B": "succeeded"}, "Running"),
        f"{policy}: mixed state 2": Case(policy, "", {"A": "running"}, "Pending"),
        f"{policy}: mixed state 3": Case(policy, "", {"A": "running", "B": "waits"}, "Pending"),
        f"{policy}: backs off": Case(policy, "", {"A": "running", "B": "waits after failed"}, "Running"),
        f"{policy}: all succeeded, for good": Case(
            policy, "", {"A": "succeeded", "B": "succeeded"}, "Succeeded", ending=True
        ),
        f"{policy}: one failed, for good": Case(policy, "", {"A": "succeeded", "B": "failed"}, "Failed", ending=True),
    }


def _init(policy: str, *, failed: str) -> dict[str, Case]:
    return {
        f"{policy}: init container waits": Case(policy, "X", {}, "Pending"),
        f"{policy}: init container runs": Case(policy, "X", {"X": "running"}, "Pending"),
        f"{policy}: init container failed": Case(policy, "X", {"X": "failed"}, failed),
        f"{policy}: init container waits after success": Case(policy, "X", {"X": "waits after succeeded"}, "Pending"),
        f"{policy}: init container waits after failure": Case(policy, "X", {"X": "waits after failed"}, failed),
        f"{policy}: init container succeeded": Case(
            policy, "X", {"X": "succeeded", "A": "running", "B": "running"}, "Running"
        ),
    }


def _sidecar(policy: str) -> dict[str, Case]:
    run, both = {"A": "running", "B": "running"}, {"A": "succeeded", "B": "succeeded"}
    cases = {
        f"{policy}: sidecar {state}": Case(policy, "Y", {"Y": state}, "Pending")
        for state in ("waits", "running", "stopped", "waits after succeeded", "waits after failed")
    }
    cases |= {
        f"{policy}: sidecar {state}, all run": Case(policy, "Y", {"Y": state, **run}, "Running", initialized=True)
        for state in ("started", "running", "stopped", "waits after succeeded", "waits after failed")
    }
    cases |= {
        f"{policy}: sidecar {state}, all done, for good": Case(
            policy, "Y", {"Y": state, **both}, "Succeeded", ending=True, initialized=True
        )
        for state in ("failed", "succeeded")
    }
    return cases | {
        f"{policy}: sidecar started, one of two runs": Case(
            policy, "Y", {"Y": "started", "A": "running"}, "Pending", initialized=True
        ),
        f"{policy}: sidecar runs, sandbox made anew": Case(policy, "Y", {"Y": "running", **run}, "Pending"),
    }


def _has_run(x: str, y: str, a: str, expected: str, *, initialized: bool) -> Case:
    return Case("Always", "XY", {"X": x, "Y": y, "A": a}, expected, initialized=initialized, containers="A")


CASES = {
    **_plain("Always", done="Running", failed="Running"),
    **_plain("OnFailure", done="Succeeded", failed="Running"),
    **_plain("Never", done="Succeeded", failed="Failed"),
    **_init("Always", failed="Pending"),
    **_init("OnFailure", failed="Pending"),
    **_init("Never", failed="Failed"),
    **_sidecar("Always"),
    **_sidecar("OnFailure"),
    **_sidecar("Never"),
    "Never: sidecar runs, all succeeded": Case(
        "Never", "Y", {"Y": "started", "A": "succeeded", "B": "succeeded"}, "Running", initialized=True
    ),
    "Never: sidecar succeeded, one failed": Case(
        "Never", "Y", {"Y": "succeeded", "A": "succeeded", "B": "failed"}, "Failed", initialized=True
    ),
    "Never: sidecar failed, all succeeded": Case(
        "Never", "Y", {"Y": "failed", "A": "succeeded", "B": "succeeded"}, "Succeeded", initialized=True
    ),
    "OnFailure: sidecar failed, all succeeded": Case(
        "OnFailure", "Y", {"Y": "failed", "A": "succeeded", "B": "succeeded"}, "Succeeded", initialized=True
    ),
    "has run: all run": _has_run("running", "running", "running", "Pending", initialized=False),
    "has run: container stopped": _has_run("running", "running", "stopped", "Pending", initialized=False),
    "has run: sandbox made anew": _has_run("succeeded", "running", "stopped", "Pending", initialized=False),
    "has run: container backs off": _has_run("succeeded", "running", "stopped", "Running", initialized=True),
    "has run: all as it should": _has_run("succeeded", "running", "running", "Running", initialized=True),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_phase(case: Case) -> None:
    inits = [{"name": name, **({"restartPolicy": "Always"} if name == "Y" else {})} for name in case.inits]
    spec = {
        "restartPolicy": case.policy,
        "initContainers": inits,
        "containers": [{"name": name} for name in case.containers],
    }
    statuses = {name: status(case.states.get(name, "waits")) for name in (*case.inits, *case.containers)}
    assert phase.of(spec, statuses, ending=case.ending, initialized=case.initialized) == case.expected
