"""What must hold of any configurations and any order of applies."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.apply import sets, typed
from tests.engine.apply.things import THING, Thing


def _without_empty(value: Any) -> Any:
    """The value without maps and lists that hold nothing, which nobody manages."""
    if isinstance(value, list):
        return [_without_empty(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without_empty(inner) for name, inner in value.items()}
    return {name: inner for name, inner in kept.items() if inner not in ({}, [], None)}


words = st.sampled_from("abcd")
numbers = st.integers(0, 3)
tags = st.lists(words, unique=True, max_size=3)
items = st.lists(
    st.fixed_dictionaries({"name": words}, optional={"value": numbers, "tags": tags}),
    unique_by=lambda one: one["name"],
    max_size=3,
)
configurations = st.fixed_dictionaries(
    {},
    optional={
        "text": words,
        "number": numbers,
        "tags": tags,
        "items": items,
        "pairs": st.lists(
            st.fixed_dictionaries({"a": words}, optional={"value": words}), unique_by=lambda one: one["a"], max_size=2
        ),
        "whole": st.lists(st.fixed_dictionaries({"name": words}), max_size=2),
        "map": st.dictionaries(words, words, max_size=3),
        "maps": st.dictionaries(words, st.dictionaries(words, words, min_size=1, max_size=2), max_size=2),
        "block": st.fixed_dictionaries({}, optional={"x": words, "y": words}),
        "struct": st.fixed_dictionaries({}, optional={"x": words, "list": items}),
        "free": st.recursive(numbers, lambda inner: st.dictionaries(words, inner, max_size=2), max_leaves=4).map(
            lambda held: {"k": held}
        ),
    },
)
solid = configurations.map(_without_empty)


def text(config: Any) -> str:
    return json.dumps(config)


@given(st.lists(st.tuples(st.sampled_from(["ann", "bob", "~eve"]), configurations), max_size=4), configurations)
def test_to_apply_the_same_again_changes_nothing(history: list[tuple[str, Any]], config: Any) -> None:
    thing = Thing()
    for who, given_config in history:
        if who.startswith("~"):
            thing.update(who[1:], text({**(thing.fields if thing.live else {}), **given_config}))
        else:
            thing.apply(who, text(given_config), force=True)
    thing.apply("me", text(config), force=True)
    before = thing.live
    thing.apply("me", text(config))
    assert thing.live == before


@given(solid, solid)
def test_who_lets_go_of_everything_removes_what_was_its_own(others: Any, mine: Any) -> None:
    thing, other = Thing(), Thing()
    thing.apply("ann", text(others))
    other.apply("ann", text(others))
    thing.apply("me", text(mine), force=True)
    taken = sets.compare(other.live, thing.live, THING).modified
    thing.apply("me", "{}")
    assert "me" not in thing.managers()
    if not taken:
        assert thing.managers() == other.managers()
        assert _without_empty(thing.fields) == _without_empty(other.fields)


@given(configurations, configurations)
def test_nobody_loses_a_field_without_force(one: Any, two: Any) -> None:
    thing = Thing()
    thing.apply("ann", text(one))
    before = thing.managers().get("ann", set())
    try:
        thing.apply("bob", text(two))
    except Exception as refused:
        assert type(refused).__name__ == "StatusError"
    assert thing.managers().get("ann", set()) == before


@given(configurations)
def test_what_is_built_fits(config: Any) -> None:
    assert typed.misfits(config, THING) == []
