"""What the arguments of plugins must be.

Follows pkg/scheduler/apis/config/validation/validation_pluginargs.go, v1.34. The shape of
RequestedToCapacityRatio is told by its own path, and must be there where the strategy needs it, as v1.35 has it; v1.34
itself falls over without.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine import cron
from simulator.engine.errors import FieldError, duplicate, forbidden_value, invalid_value, not_supported, required
from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.durations import text_of
from simulator.engine.scheduler.node_selectors import term_of
from simulator.engine.validation import names
from simulator.engine.validation.fields import formed
from simulator.engine.validation.go_values import Field, Struct, shown

_STRATEGIES = ("LeastAllocated", "MostAllocated", "RequestedToCapacityRatio")
_ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
_POINT: Struct = {"Utilization": Field("utilization", 0), "Score": Field("score", 0)}
_TOP_SCORE = 10


def validate(plugin: str, field: str, held: Body) -> list[FieldError]:
    """What is wrong with a plugin's defaulted arguments; `field` is their path."""
    check = _CHECKS.get(plugin)
    return check(field, held) if check else []


def _preemption(field: str, held: Body) -> list[FieldError]:
    percentage, absolute = held["minCandidateNodesPercentage"], held["minCandidateNodesAbsolute"]
    errors = []
    if not 0 <= percentage <= 100:
        errors.append(invalid_value(f"{field}.minCandidateNodesPercentage", percentage, "not in valid range [0, 100]"))
    if absolute < 0:
        errors.append(invalid_value(f"{field}.minCandidateNodesAbsolute", absolute, "not in valid range [0, inf)"))
    if percentage == absolute == 0:
        for one, other in (("Percentage", "Absolute"), ("Absolute", "Percentage")):
            detail = f"cannot be zero at the same time as minCandidateNodes{other}"
            errors.append(invalid_value(f"{field}.minCandidateNodes{one}", 0, detail))
    return errors


def _dynamic_resources(field: str, held: Body) -> list[FieldError]:
    span = cron.duration(held["filterTimeout"])
    return [] if span >= 0 else [invalid_value(f"{field}.filterTimeout", text_of(span), "must be zero or positive")]


def _inter_pod_affinity(field: str, held: Body) -> list[FieldError]:
    weight = held["hardPodAffinityWeight"]
    if 0 <= weight <= 100:
        return []
    return [invalid_value(f"{field}.hardPodAffinityWeight", weight, "not in valid range [0, 100]")]


# --- PodTopologySpread -------------------------------------------------------------------------------------------


def _spread(field: str, held: Body) -> list[FieldError]:
    kind, constraints = held["defaultingType"], held.get("defaultConstraints") or []
    errors = []
    if kind not in ("System", "List"):
        errors.append(not_supported(f"{field}.defaultingType", kind, ("System", "List")))
    elif kind == "System" and constraints:
        errors.append(invalid_value(f"{field}.defaultingType", kind, "when .defaultConstraints are not empty"))
    known = set()
    for position, one in enumerate(constraints):
        at = f"{field}.defaultConstraints[{position}]"
        errors += _constraint(at, one)
        pair = (one.get("topologyKey") or "", one.get("whenUnsatisfiable") or "")
        if pair in known:
            errors.append(duplicate(at, f"{{{pair[0]}, {pair[1]}}}"))
        known.add(pair)
    return errors


def _constraint(field: str, one: Body) -> list[FieldError]:
    skew, key, action = one.get("maxSkew") or 0, one.get("topologyKey") or "", one.get("whenUnsatisfiable") or ""
    errors = [] if skew > 0 else [invalid_value(f"{field}.maxSkew", skew, "not in valid range (0, inf)")]
    if key:
        errors += formed(f"{field}.topologyKey", key, names.qualified_name)
    else:
        errors.append(required(f"{field}.topologyKey", "can not be empty"))
    if not action:
        errors.append(required(f"{field}.whenUnsatisfiable", "can not be empty"))
    elif action not in _ACTIONS:
        errors.append(not_supported(f"{field}.whenUnsatisfiable", action, _ACTIONS))
    if one.get("labelSelector") is not None:
        detail = "constraint must not define a selector, as they deduced for each pod"
        errors.append(forbidden_value(f"{field}.labelSelector", detail))
    return errors


# --- resources and volumes ---------------------------------------------------------------------------------------


