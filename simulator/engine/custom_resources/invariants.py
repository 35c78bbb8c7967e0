"""What a structural schema promises beyond its values: sets and maps have no duplicates, embedded objects are objects.

Follows staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{listtype,objectmeta}/validation.go, v1.34.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import FieldError, duplicate, invalid_value, required
from ..validation import metadata, names
from .structural import EMBEDDED, LIST_TYPE, MAP_KEYS, Schema, inside, items_of


def _child(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _below(path: str, schema: Schema, key: str) -> str:
    """The path of what is under a key: a field, or the entry of a map."""
    return _child(path, key) if key in (schema.get("properties") or {}) else f"{path}[{key}]"


# --- sets and maps -----------------------------------------------------------------------------------------------


def duplicates(value: Any, schema: Schema | None, path: str = "") -> list[FieldError]:
    """The items that a list of type set or map has more than once."""
    if schema is None:
        return []
    if isinstance(value, dict):
        return [
            one
            for key, inner in value.items()
            for one in duplicates(inner, inside(schema, key), _below(path, schema, key))
        ]
    if not isinstance(value, list):
        return []
    found = []
    if schema.get(LIST_TYPE) == "set":
        found = [duplicate(f"{path}[{at}]", value[at]) for at in _repeated(value)]
    elif schema.get(LIST_TYPE) == "map":
        found = _repeated_keys(value, schema.get(MAP_KEYS) or [], path)
    item = items_of(schema)
    return found + [one for at, inner in enumerate(value) for one in duplicates(inner, item, f"{path}[{at}]")]


def _repeated_keys(value: list[Any], keys: list[str], path: str) -> list[FieldError]:
    for at, one in enumerate(value):
        if one is not None and not isinstance(one, dict):
            return [invalid_value(f"{path}[{at}]", one, "must be an object for an array of list-type map")]
    marks = [{key: one[key] for key in keys if key in one} if one else {} for one in value]
    return [duplicate(f"{path}[{at}]", marks[at]) for at in _repeated(marks)]


def _repeated(items: list[Any]) -> list[int]:
    """Where an item stands for the second time."""
    seen: dict[str, int] = {}
    found = []
    for at, one in enumerate(items):
        mark = json.dumps(one, sort_keys=True)
        seen[mark] = seen.get(mark, 0) + 1
        if seen[mark] == 2:
            found.append(at)
    return found


# --- embedded objects --------------------------------------------------------------------------------------------


def embedded(value: Any, schema: Schema | None, path: str = "") -> list[FieldError]:
    """What is wrong with the kinds and the metadata of the objects that the schema says are embedded."""
    if schema is None:
        return []
    if isinstance(value, list):
        item = items_of(schema)
        return [one for at, inner in enumerate(value) for one in embedded(inner, item, f"{path}[{at}]")]
    if not isinstance(value, dict):
        return []
    found = _head(value, path) if schema.get(EMBEDDED) else []
    return found + [
        one for key, inner in value.items() for one in embedded(inner, inside(schema, key), _below(path, schema, key))
    ]


def _head(value: dict[str, Any], path: str) -> list[FieldError]:
    errors = [required(_child(path, name)) for name in ("apiVersion", "kind") if name not in value]
    version, kind = value.get("apiVersion", "v1"), value.get("kind", "Any")
    where = _child(path, "apiVersion")
    if not isinstance(version, str):
        errors.append(invalid_value(where, version, "must be a string"))
    elif not version:
        errors.append(invalid_value(where, version, "must not be empty"))
    elif version.count("/") > 1:
        errors.append(invalid_value(where, version, f"unexpected GroupVersion string: {version}"))
    where = _child(path, "kind")
    if not isinstance(kind, str):
        errors.append(invalid_value(where, kind, "must be a string"))
    elif not kind:
        errors.append(invalid_value(where, kind, "must not be empty"))
    elif wrong := names.dns_1035_label(kind.lower()):
        detail = "may have mixed case, but should otherwise match: " + ",".join(wrong)
        errors.append(invalid_value(where, kind, detail))
    return errors + _metadata(value.get("metadata"), _child(path, "metadata"))


def _metadata(meta: Any, path: str) -> list[FieldError]:
    if meta is None:
        return []
    if not isinstance(meta, dict):
        return [invalid_value(path, meta, "must be an object")]
    errors = [
        invalid_value(f"{path}.{key}", meta[key], message)
        for key in ("name", "generateName")
        if isinstance(meta.get(key), str)
        for message in names.path_segment(meta[key])
    ]
    for key, check in (("labels", metadata.labels), ("annotations", metadata.annotation_map)):
        held = meta.get(key)
        if isinstance(held, dict) and all(isinstance(one, str) for one in held.values()):
            errors += check(f"{path}.{key}", held)
        elif held is not None:
            errors.append(invalid_value(f"{path}.{key}", held, "must be a map of strings"))
    return errors
