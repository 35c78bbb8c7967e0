"""Requests and limits of containers and of pods, and the claims that containers use.

Follows validateResourceRequirements, validateResourceClaimNames and validatePodResources in
pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any

from .. import quantity
from ..errors import FieldError, duplicate, forbidden_value, invalid_value, not_found_value, not_supported, required
from ..registry import Body
from . import names
from .fields import NEGATIVE, figure_of, formed

_CONTAINER = frozenset({"cpu", "memory", "ephemeral-storage"})
_STANDARD = frozenset({
    "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
    "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services",
    "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "storage", "requests.storage",
    "services.nodeports", "services.loadbalancers",
})  # fmt: skip
OBJECTS = frozenset({
    "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
    "services.nodeports", "services.loadbalancers",
})  # fmt: skip
_HUGE = "hugepages-"
_COMPUTE = ("cpu", "memory")
_NATIVE = "kubernetes.io/"

Naming = Callable[[str, str], list[FieldError]]


def requirements(field: str, resources: Body | None, claims: Collection[str] = ()) -> list[FieldError]:
    """What is wrong with a container's `resources`. `claims` are the names of the pod's resource claims."""
    return _requirements(field, resources, claims, container_resource) if resources else []


def _requirements(field: str, resources: Body, claims: Collection[str], naming: Naming) -> list[FieldError]:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    errors: list[FieldError] = []
    for name in sorted(limits):
        at = f"{field}.limits[{name}]"
        errors += naming(at, name) + amount(at, name, limits[name]) + _pages(at, name, limits[name])
    for name in sorted(requests):
        at = f"{field}.requests[{name}]"
        errors += naming(at, name) + amount(at, name, requests[name])
        errors += _within(field, name, requests[name], limits.get(name)) + _pages(at, name, requests[name])
    asked = {*limits, *requests}
    if any(map(_is_huge, asked)) and asked.isdisjoint(_COMPUTE):
        errors.append(forbidden_value(field, "HugePages require cpu or memory"))
    return errors + _claims(f"{field}.claims", resources.get("claims") or [], claims)


def _within(field: str, name: str, asked: Any, limit: Any) -> list[FieldError]:
    overcommits = _is_native(name) and not _is_huge(name)
    if limit is None:
        if overcommits:
            return []
        return [required(f"{field}.limits", "Limit must be set for non overcommitable resources")]
    bound, figure = figure_of(limit), figure_of(asked)
    if bound is None or figure is None:
        return []
    shown, most = quantity.canonical(asked), quantity.canonical(limit)
    if not overcommits and figure != bound:
        return [invalid_value(f"{field}.requests", shown, f"must be equal to {name} limit of {most}")]
    if figure > bound:
        return [invalid_value(f"{field}.requests", shown, f"must be less than or equal to {name} limit of {most}")]
    return []


def amount(field: str, name: str, text: Any) -> list[FieldError]:
    """An amount of a resource: a quantity, not below zero, whole where the resource is counted."""
    figure = figure_of(text)
    if figure is None:
        return [invalid_value(field, text, quantity.MALFORMED)]
    errors = [] if figure >= 0 else [invalid_value(field, quantity.canonical(text), NEGATIVE)]
    if (name in OBJECTS or is_extended(name)) and quantity.milli(text) % 1000:
        errors.append(invalid_value(field, quantity.canonical(text), "must be an integer"))
    return errors


def _pages(field: str, name: str, text: Any) -> list[FieldError]:
    """That an amount of huge pages is a number of pages."""
    size = figure_of(name.removeprefix(_HUGE)) if _is_huge(name) else None
    figure = figure_of(text)
    if not size or figure is None or (figure / size).denominator == 1:
        return []
    shown = quantity.canonical(text)
    return [invalid_value(field, shown, f"{shown} is not positive integer multiple of {name}")]


# --- names -------------------------------------------------------------------------------------------------------


def resource_name(field: str, name: str) -> list[FieldError]:
    """The name of any resource: a standard one, or one with a prefix."""
    errors = formed(field, name, names.qualified_name)
    if errors or "/" in name or name in _STANDARD or _is_huge(name) or name.startswith(f"requests.{_HUGE}"):
        return errors
    return [invalid_value(field, name, "must be a standard resource type or fully qualified")]


def container_resource(field: str, name: str) -> list[FieldError]:
    """The name of a resource that containers may ask for."""
    errors = resource_name(field, name)
    if "/" not in name:
        if name not in _CONTAINER and not _is_huge(name):
            errors.append(invalid_value(field, name, "must be a standard resource for containers"))
    elif not _is_native(name) and not is_extended(name):
        errors.append(invalid_value(field, name, "doesn't follow extended resource name standard"))
    return errors


def _pod_resource(field: str, name: str) -> list[FieldError]:
    errors = resource_name(field, name)
    if errors or name in _COMPUTE or _is_huge(name):
        return errors
    return [not_supported(field, name, _COMPUTE)]


def is_of_quota(name: str) -> bool:
    """True for the name of an amount that quotas count, but for objects by kind and resources of others' domains."""
    return (name in _STANDARD and name != "storage") or name.startswith((_HUGE, f"requests.{_HUGE}"))


