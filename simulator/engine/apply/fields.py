"""Sets of fields, in the very form in which managedFields keeps them: FieldsV1.

A set is a trie of path elements: `f:name` is a field, `k:{"name":"web"}` the item of a list by its keys, `v:"x"` the
item of a list by its value, `i:0` an item by its place. A node without children is a member of the set; one with
children is a member too where it has `.`. Sets are replaced, never changed in place, and share what they can.
Follows sigs.k8s.io/structured-merge-diff/v6/fieldpath/{set,element,serialize,serialize-pe}.go.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from . import values

Fields = dict[str, Any]
"""A set of fields. `{}` is the empty set; as an inner node it is a member without children."""

Path = tuple[str, ...]

SELF = "."
LEAF: Fields = {}


class Malformed(ValueError):
    """FieldsV1 that nobody can read; the message is upstream's."""


def field(name: str) -> str:
    """The element of a field of an object or a key of a map."""
    return f"f:{name}"


def item_by_keys(keys: Mapping[str, Any]) -> str:
    """The element of a list's item that is known by its keys."""
    return f"k:{values.json_of({name: values.figure(keys[name]) for name in sorted(keys)})}"


def item_by_value(value: Any) -> str:
    """The element of a set's item."""
    return f"v:{values.json_of(values.figure(value))}"


def node(is_member: bool, inside: Fields) -> Fields | None:
    """A node of a trie; None where nothing is left of it."""
    if not inside:
        return LEAF if is_member else None
    return {SELF: LEAF, **inside} if is_member else inside


def is_member(held: Fields) -> bool:
    return not held or SELF in held


def inside(held: Fields) -> Fields:
    """The set below a node."""
    return {element: one for element, one in held.items() if element != SELF} if SELF in held else held


def of(*paths: Path) -> Fields:
    """The set of these paths."""
    result: Fields = {}
    for path in paths:
        chain: Fields = LEAF
        for element in reversed(path):
            chain = {element: chain}
        result = union(result, chain)
    return result


def union(left: Fields, right: Fields) -> Fields:
    if not left or not right:
        return left or right
    result = dict(left)
    for element, theirs in right.items():
        ours = result.get(element)
        if ours is None:
            result[element] = theirs
        elif ours is not theirs:
            both = node(is_member(ours) or is_member(theirs), union(inside(ours), inside(theirs)))
            assert both is not None
            result[element] = both
    return result


def intersection(left: Fields, right: Fields) -> Fields:
    result: Fields = {}
    for element, ours in left.items():
        theirs = right.get(element)
        if theirs is not None:
            both = node(is_member(ours) and is_member(theirs), intersection(inside(ours), inside(theirs)))
            if both is not None:
                result[element] = both
    return result


def difference(left: Fields, right: Fields) -> Fields:
    """The members of the left set that are not members of the right one; a parent does not stand for its children.

    The left set itself if nothing goes.
    """
    if not left or not right:
        return left
    result: Fields = {}
    changed = False
    for element, ours in left.items():
        theirs = right.get(element)
        if theirs is None or element == SELF:
            result[element] = ours
            continue
        below, member = inside(ours), is_member(ours)
        rest = difference(below, inside(theirs))
        stays = member and not is_member(theirs)
        if rest is below and stays == member:
            result[element] = ours
            continue
        changed = True
        left_over = node(stays, rest)
        if left_over is not None:
            result[element] = left_over
    return result if changed else left


def without(left: Fields, right: Fields) -> Fields:
    """The left set without the members of the right one and all that is below them."""
    result: Fields = {}
    for element, ours in left.items():
        theirs = right.get(element)
        if theirs is None:
            result[element] = ours
        elif not is_member(theirs):
            rest = node(is_member(ours), without(inside(ours), inside(theirs)))
            if rest is not None:
                result[element] = rest
    return result


def has(held: Fields, path: Path) -> bool:
    for element in path:
        found = held.get(element)
        if found is None:
            return False
        held = found
    return bool(path) and is_member(held)


def paths(held: Fields, above: Path = ()) -> Iterator[Path]:
    """Every member: those of a level in upstream's order, then those below them."""
    ordered = sorted((element for element in held if element != SELF), key=_order)
    for element in ordered:
        if is_member(held[element]):
            yield (*above, element)
    for element in ordered:
        if held[element]:
            yield from paths(held[element], (*above, element))


def text(path: Path) -> str:
    """A path as people read it: `.spec.template.spec.containers[name="web"].image`."""
    return "".join(element_text(element) for element in path)


@lru_cache(maxsize=4096)
def element_text(element: str) -> str:
    kind, rest = element[:2], element[2:]
    match kind:
        case "f:":
            return f".{rest}"
        case "k:":
            return f"[{','.join(f'{key}={values.text(value)}' for key, value in json.loads(rest).items())}]"
        case "v:":
            return f"[={values.text(json.loads(rest))}]"
    return f"[{rest}]"


@lru_cache(maxsize=4096)
def _order(element: str) -> tuple[Any, ...]:
    kind, rest = element[:2], element[2:]
    match kind:
        case "f:":
            return 0, rest
        case "k:":
            return 1, [(key, values.order(value)) for key, value in json.loads(rest).items()]
        case "v:":
            return 2, values.order(json.loads(rest))
    return 3, int(rest)


def encode(held: Fields) -> Fields:
    """The set with its elements in upstream's order."""
    result: Fields = {}
    if SELF in held:
        result[SELF] = LEAF
    for element in sorted((one for one in held if one != SELF), key=_order):
        result[element] = encode(held[element]) if held[element] else LEAF
    return result


def decode(raw: Any) -> Fields:
    """The set that a client wrote, in its one proper form. Raises Malformed."""
    if raw is None:
        return {}
    result = _decoded(raw)
    return inside(result)


def _decoded(raw: Any) -> Fields:
    if not isinstance(raw, dict):
        raise Malformed("ReadMapCB: expect { or n")
    result: Fields = {}
    member = not raw
    for element, below in raw.items():
        if element == SELF:
            member = True
            continue
        proper = _proper(element)
        if proper is not None:
            held = LEAF if below is None else _decoded(below)
            result = union(result, {proper: held})
    return (node(member, result) or LEAF) if result else LEAF


def _proper(element: str) -> str | None:
    """A path element in its one form; None for one of a kind that we do not know, which upstream drops."""
    if len(element) < 2:
        raise Malformed("key must be 2 characters long:")
    if element[1] != ":":
        raise Malformed(f"missing colon: {element}")
    kind, rest = element[0], element[2:]
    try:
        match kind:
            case "f":
                return element
            case "i":
                return f"i:{int(rest)}"
            case "v":
                return item_by_value(json.loads(rest))
            case "k":
                keys = json.loads(rest)
                if not isinstance(keys, dict):
                    raise Malformed("ReadObjectCB: expect { or n")
                return item_by_keys(keys)
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        raise Malformed(str(error)) from None
    return None
