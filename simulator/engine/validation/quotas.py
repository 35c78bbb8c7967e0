"""Quotas and limit ranges: the names of amounts, which of them may go together, and which scopes fit which amounts.

Follows ValidateResourceQuota and ValidateLimitRange in pkg/apis/core/validation/validation.go and
pkg/apis/core/helper/helpers.go, v1.34.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .. import quantity
from ..errors import FieldError, duplicate, forbidden_value, invalid_value, required
from ..objects import get_in, spec_of
from ..registry import Body
from . import names
from .fields import NEGATIVE
from .resources import OBJECTS, container_resource, is_of_quota, resource_name

_POD_AMOUNTS = frozenset({"pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"})
_SCOPES = {
    "Terminating": _POD_AMOUNTS,
    "NotTerminating": _POD_AMOUNTS,
    "BestEffort": frozenset({"pods"}),
    "NotBestEffort": _POD_AMOUNTS,
    "PriorityClass": _POD_AMOUNTS,
    "CrossNamespacePodAffinity": _POD_AMOUNTS,
    "VolumeAttributesClass": frozenset({"persistentvolumeclaims", "requests.storage"}),
}
_ONLY_EXISTS = ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity")
_PAIRS = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
_NOT_QUOTA = "must be a standard resource for quota"
_EXIST = (
    "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def resource_quota(body: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    spec = spec_of(body)
    hard = spec.get("hard") or {}
    for name in sorted(hard):
        errors += _amount(f"spec.hard[{name}]", name, hard[name])
    errors += _scopes("spec.scopes", spec.get("scopes") or [], hard)
    if spec.get("scopeSelector") is not None:
        errors += _selector("spec.scopeSelector.matchExpressions", spec["scopeSelector"], spec.get("scopes"), hard)
    return errors


def resource_quota_update(new: Body, old: Body) -> list[FieldError]:
    held, was = spec_of(new).get("scopes") or [], spec_of(old).get("scopes") or []
    return [] if set(held) == set(was) else [invalid_value("spec.scopes", held, "field is immutable")]


def resource_quota_status(new: Body, old: Body) -> list[FieldError]:
    """What is wrong with the figures that somebody reports."""
    status = new.get("status") or {}
    return [
        error
        for part in ("hard", "used")
        for name in sorted(status.get(part) or {})
        for error in _amount(f"status.{part}[{name}]", name, status[part][name])
    ]


def _amount(field: str, name: str, text: Any) -> list[FieldError]:
    errors = resource_name(field, name)
    if "/" not in name and not is_of_quota(name):
        errors.append(invalid_value(field, name, _NOT_QUOTA))
    figure = _read(text)
    if figure is None:
        return [*errors, invalid_value(field, text, quantity.MALFORMED)]
    if figure < 0:
        errors.append(invalid_value(field, quantity.canonical(text), NEGATIVE))
    if (name in OBJECTS or is_extended(name)) and figure.denominator != 1:
        errors.append(invalid_value(field, quantity.canonical(text), "must be an integer"))
    return errors


def is_extended(name: str) -> bool:
    """True for a resource of somebody's own domain."""
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def _read(text: Any) -> Fraction | None:
    try:
        return quantity.parse(text)[0]
    except (ValueError, TypeError):
        return None


# --- scopes ------------------------------------------------------------------------------------------------------


def _unfit(scope: str, hard: Body) -> list[str]:
    """The amounts that the scope does not go with."""
    fitting = _SCOPES.get(scope, frozenset())
    return [name for name in sorted(hard) if is_of_quota(name) and name not in fitting]


