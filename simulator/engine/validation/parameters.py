"""The driver of a storage or volume attributes class, and the parameters that only the driver understands.

Follows validateProvisioner and validateParameters in pkg/apis/storage/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import FieldError, invalid_value, required, too_long
from . import names
from .fields import formed

_MOST = 512
_LARGEST = 256 * 1024


def provisioner(field: str, name: str) -> list[FieldError]:
    return formed(field, name.lower(), names.qualified_name) if name else [required(field)]


def parameters(field: str, held: Mapping[str, str], *, may_be_empty: bool = True) -> list[FieldError]:
    if len(held) > _MOST:
        return [too_long(field, _MOST)]
    if not held and not may_be_empty:
        return [required(field, "must contain at least one key/value pair")]
    errors = [invalid_value(field, "", "field can not be empty.")] if "" in held else []
    size = sum(len(key.encode()) + len((value or "").encode()) for key, value in held.items())
    return [*errors, too_long(field, _LARGEST)] if size > _LARGEST else errors
