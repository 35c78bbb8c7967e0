# ruff: noqa: E501 - the tables have a line for each case
"""What is said of values that are not what their schema says: upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.custom_resources import invariants, values

INTEGER = {"type": "integer"}
TEXT = {"type": "string"}
EITHER = {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}

WRONG: dict[str, tuple[dict[str, Any], Any, list[str]]] = {
    "type": (INTEGER, "x", ['f: Invalid value: "string": f in body must be of type integer: "string"']),
    "type of null": (INTEGER, None, ['f: Invalid value: "null": f in body must be of type integer: "null"']),
    "type of a fraction": (INTEGER, 1.5, ['f: Invalid value: "number": f in body must be of type integer: "number"']),
    "type of a boolean": (INTEGER, True, ['f: Invalid value: "boolean": f in body must be of type integer: "boolean"']),
    "type of a list": (TEXT, [1], ['f: Invalid value: "array": f in body must be of type string: "array"']),
    "either": (EITHER, {}, ['<nil>: Invalid value: "": "f" must validate at least one schema (anyOf)', 'f: Invalid value: "object": f in body must be of type integer: "object"', 'f: Invalid value: "object": f in body must be of type integer,string: "object"']),
    "maximum": ({**INTEGER, "maximum": 10}, 11, ["f: Invalid value: 11: f in body should be less than or equal to 10"]),
    "minimum": ({**INTEGER, "minimum": 1}, 0, ["f: Invalid value: 0: f in body should be greater than or equal to 1"]),
    "exclusive maximum": ({**INTEGER, "maximum": 10, "exclusiveMaximum": True}, 10, ["f: Invalid value: 10: f in body should be less than 10"]),
    "exclusive minimum": ({"type": "number", "minimum": 0.5, "exclusiveMinimum": True}, 0.5, ["f: Invalid value: 0.5: f in body should be greater than 0.5"]),
    "multiple": ({**INTEGER, "multipleOf": 3}, 7, ["f: Invalid value: 7: f in body should be a multiple of 3"]),
    "longest": ({**TEXT, "maxLength": 2}, "abc", ["f: Too long: may not be more than 2 bytes"]),
    "shortest": ({**TEXT, "minLength": 2}, "a", ['f: Invalid value: "a": f in body should be at least 2 chars long']),
    "pattern": ({**TEXT, "pattern": "^a+$"}, "b", ["f: Invalid value: \"b\": f in body should match '^a+$'"]),
    "format": ({**TEXT, "format": "date-time"}, "soon", ['f: Invalid value: "soon": f in body must be of type date-time: "soon"']),
    "format of another type": ({**TEXT, "format": "ipv4"}, 4, ['f: Invalid value: "int64": f in body must be of type ipv4: "int64"']),
    "enum": ({**TEXT, "enum": ["b", "a"]}, "x", ['f: Unsupported value: "x": supported values: "b", "a"']),
    "enum of numbers": ({**INTEGER, "enum": [1, 2]}, 3, ['f: Unsupported value: 3: supported values: "1", "2"']),
    "true is not 1": ({"x-kubernetes-preserve-unknown-fields": True, "enum": [1]}, True, ['f: Unsupported value: true: supported values: "1"']),
    "most items": ({"type": "array", "items": TEXT, "maxItems": 1}, ["a", "b"], ["f: Too many: 2: must have at most 1 item"]),
    "fewest items": ({"type": "array", "items": TEXT, "minItems": 1}, [], ["f: Invalid value: 0: f in body should have at least 1 items"]),
    "unique items": ({"type": "array", "items": TEXT, "uniqueItems": True}, ["a", "a"], ['f: Invalid value: "": f in body shouldn\'t contain duplicates']),
    "items": ({"type": "array", "items": TEXT}, ["a", 1], ['f[1]: Invalid value: "integer": f[1] in body must be of type string: "integer"']),
    "most properties": ({"type": "object", "maxProperties": 1}, {"a": 1, "b": 1}, ["f: Too many: 2: must have at most 1 item"]),
    "fewest properties": ({"type": "object", "minProperties": 1}, {}, ["f: Invalid value: 0: f in body should have at least 1 properties"]),
    "required": ({"type": "object", "required": ["a"]}, {}, ["f.a: Required value"]),
    "a map's values": ({"type": "object", "additionalProperties": TEXT}, {"k": 1}, ['f.k: Invalid value: "integer": f.k in body must be of type string: "integer"']),
    "one of none": ({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {}, ['<nil>: Invalid value: "": "f" must validate one and only one schema (oneOf). Found none valid', "f.a: Required value"]),
    "one of two": ({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1, "b": 1}, ['<nil>: Invalid value: "": "f" must validate one and only one schema (oneOf). Found 2 valid alternatives']),
    "all of": ({**TEXT, "allOf": [{"minLength": 2}, {"maxLength": 4}]}, "a", ['<nil>: Invalid value: "": "f" must validate all the schemas (allOf)', 'f: Invalid value: "a": f in body should be at least 2 chars long']),
    "not": ({**TEXT, "not": {"enum": ["a"]}}, "a", ['<nil>: Invalid value: "": "f" must not validate the schema (not)']),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_upstreams_words(name: str) -> None:
    schema, value, said = WRONG[name]
    found = values.validate({"f": value}, {"type": "object", "properties": {"f": schema}})
    assert sorted(one.text() for one in found) == sorted(said)


RIGHT: dict[str, tuple[dict[str, Any], Any]] = {
    "a whole number is an integer": (INTEGER, 2.0),
    "an integer is a number": ({"type": "number"}, 2),
    "a null that is allowed": ({**TEXT, "nullable": True}, None),
    "a number or a text": (EITHER, "80%"),
    "an unknown format": ({**TEXT, "format": "mood"}, "fine"),
    "a format of numbers is not looked at": ({**INTEGER, "format": "int32"}, 1 << 40),
    "any of": ({**TEXT, "anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, "b"),
    "letters are counted, not bytes": ({**TEXT, "maxLength": 2}, "éé"),
    "a pattern is found anywhere": ({**TEXT, "pattern": "b"}, "abc"),
    "unknown fields are no matter": ({"type": "object"}, {"a": 1}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_objected_to(name: str) -> None:
    schema, value = RIGHT[name]
    assert values.validate({"f": value}, {"type": "object", "properties": {"f": schema}}) == []


def test_a_status_is_named_in_the_field_and_not_in_the_message() -> None:
    (wrong,) = values.validate({"n": "x"}, {"type": "object", "properties": {"n": INTEGER}}, "status")
    assert wrong.text() == 'status.n: Invalid value: "string": n in body must be of type integer: "string"'


FORMATS: dict[str, tuple[list[str], list[str]]] = {
    "date-time": (["2014-12-15T19:30:20.000Z", "2014-12-15T19:30:20+01:00"], ["2014-12-15", "x"]),
    "date": (["2006-01-02"], ["2006-13-02", "20060102"]),
    "duration": (["22ns", "1h30m", "3 days"], ["soon", "1"]),
    "uri": (["https://example.com/a", "/a"], ["a b", "example"]),
    "email": (["a@example.com"], ["a", "a@"]),
    "hostname": (["example.com", "a"], ["-a", "a_b"]),
    "ipv4": (["10.0.0.1", "010.0.0.1"], ["10.0.0.256", "::1"]),
    "ipv6": (["::1"], ["10.0.0.1"]),
    "cidr": (["10.0.0.0/8", "fd00::/8"], ["10.0.0.0", "10.0.0.0/33"]),
    "mac": (["01:23:45:67:89:ab"], ["01:23"]),
    "uuid": (["12345678-1234-1234-1234-123456789abc"], ["12345678"]),
    "uuid4": (["12345678-1234-4234-8234-123456789abc"], ["12345678-1234-1234-1234-123456789abc"]),
    "byte": (["YWJj"], ["YWJ", ""]),
    "isbn": (["0321751043", "978-0321751041"], ["0321751044"]),
    "creditcard": (["4111 1111 1111 1111"], ["4111 1111 1111 1112"]),
    "ssn": (["111-11-1111"], ["1"]),
    "hexcolor": (["#FFFFFF", "fff"], ["#ff"]),
    "rgbcolor": (["rgb(255, 0,0)"], ["rgb(256,0,0)"]),
    "password": (["anything", ""], []),
    "k8s-short-name": (["a-b"], ["A", "a.b"]),
    "k8s-long-name": (["a.b"], ["a_b"]),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats(name: str) -> None:
    good, bad = FORMATS[name]
    schema = {"type": "string", "format": name}
    assert [one for one in good if values.validate(one, schema)] == []
    assert [one for one in bad if not values.validate(one, schema)] == []


SET = {"type": "array", "x-kubernetes-list-type": "set", "items": TEXT}
KEYED = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    "items": {"type": "object"},
}
PORTS = {**KEYED, "x-kubernetes-list-map-keys": ["port", "protocol"]}
DUPLICATES: dict[str, tuple[dict[str, Any], list[Any], list[str]]] = {
    "a set": (SET, ["a", "b", "a", "a"], ['f[2]: Duplicate value: "a"']),
    "a map of one key": (KEYED, [{"name": "a", "x": 1}, {"name": "a"}], ['f[1]: Duplicate value: {"name":"a"}']),
    "a map without its key": (KEYED, [{}, {}], ["f[1]: Duplicate value: {}"]),
    "a map of two keys": (PORTS, [{"port": 1, "protocol": "TCP"}, {"port": 1, "protocol": "UDP"}], []),
    "the same two keys": (PORTS, [{"port": 1, "protocol": "TCP"}] * 2, ['f[1]: Duplicate value: {"port":1,"protocol":"TCP"}']),
}  # fmt: skip


@pytest.mark.parametrize("name", DUPLICATES)
def test_sets_and_maps_have_no_duplicates(name: str) -> None:
    schema, value, said = DUPLICATES[name]
    found = invariants.duplicates({"f": value}, {"type": "object", "properties": {"f": schema}})
    assert [one.text() for one in found] == said


def test_an_embedded_object_says_what_it_is() -> None:
    schema = {"type": "object", "properties": {"o": {"type": "object", "x-kubernetes-embedded-resource": True}}}
    found = invariants.embedded({"o": {"kind": "a b", "metadata": {"name": "a/b"}}}, schema)
    assert [one.field for one in found] == ["o.apiVersion", "o.kind", "o.metadata.name"]
    assert invariants.embedded({"o": {"apiVersion": "v1", "kind": "Pod"}}, schema) == []
