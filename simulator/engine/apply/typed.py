"""Values with their schema: what each is (map, list or scalar), how list items are known, and what does not fit.

Follows sigs.k8s.io/structured-merge-diff/v6/typed/{helpers,validate}.go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Protocol

from . import fields, values
from .values import ABSENT

Shape = Literal["map", "list", "scalar"]

_SCALARS = frozenset(
    ("string", "bytes", "integer", "number", "boolean", "quantity", "time", "microtime", "intorstring")
)


class Member(Protocol):
    """A field of an object."""

    @property
    def type(self) -> Schema: ...


class Schema(Protocol):
    """What is known of a value. `form` is object, map, list, that of a scalar, or raw: any of them.

    scalar: string, numeric, boolean or untyped; of a raw value empty where only a map will do.
    rest: the type of what an object holds beyond its fields, None where it may hold nothing else.
    map_keys: the fields that tell the items of a list of maps apart; key_default: the value of one that is left out.
    by_value: the fields that upstream's structs hold even when nothing was said of them.
    """

    def __hash__(self) -> int: ...

    @property
    def form(self) -> str: ...
    @property
    def scalar(self) -> str: ...
    @property
    def item(self) -> Schema: ...
    @property
    def rest(self) -> Schema | None: ...
    @property
    def fields(self) -> Mapping[str, Member]: ...
    @property
    def list_type(self) -> str: ...
    @property
    def map_keys(self) -> tuple[str, ...]: ...
    @property
    def map_type(self) -> str: ...
    @property
    def by_value(self) -> frozenset[str]: ...

    def key_default(self, name: str) -> Any: ...


class _Deduced:
    """The type of what no schema speaks of: maps merge, lists are one value."""

    form = "raw"
    scalar = "untyped"
    list_type = "atomic"
    map_type = "granular"
    map_keys: tuple[str, ...] = ()
    fields: Mapping[str, Member] = {}
    by_value: frozenset[str] = frozenset()

    @property
    def item(self) -> Schema:
        return self

    @property
    def rest(self) -> Schema:
        return self

    def key_default(self, name: str) -> Any:
        return None


DEDUCED: Schema = _Deduced()


def shape(kind: Schema, value: Any) -> Shape:
    """As what a value of the type is treated: a raw type takes after the value, any other says it itself."""
    if kind.form in ("object", "map"):
        return "map"
    if kind.form == "list":
        return "list"
    if kind.form in _SCALARS:
        return "scalar"
    if kind.scalar and isinstance(value, list):
        return "list"
    return "map" if not kind.scalar or value is ABSENT or value is None or isinstance(value, dict) else "scalar"


def is_declared(kind: Schema, name: str) -> bool:
    """True for a field of an object, False for a key of a map."""
    return kind.form == "object" and name in kind.fields


def of_field(kind: Schema, name: str) -> Schema:
    """The type of a field or of the value under a key."""
    if kind.form == "object":
        member = kind.fields.get(name)
        if member is not None:
            return member.type
    return kind.rest or DEDUCED


class NotAnItem(ValueError):
    """An item of a list that cannot be told from others; the message is upstream's."""


def element(kind: Schema, item: Any) -> str:
    """The path element of an item of a list that is a set or a map. Raises NotAnItem."""
    if kind.list_type != "map":
        return _element_of_set(item)
    if item is None:
        raise NotAnItem("associative list with keys may not have a null element")
    if not isinstance(item, dict):
        raise NotAnItem("associative list with keys may not have non-map elements")
    keys = {}
    for name in kind.map_keys:
        value = item[name] if name in item else kind.key_default(name)
        if value is not None or name in item:
            keys[name] = value
    if not keys:
        listed = " ".join(json.dumps(name) for name in kind.map_keys)
        raise NotAnItem(
            f"associative list with keys has an element that omits all key fields [{listed}] "
            "(and doesn't have default values for any key fields)"
        )
    return fields.item_by_keys(keys)


def _element_of_set(item: Any) -> str:
    if isinstance(item, dict):
        raise NotAnItem("associative list without keys has an element that's a map type")
    if isinstance(item, list):
        raise NotAnItem("not supported: associative list with lists as elements")
    if item is None:
        raise NotAnItem("associative list without keys has an element that's an explicit null")
    return fields.item_by_value(item)


class Misfit(NamedTuple):
    """One value that does not fit its schema."""

    path: str
    message: str

    def text(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def text_of(misfits: list[Misfit]) -> str:
    """All of them, as upstream lists them."""
    if len(misfits) == 1:
        return misfits[0].text()
    return "\n".join(["errors:", *(f"  {misfit.text()}" for misfit in misfits)])


def misfits(value: Any, kind: Schema, path: str = "", *, may_repeat: bool = False) -> list[Misfit]:
    """What does not fit. may_repeat: sets and lists of maps may hold an item twice, as stored objects may."""
    match shape(kind, value):
        case "map":
            return _misfits_of_map(value, kind, path, may_repeat)
        case "list":
            return _misfits_of_list(value, kind, path, may_repeat)
    return [Misfit(path, wrong) for wrong in [_misfit_of_scalar(value, kind.scalar)] if wrong]


def _misfits_of_map(value: Any, kind: Schema, path: str, may_repeat: bool) -> list[Misfit]:
    if value is None:
        return []
    if not isinstance(value, dict):
        return [Misfit(path, f"expected map, got &{{{values.shown(value)}}}")]
    found: list[Misfit] = []
    for name, inner in value.items():
        if not is_declared(kind, name) and kind.rest is None:
            return [*found, Misfit(f"{path}.{name}", "field not declared in schema")]
        found += misfits(inner, of_field(kind, name), f"{path}.{name}", may_repeat=may_repeat)
    return found


def _misfits_of_list(value: Any, kind: Schema, path: str, may_repeat: bool) -> list[Misfit]:
    if value is None:
        return []
    if not isinstance(value, list):
        return [Misfit(path, f"expected list, got &{{{values.shown(value)}}}")]
    found: list[Misfit] = []
    seen: set[str] = set()
    for index, item in enumerate(value):
        place = f"i:{index}"
        if kind.list_type != "atomic":
            try:
                place = element(kind, item)
            except NotAnItem as error:
                return [*found, Misfit(path, f"element {index}: {error}")]
            if place in seen and not may_repeat:
                found.append(Misfit(path, f"duplicate entries for key {fields.element_text(place)}"))
            seen.add(place)
        found += misfits(item, kind.item, f"{path}{fields.element_text(place)}", may_repeat=may_repeat)
    return found


def _misfit_of_scalar(value: Any, expected: str) -> str:
    if value is None:
        return ""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match expected:
        case "numeric" if not is_number:
            return f"expected numeric (int or float), got {values.type_of(value)}"
        case "string" if not isinstance(value, str):
            return f"expected string, got &value.valueUnstructured{{Value:{values.syntax(value)}}}"
        case "boolean" if not isinstance(value, bool):
            return f"expected boolean, got &{{{values.shown(value)}}}"
        case "untyped" if isinstance(value, list | dict):
            return f"expected any scalar, got &{{{values.shown(value)}}}"
    return ""
