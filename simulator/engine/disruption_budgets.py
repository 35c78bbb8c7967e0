"""Which budgets guard a pod, and what a budget says to one disruption more.

The disruption controller sets what a budget allows; each eviction takes one away until the controller has seen it.
Follows checkAndDecrement in pkg/registry/core/pod/storage/eviction.go and
staging/src/k8s.io/component-helpers/apps/poddisruptionbudget/helpers.go, v1.34.
"""

from __future__ import annotations

from . import errors, selectors
from .clock import SECOND
from .errors import StatusError
from .objects import (
    condition,
    conditions_of,
    is_deleting,
    labels_of,
    name_of,
    namespace_of,
    spec_of,
    status_of,
    timestamp,
    with_condition,
)
from .pods import is_ready, is_terminal, phase
from .registry import Bodies, Body, Instant, Reader

RESOURCE = "poddisruptionbudgets.policy"
TIMEOUT = 120 * SECOND
"""After so long an eviction that was approved, and a pod that was to be disrupted, count as left alone."""

SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_ALLOWED = "DisruptionAllowed"
_CAUSE = "DisruptionBudget"
_MOST_DISRUPTED = 2000
_REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."


def of_pod(reader: Reader, pod: Body) -> Bodies:
    """The budgets whose selectors match the pod."""
    labels = labels_of(pod)
    return [one for one in reader.list(RESOURCE, namespace_of(pod)) if selects(one, labels)]


def selects(budget: Body, labels: dict[str, str]) -> bool:
    """True if the budget is about pods with these labels; a selector that says nothing selects all, null none."""
    try:
        return selectors.of(spec_of(budget).get("selector")).matches(labels)
    except (KeyError, TypeError, ValueError):
        return False


def asked(reader: Reader, pod: Body) -> Bodies:
    """The budgets that have a say in the eviction of a pod; several of them are one too many."""
    if is_terminal(pod) or phase(pod) == "Pending" or is_deleting(pod):
        return []
    return of_pod(reader, pod)


def may_go_unasked(pod: Body, budget: Body) -> bool:
    """True for a pod that is not ready, whose going disrupts nobody."""
    if is_ready(pod):
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = status_of(budget)
    healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    return bool(healthy >= desired > 0)


def evicted(pod: Body, now: Instant) -> Body:
    """The pod with the condition that says that it is evicted."""
    known = condition(pod, "DisruptionTarget") or {}
    target = {
        "type": "DisruptionTarget",
        "observedGeneration": pod["metadata"].get("generation", 0),
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": known["lastTransitionTime"] if known.get("status") == "True" else timestamp(now),
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    }
    return {**pod, "status": {**status_of(pod), "conditions": with_condition(conditions_of(pod), target)}}


def less_one(budget: Body, pod: str, now: Instant) -> Body:
    """The budget's status after the eviction of a pod that it guards. Raises StatusError if it allows none."""
    name, status = name_of(budget), status_of(budget)
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        raise still_processed(name)
    allowed, disrupted = status.get("disruptionsAllowed", 0), status.get("disruptedPods") or {}
    if allowed < 0:
        raise errors.forbidden("poddisruptionbudget.policy", name, "pdb disruptions allowed is negative")
    if len(disrupted) > _MOST_DISRUPTED:
        detail = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise errors.forbidden("poddisruptionbudget.policy", name, detail)
    if not allowed:
        needs, has = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        raise _too_many(f"The disruption budget {name} needs {needs} healthy pods and has {has} currently")
    left = {**status, "disruptionsAllowed": allowed - 1, "disruptedPods": {**disrupted, pod: timestamp(now)}}
    return left if allowed > 1 else with_allowed(left, now)


def still_processed(name: str) -> StatusError:
    """The refusal of an eviction whose budget has not been looked at since it, or the pod, changed."""
    return _too_many(f"The disruption budget {name} is still being processed by the server.", retry_after=10)


def _too_many(message: str, *, retry_after: int = 0) -> StatusError:
    details: Body = {"causes": [{"reason": _CAUSE, "message": message}]}
    if retry_after:
        details["retryAfterSeconds"] = retry_after
    return StatusError(429, "TooManyRequests", _REFUSED, details)


def with_allowed(status: Body, now: Instant) -> Body:
    """The status with its condition DisruptionAllowed as its figures say."""
    enough = status.get("disruptionsAllowed", 0) > 0
    reason = "SufficientPods" if enough else "InsufficientPods"
    return with_reason(status, "True" if enough else "False", reason, "", now)


def with_reason(status: Body, value: str, reason: str, message: str, now: Instant) -> Body:
    """The status with its condition DisruptionAllowed set."""
    held = status.get("conditions") or []
    known: Body = next((one for one in held if one.get("type") == _ALLOWED), {})
    since = known.get("lastTransitionTime") if known.get("status") == value else None
    new = {
        "type": _ALLOWED,
        "status": value,
        "observedGeneration": status.get("observedGeneration", 0),
        "lastTransitionTime": since or timestamp(now),
        "reason": reason,
        "message": message,
    }
    return {**status, "conditions": with_condition(held, new)}
