"""The conditions of a Deployment: Available, Progressing, ReplicaFailure, and what counts as progress.

Follows pkg/controller/deployment/progress.go and util/deployment_util.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.clock import SECOND
from simulator.engine.objects import condition, instant_of, status_of, timestamp
from simulator.engine.registry import Body, Instant

_NO_DEADLINE = 2**31 - 1


def has_deadline(deployment: Body) -> bool:
    return deployment["spec"].get("progressDeadlineSeconds") not in (None, _NO_DEADLINE)


def progressing(deployment: Body) -> Body | None:
    return condition(deployment, "Progressing")


def with_condition(held: list[Body], kind: str, status: str, reason: str, message: str, now: Instant) -> list[Body]:
    """The list with this condition last; as it was, if it already holds one of the same status and reason."""
    before = next((one for one in held if one["type"] == kind), None)
    if before is not None and before["status"] == status and before.get("reason") == reason:
        return held
    new = made(kind, status, reason, message, now)
    if before is not None and before["status"] == status and "lastTransitionTime" in before:
        new["lastTransitionTime"] = before["lastTransitionTime"]
    return [*without(held, kind), new]


def without(held: list[Body], kind: str) -> list[Body]:
    return [one for one in held if one["type"] != kind]


def made(kind: str, status: str, reason: str, message: str, now: Instant) -> Body:
    at = timestamp(now)
    return {
        "type": kind,
        "status": status,
        "lastUpdateTime": at,
        "lastTransitionTime": at,
        "reason": reason,
        "message": message,
    }


def is_complete(deployment: Body, status: Body) -> bool:
    """True if every pod wanted is of the new template and available, and no other is left."""
    want = deployment["spec"]["replicas"]
    return bool(
        status.get("updatedReplicas", 0) == want
        and status.get("replicas", 0) == want
        and status.get("availableReplicas", 0) == want
        and status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 0)
    )


def has_progressed(deployment: Body, status: Body) -> bool:
    """True if the new status is nearer to the end than the one that the Deployment has."""
    old = status_of(deployment)

    def gain(figure: str) -> int:
        return int(status.get(figure, 0) - old.get(figure, 0))

    left = gain("replicas") - gain("updatedReplicas")
    return gain("updatedReplicas") > 0 or left < 0 or gain("readyReplicas") > 0 or gain("availableReplicas") > 0


def deadline(deployment: Body, held: Body) -> Instant:
    """The instant after which a rollout without progress has failed. `held`: its Progressing condition."""
    return instant_of(held["lastUpdateTime"]) + int(deployment["spec"]["progressDeadlineSeconds"]) * SECOND


def has_timed_out(deployment: Body, conditions: list[Body], now: Instant) -> bool:
    held = next((one for one in conditions if one["type"] == "Progressing"), None)
    if held is None or held["reason"] == "NewReplicaSetAvailable":
        return False
    return held["reason"] == "ProgressDeadlineExceeded" or deadline(deployment, held) < now
