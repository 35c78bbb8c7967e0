"""PodDisruptionBudget: how many pods of an application may be taken away on purpose at one time.

Follows pkg/registry/policy/poddisruptionbudget/strategy.go, pkg/apis/policy/validation/validation.go and
printPodDisruptionBudget in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, invalid_value, not_supported
from ..objects import spec_of, status_of
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Instant, Kind, Part
from ..validation import workloads
from ..validation.selectors import label_selector

_POLICIES = ("AlwaysAllow", "IfHealthyBudget")


def _prepare_create(body: Body) -> Body:
    if "status" in body:
        return body
    return {**body, "status": {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = []
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        detail = "minAvailable and maxUnavailable cannot be both set"
        errors.append(invalid_value("spec", _as_upstream_holds_it(spec), detail))
    for key in ("minAvailable", "maxUnavailable"):
        if spec.get(key) is not None:
            errors += workloads.count_or_percent(f"spec.{key}", spec[key])
            errors += workloads.at_most_all(f"spec.{key}", spec[key])
    errors += label_selector("spec.selector", spec.get("selector"))
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in _POLICIES:
        errors.append(not_supported("spec.unhealthyPodEvictionPolicy", policy, _POLICIES))
    return errors


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    figures = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
    return workloads.figures("status", status_of(new), *figures)


def _as_upstream_holds_it(spec: Body) -> Body:
    """The spec as upstream's messages show it: its internal type has no names of the wire's."""
    names = ("minAvailable", "selector", "maxUnavailable", "unhealthyPodEvictionPolicy")
    return {f"{name[0].upper()}{name[1:]}": spec.get(name) for name in names}


def _number(key: str, name: str, description: str) -> Column:
    def cell(body: Body, now: Instant) -> str:
        value = spec_of(body).get(key)
        return "N/A" if value is None else str(value)

    return Column(name, cell, description=description)


KIND = Kind(
    group="policy",
    version="v1",
    kind="PodDisruptionBudget",
    plural="poddisruptionbudgets",
    short_names=("pdb",),
    columns=(
        NAME,
        _number("minAvailable", "Min Available", "The minimum number of pods that must be available."),
        _number("maxUnavailable", "Max Unavailable", "The maximum number of pods that may be unavailable."),
        Column(
            "Allowed Disruptions",
            field("status", "disruptionsAllowed", default=0),
            "integer",
            description="Calculated number of pods that may be disrupted at this time.",
        ),
        AGE,
    ),
    parts={"status": Part(lambda new, old: new, _validate_status)},
    prepare_create=_prepare_create,
    validate=_validate,
)