def _is_huge(name: str) -> bool:
    return name.startswith(_HUGE)


def _is_native(name: str) -> bool:
    return "/" not in name or _NATIVE in name


def is_extended(name: str) -> bool:
    """True for the name of a device: with a prefix that is not Kubernetes' own."""
    return not _is_native(name) and not name.startswith("requests.") and not names.qualified_name(f"requests.{name}")


# --- claims ------------------------------------------------------------------------------------------------------


def _claims(field: str, held: list[Body], known: Collection[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    taken: set[str] = set()
    for position, claim in enumerate(held):
        at, name, request = f"{field}[{position}]", claim.get("name") or "", claim.get("request") or ""
        if not name:
            errors.append(required(at))
            continue
        key = f"{name}/{request}" if request else name
        if name in taken:
            errors.append(duplicate(at, name))
        else:
            errors += formed(f"{at}.request", request, names.dns_label) if request else []
            if key in taken:
                errors.append(duplicate(at, key))
            elif not request:
                errors += [duplicate(at, name) for other in taken if other.startswith(f"{name}/")]
            taken.add(key)
        if name not in known:
            listed = f": {', '.join(sorted(known))}" if known else " which is empty"
            detail = f"must be one of the names in pod.spec.resourceClaims{listed}"
            errors.append(not_found_value(at, name)._replace(detail=detail))
    return errors


# --- pod level ---------------------------------------------------------------------------------------------------


def of_pod(field: str, spec: Body, claims: Collection[str], asked: dict[str, Fraction]) -> list[FieldError]:
    """The `resources` of a pod as a whole. `asked` is what its containers ask for together."""
    resources = spec.get("resources")
    if resources is None:
        return []
    errors: list[FieldError] = []
    if resources.get("claims") is not None:
        errors.append(forbidden_value(f"{field}.claims", "claims cannot be set for Resources at pod-level"))
    errors += _requirements(field, resources, claims, _pod_resource)
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for name in sorted(asked):
        own = figure_of(requests.get(name, "0"))
        if own is not None and asked[name] > own:
            written = quantity.render(asked[name], "decimal" if name == "cpu" else "binary")
            detail = f"must be greater than or equal to aggregate container requests of {written}"
            errors.append(
                invalid_value(f"{field}.requests[{name}]", quantity.canonical(requests.get(name, "0")), detail)
            )
    for position, one in enumerate(spec.get("containers") or ()):
        for name, text in sorted(((one.get("resources") or {}).get("limits") or {}).items()):
            figure, most = figure_of(text), figure_of(limits.get(name)) if name in limits else None
            if figure is not None and most is not None and figure > most:
                detail = f"must be less than or equal to pod limits of {quantity.canonical(limits[name])}"
                at = f"{field}.containers[{position}][{name}].limits"
                errors.append(invalid_value(at, quantity.canonical(text), detail))
    return errors
