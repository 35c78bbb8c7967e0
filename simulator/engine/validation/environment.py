"""A container's environment.

Follows ValidateEnv and ValidateEnvFrom in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

import re

from ..errors import FieldError, invalid_value, not_supported, required
from ..registry import Body
from . import names
from .fields import formed, named

_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
_RESOURCES = (
    "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    "requests.cpu", "requests.memory", "requests.ephemeral-storage",
)  # fmt: skip
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef")
_SUBSCRIPT = re.compile(r"(metadata\.(?:labels|annotations))\['([^']*)'\]")
_ONE = "may not have more than one field specified at a time"


def env(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, one in enumerate(held):
        at = f"{field}[{position}]"
        errors += named(f"{at}.name", one.get("name"), names.env_name)
        if one.get("valueFrom") is not None:
            errors += _value_from(f"{at}.valueFrom", one)
    return errors


def _value_from(field: str, one: Body) -> list[FieldError]:
    source = one["valueFrom"]
    given = [key for key in _SOURCES if source.get(key) is not None]
    errors: list[FieldError] = []
    if "fieldRef" in given:
        errors += _field_ref(f"{field}.fieldRef", source["fieldRef"])
    if "resourceFieldRef" in given:
        errors += _resource_ref(f"{field}.resourceFieldRef", source["resourceFieldRef"])
    for key in ("configMapKeyRef", "secretKeyRef"):
        if key in given:
            errors += formed(f"{field}.{key}.name", source[key].get("name") or "", names.dns_subdomain)
            errors += named(f"{field}.{key}.key", source[key].get("key"), names.config_key)
    if not given:
        detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        errors.append(invalid_value(field, "", detail))
    elif one.get("value"):
        errors.append(invalid_value(field, "", "may not be specified when `value` is not empty"))
    elif len(given) > 1:
        errors.append(invalid_value(field, "", _ONE))
    return errors


def _field_ref(field: str, reference: Body) -> list[FieldError]:
    path = reference.get("fieldPath") or ""
    if not path:
        return [required(f"{field}.fieldPath")]
    if found := _SUBSCRIPT.fullmatch(path):
        key = found[2].lower() if found[1] == "metadata.annotations" else found[2]
        return formed(field, key, names.qualified_name)
    if path in _FIELDS:
        return []
    if path in ("metadata.labels", "metadata.annotations"):
        return [not_supported(f"{field}.fieldPath", path, _FIELDS)]
    detail = f"error converting fieldPath: field label not supported: {path}"
    return [invalid_value(f"{field}.fieldPath", path, detail)]


def _resource_ref(field: str, reference: Body) -> list[FieldError]:
    resource = reference.get("resource") or ""
    if not resource:
        return [required(f"{field}.resource")]
    if resource in _RESOURCES or resource.startswith(("limits.hugepages-", "requests.hugepages-")):
        return []
    return [not_supported(f"{field}.resource", resource, _RESOURCES)]


def env_from(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, one in enumerate(held):
        at = f"{field}[{position}]"
        if one.get("prefix"):
            errors += formed(f"{at}.prefix", one["prefix"], names.env_name)
        given = [key for key in ("configMapRef", "secretRef") if one.get(key) is not None]
        for key in given:
            errors += named(f"{at}.{key}.name", one[key].get("name"), names.dns_subdomain)
        if not given:
            errors.append(invalid_value(field, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(given) > 1:
            errors.append(invalid_value(field, "", _ONE))
    return errors
