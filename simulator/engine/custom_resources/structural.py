"""What a structural schema does to an object on its way in: unknown fields go, nulls go, defaults come.

Schemas are those of `spec.versions[*].schema.openAPIV3Schema`, as plain dicts; None is a value without a schema.
Nothing is changed in place. Follows
staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}/*.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
INT_OR_STRING = "x-kubernetes-int-or-string"
LIST_TYPE = "x-kubernetes-list-type"
MAP_KEYS = "x-kubernetes-list-map-keys"
MAP_TYPE = "x-kubernetes-map-type"
RULES = "x-kubernetes-validations"
META = frozenset(("apiVersion", "kind", "metadata"))


def items_of(schema: Schema | None) -> Schema | None:
    """The schema of a list's items."""
    held = schema.get("items") if schema else None
    return held if isinstance(held, dict) else None


def values_of(schema: Schema | None) -> Schema | None:
    """The schema of a map's values."""
    held = schema.get("additionalProperties") if schema else None
    return held if isinstance(held, dict) else None


def is_map(schema: Schema) -> bool:
    """True if any key may be in there."""
    held = schema.get("additionalProperties")
    return held is True or isinstance(held, dict)


def inside(schema: Schema | None, name: str) -> Schema | None:
    """The schema of what is under a key."""
    if schema is None:
        return None
    found: Schema | None = (schema.get("properties") or {}).get(name)
    return found if found is not None else values_of(schema)


NOTHING: Any = object()
"""What was before where there was nothing, which is not null."""


def item_before(item: Any, old: Any, schema: Schema) -> Any:
    """The item of a list of type map that had the same keys before; NOTHING for other lists."""
    keys = schema.get(MAP_KEYS) or ()
    if schema.get(LIST_TYPE) != "map" or not isinstance(old, list) or not isinstance(item, dict):
        return NOTHING
    mark = [item.get(key) for key in keys]
    return next((one for one in old if isinstance(one, dict) and [one.get(key) for key in keys] == mark), NOTHING)


def root(schema: Schema) -> Schema:
    """The schema of a whole object, whose kind and metadata need no schema."""
    return {**schema, EMBEDDED: True}


# --- pruning -----------------------------------------------------------------------------------------------------


def pruned(value: Any, schema: Schema | None, unknown: list[str] | None = None, path: str = "") -> Any:
    """The value without the fields that the schema does not know; their paths are appended to `unknown`."""
    if schema is not None and schema.get(PRESERVE):
        return _kept(value, schema, unknown, path)
    if isinstance(value, dict):
        left = {}
        for key, inner in value.items():
            where = f"{path}.{key}" if path else key
            if schema is not None and schema.get(EMBEDDED) and key in META:
                left[key] = inner
            elif schema is not None and _knows(schema, key):
                left[key] = pruned(inner, inside(schema, key), unknown, where)
            elif unknown is not None and (key not in META or path):
                unknown.append(where)
        return left
    if isinstance(value, list):
        item = items_of(schema)
        return [pruned(one, item, unknown, f"{path}[{at}]") for at, one in enumerate(value)]
    return value


def _knows(schema: Schema, key: str) -> bool:
    return key in (schema.get("properties") or {}) or is_map(schema)


def _kept(value: Any, schema: Schema | None, unknown: list[str] | None, path: str) -> Any:
    """The value where unknown fields are kept: only what has a schema is pruned inside."""
    if schema is None:
        return value
    if isinstance(value, dict):
        return {
            key: inner
            if (schema.get(EMBEDDED) and key in META) or not _knows(schema, key)
            else pruned(inner, inside(schema, key), unknown, f"{path}.{key}" if path else key)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        item = items_of(schema)
        return [_kept(one, item, unknown, f"{path}[{at}]") for at, one in enumerate(value)]
    return value


# --- defaulting --------------------------------------------------------------------------------------------------


def without_nulls(value: Any, schema: Schema | None) -> Any:
    """The value without the nulls that its schema neither allows nor replaces by a default."""
    if isinstance(value, dict):
        left = {}
        for key, inner in value.items():
            under = inside(schema, key)
            if inner is not None:
                left[key] = without_nulls(inner, under)
            elif under is None or under.get("nullable") or under.get("default") is not None:
                left[key] = None
        return left
    if isinstance(value, list):
        item = items_of(schema)
        return [without_nulls(one, item) for one in value]
    return value


def defaulted(value: Any, schema: Schema | None) -> Any:
    """The value with the schema's defaults where nothing is, or a null that may not be; itself if none is missing."""
    if schema is None:
        return value
    if isinstance(value, dict):
        missing = {
            name: one["default"]
            for name, one in (schema.get("properties") or {}).items()
            if one.get("default") is not None
            and (name not in value or (value[name] is None and not one.get("nullable")))
        }
        filled = {**value, **missing}
        result = {key: _defaulted(inner, inside(schema, key)) for key, inner in filled.items()}
        return result if missing or any(result[key] is not value[key] for key in value) else value
    if isinstance(value, list):
        item = items_of(schema)
        listed = [_defaulted(one, item) for one in value]
        return listed if any(new is not old for new, old in zip(listed, value, strict=True)) else value
    return value


def _defaulted(value: Any, schema: Schema | None) -> Any:
    if value is None and schema is not None and not schema.get("nullable") and schema.get("default") is not None:
        value = schema["default"]
    return defaulted(value, schema)


# --- publishing --------------------------------------------------------------------------------------------------


def in_swagger(schema: Any) -> Any:
    """A schema in OpenAPI 2, which has no alternatives and no null: it says less, so that old clients do not refuse.

    Follows pkg/controller/openapi/v2/conversion.go.
    """
    if not isinstance(schema, dict):
        return schema
    dropped = {"allOf", "anyOf", "oneOf", "not", "nullable"}
    if schema.get(INT_OR_STRING):
        dropped |= {"type"}
    if schema.get("nullable") or schema.get(PRESERVE):
        dropped |= {"type", "items", "properties", "additionalProperties"}
    left = {name: one for name, one in schema.items() if name not in dropped}
    for name in ("items", "additionalProperties"):
        if name in left:
            left[name] = in_swagger(left[name])
    if "properties" in left:
        left["properties"] = {name: in_swagger(one) for name, one in left["properties"].items()}
    return left


# --- looking at schemas ------------------------------------------------------------------------------------------


def has_defaults(schema: Schema | None) -> bool:
    return any(one.get("default") is not None for one in nodes(schema))


def nodes(schema: Any) -> Iterator[Schema]:
    """The schema and all schemas inside it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for name in ("items", "additionalProperties", "not"):
        yield from nodes(schema.get(name))
    for name in ("allOf", "anyOf", "oneOf"):
        for one in schema.get(name) or ():
            yield from nodes(one)
    for one in (schema.get("properties") or {}).values():
        yield from nodes(one)
