"""What a structural schema takes away from an object and what it fills in."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.custom_resources import structural

TEXT = {"type": "string"}
SPEC = {"type": "object", "properties": {"a": TEXT, "list": {"type": "array", "items": {"type": "object"}}}}
KEEP = {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"known": SPEC}}
EMBEDDED = {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"spec": SPEC}}
MAP = {"type": "object", "additionalProperties": SPEC}

PRUNED: dict[str, tuple[Any, Any, Any, list[str]]] = {
    "known fields stay": (SPEC, {"a": "x"}, {"a": "x"}, []),
    "unknown fields go": (SPEC, {"a": "x", "b": 1, "c": {}}, {"a": "x"}, ["b", "c"]),
    "inside lists": (SPEC, {"list": [{"b": 1}, {}]}, {"list": [{}, {}]}, ["list[0].b"]),
    "inside maps": (MAP, {"k": {"a": "x", "b": 1}}, {"k": {"a": "x"}}, ["k.b"]),
    "a map of anything": (
        {"type": "object", "additionalProperties": True}, {"k": {"a": 1}}, {"k": {}}, ["k.a"],
    ),
    "what is kept is kept": (KEEP, {"b": {"c": 1}}, {"b": {"c": 1}}, []),
    "what has a schema in it is pruned": (KEEP, {"known": {"b": 1}}, {"known": {}}, ["known.b"]),
    "an embedded object has a head": (
        EMBEDDED,
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"x": 1}, "spec": {"b": 1}, "more": 1},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"x": 1}, "spec": {}},
        ["spec.b", "more"],
    ),
    "a scalar where an object should be": (SPEC, "text", "text", []),
    "without a schema nothing is known": (None, {"a": 1}, {}, ["a"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PRUNED)
def test_pruning(name: str) -> None:
    schema, value, left, unknown = PRUNED[name]
    found: list[str] = []
    assert structural.pruned(value, schema, found) == left
    assert found == unknown


ONE: dict[str, Any] = {"type": "integer", "default": 1}
INNER: dict[str, Any] = {"type": "object", "properties": {"n": ONE}}
DEFAULTED: dict[str, tuple[Any, Any, Any]] = {
    "a default fills in": (INNER, {}, {"n": 1}),
    "a value stays": (INNER, {"n": 0}, {"n": 0}),
    "a null is replaced": (INNER, {"n": None}, {"n": 1}),
    "a null that is allowed stays": (
        {"type": "object", "properties": {"n": {**ONE, "nullable": True}}}, {"n": None}, {"n": None},
    ),
    "a null without a default goes": ({"type": "object", "properties": {"a": TEXT}}, {"a": None}, {}),
    "a null without a schema stays": ({"type": "object"}, {"a": None}, {"a": None}),
    "nothing is made inside what is not there": ({"type": "object", "properties": {"i": INNER}}, {}, {}),
    "inside a default": ({"type": "object", "properties": {"i": {**INNER, "default": {}}}}, {}, {"i": {"n": 1}}),
    "inside lists": ({"type": "array", "items": INNER}, [{}, {"n": 2}], [{"n": 1}, {"n": 2}]),
    "inside maps": ({"type": "object", "additionalProperties": INNER}, {"k": {}}, {"k": {"n": 1}}),
    "false is a default": (
        {"type": "object", "properties": {"b": {"type": "boolean", "default": False}}}, {}, {"b": False},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFAULTED)
def test_defaulting(name: str) -> None:
    schema, value, filled = DEFAULTED[name]
    assert structural.defaulted(structural.without_nulls(value, schema), schema) == filled


def test_what_needs_no_default_is_the_same_object() -> None:
    value = {"n": 2, "more": {"n": 1}}
    assert structural.defaulted(value, INNER) is value


def test_openapi_2_says_less() -> None:
    schema = {
        "type": "object",
        "properties": {
            "port": {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
            "maybe": {"type": "object", "nullable": True, "properties": {"a": TEXT}},
            "a": {**TEXT, "oneOf": [{"minLength": 1}]},
        },
    }
    assert structural.in_swagger(schema)["properties"] == {
        "port": {"x-kubernetes-int-or-string": True},
        "maybe": {},
        "a": TEXT,
    }