def _balanced(field: str, held: Body) -> list[FieldError]:
    errors, known = [], set()
    for position, one in enumerate(held["resources"]):
        at, name = f"{field}.resources[{position}]", one.get("name") or ""
        if name in known:
            errors.append(duplicate(f"{at}.name", name))
        known.add(name)
        if one["weight"] != 1:
            errors.append(invalid_value(f"{at}.weight", one["weight"], "must be 1"))
    return errors


def _fit(field: str, held: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, name in enumerate(held.get("ignoredResources") or ()):
        errors += formed(f"{field}.ignoredResources[{position}]", name, names.qualified_name)
    for position, group in enumerate(held.get("ignoredResourceGroups") or ()):
        at = f"{field}.ignoredResourceGroups[{position}]"
        if "/" in group:
            errors.append(invalid_value(at, group, "resource group name can't contain '/'"))
        errors += formed(at, group, names.qualified_name)
    return errors + _strategy(f"{field}.scoringStrategy", held["scoringStrategy"])


def _strategy(field: str, held: Body) -> list[FieldError]:
    kind, ratio = held.get("type") or "", held.get("requestedToCapacityRatio")
    errors = [] if kind in _STRATEGIES else [not_supported(f"{field}.type", kind, _STRATEGIES)]
    for position, one in enumerate(held["resources"]):
        weight = one["weight"]
        if not 0 < weight <= 100:
            detail = f"resource weight of {one.get('name') or ''} not in valid range (0, 100]"
            errors.append(invalid_value(f"{field}.resources[{position}].weight", weight, detail))
    at = f"{field}.requestedToCapacityRatio"
    if ratio is not None:
        errors += _shape(f"{at}.shape", ratio.get("shape") or [])
    elif kind == "RequestedToCapacityRatio":
        errors.append(required(at, "must be specified when type is RequestedToCapacityRatio"))
    return errors


def _shape(field: str, points: list[Body]) -> list[FieldError]:
    if not points:
        return [required(field, "at least one point must be specified")]
    errors = []
    shares = [one.get("utilization") or 0 for one in points]
    for position in range(1, len(shares)):
        if shares[position - 1] >= shares[position]:
            detail = "values must be sorted in increasing order"
            errors.append(invalid_value(f"{field}[{position}].utilization", shares[position], detail))
            break
    for position, one in enumerate(points):
        for key, top in (("utilization", 100), ("score", _TOP_SCORE)):
            figure = one.get(key) or 0
            if not 0 <= figure <= top:
                errors.append(invalid_value(f"{field}[{position}].{key}", figure, f"not in valid range [0, {top}]"))
    return errors


def _volume_binding(field: str, held: Body) -> list[FieldError]:
    errors, timeout = [], held["bindTimeoutSeconds"]
    if timeout < 0:
        detail = "invalid BindTimeoutSeconds, should not be a negative value"
        errors.append(invalid_value(f"{field}.bindTimeoutSeconds", timeout, detail))
    if held.get("shape") is not None:
        detail = "unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring"
        errors.append(invalid_value(f"{field}.shape", shown(held["shape"], _POINT), detail))
    return errors


# --- NodeAffinity ------------------------------------------------------------------------------------------------


def _node_affinity(field: str, held: Body) -> list[FieldError]:
    affinity = held.get("addedAffinity") or {}
    errors: list[FieldError] = []
    at = f"{field}.addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
    required_terms = (affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms")
    for position, term in enumerate(required_terms or ()):
        errors += term_of(term, field=f"{at}[{position}]").errors
    at = f"{field}.addedAffinity.preferredDuringSchedulingIgnoredDuringExecution"
    for position, preferred in enumerate(affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()):
        # A preference without weight is never read; and its path leaves out `preference`.
        if preferred.get("weight"):
            errors += term_of(preferred.get("preference") or {}, field=f"{at}[{position}]").errors
    return errors


_CHECKS: dict[str, Callable[[str, Body], list[FieldError]]] = {
    "DefaultPreemption": _preemption,
    "DynamicResources": _dynamic_resources,
    "InterPodAffinity": _inter_pod_affinity,
    "NodeAffinity": _node_affinity,
    "NodeResourcesBalancedAllocation": _balanced,
    "NodeResourcesFit": _fit,
    "PodTopologySpread": _spread,
    "VolumeBinding": _volume_binding,
}