def _scopes(field: str, held: list[str], hard: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for scope in held:
        if scope not in _SCOPES:
            errors.append(invalid_value(field, held, "unsupported scope"))
        errors += [invalid_value(field, held, "unsupported scope applied to resource") for _ in _unfit(scope, hard)]
    return errors + [invalid_value(field, held, "conflicting scopes") for pair in _PAIRS if pair <= set(held)]


def _selector(field: str, selector: Body, scopes: list[str] | None, hard: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    terms = selector.get("matchExpressions") or []
    for term in terms:
        scope = term.get("scopeName") or ""
        if scope not in _SCOPES:
            errors.append(invalid_value(f"{field}.scopeName", scope, "unsupported scope"))
        for _name in _unfit(scope, hard):
            errors.append(invalid_value(field, selector, "unsupported scope applied to resource"))
        errors += _term(field, term)
    named = {term.get("scopeName") for term in terms}
    return errors + [invalid_value(field, scopes, "conflicting scopes") for pair in _PAIRS if pair <= named]


def _term(field: str, term: Body) -> list[FieldError]:
    operator, held = term.get("operator") or "", term.get("values") or []
    errors = []
    if term.get("scopeName") in _ONLY_EXISTS and operator != "Exists":
        errors.append(invalid_value(f"{field}.operator", operator, _EXIST))
    if operator in ("In", "NotIn"):
        if not held:
            detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            errors.append(required(f"{field}.values", detail))
    elif operator in ("Exists", "DoesNotExist"):
        if held:
            detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            errors.append(invalid_value(f"{field}.values", held, detail))
    else:
        errors.append(invalid_value(f"{field}.operator", operator, "not a valid selector operator"))
    return errors


# --- limit ranges ------------------------------------------------------------------------------------------------

_TYPES = ("Pod", "Container", "PersistentVolumeClaim")
_PARTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
_POD_HAS_NONE = "may not be specified when `type` is 'Pod'"


def limit_range(body: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, item in enumerate(spec_of(body).get("limits") or ()):
        at, kind = f"spec.limits[{position}]", item.get("type") or ""
        errors += _type(f"{at}.type", kind)
        if kind in seen:
            errors.append(duplicate(f"{at}.type", kind))
        seen.add(kind)
        errors += _item(at, kind, item)
    return errors


def _type(field: str, kind: str) -> list[FieldError]:
    errors = [invalid_value(field, kind, message) for message in names.qualified_name(kind)]
    if not errors and "/" not in kind and kind not in _TYPES:
        errors.append(invalid_value(field, kind, "must be a standard limit type or fully qualified"))
    return errors


def _item(at: str, kind: str, item: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    figures: dict[str, dict[str, Fraction]] = {}
    for part in _PARTS:
        held = item.get(part) or {}
        if kind == "Pod" and part in ("default", "defaultRequest"):
            errors += [forbidden_value(f"{at}.{part}", _POD_HAS_NONE)] if held else []
            continue
        for name in sorted(held):
            field = f"{at}.{part}[{name}]"
            errors += container_resource(field, name) if kind in ("Pod", "Container") else resource_name(field, name)
            figure = _read(held[name])
            if figure is None:
                errors.append(invalid_value(field, held[name], quantity.MALFORMED))
            else:
                figures.setdefault(name, {})[part] = figure
    if kind == "PersistentVolumeClaim" and not any(get_in(item, part, "storage") for part in ("min", "max")):
        detail = "either minimum or maximum storage value is required, but neither was provided"
        errors.append(required(f"{at}.limits", detail))
    for name in sorted(figures):
        errors += _order(at, name, item, figures[name])
    return errors


_ORDER = (
    # smaller, larger, the field that is wrong, the value that is shown, the words
    ("min", "max", "min", "min", "min value {0} is greater than max value {1}"),
    ("min", "defaultRequest", "defaultRequest", "defaultRequest",
     "min value {0} is greater than default request value {1}"),
    ("defaultRequest", "max", "defaultRequest", "defaultRequest",
     "default request value {0} is greater than max value {1}"),
    ("defaultRequest", "default", "defaultRequest", "defaultRequest",
     "default request value {0} is greater than default limit value {1}"),
    ("min", "default", "default", "min", "min value {0} is greater than default value {1}"),
    ("default", "max", "default", "max", "default value {0} is greater than max value {1}"),
)  # fmt: skip


def _order(at: str, name: str, item: Body, figures: dict[str, Fraction]) -> list[FieldError]:
    """The amounts of one name, each no greater than those above it."""
    shown = {part: quantity.canonical(item[part][name]) for part in figures}
    errors = [
        invalid_value(f"{at}.{wrong}[{name}]", shown[value], words.format(shown[small], shown[large]))
        for small, large, wrong, value, words in _ORDER
        if small in figures and large in figures and figures[small] > figures[large]
    ]
    ratio = figures.get("maxLimitRequestRatio")
    if ratio is not None:
        field, text = f"{at}.maxLimitRequestRatio[{name}]", shown["maxLimitRequestRatio"]
        if ratio < 1:
            errors.append(invalid_value(field, text, f"ratio {text} is less than 1"))
        if "max" in figures and figures.get("min") and ratio > figures["max"] / figures["min"]:
            most = float(figures["max"] / figures["min"])
            errors.append(invalid_value(field, text, f"ratio {text} is greater than max/min = {most:f}"))
    may_overcommit = not is_extended(name) and not name.startswith("hugepages-")
    pair = (figures.get("default"), figures.get("defaultRequest"))
    if not may_overcommit and None not in pair and pair[0] != pair[1]:
        value, asked = shown["default"], shown["defaultRequest"]
        detail = f"default value {value} must equal to defaultRequest value {asked} in {name}"
        errors.append(invalid_value(f"{at}.defaultRequest[{name}]", asked, detail))
    return errors
