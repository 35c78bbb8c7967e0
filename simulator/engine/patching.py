"""Merge patches: JSON merge patch (RFC 7386) and Kubernetes' strategic merge patch.

Nothing is changed in place: the result shares what the patch does not touch.
Follows staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from .registry import Body

_DIRECTIVE = "$patch"
_RETAIN = "$retainKeys"
_DELETE_FROM = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"


class PatchError(ValueError):
    """A patch that cannot be applied; the message is upstream's."""


class FieldSchema(Protocol):
    """How a field is patched: `strategies` of merge, replace and retainKeys; `merge_key` names a list's items."""

    @property
    def strategies(self) -> tuple[str, ...]: ...
    @property
    def merge_key(self) -> str: ...
    @property
    def type(self) -> Schema: ...


class Schema(Protocol):
    """What is known of an object's fields. `form` is object, map or list where the value has an inside."""

    @property
    def form(self) -> str: ...
    @property
    def item(self) -> Schema: ...
    @property
    def fields(self) -> Mapping[str, FieldSchema]: ...


def merge(target: Any, patch: Any) -> Any:
    """RFC 7386: objects merge, null removes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def strategic(target: Body, patch: Body, schema: Schema) -> Body:
    """The target with a strategic merge patch applied. Raises PatchError."""
    return _map(target, patch, schema)


def _field(schema: Schema | None, name: str) -> FieldSchema | None:
    if schema is None or schema.form != "object":
        return None
    return schema.fields.get(name)


def _inside(schema: Schema | None, name: str) -> Schema | None:
    if schema is not None and schema.form == "map":
        return schema.item
    field = _field(schema, name)
    return field.type if field else None


def _map(target: Body | None, patch: Body, schema: Schema | None) -> Body:
    directive = patch.get(_DIRECTIVE)
    if _DIRECTIVE in patch:
        if directive == "replace":
            return {key: value for key, value in patch.items() if key != _DIRECTIVE and value is not None}
        if directive == "delete":
            return {}
        if directive != "merge":
            raise PatchError(f"unknown patch type found: {directive}")
    result = _retained(dict(target or {}), patch)
    done = _ordered_lists(result, patch, schema)
    for key, value in patch.items():
        if key in done or key in (_DIRECTIVE, _RETAIN) or key.startswith(_ORDER):
            continue
        if key.startswith(_DELETE_FROM):
            name = key.removeprefix(_DELETE_FROM)
            if name in result:
                gone = _list(value)
                result[name] = [one for one in _list(result[name]) if one not in gone]
        elif value is None:
            result.pop(key, None)
        else:
            result[key] = _value(result.get(key), value, key, schema)
    return result


def _value(held: Any, patch: Any, name: str, schema: Schema | None) -> Any:
    field, inside = _field(schema, name), _inside(schema, name)
    strategies = field.strategies if field else ()
    if isinstance(patch, dict):
        if "replace" in strategies:
            return _clean(patch)
        return _map(held if isinstance(held, dict) else None, patch, inside)
    if isinstance(patch, list) and field is not None and "merge" in strategies:
        return _merged_list(_list(held or []), patch, field)
    return _clean(patch)


def _clean(value: Any) -> Any:
    """A value that replaces what was there: directives do not survive in it."""
    if isinstance(value, dict):
        if value.get(_DIRECTIVE) == "delete":
            return {}
        return {
            key: _clean(inner)
            for key, inner in value.items()
            if not key.startswith((_DIRECTIVE, _RETAIN, _DELETE_FROM, _ORDER))
        }
    if isinstance(value, list):
        return [
            _clean(one) for one in value if not (isinstance(one, dict) and one.get(_DIRECTIVE) in ("delete", "replace"))
        ]
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise PatchError(f"expected a list, but received a {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    return {dict: "map", str: "string", bool: "bool", int: "number", float: "number"}.get(type(value), "null")


def _retained(target: Body, patch: Body) -> Body:
    if _RETAIN not in patch:
        return target
    wrong = PatchError("invalid patch format of retainKeys")
    kept = patch[_RETAIN]
    if not isinstance(kept, list):
        raise wrong
    for key, value in patch.items():
        if value is not None and key not in kept and not key.startswith((_DELETE_FROM, _ORDER, _RETAIN)):
            raise wrong
    return {key: value for key, value in target.items() if key in kept}


def _merged_list(held: list[Any], patch: list[Any], field: FieldSchema) -> list[Any]:
    """The list with the patch's items merged in; what is new stands before what only the server has."""
    if not field.merge_key:
        new = _unique(patch)
        return _in_order(held + [one for one in new if one not in held], held, new, "")
    if any(_directive(one) == "replace" for one in patch):
        return [_clean(one) for one in patch if _directive(one) not in ("replace", "delete")]
    key, inside = field.merge_key, field.type.item
    result = list(held)
    for one in patch:
        if not isinstance(one, dict):
            raise PatchError(f"expected a map, but received a {_shown(one)}")
        if key not in one:
            raise PatchError(f"map: {one} does not contain declared merge key: {key}")
        found = [at for at, item in enumerate(result) if isinstance(item, dict) and item.get(key) == one[key]]
        directive = _directive(one)
        if directive == "delete":
            result = [item for at, item in enumerate(result) if at not in found]
        elif found:
            result[found[0]] = _map(result[found[0]], one, inside)
        else:
            result.append(_map(None, one, inside))
    return _in_order(result, held, [one for one in patch if _directive(one) is None], key)


