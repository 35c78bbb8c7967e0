"""Objects put together and taken apart by fields: the merge of an applied configuration, and what it no longer says.

Nothing is changed in place: the result shares what it does not touch.
Follows sigs.k8s.io/structured-merge-diff/v6/typed/{merge,remove}.go and fieldpath/set.go.
"""

from __future__ import annotations

from typing import Any

from . import fields, typed
from .fields import Fields
from .typed import Schema
from .values import ABSENT


def merge(live: Any, config: Any, kind: Schema) -> Any:
    """The live value with a configuration, which must fit the schema, put over it; ABSENT if nothing is left."""
    if config is ABSENT or live is ABSENT:
        return live if config is ABSENT else config
    match typed.shape(kind, config):
        case "map" if kind.map_type != "atomic":
            held, given = (one if isinstance(one, dict) else {} for one in (live, config))
            if held or given:
                return _maps(held, given, kind)
        case "list" if kind.list_type != "atomic":
            items, wanted = (one if isinstance(one, list) else [] for one in (live, config))
            if items or wanted:
                return _lists(items, wanted, kind)
    return config


def _maps(live: dict[str, Any], config: dict[str, Any], kind: Schema) -> Any:
    result = dict(live)
    for name, given in config.items():
        both = merge(live.get(name, ABSENT), given, typed.of_field(kind, name))
        if both is ABSENT:
            result.pop(name, None)
        else:
            result[name] = both
    return result or ABSENT


def _lists(live: list[Any], config: list[Any], kind: Schema) -> Any:
    """The items of the configuration in its order; live items stay near those that they stood by."""
    ours = [(typed.element(kind, item), item) for item in live]
    theirs = [(typed.element(kind, item), item) for item in config]
    held: dict[str, Any] = {}
    for place, item in ours:
        held[place] = None if place in held else item  # of items that repeat, none is merged
    given = {place for place, _ in theirs}
    shared = [place for place, _ in theirs if place in held]
    result: list[Any] = []
    at = 0
    for place, item in theirs:
        wanted = shared[0] if shared else None
        while at < len(ours) and (ours[at][0] != wanted or wanted is None):
            own, mine = ours[at]
            at += 1
            if own not in given:
                result.append(mine)
            elif wanted is None:
                break
        result.append(merge(held.get(place, ABSENT), item, kind.item))
        if place == wanted:
            shared.pop(0)
            at += at < len(ours) and ours[at][0] == place
    result += [mine for own, mine in ours[at:] if own not in given]
    kept = [item for item in result if item is not ABSENT]
    return kept or ABSENT


def remove(value: Any, gone: Fields, kind: Schema) -> Any:
    """The value without the items and fields of a set; null where nothing is left of it."""
    match typed.shape(kind, value):
        case "map":
            if not isinstance(value, dict) or not value or kind.map_type == "atomic":
                return None
            return _without_fields(value, gone, kind) or None
        case "list":
            if not isinstance(value, list) or not value or kind.list_type == "atomic":
                return None
            return _without_items(value, gone, kind) or None
    return value


def _without_fields(value: dict[str, Any], gone: Fields, kind: Schema) -> dict[str, Any]:
    kept = {}
    for name, inner in value.items():
        below = gone.get(fields.field(name))
        if below is None:
            kept[name] = inner
        elif not fields.is_member(below):
            kept[name] = remove(inner, fields.inside(below), typed.of_field(kind, name))
    return kept


def _without_items(value: list[Any], gone: Fields, kind: Schema) -> list[Any]:
    kept = []
    for item in value:
        below = gone.get(typed.element(kind, item))
        if below is None:
            kept.append(item)
        elif not fields.is_member(below):
            kept.append(remove(item, fields.inside(below), kind.item))
    return kept


def with_named(held: Fields, kind: Schema) -> Fields:
    """The set with every field of an object of which it has a part: such a field goes with its last part."""
    result: Fields = {}
    for element, below in held.items():
        name = element[2:]
        is_field = element.startswith("f:")
        inner = typed.of_field(kind, name) if is_field else kind.item if element.startswith("k:") else typed.DEDUCED
        member = fields.is_member(below) or (is_field and typed.is_declared(kind, name))
        one = fields.node(member, with_named(fields.inside(below), inner))
        assert one is not None
        result[element] = one
    return result
