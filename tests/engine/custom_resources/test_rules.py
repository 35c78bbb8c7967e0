"""Rules in CEL: what holds, what is said where it does not, and what they may speak of."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.custom_resources import rules
from simulator.engine.custom_resources.rules import Rules

PROPERTIES: dict[str, Any] = {
    "min": {"type": "integer"},
    "max": {"type": "integer"},
    "name": {"type": "string"},
    "ratio": {"type": "number"},
    "until": {"type": "string", "format": "date-time"},
    "wait": {"type": "string", "format": "duration"},
    "size": {"x-kubernetes-int-or-string": True},
    "names": {"type": "array", "items": {"type": "string"}},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "namespace": {"type": "string"},
    "my-field": {"type": "string"},
}


def schema(rule: str, **more: Any) -> dict[str, Any]:
    spec = {"type": "object", "properties": PROPERTIES, "x-kubernetes-validations": [{"rule": rule, **more}]}
    return {"type": "object", "properties": {"spec": spec}}


def said(rule: str, spec: dict[str, Any], **more: Any) -> list[str]:
    return [one.text() for one in Rules(schema(rule, **more)).validate({"spec": spec}, [])]


HOLDS: dict[str, tuple[str, dict[str, Any]]] = {
    "figures": ("self.min <= self.max", {"min": 1, "max": 2}),
    "presence": ("!has(self.min) || self.min > 0", {}),
    "a whole number where fractions may be": ("self.ratio < 1.5 && type(self.ratio) == double", {"ratio": 1}),
    "all": ("self.names.all(one, one.startsWith('a'))", {"names": ["a", "ab"]}),
    "exists one": ("self.names.exists_one(one, one == 'a')", {"names": ["a", "b"]}),
    "maps": ("self.labels.all(key, key.size() < 3) && self.labels['a'] == 'b'", {"labels": {"a": "b"}}),
    "patterns": ("self.name.matches('^[a-z]+$')", {"name": "abc"}),
    "instants": ("self.until > timestamp('2020-01-01T00:00:00Z')", {"until": "2021-01-01T00:00:00Z"}),
    "lengths of time": ("self.wait < duration('1h')", {"wait": "30m"}),
    "number or text": ("type(self.size) == int ? self.size > 0 : self.size.endsWith('%')", {"size": "10%"}),
    "reserved words": ("self.__namespace__ == 'x'", {"namespace": "x"}),
    "dashes": ("self.my__dash__field == 'x'", {"my-field": "x"}),
    "split": ("self.name.split(',').size() == 2", {"name": "a,b"}),
    "replace": ("self.name.replace('a', 'b') == 'bb'", {"name": "ab"}),
    "case": ("self.name.lowerAscii() == 'ab'", {"name": "AB"}),
    "find": ("self.name.find('[0-9]+') == '12'", {"name": "a12b"}),
    "sorted": ("self.names.isSorted()", {"names": ["a", "b"]}),
    "join": ("self.names.join('-') == 'a-b'", {"names": ["a", "b"]}),
    "quantities": ("quantity(self.name).isGreaterThan(quantity('1Mi'))", {"name": "1Gi"}),
    "addresses": ("isIP(self.name) && cidr('10.0.0.0/8').containsIP(self.name)", {"name": "10.1.2.3"}),
    "urls": ("url(self.name).getHost() == 'example.com:80'", {"name": "http://example.com:80/a"}),
}


@pytest.mark.parametrize("name", HOLDS)
def test_what_holds(name: str) -> None:
    rule, spec = HOLDS[name]
    assert said(rule, spec) == []


def test_what_does_not_hold_is_said_in_the_rules_own_words() -> None:
    rule, spec = "self.min <= self.max", {"min": 3, "max": 2}
    assert said(rule, spec) == ['spec: Invalid value: "object": failed rule: self.min <= self.max']
    assert said(rule, spec, message="min first") == ['spec: Invalid value: "object": min first']
    told = said(rule, spec, message="x", messageExpression="'max is ' + string(self.max)")
    assert told == ['spec: Invalid value: "object": max is 2']
    assert said(rule, spec, message="no", reason="FieldValueForbidden", fieldPath=".min") == ["spec.min: Forbidden: no"]
    assert said(rule, spec, reason="FieldValueRequired") == ["spec: Required value: failed rule: self.min <= self.max"]
    assert said(rule, spec, message="x", messageExpression="self.none") == ['spec: Invalid value: "object": x']


TROUBLES: dict[str, tuple[str, str]] = {
    "no such key": ("self.min > 0", "no such key: min evaluating rule: self.min > 0"),
    "division": ("1 / 0 == 1", "division by zero evaluating rule: 1 / 0 == 1"),
    "index": ("[1][4] == 1", "index out of bounds: 4 evaluating rule: [1][4] == 1"),
    "overflow": ("9223372036854775807 + 1 > 0", "integer overflow evaluating rule: 9223372036854775807 + 1 > 0"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_a_rule_that_fails(name: str) -> None:
    rule, trouble = TROUBLES[name]
    assert said(rule, {}) == [f'spec: Invalid value: "object": {trouble}']


def test_what_was_before_is_compared() -> None:
    found = Rules(schema("self.name == oldSelf.name", message="name is fixed"))
    assert found.validate({"spec": {"name": "a"}}, []) == []
    assert found.validate({"spec": {"name": "a"}}, [], {"spec": {"name": "a"}}) == []
    (wrong,) = found.validate({"spec": {"name": "b"}}, [], {"spec": {"name": "a"}})
    assert wrong.text() == 'spec: Invalid value: "object": name is fixed'
    assert found.validate({"spec": {"name": "b"}}, [], {}) == []


def test_items_are_compared_by_their_keys() -> None:
    item = {"type": "object", "properties": {"key": {"type": "string"}, "value": {"type": "integer"}}}
    item["x-kubernetes-validations"] = [{"rule": "self.value >= oldSelf.value", "message": "only up"}]
    keyed = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["key"], "items": item}
    found = Rules({"type": "object", "properties": {"list": keyed}})
    old = {"list": [{"key": "a", "value": 2}, {"key": "b", "value": 2}]}
    new = {"list": [{"key": "b", "value": 1}, {"key": "c", "value": 0}]}
    assert [one.field for one in found.validate(new, [], old)] == ["list[0]"]


def test_a_rule_of_the_root_sees_the_name() -> None:
    root = {**schema("true"), "x-kubernetes-validations": [{"rule": "self.metadata.name == self.spec.name"}]}
    body = {"apiVersion": "v1", "kind": "X", "metadata": {"name": "a", "uid": "b"}, "spec": {"name": "a"}}
    assert Rules(root).validate(body, []) == []
    (wrong,) = Rules(root).validate({**body, "spec": {"name": "b"}}, [])
    assert wrong.field == "<nil>"


def test_an_object_of_wrong_types_is_not_asked() -> None:
    blocking = Rules(schema("self.min > 0")).schema
    wrong = rules.FieldError("FieldValueTypeInvalid", "spec.min", "string", "x")
    (unchecked,) = Rules(blocking).validate({"spec": {"min": "x"}}, [wrong])
    assert unchecked.text() == (
        "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct "
        "the existing errors to complete validation"
    )


def test_a_rule_that_would_never_end_is_not_begun() -> None:
    names = ["a"] * 500
    (wrong,) = said("self.names.all(a, self.names.all(b, self.names.all(c, a == b)))", {"names": names})
    assert "running out of cost budget" in wrong


def test_what_does_not_compile() -> None:
    assert rules.trouble_of("self.a ==").startswith("compilation failed: ERROR: <input>:1:10: Syntax error:")
    assert rules.trouble_of("self.a == 1") == ""
    assert rules.trouble_of("self.?a.orValue(1) == 1") == ""


def test_what_did_not_change_is_not_asked_again() -> None:
    found = Rules(schema("self.min <= self.max"))
    wrong = {"min": 3, "max": 2}
    assert found.validate({"spec": wrong, "x": 1}, [], {"spec": wrong}) == []
    assert len(found.validate({"spec": {**wrong, "max": 1}}, [], {"spec": wrong})) == 1
