"""A container's environment, and the references to fields and resources that it shares with files of the downward API.

Follows ValidateEnv, ValidateEnvFrom, validateObjectFieldSelector and validateContainerResourceFieldSelector in
pkg/apis/core/validation/validation.go, v1.34. Of sources, `fileKeyRef` is off in 1.34: see defaults/features.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .. import quantity
from ..errors import FieldError, invalid_value, not_supported, required
from ..registry import Body
from . import names
from .fields import formed, named

FILE_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
_KNOWN = frozenset((*_FIELDS, *FILE_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase"))
_RENAMED = {"spec.host": "spec.nodeName"}
_RESOURCES = (
    "limits.cpu", "limits.ephemeral-storage", "limits.memory",
    "requests.cpu", "requests.ephemeral-storage", "requests.memory",
)  # fmt: skip
_HUGE = ("limits.hugepages-", "requests.hugepages-")
_SUBSCRIPT = re.compile(r"(.+?)\['(.*)'\]", re.DOTALL)
_ONE = "may not have more than one field specified at a time"
_BYTES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
_DIVISORS = {
    "cpu": (("1m", "1"), "1m and 1 are supported with the cpu resource"),
    "memory": (_BYTES, f"{', '.join(_BYTES)} are supported with the memory resource"),
    "ephemeral-storage": (_BYTES, f"{', '.join(_BYTES)} are supported with the local ephemeral storage resource"),
    "hugepages": (_BYTES, f"{', '.join(_BYTES)} are supported with the hugepages resource"),
}


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
    errors = [error for key in given for error in _SOURCES[key](f"{field}.{key}", source[key])]
    if not given:
        detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        errors.append(invalid_value(field, "", detail))
    elif one.get("value"):
        errors.append(invalid_value(field, "", "may not be specified when `value` is not empty"))
    elif len(given) > 1:
        errors.append(invalid_value(field, "", _ONE))
    return errors


def _key_ref(field: str, reference: Body) -> list[FieldError]:
    errors = formed(f"{field}.name", reference.get("name") or "", names.dns_subdomain)
    return errors + named(f"{field}.key", reference.get("key"), names.config_key)


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


# --- references --------------------------------------------------------------------------------------------------


def field_ref(field: str, reference: Body, allowed: tuple[str, ...] = _FIELDS) -> list[FieldError]:
    """A field of the pod by its path; `allowed` are the paths without a subscript, sorted."""
    path, version = reference.get("fieldPath") or "", reference.get("apiVersion") or ""
    if not version:
        return [required(f"{field}.apiVersion")]
    if not path:
        return [required(f"{field}.fieldPath")]
    found = _SUBSCRIPT.fullmatch(path)
    if found is None:
        path = _RENAMED.get(path, path)
        if version == "v1" and path in allowed:
            return []
        if version == "v1" and path in _KNOWN:
            return [not_supported(f"{field}.fieldPath", path, allowed)]
    trouble = _unconvertible(version, path, found)
    if trouble:
        return [invalid_value(f"{field}.fieldPath", path, f"error converting fieldPath: {trouble}")]
    assert found is not None
    key = found[2].lower() if found[1] == "metadata.annotations" else found[2]
    return formed(field, key, names.qualified_name)


def _unconvertible(version: str, path: str, found: re.Match[str] | None) -> str:
    """Why a path cannot be a field of a pod; empty if it can. Follows ConvertDownwardAPIFieldLabel."""
    if version != "v1":
        return f"unsupported pod version: {version}"
    if found is None:
        return f"field label not supported: {path}"
    if found[1] not in ("metadata.annotations", "metadata.labels"):
        return f"field label does not support subscript: {path}"
    return ""


def resource_ref(field: str, reference: Body, *, in_volume: bool = False) -> list[FieldError]:
    """A request or limit of a container, which must be named where that is in a volume."""
    resource, errors = reference.get("resource") or "", []
    if in_volume and not reference.get("containerName"):
        errors.append(required(f"{field}.containerName"))
    elif not resource:
        errors.append(required(f"{field}.resource"))
    elif resource not in _RESOURCES and not resource.startswith(_HUGE):
        errors.append(not_supported(f"{field}.resource", resource, _RESOURCES))
    return errors + _divisor(f"{field}.divisor", resource, reference.get("divisor"))


def _divisor(field: str, resource: str, text: object) -> list[FieldError]:
    try:
        written = quantity.canonical(str(text or "0"))
    except ValueError:
        return [invalid_value(field, text, quantity.MALFORMED)]
    name = resource.partition(".")[2]
    allowed, detail = _DIVISORS.get("hugepages" if resource.startswith(_HUGE) else name, ((), ""))
    if written == "0" or not allowed or written in allowed:
        return []
    return [invalid_value(field, resource, f"only divisor's values {detail}")]


_SOURCES: dict[str, Callable[[str, Body], list[FieldError]]] = {
    "fieldRef": field_ref,
    "resourceFieldRef": resource_ref,
    "configMapKeyRef": _key_ref,
    "secretKeyRef": _key_ref,
}
