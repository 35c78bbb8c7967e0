"""What pods cost: their number while they can still run, and what they request and may use.

Follows pkg/quota/v1/evaluator/core/pods.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .. import pods
from ..clock import SECOND
from ..in_place_resize import Which, spec_as_held
from ..objects import instant_of
from ..registry import Body, Instant
from ..selectors import Requirement
from .amounts import Amounts, Held, add, of_pod

_COUNT = "count/pods"
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_NAMES = frozenset(
    {_COUNT, "pods", *_COMPUTE, *(f"requests.{name}" for name in _COMPUTE), *(f"limits.{name}" for name in _COMPUTE)}
)
_COMPULSORY = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
_HUGE = "hugepages-"
_BOTH: tuple[Which, Which] = ("requests", "limits")
_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


def tracks(name: str) -> bool:
    return name in _NAMES or name.startswith((_HUGE, f"requests.{_HUGE}")) or _is_extended_request(name)


def _is_extended_request(name: str) -> bool:
    return name.startswith("requests.") and not is_native(name)


def is_native(name: str) -> bool:
    """True for a resource of Kubernetes' own, whose name has no domain or kubernetes.io's."""
    return "/" not in name or "kubernetes.io/" in name


def usage(pod: Body, now: Instant) -> Amounts:
    """All pods count as objects; those that have ended, or should have, cost nothing else."""
    counted = {_COUNT: "1"}
    if not is_charged(pod, now):
        return counted
    requests, limits = (of_pod(spec_as_held(pod, which), which) for which in _BOTH)
    return add(counted, _cost(requests, limits))


def is_charged(pod: Body, now: Instant) -> bool:
    free = free_at(pod)
    return not pods.is_terminal(pod) and (free is None or now <= free)


def free_at(pod: Body) -> Instant | None:
    """When a pod that is being deleted stops to cost anything, even if it is still there; None for any other."""
    meta = pod["metadata"]
    if not meta.get("deletionTimestamp") or meta.get("deletionGracePeriodSeconds") is None:
        return None
    return instant_of(meta["deletionTimestamp"]) + int(meta["deletionGracePeriodSeconds"]) * SECOND


def changes_scope(new: Body, old: Body) -> bool:
    """True if a pod got a deadline, or lost it: all else that scopes look at never changes."""
    return _has_deadline(new["spec"]) != _has_deadline(old["spec"])


def frees(new: Body, old: Body, now: Instant) -> bool:
    """Follows pkg/quota/v1/install/update_filter.go, v1.34, where a change of what it runs with counts as well."""
    if changes_scope(new, old) or (is_charged(old, now) and not is_charged(new, now)):
        return True
    is_other = any(spec_as_held(new, which) != spec_as_held(old, which) for which in _BOTH)
    return is_other and usage(new, now) != usage(old, now)


def _cost(requests: Held, limits: Held) -> Amounts:
    cost = {"pods": "1"}
    for name in _COMPUTE:
        if name in requests:
            cost[name] = cost[f"requests.{name}"] = requests[name]
        if name in limits:
            cost[f"limits.{name}"] = limits[name]
    for name, text in requests.items():
        if name.startswith(_HUGE):
            cost[name] = cost[f"requests.{name}"] = text
        elif not is_native(name) and not name.startswith("requests."):
            cost[f"requests.{name}"] = text
    return cost


def missing(names: Iterable[str], pod: Body) -> str:
    """What containers must say because a quota counts it: cpu and memory only, which upstream regrets.

    In a pod that says something itself they need not say anything.
    """
    if _says_something(pod["spec"].get("resources") or {}):
        return ""
    required = _COMPULSORY & set(names)
    lacking: dict[str, set[str]] = {}
    for container in _containers(pod["spec"]):
        resources = container.get("resources") or {}
        said = _cost(resources.get("requests") or {}, resources.get("limits") or {})
        for name in required - said.keys():
            lacking.setdefault(name, set()).add(str(container.get("name", "")))
    if not lacking:
        return ""
    listed = "; ".join(f"{name} for: {','.join(sorted(lacking[name]))}" for name in sorted(lacking))
    return f"must specify {listed}"


def _says_something(resources: Body) -> bool:
    """Whether a pod's own resources have a name that may be said there."""
    said = (name for which in _BOTH for name in resources.get(which) or ())
    return any(name in ("cpu", "memory") or name.startswith(_HUGE) for name in said)


def _containers(spec: Body) -> Iterator[Body]:
    yield from spec.get("containers") or ()
    yield from spec.get("initContainers") or ()


# --- scopes ------------------------------------------------------------------------------------------------------


def in_scope(pod: Body, term: Body) -> bool:
    """Whether a pod meets one term of a quota: {scopeName, operator, values}."""
    spec = pod["spec"]
    match term.get("scopeName"):
        case "Terminating":
            return _has_deadline(spec)
        case "NotTerminating":
            return not _has_deadline(spec)
        case "BestEffort":
            return pods.qos(spec) == "BestEffort"
        case "NotBestEffort":
            return pods.qos(spec) != "BestEffort"
        case "PriorityClass":
            return selects(term, spec.get("priorityClassName") or "")
        case "CrossNamespacePodAffinity":
            return any(one.get("namespaces") or one.get("namespaceSelector") is not None for one in _terms(spec))
    return False


def _has_deadline(spec: Body) -> bool:
    return spec.get("activeDeadlineSeconds") is not None


def selects(term: Body, value: str) -> bool:
    """Whether a name that an object may have (empty: it has none) meets the term's operator and values."""
    key = term["scopeName"]
    wanted = Requirement(key, _OPERATORS.get(term.get("operator", ""), "exists"), frozenset(term.get("values") or ()))
    return wanted.matches({key: value} if value else {})


def _terms(spec: Body) -> Iterator[Body]:
    for key in ("podAffinity", "podAntiAffinity"):
        held = (spec.get("affinity") or {}).get(key) or {}
        yield from held.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        for weighted in held.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield weighted.get("podAffinityTerm") or {}