def _directive(item: Any) -> Any:
    return item.get(_DIRECTIVE) if isinstance(item, dict) else None


def _unique(items: Iterable[Any]) -> list[Any]:
    result: list[Any] = []
    for one in items:
        if one not in result:
            result.append(one)
    return result


def _ordered_lists(result: Body, patch: Body, schema: Schema | None) -> frozenset[str]:
    """Merges the lists for which the patch sets an order, in that order; returns their names."""
    done = []
    for directive, order in patch.items():
        if not directive.startswith(_ORDER):
            continue
        name = directive.removeprefix(_ORDER)
        if not isinstance(order, list):
            raise PatchError("invalid patch format of setElementOrder list")
        given = patch.get(name)
        if name not in result and given is None:
            continue
        field = _field(schema, name)
        live = _list(result.get(name) or [])
        gone = _list(patch.get(_DELETE_FROM + name) or [])
        live = [one for one in live if one not in gone] if gone else live
        merge_key = field.merge_key if field else ""
        _check_order(_list(given or []), order, merge_key)
        merged = live if given is None else _value(live, given, name, schema)
        result[name] = _in_order(merged, live, order, merge_key)
        done += [name, _DELETE_FROM + name]
    return frozenset(done)


def _mark(item: Any, merge_key: str) -> Any:
    """What tells items of a list apart: the item itself, or its merge key."""
    if not merge_key:
        return item
    if not isinstance(item, dict) or merge_key not in item:
        raise PatchError(f"map: {item} does not contain declared merge key: {merge_key}")
    return item[merge_key]


def _check_order(given: list[Any], order: list[Any], merge_key: str) -> None:
    if not given or not order:
        return
    marks = [_mark(one, merge_key) for one in given if _directive(one) is None]
    places = iter([_mark(one, merge_key) for one in order])
    if not all(any(mark == place for place in places) for mark in marks):
        raise PatchError(f"The order in patch list:\n{given}\n doesn't match $setElementOrder list:\n{order}\n")


def _in_order(merged: list[Any], live: list[Any], order: list[Any], merge_key: str) -> list[Any]:
    """Items that the order names come in that order; the server's own keep their place before what followed them."""
    wanted = [_mark(one, merge_key) for one in order]
    lived = [_mark(one, merge_key) for one in live]
    named = [one for one in merged if _mark(one, merge_key) in wanted]
    own = [one for one in merged if _mark(one, merge_key) not in wanted]
    named.sort(key=lambda one: wanted.index(_mark(one, merge_key)))
    own.sort(key=lambda one: lived.index(_mark(one, merge_key)) if _mark(one, merge_key) in lived else len(lived))
    result: list[Any] = []
    while named and own:
        first, second = _mark(named[0], merge_key), _mark(own[0], merge_key)
        stays = first in lived and second in lived and lived.index(second) < lived.index(first)
        result.append(own.pop(0) if stays else named.pop(0))
    return result + named + own
