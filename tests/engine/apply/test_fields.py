# ruff: noqa: E501 - the tables have a line for each case
"""Sets of fields: their algebra, their form, and what of a client's form is understood."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.apply import fields, values
from simulator.engine.apply.fields import Fields, Malformed
from tests.engine.apply.things import of_texts

ALGEBRA = [
    # name, left, right, union, intersection, difference, without
    ("leaves", ("f:a", "f:b"), ("f:b", "f:c"), ("f:a", "f:b", "f:c"), ("f:b",), ("f:a",), ("f:a",)),
    ("a parent and its child", ("f:a", "f:a f:b"), ("f:a",), ("f:a", "f:a f:b"), ("f:a",), ("f:a f:b",), ()),
    ("a child and its parent", ("f:a",), ("f:a f:b",), ("f:a", "f:a f:b"), (), ("f:a",), ("f:a",)),
    ("a child of a parent that is no member", ("f:a f:b", "f:a f:c"), ("f:a f:b",), ("f:a f:b", "f:a f:c"), ("f:a f:b",), ("f:a f:c",), ("f:a f:c",)),
    ("nothing", (), ("f:a",), ("f:a",), (), (), ()),
    ("from nothing", ("f:a",), (), ("f:a",), (), ("f:a",), ("f:a",)),
    ("the same", ("f:a f:b", "f:a"), ("f:a f:b", "f:a"), ("f:a f:b", "f:a"), ("f:a f:b", "f:a"), (), ()),
    ("items by key", ('f:l k:{"n":1}', 'f:l k:{"n":1} f:x'), ('f:l k:{"n":1}',), ('f:l k:{"n":1}', 'f:l k:{"n":1} f:x'), ('f:l k:{"n":1}',), ('f:l k:{"n":1} f:x',), ()),
    ("items by value", ("f:l v:1", "f:l v:2"), ("f:l v:2", "f:l v:3"), ("f:l v:1", "f:l v:2", "f:l v:3"), ("f:l v:2",), ("f:l v:1",), ("f:l v:1",)),
    ("deep and deeper", ("f:a f:b f:c f:d",), ("f:a f:b",), ("f:a f:b f:c f:d", "f:a f:b"), (), ("f:a f:b f:c f:d",), ()),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "union", "both", "rest", "gone"), [case[1:] for case in ALGEBRA], ids=[case[0] for case in ALGEBRA])  # fmt: skip
def test_algebra(left: Any, right: Any, union: Any, both: Any, rest: Any, gone: Any) -> None:
    one, other = of_texts(*left), of_texts(*right)
    assert fields.union(one, other) == of_texts(*union) == fields.union(other, one)
    assert fields.intersection(one, other) == of_texts(*both) == fields.intersection(other, one)
    assert fields.difference(one, other) == of_texts(*rest)
    assert fields.without(one, other) == of_texts(*gone)


def test_members() -> None:
    held = of_texts("f:a f:b", "f:c", "f:c f:d")
    found = {
        path: fields.has(held, tuple(path.split()))
        for path in ("", "f:a", "f:a f:b", "f:c", "f:c f:d", "f:c f:x", "f:x")
    }
    assert found == {
        "": False,
        "f:a": False,
        "f:a f:b": True,
        "f:c": True,
        "f:c f:d": True,
        "f:c f:x": False,
        "f:x": False,
    }


TEXTS = [
    (("f:spec", "f:replicas"), ".spec.replicas"),
    (("f:a", 'k:{"name":"web"}', "f:image"), '.a[name="web"].image'),
    (("f:a", 'k:{"containerPort":80,"protocol":"TCP"}'), '.a[containerPort=80,protocol="TCP"]'),
    (("f:a", 'v:"x"'), '.a[="x"]'),
    (("f:a", "v:1.5"), ".a[=1.5]"),
    (("f:a", "v:true"), ".a[=true]"),
    (("f:a", "i:3"), ".a[3]"),
    (("f:a.b/c",), ".a.b/c"),
]


@pytest.mark.parametrize(("path", "text"), TEXTS, ids=[text for _, text in TEXTS])
def test_paths_as_people_read_them(path: fields.Path, text: str) -> None:
    assert fields.text(path) == text


def test_members_come_before_their_children_and_numbers_are_in_their_order() -> None:
    held = of_texts(
        "f:b f:x", "f:b", "f:a", 'f:l k:{"port":443}', 'f:l k:{"port":80}', "f:l v:1", "f:l i:10", "f:l i:9"
    )
    assert [fields.text(path) for path in fields.paths(held)] == [
        ".a", ".b", ".b.x", ".l[port=80]", ".l[port=443]", ".l[=1]", ".l[9]", ".l[10]",
    ]  # fmt: skip
    assert list(fields.encode(held)["f:l"]) == ['k:{"port":80}', 'k:{"port":443}', "v:1", "i:9", "i:10"]


DECODED = [
    ("fields", {"f:a": {}, "f:b": {".": {}, "f:c": {}}}, ("f:a", "f:b", "f:b f:c")),
    ("null is a leaf", {"f:a": None}, ("f:a",)),
    ("nothing", None, ()),
    ("keys in another order", {'k:{"b":1, "a":"x"}': {}}, ('k:{"a":"x","b":1}',)),
    ("the same item twice", {'k:{"a":1}': {"f:x": {}}, 'k:{ "a":1}': {"f:y": {}}}, ('k:{"a":1} f:x', 'k:{"a":1} f:y')),
    ("an element of the future", {"z:what": {}, "f:a": {}}, ("f:a",)),
    ("itself at the top", {".": {}, "f:a": {}}, ("f:a",)),
    ("an empty child that is not itself", {"f:a": {"z:what": {}}}, ("f:a",)),
]


@pytest.mark.parametrize(("raw", "paths"), [case[1:] for case in DECODED], ids=[case[0] for case in DECODED])
def test_what_clients_write_is_understood(raw: Any, paths: tuple[str, ...]) -> None:
    assert fields.decode(raw) == of_texts(*paths)


@pytest.mark.parametrize(
    "raw", [{"f": {}}, {"fa": {}}, {"f:a": 1}, [], {"i:x": {}}, {"k:[]": {}}, {"k:{": {}}, {"v:": {}}]
)
def test_what_is_no_set_of_fields(raw: Any) -> None:
    with pytest.raises(Malformed):
        fields.decode(raw)


def test_letters_are_escaped_as_go_does() -> None:
    assert fields.item_by_keys({"name": "a<b>&\u2028é"}) == 'k:{"name":"a\\u003cb\\u003e\\u0026\\u2028é"}'
    assert fields.element_text('k:{"name":"a\\u003cb"}') == '[name="a<b"]'


scalars = st.one_of(st.text(max_size=4), st.integers(-9, 9), st.booleans())
elements = st.one_of(
    st.text(max_size=4).map(fields.field),
    st.dictionaries(st.text("abc", min_size=1, max_size=2), scalars, min_size=1, max_size=2).map(fields.item_by_keys),
    scalars.map(fields.item_by_value),
    st.integers(0, 20).map(lambda index: f"i:{index}"),
)
sets = st.lists(st.lists(elements, min_size=1, max_size=4).map(tuple), max_size=8).map(lambda paths: fields.of(*paths))


@given(sets)
def test_a_set_survives_the_wire(held: Fields) -> None:
    written = json.dumps(fields.encode(held))
    assert fields.decode(json.loads(written)) == held
    assert fields.of(*fields.paths(held)) == held


@given(sets, sets)
def test_the_laws_of_sets(one: Fields, other: Fields) -> None:
    left, right = set(fields.paths(one)), set(fields.paths(other))
    assert set(fields.paths(fields.union(one, other))) == left | right
    assert set(fields.paths(fields.intersection(one, other))) == left & right
    assert set(fields.paths(fields.difference(one, other))) == left - right
    below = {path for path in left if any(path[: len(gone)] == gone for gone in right)}
    assert set(fields.paths(fields.without(one, other))) == left - below


SHOWN = [
    # value, as paths show it, %v, %#v, %T
    ("x", '"x"', "x", '"x"', "string"),
    (8080, "8080", "8080", "8080", "int64"),
    (1.5, "1.5", "1.5", "1.5", "float64"),
    (True, "true", "true", "true", "bool"),
    (None, "null", "<nil>", "interface {}(nil)", "float64"),
    (["a", 1], '["a",1]', "[a 1]", '[]interface {}{"a", 1}', "[]interface {}"),
    ({"b": 1, "a": "x"}, 'b=1a="x"', "map[a:x b:1]", 'map[string]interface {}{"a":"x", "b":1}', "map[string]interface {}"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text", "shown", "syntax", "kind"), SHOWN)
def test_values_in_messages(value: Any, text: str, shown: str, syntax: str, kind: str) -> None:
    assert (values.text(value), values.shown(value), values.syntax(value)) == (text, shown, syntax)
    if value is not None:
        assert values.type_of(value) == kind


def test_equality_and_order_of_values() -> None:
    assert values.equal(1, 1.0) and not values.equal(1, True) and not values.equal("1", 1)
    mixed = [None, {"a": 1}, [1], True, "x", 10, 9, "a", False]
    assert sorted(mixed, key=values.order) == [9, 10, "a", "x", False, True, [1], {"a": 1}, None]
