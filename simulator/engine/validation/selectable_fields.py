"""The fields by which custom resources may be selected.

Follows ValidateCustomResourceSelectableFields in
staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..custom_resources.structural import EMBEDDED, Schema
from ..errors import FieldError, duplicate, invalid_value, required
from ..registry import Body

_MOST = 8


def validate(path: str, fields: list[Body], schema: Schema) -> Iterator[FieldError]:
    seen: set[str] = set()
    for at, one in enumerate(fields):
        held, where = one.get("jsonPath") or "", f"{path}[{at}].jsonPath"
        if not held:
            yield required(where)
            continue
        found, trouble = _field_at(schema, held)
        if trouble:
            yield invalid_value(where, held, f"is an invalid path: {trouble}")
            continue
        if held.startswith(".metadata"):
            yield invalid_value(where, held, "must not point to fields in metadata")
        if found.get("type") not in ("string", "boolean", "integer"):
            detail = (
                "must point to a field of type string, boolean or integer. Enum string fields and strings with formats "
                "are allowed."
            )
            yield invalid_value(where, held, detail)
        if held in seen:
            yield duplicate(where, held)
        seen.add(held)
    if len(seen) > _MOST:
        detail = f"must have at most {_MOST} items"
        yield FieldError("FieldValueTooMany", path, len(seen), detail)


def _field_at(schema: Schema, path: str) -> tuple[Schema, str]:
    """The schema of a field, and why the path names none."""
    if path[0] != ".":
        return {}, f"expected [ or . but got: {path.partition('.')[0].partition('[')[0]}"
    found: Schema = {**schema, EMBEDDED: True}
    for name in path[1:].split("."):
        properties = found.get("properties") or {}
        if name in ("kind", "apiVersion") and found.get(EMBEDDED):
            found = {"type": "string"}
        elif name in properties:
            found = properties[name]
        else:
            return {}, "does not refer to a valid field"
    return found, ""
