"""What the API says when it says no: Kubernetes `Status` objects and the field errors inside them.

Follows staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go and pkg/util/validation/field/errors.go, v1.34.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple


class _Omitted:
    """A value that an error does not show."""


OMITTED = _Omitted()


class FieldError(NamedTuple):
    """One thing wrong with one field. `kind` is upstream's ErrorType (`FieldValueInvalid`, ...)."""

    kind: str
    field: str
    value: Any
    detail: str

    def message(self) -> str:
        """The error as upstream words it, without the field."""
        label = _LABELS[self.kind]
        unshown = self.kind in ("FieldValueRequired", "FieldValueForbidden", "InternalError", "FieldValueTooLong")
        if unshown or self.value is OMITTED:
            head = label
        else:
            head = f"{label}: {_shown(self.value)}"
        if self.kind == "FieldValueTooLong" and self.value not in ("", None):
            head = label
        return f"{head}: {self.detail}" if self.detail else head

    def text(self) -> str:
        return f"{self.field}: {self.message()}"


_LABELS = {
    "FieldValueNotFound": "Not found",
    "FieldValueRequired": "Required value",
    "FieldValueDuplicate": "Duplicate value",
    "FieldValueInvalid": "Invalid value",
    "FieldValueNotSupported": "Unsupported value",
    "FieldValueForbidden": "Forbidden",
    "FieldValueTooLong": "Too long",
    "FieldValueTooMany": "Too many",
    "InternalError": "Internal error",
    "FieldValueTypeInvalid": "Invalid value",
}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None:
        return "null"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def required(field: str, detail: str = "") -> FieldError:
    return FieldError("FieldValueRequired", field, "", detail)


def invalid_value(field: str, value: Any, detail: str) -> FieldError:
    return FieldError("FieldValueInvalid", field, value, detail)


def forbidden_value(field: str, detail: str) -> FieldError:
    return FieldError("FieldValueForbidden", field, "", detail)


def duplicate(field: str, value: Any) -> FieldError:
    return FieldError("FieldValueDuplicate", field, value, "")


def not_found_value(field: str, value: Any) -> FieldError:
    return FieldError("FieldValueNotFound", field, value, "")


def too_long(field: str, limit: int, unit: str = "bytes") -> FieldError:
    return FieldError("FieldValueTooLong", field, "", f"may not be more than {limit} {unit}")


def too_many(field: str, count: int, limit: int) -> FieldError:
    return FieldError("FieldValueTooMany", field, count, f"must have at most {limit} items")


def not_supported(field: str, value: Any, allowed: Sequence[str]) -> FieldError:
    """The allowed values are listed in the order given: sorted where upstream keeps a set, as written where a list."""
    listed = ", ".join(json.dumps(one) for one in allowed)
    return FieldError("FieldValueNotSupported", field, value, f"supported values: {listed}")


class StatusError(Exception):
    """A refusal that a client can read. `status()` is the body of the answer, `code` its HTTP status.

    reason: empty where upstream gives none.
    listing: the ListMeta of the Status, which tells how an interrupted list may go on.
    may_pass: a controller is about to make what is missing, so that the API server asks again before it says no.
    """

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: dict[str, Any] | None = None,
        *,
        listing: dict[str, Any] | None = None,
        may_pass: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details or {}
        self.listing = listing or {}
        self.may_pass = may_pass

    def status(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": self.listing,
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            body["reason"] = self.reason
        if self.details:
            body["details"] = self.details
        return {**body, "code": self.code}


def _of(resource: str, name: str) -> tuple[str, dict[str, Any]]:
    plural, _, group = resource.partition(".")
    details: dict[str, Any] = {"name": name} if name else {}
    if group:
        details["group"] = group
    return resource, {**details, "kind": plural}


def not_found(resource: str, name: str) -> StatusError:
    shown, details = _of(resource, name)
    return StatusError(404, "NotFound", f'{shown} "{name}" not found', details)


def no_such_resource() -> StatusError:
    return StatusError(404, "NotFound", "the server could not find the requested resource")


def already_exists(resource: str, name: str) -> StatusError:
    shown, details = _of(resource, name)
    return StatusError(409, "AlreadyExists", f'{shown} "{name}" already exists', details)


def conflict(resource: str, name: str, detail: str = "") -> StatusError:
    shown, details = _of(resource, name)
    said = detail or ("the object has been modified; please apply your changes to the latest version and try again")
    return StatusError(409, "Conflict", f'Operation cannot be fulfilled on {shown} "{name}": {said}', details)


def forbidden(resource: str, name: str, detail: str, *, may_pass: bool = False) -> StatusError:
    shown, details = _of(resource, name)
    about = f'{shown} "{name}" is forbidden' if name else f"{shown} is forbidden"
    return StatusError(403, "Forbidden", f"{about}: {detail}", details, may_pass=may_pass)


def bad_request(message: str) -> StatusError:
    return StatusError(400, "BadRequest", message)


def invalid(group: str, kind: str, name: str, errors: Sequence[FieldError]) -> StatusError:
    """422 for a well-formed object that breaks a rule; every broken rule is a cause with its field path."""
    texts = list(dict.fromkeys(error.text() for error in errors))
    joined = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    shown = f"{kind}.{group}" if group else kind
    details: dict[str, Any] = {"name": name}
    if group:
        details["group"] = group
    details["kind"] = kind
    details["causes"] = [{"reason": error.kind, "message": error.message(), "field": error.field} for error in errors]
    return StatusError(422, "Invalid", f'{shown} "{name}" is invalid: {joined}', details)
