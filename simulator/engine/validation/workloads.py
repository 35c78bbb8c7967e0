"""What ReplicaSets, Deployments and DaemonSets share: their template, their figures, integers or percentages.

Follows pkg/apis/apps/validation/validation.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..objects import spec_of
from ..registry import Body
from . import names
from .fields import not_negative
from .metadata import immutable
from .pod_template import pod_template
from .selectors import of_template


def template(field: str, spec: Body, owner: str) -> list[FieldError]:
    """The pod template of a workload whose pods run for ever. `owner` is the kind's name."""
    held = spec.get("template") or {}
    inner = held.get("spec") or {}
    at = f"{field}.template"
    errors = of_template(at, spec) + pod_template(at, held)
    policy = inner.get("restartPolicy") or ""
    if policy != "Always":
        errors.append(not_supported(f"{at}.spec.restartPolicy", policy, ("Always",)))
    if inner.get("activeDeadlineSeconds") is not None:
        detail = f"activeDeadlineSeconds in {owner} is not Supported"
        errors.append(forbidden_value(f"{at}.spec.activeDeadlineSeconds", detail))
    return errors


def selector_stays(new: Body, old: Body) -> list[FieldError]:
    """The selector of a workload is for ever."""
    return immutable("spec.selector", spec_of(new).get("selector"), spec_of(old).get("selector"))


def figures(field: str, spec: Body, *keys: str) -> list[FieldError]:
    """Figures that must not be below zero."""
    return [error for key in keys for error in not_negative(f"{field}.{key}", spec.get(key))]


def count_or_percent(field: str, value: Any) -> list[FieldError]:
    if value is None:
        return [required(field)]
    if isinstance(value, str):
        return [invalid_value(field, value, message) for message in names.percent(value)]
    return not_negative(field, value)


def at_most_all(field: str, value: Any) -> list[FieldError]:
    if isinstance(value, str) and not names.percent(value) and int(value[:-1]) > 100:
        return [invalid_value(field, value, "must not be greater than 100%")]
    return []


def is_zero(value: Any) -> bool:
    """True for 0 and `0%`; a text that is no percentage counts as 0, and is refused elsewhere."""
    if isinstance(value, str):
        return names.percent(value) != [] or int(value[:-1]) == 0
    return not value
