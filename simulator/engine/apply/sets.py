"""Which fields a value holds, and in which fields two values differ.

Follows sigs.k8s.io/structured-merge-diff/v6/typed/{tofieldset,compare}.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from . import fields, typed, values
from .fields import LEAF, Fields
from .typed import Schema
from .values import ABSENT

Node = Fields | None


class Comparison(NamedTuple):
    """What is different in the second of two objects. No field is in more than one of the sets."""

    removed: Fields
    modified: Fields
    added: Fields

    @property
    def changed(self) -> Fields:
        return fields.union(self.modified, self.added)

    def without(self, ignored: Fields) -> Comparison:
        """The comparison but for these fields and what is below them."""
        return Comparison(*(fields.without(one, ignored) for one in self)) if ignored else self


def mentioned(value: Any, kind: Schema) -> Fields:
    """Every leaf and every item that the value speaks of: what its applier will manage."""
    found = _mentioned(value, kind)
    return fields.inside(found) if found else {}


def _mentioned(value: Any, kind: Schema) -> Node:
    """The node of a value; None where it holds nothing that counts."""
    match typed.shape(kind, value):
        case "map":
            if kind.map_type == "atomic":
                return LEAF
            return _node(value, kind) if isinstance(value, dict) else None
        case "list":
            if kind.list_type == "atomic":
                return LEAF
            return _items(value, kind) if isinstance(value, list) else None
    return LEAF


def _node(value: dict[str, Any], kind: Schema) -> Node:
    inside: Fields = {}
    for name, inner in value.items():
        below = _mentioned(inner, typed.of_field(kind, name))
        if inner is None or inner == {} or not typed.is_declared(kind, name):
            inside[fields.field(name)] = _as_member(below)
        elif below is not None:
            inside[fields.field(name)] = below
    return inside or None


def _items(value: list[Any], kind: Schema) -> Node:
    inside: Fields = {}
    for place, items in _by_element(value, kind).items():
        inside[place] = LEAF if len(items) > 1 else _as_member(_mentioned(items[0], kind.item))
    return inside or None


def _as_member(below: Node) -> Fields:
    return fields.node(True, fields.inside(below)) or LEAF if below else LEAF


def _by_element(items: Any, kind: Schema) -> dict[str, list[Any]]:
    """The items of a list under their elements; what cannot be told apart is left out."""
    found: dict[str, list[Any]] = {}
    for item in items if isinstance(items, list) else ():
        try:
            found.setdefault(typed.element(kind, item), []).append(item)
        except typed.NotAnItem:
            continue
    return found


def present(value: Any, kind: Schema) -> Fields:
    """The node of a value that was not there before: it, and all that is in it."""
    match typed.shape(kind, value):
        case "map" if isinstance(value, dict) and kind.map_type != "atomic":
            inside = {fields.field(name): present(inner, typed.of_field(kind, name)) for name, inner in value.items()}
            return fields.node(True, inside) or LEAF
        case "list" if kind.list_type != "atomic":
            inside = {
                place: present(items[0], kind.item) if len(items) == 1 else LEAF
                for place, items in _by_element(value, kind).items()
            }
            return fields.node(True, inside) or LEAF
    return LEAF


def compare(old: Any, new: Any, kind: Schema) -> Comparison:
    """In which fields two objects of a type differ."""
    found = _compare(old, new, kind)
    return Comparison(*(fields.inside(one) if one else {} for one in found))


_Nodes = tuple[Node, Node, Node]
_SAME: _Nodes = (None, None, None)
_MODIFIED: _Nodes = (None, LEAF, None)


def _compare(old: Any, new: Any, kind: Schema) -> _Nodes:
    if old is ABSENT:
        return None, None, present(new, kind)
    if new is ABSENT:
        return present(old, kind), None, None
    if values.equal(old, new):
        return _SAME
    before, after = typed.shape(kind, old), typed.shape(kind, new)
    found = _as(after, old, new, kind)
    return found if before == after else _both(_as(before, old, new, kind), found)


def _as(shape: typed.Shape, old: Any, new: Any, kind: Schema) -> _Nodes:
    """The difference of two values that are not equal, seen as values of a shape."""
    match shape:
        case "map" if kind.map_type != "atomic":
            held, given = (one if isinstance(one, dict) else {} for one in (old, new))
            if held or given:
                return _gathered(_fields_of(held, given, kind))
        case "list" if kind.list_type != "atomic":
            items, wanted = (one if isinstance(one, list) else [] for one in (old, new))
            if items or wanted:
                return _gathered(_items_of(items, wanted, kind))
    return _MODIFIED


def _fields_of(old: dict[str, Any], new: dict[str, Any], kind: Schema) -> Iterator[tuple[str, _Nodes]]:
    for name, before in old.items():
        after = new.get(name, ABSENT)
        if after is not before:
            yield fields.field(name), _compare(before, after, typed.of_field(kind, name))
    for name, after in new.items():
        if name not in old:
            yield fields.field(name), (None, None, present(after, typed.of_field(kind, name)))


def _items_of(old: list[Any], new: list[Any], kind: Schema) -> Iterator[tuple[str, _Nodes]]:
    """The differences of lists by element. An element that stands for several items counts as one value."""
    held, given = _by_element(old, kind), _by_element(new, kind)
    for place in {**held, **given}:
        before, after = held.get(place, []), given.get(place, [])
        first = before[0] if len(before) == 1 else ABSENT
        last = after[0] if len(after) == 1 else ABSENT
        if len(before) > 1 and len(after) > 1:
            yield place, _SAME if values.equal(before, after) else _MODIFIED
            continue
        one_to_one = _SAME if first is ABSENT and last is ABSENT else _compare(first, last, kind.item)
        if len(before) > 1:
            one_to_one = _both(one_to_one, (LEAF, None, None))
        if len(after) > 1:
            one_to_one = _both(one_to_one, (None, None, LEAF))
        yield place, one_to_one


def _gathered(parts: Iterator[tuple[str, _Nodes]]) -> _Nodes:
    gathered: tuple[Fields, Fields, Fields] = ({}, {}, {})
    for place, found in parts:
        for whole, one in zip(gathered, found, strict=True):
            if one is not None:
                whole[place] = one
    return gathered[0] or None, gathered[1] or None, gathered[2] or None


def _both(left: _Nodes, right: _Nodes) -> _Nodes:
    """Two findings about the same value as one."""
    removed, modified, added = (
        one if other is None else other if one is None else fields.union({"": one}, {"": other})[""]
        for one, other in zip(left, right, strict=True)
    )
    return removed, modified, added


def created(value: dict[str, Any], kind: Schema) -> Fields:
    """The fields that a new object adds to upstream's empty one, whose structs hold some fields from the beginning."""
    found: Fields = {}
    for name, inner in value.items():
        if inner is None:
            continue
        field = typed.of_field(kind, name)
        if name not in kind.by_value or isinstance(inner, bool | int | float | str):
            found[fields.field(name)] = present(inner, field)
        elif isinstance(inner, dict) and field.map_type != "atomic":
            below = created(inner, field)
            if below:
                found[fields.field(name)] = below
        elif inner:
            below = fields.inside(present(inner, field))
            found[fields.field(name)] = below or LEAF
    return found
