"""READY, STATUS and RESTARTS of `kubectl get pods` for statuses of any shape.

Follows TestPrintPod, TestPrintPodWithRestartableInitContainers, TestPrintPodConditions and TestPrintPodList in
pkg/printers/internalversion/printers_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.registry import Body

from .builders import ago, row

RUNS: Body = {"running": {}}
READY: Body = {"ready": True, "restartCount": 3, "state": RUNS}
BARE: Body = {"restartCount": 3}


def waits(reason: str, restarts: int = 3, **more: Any) -> Body:
    return {"restartCount": restarts, "state": {"waiting": {"reason": reason}}, **more}


def ended(restarts: int = 3, **terminated: Any) -> Body:
    return {"restartCount": restarts, "state": {"terminated": terminated}}


def again(seconds: int, **status: Any) -> Body:
    """A container that ended so long ago, before it started again."""
    return {**status, "lastState": {"terminated": {"finishedAt": ago(seconds)}}}


class Case(NamedTuple):
    """inits: statuses of init containers, of which those at the places `sidecars` are sidecars."""

    expected: tuple[str, str, str]
    containers: tuple[Body, ...] = ()
    inits: tuple[Body, ...] = ()
    sidecars: tuple[int, ...] = ()
    phase: str = "podPhase"
    status: Body = {}
    meta: Body = {}
    total: int = 2


PHASE = ("1/2", "podPhase", "6")
SIDECAR = {"ready": True, "started": True, "restartCount": 3, "state": RUNS}
INITIALIZED = {"conditions": [{"type": "Initialized", "status": "True"}]}
READY_CONDITION = {"conditions": [{"type": "Ready", "status": "True"}]}

CASES = {
    "restarts and readiness": Case(PHASE, (READY, BARE)),
    "a reason to wait": Case(("1/2", "ContainerWaitingReason", "6"), (READY, waits("ContainerWaitingReason"))),
    "the first container's reason": Case(
        ("0/2", "ContainerWaitingReason", "6"),
        (waits("ContainerWaitingReason"), ended(reason="ContainerTerminatedReason")),
    ),
    "ready is not enough": Case(PHASE, (READY, {"ready": True, "restartCount": 3})),
    "the pod's reason": Case(
        ("1/2", "podReason", "6"), (READY, {"ready": True, "restartCount": 3}), status={"reason": "podReason"}
    ),
    "a container that ended without a reason": Case(("1/2", "ExitCode:0", "6"), (ended(), READY)),
    "a signal": Case(("0/2", "Signal:9", "6"), (ended(signal=9), ended(signal=15))),
    "done, one still runs": Case(("1/2", "NotReady", "6"), (READY, ended(reason="Completed", exitCode=0))),
    "done, one still runs and the pod is ready": Case(
        ("1/2", "Running", "6"), (READY, ended(reason="Completed", exitCode=0)), status=READY_CONDITION
    ),
    "when it last restarted": Case(
        ("1/1", "podPhase", "3 (10s ago)"), (again(10, ready=True, restartCount=3, state=RUNS),), total=1
    ),
    "when the last of two restarted": Case(
        ("2/2", "podPhase", "6 (5s ago)"), (again(10, **READY), again(5, **READY))
    ),
    "no restarts though it ended before": Case(
        ("0/1", "podPhase", "0"), (again(10, restartCount=0),), total=1
    ),
    "an init container runs": Case(
        ("0/2", "Init:0/1", "2"), (waits("PodInitializing", 0),) * 2, ({"restartCount": 2, "state": RUNS},)
    ),
    "an init container waits": Case(
        ("0/2", "Init:ImagePullBackOff", "0"), inits=(waits("ImagePullBackOff", 0), waits("PodInitializing", 0))
    ),
    "an init container waits for its turn": Case(
        ("0/2", "Init:1/2", "1"), inits=(ended(1, exitCode=0), waits("PodInitializing", 0))
    ),
    "an init container waits without a reason": Case(("0/2", "Init:0/1", "0"), inits=(waits("", 0),)),
    "an init container failed": Case(("0/2", "Init:ExitCode:1", "2"), inits=(ended(2, exitCode=1),)),
    "an init container was killed": Case(("0/2", "Init:Signal:9", "2"), inits=(ended(2, exitCode=1, signal=9),)),
    "an init container failed for a reason": Case(
        ("0/2", "Init:Error", "2"), inits=(ended(2, exitCode=1, reason="Error"),)
    ),
    "a sidecar runs": Case(("2/3", "podPhase", "9"), (READY, BARE), (SIDECAR,), (0,)),
    "a sidecar is not ready": Case(("1/3", "podPhase", "9"), (READY, BARE), ({**SIDECAR, "ready": False},), (0,)),
    "a sidecar has not started": Case(
        ("0/3", "Init:0/1", "3"), (BARE, BARE), ({**SIDECAR, "started": False, "ready": False},), (0,)
    ),
    "a sidecar backs off": Case(
        ("0/3", "Init:CrashLoopBackOff", "3"), (BARE, BARE), (waits("CrashLoopBackOff"),), (0,)
    ),
    "a sidecar backs off in a pod that is initialized": Case(
        ("1/3", "Init:CrashLoopBackOff", "9"), (READY, BARE), (waits("CrashLoopBackOff"),), (0,), status=INITIALIZED
    ),
    "a sidecar ended in a pod that is initialized": Case(
        ("0/3", "Completed", "9"),
        (ended(reason="Completed"), ended(reason="Completed")),
        (ended(exitCode=0, reason="Completed"),),
        (0,),
        phase="Succeeded",
        status=INITIALIZED,
    ),
    "a sidecar before an init container": Case(
        ("1/3", "Init:1/2", "5"), (), (SIDECAR, {"restartCount": 2, "state": RUNS}), (0,)
    ),
    "an init container's restarts end with it": Case(
        ("2/2", "Running", "6"), (READY, READY), (ended(5, exitCode=0),), phase="Running"
    ),
    "terminating": Case(
        ("2/2", "Terminating", "6"), (READY, READY), phase="Running", meta={"deletionTimestamp": ago(1)}
    ),
    "terminating, its node lost": Case(
        ("2/2", "Unknown", "6"),
        (READY, READY),
        phase="Running",
        status={"reason": "NodeLost"},
        meta={"deletionTimestamp": ago(1)},
    ),
    "failed and terminating": Case(
        ("0/2", "Error", "0"), (ended(0, reason="Error"),) * 2, phase="Failed", meta={"deletionTimestamp": ago(1)}
    ),
    "gated": Case(
        ("0/2", "SchedulingGated", "0"),
        phase="Pending",
        status={"conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]},
    ),
    "it cannot be scheduled": Case(
        ("0/2", "Pending", "0"),
        phase="Pending",
        status={"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_row(case: Case) -> None:
    inits = [{"name": f"i{place}", **one} for place, one in enumerate(case.inits)]
    body = {
        "metadata": {"name": "web", "namespace": "default", "creationTimestamp": ago(60), **case.meta},
        "spec": {
            "containers": [{"name": f"c{place}"} for place in range(case.total)],
            "initContainers": [
                {"name": f"i{place}", **({"restartPolicy": "Always"} if place in case.sidecars else {})}
                for place in range(len(inits))
            ],
        },
        "status": {
            "phase": case.phase,
            "containerStatuses": [{"name": f"c{place}", **one} for place, one in enumerate(case.containers)],
            "initContainerStatuses": inits,
            **case.status,
        },
    }
    cells = row("pods", body)
    assert (cells["Ready"], cells["Status"], cells["Restarts"]) == case.expected
