"""Questions about tokens and access: what is wrong with one.

Follows pkg/apis/authorization/validation/validation.go and pkg/apis/authentication/validation/validation.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from ..errors import FieldError, invalid_value
from ..objects import get_in, spec_of
from ..registry import Body

SHORTEST, _LONGEST = 600, 1 << 32


def token_request(body: Body) -> list[FieldError]:
    seconds = get_in(body, "spec", "expirationSeconds", default=0)
    if seconds < SHORTEST:
        detail = "may not specify a duration less than 10 minutes"
    elif seconds > _LONGEST:
        detail = "may not specify a duration larger than 2^32 seconds"
    else:
        return []
    return [invalid_value("spec.expirationSeconds", seconds, detail)]


def subject_access(body: Body) -> list[FieldError]:
    return [*_spec(body, names_user=True), *_empty(body, "must be empty")]


def self_subject_access(body: Body) -> list[FieldError]:
    return [*_spec(body), *_empty(body, "must be empty")]


def local_subject_access(body: Body) -> list[FieldError]:
    errors = [*_spec(body, names_user=True), *_empty(body, "must be empty except for namespace", "namespace")]
    spec = spec_of(body)
    inner = get_in(spec, "resourceAttributes", "namespace", default="")
    if spec.get("resourceAttributes") is not None and inner != body["metadata"].get("namespace", ""):
        errors.append(invalid_value("spec.resourceAttributes.namespace", inner, "must match metadata.namespace"))
    if spec.get("nonResourceAttributes") is not None:
        shown = _shown(spec["nonResourceAttributes"])
        errors.append(invalid_value("spec.nonResourceAttributes", shown, "disallowed on this kind of request"))
    return errors


def _spec(body: Body, *, names_user: bool = False) -> list[FieldError]:
    spec = spec_of(body)
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    errors = []
    if resource is not None and path is not None:
        detail = "cannot be specified in combination with resourceAttributes"
        errors.append(invalid_value("spec.nonResourceAttributes", _shown(path), detail))
    if resource is None and path is None:
        detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        errors.append(invalid_value("spec.resourceAttributes", None, detail))
    if names_user and not spec.get("user") and not spec.get("groups"):
        errors.append(invalid_value("spec.user", "", "at least one of user or group must be specified"))
    return errors


def _shown(path: Body) -> Any:
    return {"Path": path.get("path", ""), "Verb": path.get("verb", "")}


def _empty(body: Body, detail: str, *allowed: str) -> list[FieldError]:
    """A review is no object: it has no name and nothing else of one."""
    meta = {key: value for key, value in body["metadata"].items() if key not in ("managedFields", *allowed) and value}
    return [invalid_value("metadata", meta, detail)] if meta else []
