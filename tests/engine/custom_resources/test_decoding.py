"""How documents become custom resources, and how schemas are read that hold schemas."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import schema
from simulator.decoding import WrongType, decode
from simulator.documents import parse_json
from simulator.engine.registry import KINDS

DEFINITION = schema.of_kind(KINDS["customresourcedefinitions.apiextensions.k8s.io"])


def read(text: str) -> tuple[dict[str, Any], list[str]]:
    """The first version's schema as it is read, and what is objected to."""
    wrapped = f'{{"spec": {{"versions": [{{"name": "v1", "schema": {{"openAPIV3Schema": {text}}}}}]}}}}'
    body, complaints = decode(parse_json(wrapped), DEFINITION)
    return body["spec"]["versions"][0]["schema"]["openAPIV3Schema"], [one.message for one in complaints]


def test_what_holds_a_schema_is_read_as_one() -> None:
    held, complaints = read('{"type": "array", "items": {"type": "object", "additionalProperties": {"maximum": 1.0}}}')
    assert held == {"type": "array", "items": {"type": "object", "additionalProperties": {"maximum": 1}}}
    assert complaints == []
    assert read('{"additionalProperties": false, "items": [{"type": "string"}]}')[0] == {
        "additionalProperties": False,
        "items": [{"type": "string"}],
    }


def test_unknown_fields_of_a_schema() -> None:
    held, complaints = read('{"type": "object", "typo": 1, "items": {"typo": 1, "type": "string"}}')
    assert held == {"type": "object", "items": {"type": "string"}}
    assert complaints == ['unknown field "spec.versions[0].schema.openAPIV3Schema.typo"']


@pytest.mark.parametrize(
    "text",
    ['{"additionalProperties": 1}', '{"items": [1]}', '{"items": {"maximum": "x"}}', '{"properties": {"a": 1}}'],
)
def test_what_is_no_schema(text: str) -> None:
    with pytest.raises(WrongType):
        read(text)


def test_defaults_and_enums_are_kept_as_they_are() -> None:
    held, _ = read('{"default": {"a": null, "n": 1.50}, "enum": [null, "a", {"b": []}]}')
    assert held == {"default": {"a": None, "n": 1.5}, "enum": [None, "a", {"b": []}]}
