"""A Job's conditions: FailureTarget before Failed, SuccessCriteriaMet before Complete, Suspended.

Follows newCondition and ensureJobConditionStatus in pkg/controller/job/job_controller.go and
pkg/controller/job/util/utils.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.objects import condition, is_condition_true, timestamp, with_condition
from simulator.engine.registry import Body, Instant

COMPLETE, FAILED, SUSPENDED = "Complete", "Failed", "Suspended"
FAILURE_TARGET, SUCCESS_CRITERIA_MET = "FailureTarget", "SuccessCriteriaMet"


def new(kind: str, reason: str, message: str, now: Instant, *, status: str = "True") -> Body:
    at = timestamp(now)
    held = {
        "type": kind,
        "status": status,
        "lastProbeTime": at,
        "lastTransitionTime": at,
        "reason": reason,
        "message": message,
    }
    return {key: value for key, value in held.items() if value}


def finished(job: Body) -> str:
    """`Complete` or `Failed`, empty for a Job that has not finished."""
    for kind in (COMPLETE, FAILED):
        if is_condition_true(job, kind):
            return kind
    return ""


def decided(job: Body, now: Instant) -> Body | None:
    """What an earlier sync found the Job to be coming to: its success, or its failure, for which the time has come."""
    met = condition(job, SUCCESS_CRITERIA_MET)
    if met is not None and met.get("status") == "True":
        return met
    target = condition(job, FAILURE_TARGET)
    if target is not None and target.get("status") == "True":
        return final(target, now)
    return None


def final(interim: Body, now: Instant) -> Body:
    """The condition that ends what FailureTarget or SuccessCriteriaMet began."""
    kind = COMPLETE if interim["type"] == SUCCESS_CRITERIA_MET else FAILED
    return new(kind, interim.get("reason", ""), interim.get("message", ""), now)


def ensured(held: list[Body], wanted: Body) -> list[Body]:
    """The list with the condition in it; the same list if it says so already, or if a new one would say False."""
    known = next((one for one in held if one["type"] == wanted["type"]), None)
    if known is None:
        return [*held, wanted] if wanted["status"] != "False" else held
    if all(known.get(key, "") == wanted.get(key, "") for key in ("status", "reason", "message")):
        return held
    return with_condition(held, wanted)
