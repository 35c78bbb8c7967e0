"""The patch that leads from one object to another, and the three-way patch of `kubectl apply`.

Follows staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, v1.32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from simulator import schema
from simulator.engine.registry import Body, Kind
from simulator.schema import Field, Type

_ORDER = "$setElementOrder/"
_DELETE_VALUES = "$deleteFromPrimitiveList/"


class _Mode(NamedTuple):
    """Which differences count: what is gone, what is new or other."""

    deletions: bool = True
    changes: bool = True


def is_strategic(kind: Kind) -> bool:
    """The kind is one of Kubernetes' own, so that lists of it merge by keys."""
    return schema.name_of(kind.group, kind.version, kind.kind) is not None and kind.structural is None


def two_way(kind: Kind, original: Body, modified: Body) -> Body:
    """What changes `original` into `modified`; empty if nothing does."""
    return _maps(original, modified, _type_of(kind), _Mode())


def three_way(kind: Kind, original: Body, modified: Body, current: Body) -> Body:
    """What brings `modified` into `current`, and takes away what only `original` had."""
    kept = _type_of(kind)
    delta = _maps(current, modified, kept, _Mode(deletions=False))
    deletions = _maps(original, modified, kept, _Mode(changes=False))
    return _joined(deletions, delta, kept)


def _type_of(kind: Kind) -> Type | None:
    return schema.of_kind(kind) if is_strategic(kind) else None


def _field(kept: Type | None, name: str) -> Field | None:
    if kept is None:
        return None
    if kept.form == "object":
        return kept.fields.get(name)
    return Field(kept.item) if kept.form == "map" else None


def _maps(original: Body, modified: Body, kept: Type | None, mode: _Mode) -> Body:
    patch: Body = {}
    for key in sorted(original.keys() | modified.keys()):
        if key not in modified:
            if mode.deletions:
                patch[key] = None
        elif key not in original:
            if mode.changes:
                _add(patch, key, modified[key], _field(kept, key))
        else:
            _compare(patch, key, original[key], modified[key], _field(kept, key), mode)
    return patch


def _add(patch: Body, key: str, value: Any, field: Field | None) -> None:
    patch[key] = value
    if _is_merged(field, value) and value and _has_keys(field, value):
        assert field is not None
        patch[f"{_ORDER}{key}"] = _order(value, field.merge_key)


def _is_merged(field: Field | None, value: Any) -> bool:
    return field is not None and "merge" in field.strategies and isinstance(value, list)


def _has_keys(field: Field | None, values: Sequence[Any]) -> bool:
    """Whether the items can be told apart: by their merge key, or as plain values."""
    assert field is not None
    if all(not isinstance(one, dict | list) for one in values):
        return True
    return bool(field.merge_key) and all(isinstance(one, dict) and field.merge_key in one for one in values)


def _order(values: Sequence[Any], merge_key: str) -> list[Any]:
    return [{merge_key: one[merge_key]} if isinstance(one, dict) else one for one in values]


def _compare(patch: Body, key: str, old: Any, new: Any, field: Field | None, mode: _Mode) -> None:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        if field is not None and "replace" in field.strategies:
            if mode.changes:
                patch[key] = {**new, "$patch": "replace"}
            return
        inner = _maps(old, new, field.type if field else None, mode)
        if field is not None and "retainKeys" in field.strategies and inner:
            inner["$retainKeys"] = sorted(new)
        if inner:
            patch[key] = inner
    elif isinstance(old, list) and _is_merged(field, new) and _has_keys(field, [*old, *new]):
        assert field is not None
        _lists(patch, key, old, new, field, mode)
    elif mode.changes:
        patch[key] = new


def _lists(patch: Body, key: str, old: list[Any], new: list[Any], field: Field, mode: _Mode) -> None:
    if all(not isinstance(one, dict) for one in [*old, *new]):
        added, gone = [one for one in new if one not in old], [one for one in old if one not in new]
        if added and mode.changes:
            patch[key] = added
        if gone and mode.deletions:
            patch[f"{_DELETE_VALUES}{key}"] = gone
        if (added and mode.changes) or (gone and mode.deletions):
            patch[f"{_ORDER}{key}"] = new
        return
    merge_key = field.merge_key
    held = {one[merge_key]: one for one in old}
    items: list[Any] = []
    for one in new:
        before = held.pop(one[merge_key], None)
        if before is None:
            items += [one] if mode.changes else []
        elif inner := _maps(before, one, field.type.item, mode):
            items.append({**inner, merge_key: one[merge_key]})
    if mode.deletions:
        items += [{"$patch": "delete", merge_key: one} for one in held]
    same_order = [one[merge_key] for one in old] == [one[merge_key] for one in new]
    if items:
        patch[key] = items
    if items or (mode.changes and mode.deletions and not same_order):
        patch[f"{_ORDER}{key}"] = _order(new, merge_key)


def _joined(deletions: Body, delta: Body, kept: Type | None) -> Body:
    """Both patches in one."""
    whole = dict(deletions)
    for key, value in delta.items():
        held, field = whole.get(key), _field(kept, key)
        if isinstance(held, dict) and isinstance(value, dict):
            whole[key] = _joined(held, value, field.type if field else None)
        elif isinstance(held, list) and isinstance(value, list) and not key.startswith("$"):
            whole[key] = _joined_lists(held, value, field)
        else:
            whole[key] = value
    return whole


def _joined_lists(held: list[Any], more: list[Any], field: Field | None) -> list[Any]:
    """The items of both, those with the same merge key as one."""
    if field is None or not field.merge_key:
        return [*held, *more]
    key = field.merge_key
    whole = {one[key]: one for one in held}
    for one in more:
        whole[one[key]] = _joined(whole[one[key]], one, field.type.item) if one[key] in whole else one
    return list(whole.values())
