"""Whether a schema is structural: every value has one type, and nested conditions only narrow what is typed outside.

Follows staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{validation,complete}.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from ..custom_resources.scalars import trouble_of_pattern
from ..custom_resources.structural import (
    EMBEDDED,
    INT_OR_STRING,
    LIST_TYPE,
    MAP_KEYS,
    MAP_TYPE,
    PRESERVE,
    RULES,
    Schema,
)
from ..errors import FieldError, forbidden_value, invalid_value, required

Level = Literal["root", "item", "field"]

_EITHER = [{"type": "integer"}, {"type": "string"}]
_UNTYPED = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
_FORBIDDEN_INSIDE = {
    "type": "must be empty to be structural",
    "additionalProperties": "must be undefined to be structural",
    "default": "must be undefined to be structural",
    "title": "must be empty to be structural",
    "description": "must be empty to be structural",
    "nullable": "must be false to be structural",
    PRESERVE: "must be false to be structural",
    EMBEDDED: "must be false to be structural",
    INT_OR_STRING: "must be false to be structural",
    MAP_KEYS: "must be empty to be structural",
    LIST_TYPE: "must be undefined to be structural",
    MAP_TYPE: "must be undefined to be structural",
    RULES: "must be empty to be structural",
}


def validate(path: str, schema: Schema) -> list[FieldError]:
    """What keeps a schema from being structural, in upstream's order."""
    errors = [*_invariants(schema, "root", path), *_complete(schema, schema, path, path)]
    return sorted(errors, key=FieldError.text)


def _invariants(schema: Any, level: Level, path: str) -> Iterator[FieldError]:
    if not isinstance(schema, dict):
        return
    kind, properties = schema.get("type") or "", schema.get("properties") or {}
    embedded, keeps = schema.get(EMBEDDED), schema.get(PRESERVE)
    if kind == "array" and schema.get("items") is None:
        yield required(f"{path}.items", "must be specified")
    yield from _invariants(schema.get("items"), "item", f"{path}.items")
    for name, one in properties.items():
        yield from _invariants(one, "field", f"{path}.properties[{name}]")
    others = schema.get("additionalProperties")
    if others is not None:
        if level == "root":
            yield forbidden_value(f"{path}.additionalProperties", "must not be used at the root")
        yield from _invariants(others, "field", f"{path}.additionalProperties")
    yield from _extensions(schema, path)
    yield from _conditions(schema, level, path, outside=True)
    if embedded and kind != "object":
        detail = "must be object if x-kubernetes-embedded-resource is true"
        yield invalid_value(f"{path}.type", kind, detail) if kind else required(f"{path}.type", detail)
    elif not kind and not schema.get(INT_OR_STRING) and not keeps:
        yield required(f"{path}.type", _UNTYPED[level])
    if embedded and others is not None:
        yield forbidden_value(
            f"{path}.additionalProperties", "must not be used if x-kubernetes-embedded-resource is set"
        )
    if level == "root" and kind not in ("", "object"):
        yield invalid_value(f"{path}.type", kind, "must be object at the root")
    yield from _head(schema, properties, level, path)
    if embedded and not keeps and not properties:
        detail = (
            "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
        )
        yield required(f"{path}.properties", detail)


def _extensions(schema: Schema, path: str) -> Iterator[FieldError]:
    for name in (PRESERVE, EMBEDDED):
        if schema.get(INT_OR_STRING) and schema.get(name):
            yield invalid_value(f"{path}.{name}", True, "must be false if x-kubernetes-int-or-string is true")


def _head(schema: Schema, properties: Any, level: Level, path: str) -> Iterator[FieldError]:
    """What a schema says of kind, apiVersion and metadata."""
    checked = level == "root" or schema.get(EMBEDDED)
    for name in ("kind", "apiVersion"):
        held = properties.get(name)
        if checked and held is not None and held.get("type") != "string":
            yield invalid_value(f"{path}.properties[{name}].type", held.get("type") or "", "must be string")
    meta = properties.get("metadata")
    if meta is None:
        return
    where = f"{path}.properties[metadata]"
    if checked and meta.get("type") != "object":
        yield invalid_value(f"{where}.type", meta.get("type") or "", "must be object")
    narrow = set(meta.get("properties") or ()) <= {"name", "generateName"}
    more = {name for name, held in meta.items() if held not in (None, False, [], {}, "")} - {
        "type",
        "default",
        "properties",
    }
    if level == "root" and (more or not narrow):
        detail = "must not specify anything other than name and generateName, but metadata is implicitly specified"
        yield forbidden_value(where, detail)


# --- nested conditions -------------------------------------------------------------------------------------------


def _conditions(
    schema: Schema, level: Level, path: str, *, outside: bool = False, either: bool = False
) -> Iterator[FieldError]:
    """The conditions of a schema. `either`: its anyOf may be the one of an int-or-string."""
    any_of, all_of = schema.get("anyOf") or [], schema.get("allOf") or []
    if any_of != _EITHER or not (outside or either):
        for at, one in enumerate(any_of):
            yield from _nested(one, level, f"{path}.anyOf[{at}]")
    for at, one in enumerate(all_of):
        yield from _nested(one, level, f"{path}.allOf[{at}]", either=outside and at == 0)
    for at, one in enumerate(schema.get("oneOf") or []):
        yield from _nested(one, level, f"{path}.oneOf[{at}]")
    yield from _nested(schema.get("not"), level, f"{path}.not")
    if (pattern := schema.get("pattern")) and (trouble := trouble_of_pattern(pattern)):
        detail = f"must be a valid regular expression, but isn't: {trouble}"
        yield invalid_value(f"{path}.pattern", pattern, detail)


def _nested(schema: Any, level: Level, path: str, *, either: bool = False) -> Iterator[FieldError]:
    if not isinstance(schema, dict):
        return
    yield from _conditions(schema, level, path, either=either)
    yield from _nested(schema.get("items"), level, f"{path}.items")
    for name, one in (schema.get("properties") or {}).items():
        yield from _nested(one, "field", f"{path}.properties[{name}]")
    for name, detail in _FORBIDDEN_INSIDE.items():
        held = schema.get(name)
        if held or (name in ("additionalProperties", "default") and held is not None):
            yield forbidden_value(f"{path}.{name}", detail)
    if "metadata" in (schema.get("properties") or {}):
        yield forbidden_value(f"{path}.properties[metadata]", "must not be specified in a nested context")


# --- completeness ------------------------------------------------------------------------------------------------


def _complete(conditions: Schema, schema: Any, path: str, at: str) -> Iterator[FieldError]:
    """Fields that conditions at `at` speak of must be typed in `schema` at `path`."""
    for name in ("allOf", "anyOf", "oneOf"):
        for index, one in enumerate(conditions.get(name) or ()):
            yield from _complete_nested(one, schema, path, f"{at}.{name}[{index}]")
    yield from _complete_nested(conditions.get("not"), schema, path, f"{at}.not")


def _complete_nested(conditions: Any, schema: Any, path: str, at: str) -> Iterator[FieldError]:
    if not isinstance(conditions, dict):
        return
    if not isinstance(schema, dict):
        yield required(path, f"because it is defined in {at}")
        return
    yield from _complete(conditions, schema, path, at)
    yield from _complete_nested(conditions.get("items"), schema.get("items"), f"{path}.items", f"{at}.items")
    known = schema.get("properties") or {}
    for name, one in (conditions.get("properties") or {}).items():
        yield from _complete_nested(one, known.get(name), f"{path}.properties[{name}]", f"{at}.properties[{name}]")
