"""Requests and limits.

Follows ValidateResourceRequirements in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from .. import quantity
from ..errors import FieldError, invalid_value, required
from ..registry import Body
from . import names
from .fields import NEGATIVE

_STANDARD = frozenset({"cpu", "memory", "ephemeral-storage"})
_HUGE = "hugepages-"
OBJECTS = frozenset(
    {
        "pods",
        "resourcequotas",
        "services",
        "replicationcontrollers",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    }
)
_OF_QUOTA = frozenset(
    {
        *_STANDARD,
        *(f"requests.{name}" for name in _STANDARD),
        *(f"limits.{name}" for name in _STANDARD),
        "requests.storage",
        *OBJECTS,
    }
)


def requirements(field: str, resources: Body | None) -> list[FieldError]:
    """What is wrong with a container's `resources`."""
    if not resources:
        return []
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    errors: list[FieldError] = []
    for name in sorted(limits):
        errors += _amount(f"{field}.limits", name, limits[name])
    for name in sorted(requests):
        errors += _amount(f"{field}.requests", name, requests[name])
        if _read(requests[name]) is not None:
            errors += _within(field, name, requests[name], limits.get(name))
    if any(map(_is_huge, (*limits, *requests))) and not ({"cpu", "memory"} & {*limits, *requests}):
        errors.append(FieldError("FieldValueForbidden", field, "", "HugePages require cpu or memory"))
    return errors


def _within(field: str, name: str, asked: Any, limit: Any) -> list[FieldError]:
    overcommits = (name in _STANDARD or "/" not in name) and not _is_huge(name)
    if limit is None:
        if overcommits:
            return []
        return [required(f"{field}.limits", "Limit must be set for non overcommitable resources")]
    bound, figure = _read(limit), _read(asked)
    if bound is None or figure is None:
        return []
    shown, most = quantity.canonical(asked), quantity.canonical(limit)
    if not overcommits and figure != bound:
        return [invalid_value(f"{field}.requests", shown, f"must be equal to {name} limit of {most}")]
    if figure > bound:
        return [invalid_value(f"{field}.requests", shown, f"must be less than or equal to {name} limit of {most}")]
    return []


def _amount(field: str, name: str, text: Any) -> list[FieldError]:
    at = f"{field}[{name}]"
    errors = container_resource(at, name)
    figure = _read(text)
    if figure is None:
        return [*errors, invalid_value(at, text, quantity.MALFORMED)]
    if figure < 0:
        errors.append(invalid_value(at, quantity.canonical(text), NEGATIVE))
    elif name not in _STANDARD and "/" in name and figure.denominator != 1:
        errors.append(invalid_value(at, quantity.canonical(text), "must be an integer"))
    return errors


def resource_name(field: str, name: str) -> list[FieldError]:
    """A qualified name; without a domain it must be one that Kubernetes knows."""
    errors = [invalid_value(field, name, message) for message in names.qualified_name(name)]
    if not errors and "/" not in name and not is_of_quota(name) and name != "storage" and not _is_huge(name):
        errors.append(invalid_value(field, name, "must be a standard resource type or fully qualified"))
    return errors


def container_resource(field: str, name: str) -> list[FieldError]:
    """The name of a resource that containers may ask for."""
    errors = resource_name(field, name)
    if "/" not in name and name not in _STANDARD and not _is_huge(name) and not names.qualified_name(name):
        errors.append(invalid_value(field, name, "must be a standard resource for containers"))
    return errors


def is_of_quota(name: str) -> bool:
    """True for the name of an amount that quotas count, but for objects by kind and resources of others' domains."""
    return name in _OF_QUOTA or name.startswith((_HUGE, f"requests.{_HUGE}"))


def _is_huge(name: str) -> bool:
    return name.startswith(_HUGE)


def _read(text: Any) -> Any:
    try:
        return quantity.parse(text)[0]
    except (ValueError, TypeError):
        return None
