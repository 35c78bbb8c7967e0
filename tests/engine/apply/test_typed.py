# ruff: noqa: E501 - the tables have a line for each case
"""Values with their schema: what fits, which fields are mentioned, in which two values differ, what is cut out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simulator.engine.apply import fields, merge, sets, typed
from simulator.engine.apply.values import ABSENT
from tests.engine.apply.things import THING, of_texts

MISFITS = [
    ("everything", "text: a\nnumber: 1\nfigure: 1.5\ntruth: true\ntags: [a]\nitems: [{name: a}]\nmap: {a: b}\nblock: {x: y}\nfree: {a: [1]}\nany: 3", []),
    ("nulls", "text: null\nnumber: null\ntags: null\nitems: null\nmap: null\nblock: null\nstruct: null\nany: null", []),
    ("a text for a number", "number: a", [".number: expected numeric (int or float), got string"]),
    ("a truth for a number", "number: true", [".number: expected numeric (int or float), got bool"]),
    ("a map for a number", "number: {a: 1}", [".number: expected numeric (int or float), got map[string]interface {}"]),
    ("a list for a number", "number: [1]", [".number: expected numeric (int or float), got []interface {}"]),
    ("a number for a text", "text: 5", [".text: expected string, got &value.valueUnstructured{Value:5}"]),
    ("a truth for a text", "text: true", [".text: expected string, got &value.valueUnstructured{Value:true}"]),
    ("a list for a text", "text: [a]", ['.text: expected string, got &value.valueUnstructured{Value:[]interface {}{"a"}}']),
    ("a text for a truth", "truth: 'true'", [".truth: expected boolean, got &{true}"]),
    ("a text for a map", "map: a", [".map: expected map, got &{a}"]),
    ("a map for a list", "items: {a: 1}", [".items: expected list, got &{map[a:1]}"]),
    ("a text for free fields", "free: a", [".free: expected map, got &{a}"]),
    ("a field that is not there", "nope: 1", [".nope: field not declared in schema"]),
    ("one in an item", "items: [{name: a, nope: 1}]", ['.items[name="a"].nope: field not declared in schema']),
    ("one in an item of an atomic list", "whole: [{name: a}, {nope: 1}]", [".whole[1].nope: field not declared in schema"]),
    ("a wrong value of a map", "map: {a: 1}", [".map.a: expected string, got &value.valueUnstructured{Value:1}"]),
    ("an item twice", "items: [{name: a}, {name: b}, {name: a}]", ['.items: duplicate entries for key [name="a"]']),
    ("an item twice in a set", "tags: [a, a]", ['.tags: duplicate entries for key [="a"]']),
    ("a pair twice by its default", "pairs: [{a: x}, {a: x, b: 1}]", ['.pairs: duplicate entries for key [a="x",b=1]']),
    ("pairs that differ by one key", "pairs: [{a: x}, {a: x, b: 2}]", []),
    ("half a pair", "strict: [{a: x}, {b: 1}, {a: x, b: 1}]", []),
    ("no key at all", "strict: [{}]", ['.strict: element 0: associative list with keys has an element that omits all key fields ["a" "b"] (and doesn\'t have default values for any key fields)']),
    ("a null item", "items: [null]", [".items: element 0: associative list with keys may not have a null element"]),
    ("an item that is a text", "items: [{name: a}, b]", [".items: element 1: associative list with keys may not have non-map elements"]),
    ("a null in a set", "tags: [null]", [".tags: element 0: associative list without keys has an element that's an explicit null"]),
    ("a map in a set", "tags: [{}]", [".tags: element 0: associative list without keys has an element that's a map type"]),
    ("a list in a set", "tags: [[a]]", [".tags: element 0: not supported: associative list with lists as elements"]),
    ("wrong in a set", "tags: [1]", [".tags[=1]: expected string, got &value.valueUnstructured{Value:1}"]),
    ("several", "text: 5\nnumber: a", [".text: expected string, got &value.valueUnstructured{Value:5}", ".number: expected numeric (int or float), got string"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrong"), [case[1:] for case in MISFITS], ids=[case[0] for case in MISFITS])
def test_what_does_not_fit(text: str, wrong: list[str]) -> None:
    assert [one.text() for one in typed.misfits(yaml.safe_load(text), THING)] == wrong


def test_what_is_stored_may_repeat() -> None:
    assert not typed.misfits({"tags": ["a", "a"], "items": [{"name": "a"}, {"name": "a"}]}, THING, may_repeat=True)


def test_several_misfits_are_listed() -> None:
    found = typed.misfits({"text": 5, "nope": 1}, THING)
    assert typed.text_of(found).startswith("errors:\n  .text: expected string") and ".nope" in typed.text_of(found)


MENTIONED = [
    ("scalars", "text: a\nnumber: 1", ["f:text", "f:number"]),
    ("null", "text: null\nmap: null\nblock: null", ["f:text", "f:map", "f:block"]),
    ("an empty map", "map: {}", ["f:map"]),
    ("an empty struct", "struct: {}", ["f:struct"]),
    ("an empty list", "items: []\ntags: []", []),
    ("keys of a map are members", "map: {a: x}", ["f:map f:a"]),
    ("and of a map of maps", "maps: {a: {b: x}}", ["f:maps f:a", "f:maps f:a f:b"]),
    ("fields of a struct are not, but for leaves", "struct: {x: a}", ["f:struct f:x"]),
    ("items", "items: [{name: a, value: 1}]", ['f:items k:{"name":"a"}', 'f:items k:{"name":"a"} f:name', 'f:items k:{"name":"a"} f:value']),
    ("items of a set", "tags: [a]\nnumbers: [1]", ['f:tags v:"a"', "f:numbers v:1"]),
    ("a pair with its default", "pairs: [{a: x}]", ['f:pairs k:{"a":"x","b":1}', 'f:pairs k:{"a":"x","b":1} f:a']),
    ("what is atomic", "whole: [{name: a}]\nblock: {x: a}\nplain: []", ["f:whole", "f:block", "f:plain"]),
    ("what has no schema", "free: {a: {b: [1, {c: 2}]}}\nany: {x: 1}", ["f:free f:a", "f:free f:a f:b", "f:any f:x"]),
    ("a scalar without a schema", "any: 3", ["f:any"]),
    ("an item that repeats", "tags: [a, a, b]", ['f:tags v:"a"', 'f:tags v:"b"']),
]  # fmt: skip


@pytest.mark.parametrize(("text", "paths"), [case[1:] for case in MENTIONED], ids=[case[0] for case in MENTIONED])
def test_what_is_mentioned(text: str, paths: list[str]) -> None:
    assert sets.mentioned(yaml.safe_load(text), THING) == of_texts(*paths)


ITEM = 'f:items k:{"name":"a"}'
COMPARED = [
    # name, before, after, removed, modified, added
    ("nothing", "text: a", "text: a", [], [], []),
    ("a scalar", "text: a\nnumber: 1", "text: b\nnumber: 1", [], ["f:text"], []),
    ("one more", "{}", "text: b", [], [], ["f:text"]),
    ("one less", "text: a", "{}", ["f:text"], [], []),
    ("a whole number or not", "figure: 1", "figure: 1.0", [], [], []),
    ("a new map", "{}", "map: {a: x}", [], [], ["f:map", "f:map f:a"]),
    ("a map that empties", "map: {a: x}", "map: {}", ["f:map f:a"], [], []),
    ("a key of a map", "map: {a: x, b: y}", "map: {a: z, c: y}", ["f:map f:b"], ["f:map f:a"], ["f:map f:c"]),
    ("null to empty", "map: null", "map: {}", [], ["f:map"], []),
    ("an item", "items: []", "items: [{name: a, value: 1}]", [], [], [ITEM, f"{ITEM} f:name", f"{ITEM} f:value"]),
    ("inside an item", "items: [{name: a, value: 1}]", "items: [{name: a, value: 2}]", [], [f"{ITEM} f:value"], []),
    ("an item gone", "items: [{name: a}, {name: b}]", "items: [{name: b}]", [ITEM, f"{ITEM} f:name"], [], []),
    ("items in another order", "items: [{name: a}, {name: b}]", "items: [{name: b}, {name: a}]", [], [], []),
    ("a set", "tags: [a, b]", "tags: [b, c]", ['f:tags v:"a"'], [], ['f:tags v:"c"']),
    ("an atomic list", "whole: [{name: a}]", "whole: [{name: a, value: 1}]", [], ["f:whole"], []),
    ("an atomic map", "block: {x: a}", "block: {x: a, y: b}", [], ["f:block"], []),
    ("a new atomic map", "{}", "block: {x: a}", [], [], ["f:block"]),
    ("free fields", "free: {a: {b: 1}, c: [1]}", "free: {a: {b: 2}, c: [2]}", [], ["f:free f:a f:b", "f:free f:c"], []),
    ("a scalar that becomes a map", "any: 1", "any: {a: 1}", [], ["f:any"], ["f:any f:a"]),
    ("a map that becomes a scalar", "any: {a: 1}", "any: 1", ["f:any f:a"], ["f:any"], []),
    ("a list that becomes a scalar", "any: [1]", "any: 1", [], ["f:any"], []),
    ("an item that comes twice now", "items: [{name: a, value: 1}]", "items: [{name: a, value: 1}, {name: a, value: 2}]", [ITEM, f"{ITEM} f:name", f"{ITEM} f:value"], [], [ITEM]),
    ("an item that came twice", "items: [{name: a}, {name: a}]", "items: [{name: a}]", [ITEM], [], [ITEM, f"{ITEM} f:name"]),
    ("twice before and after, the same", "items: [{name: a}, {name: a}]", "items: [{name: a}, {name: a}]", [], [], []),
    ("twice before and after, not the same", "items: [{name: a}, {name: a}]", "items: [{name: a}, {name: a, value: 1}]", [], [ITEM], []),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "removed", "modified", "added"), [case[1:] for case in COMPARED], ids=[case[0] for case in COMPARED])  # fmt: skip
def test_in_which_fields_two_objects_differ(before: str, after: str, removed: Any, modified: Any, added: Any) -> None:
    found = sets.compare(yaml.safe_load(before), yaml.safe_load(after), THING)
    assert found == sets.Comparison(of_texts(*removed), of_texts(*modified), of_texts(*added))


MERGED = [
    # name, live, config, merged
    ("scalars", "text: a\nnumber: 1", "number: 2", "text: a\nnumber: 2"),
    ("maps", "map: {a: x}", "map: {b: y}", "map: {a: x, b: y}"),
    ("structs", "struct: {x: a}", "struct: {y: b}", "struct: {x: a, y: b}"),
    ("an empty map says nothing", "map: {a: x}", "map: {}", "map: {a: x}"),
    ("null for a map says nothing", "map: {a: x}", "map: null", "map: {a: x}"),
    ("null for a scalar does", "text: a", "text: null", "text: null"),
    ("null for an atomic map does", "block: {x: a}", "block: null", "block: null"),
    ("atomic maps", "block: {x: a}", "block: {y: b}", "block: {y: b}"),
    ("atomic lists", "whole: [{name: a}]", "whole: [{name: b}]", "whole: [{name: b}]"),
    ("lists that say nothing of themselves", "plain: [a]", "plain: [b]", "plain: [b]"),
    ("sets", "tags: [a, b]", "tags: [c]", "tags: [a, b, c]"),
    ("sets that share", "tags: [a, b, c]", "tags: [c, a]", "tags: [b, c, a]"),
    ("items", "items: [{name: a, value: 1}]", "items: [{name: a, tags: [x]}, {name: b}]", "items: [{name: a, value: 1, tags: [x]}, {name: b}]"),
    ("items before others", "items: [{name: b}, {name: c}]", "items: [{name: a}, {name: b}]", "items: [{name: a}, {name: b}, {name: c}]"),
    ("items between", "tags: [a, d]", "tags: [a, b, c, d]", "tags: [a, b, c, d]"),
    ("live items stay by their neighbours", "tags: ['1', '2', '3', '4']", "tags: ['2', x, '4']", "tags: ['1', '2', '3', x, '4']"),
    ("in another order", "tags: ['1', '2', '3']", "tags: ['3', '2', '1']", "tags: ['3', '2', '1']"),
    ("another order, one foreign", "tags: ['1', x, '2']", "tags: ['2', '1']", "tags: [x, '2', '1']"),
    ("a pair by its default", "pairs: [{a: x, b: 1, value: old}]", "pairs: [{a: x, value: new}]", "pairs: [{a: x, b: 1, value: new}]"),
    ("a live item that repeats", "tags: [a, a, b]", "tags: [a]", "tags: [a, b]"),
    ("free fields", "free: {a: {b: 1}, l: [1, 2]}", "free: {a: {c: 2}, l: [3]}", "free: {a: {b: 1, c: 2}, l: [3]}"),
    ("free scalars and maps", "any: 1", "any: {a: 1}", "any: {a: 1}"),
    ("free maps and scalars", "any: {a: 1}", "any: 1", "any: 1"),
]  # fmt: skip


@pytest.mark.parametrize(("live", "config", "merged"), [case[1:] for case in MERGED], ids=[case[0] for case in MERGED])
def test_what_a_merge_makes(live: str, config: str, merged: str) -> None:
    before = yaml.safe_load(live)
    assert merge.merge(before, yaml.safe_load(config), THING) == yaml.safe_load(merged)
    assert before == yaml.safe_load(live), "nothing is changed in place"


def test_a_merge_with_nothing() -> None:
    assert merge.merge({"text": "a"}, ABSENT, THING) == {"text": "a"}
    assert merge.merge(ABSENT, {"text": "a"}, THING) == {"text": "a"}


REMOVED = [
    ("a field", "text: a\nnumber: 1", ["f:text"], "number: 1"),
    ("a key", "map: {a: x, b: y}", ["f:map f:a"], "map: {b: y}"),
    ("the last key", "text: a\nmap: {a: x}", ["f:map f:a"], "text: a\nmap: null"),
    ("a map", "text: a\nmap: {a: x}", ["f:map"], "text: a"),
    ("an item", "items: [{name: a}, {name: b}]", [ITEM], "items: [{name: b}]"),
    ("a field of an item", "items: [{name: a, value: 1}]", [f"{ITEM} f:value"], "items: [{name: a}]"),
    ("of a set", "tags: [a, b]", ['f:tags v:"a"'], "tags: [b]"),
    ("by a default key", "pairs: [{a: x}, {a: y}]", ['f:pairs k:{"a":"x","b":1}'], "pairs: [{a: y}]"),
    ("what is not there", "text: a", ["f:number", 'f:tags v:"a"'], "text: a"),
    ("a free field", "free: {a: {b: 1}, c: 2}", ["f:free f:a f:b"], "free: {a: null, c: 2}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "gone", "left"), [case[1:] for case in REMOVED], ids=[case[0] for case in REMOVED])
def test_what_is_left_without(text: str, gone: list[str], left: str) -> None:
    assert merge.remove(yaml.safe_load(text), of_texts(*gone), THING) == yaml.safe_load(left)


def test_named_fields_go_with_their_parts() -> None:
    held = of_texts("f:struct f:x", "f:map f:a", f"{ITEM} f:inner f:value", 'f:tags v:"a"', "f:free f:a f:b")
    named = set(fields.paths(merge.with_named(held, THING))) - set(fields.paths(held))
    assert {fields.text(path) for path in named} == {
        ".struct", ".map", ".items", ".tags", ".free", '.items[name="a"].inner',
    }  # fmt: skip
