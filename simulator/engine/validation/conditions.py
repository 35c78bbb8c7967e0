"""Conditions in the status of an object.

Follows ValidateConditions in staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go, v1.34.
"""

from __future__ import annotations

import re

from ..errors import FieldError, duplicate, invalid_value, not_supported, required, too_long
from ..registry import Body
from . import names
from .fields import formed

_REASON = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
_REASON_LENGTH, _MESSAGE_LENGTH = 1024, 32 * 1024
_STATUSES = ("False", "True", "Unknown")


def conditions(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, condition in enumerate(held):
        at, kind = f"{field}[{position}]", condition.get("type") or ""
        if kind in known:
            errors.append(duplicate(at, kind))
        known.add(kind)
        errors += _condition(at, condition)
    return errors


def _condition(field: str, condition: Body) -> list[FieldError]:
    kind, status, reason = (condition.get(key) or "" for key in ("type", "status", "reason"))
    errors = formed(f"{field}.type", kind, names.qualified_name)
    if status not in _STATUSES:
        errors.append(not_supported(f"{field}.status", status, _STATUSES))
    generation = condition.get("observedGeneration") or 0
    if generation < 0:
        detail = "must be greater than or equal to zero"
        errors.append(invalid_value(f"{field}.observedGeneration", generation, detail))
    if not condition.get("lastTransitionTime"):
        errors.append(required(f"{field}.lastTransitionTime", "must be set"))
    if not reason:
        errors.append(required(f"{field}.reason", "must be set"))
    elif not re.fullmatch(_REASON, reason, re.ASCII):
        detail = (
            "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric "
            "characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  "
            f"or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '{_REASON}')"
        )
        errors.append(invalid_value(f"{field}.reason", reason, detail))
    if len(reason) > _REASON_LENGTH:
        errors.append(too_long(f"{field}.reason", _REASON_LENGTH))
    if len(condition.get("message") or "") > _MESSAGE_LENGTH:
        errors.append(too_long(f"{field}.message", _MESSAGE_LENGTH))
    return errors
