# ruff: noqa: E501 - the tables have a line for each case
"""Several managers and one object: after these applies and updates it is so, and these are its managers.

The cases follow sigs.k8s.io/structured-merge-diff/v6/merge/*_test.go.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
import yaml

from simulator.engine.errors import StatusError
from tests.engine.apply.things import Thing


class Step(NamedTuple):
    """`ann: apply`, `ann!: apply by force`, `~ann: update`; conflicts are the fields that an apply is refused for."""

    who: str
    text: str
    conflicts: tuple[str, ...] = ()


class Case(NamedTuple):
    name: str
    steps: list[Step]
    text: str
    managers: dict[str, set[str]]


A, B = '.items[name="a"]', '.items[name="b"]'
CASES = [
    Case("one applier", [Step("ann", "text: a\nnumber: 1")], "text: a\nnumber: 1", {"ann": {".text", ".number"}}),
    Case("what it says no longer goes", [Step("ann", "text: a\nnumber: 1"), Step("ann", "text: a")], "text: a", {"ann": {".text"}}),
    Case("everything goes", [Step("ann", "text: a\nmap: {a: x}\ntags: [a]"), Step("ann", "")], "{}", {}),
    Case("it says something else", [Step("ann", "text: a"), Step("ann", "text: b")], "text: b", {"ann": {".text"}}),
    Case("two of different fields", [Step("ann", "text: a"), Step("bob", "number: 1")], "text: a\nnumber: 1", {"ann": {".text"}, "bob": {".number"}}),
    Case("two of the same value", [Step("ann", "text: a"), Step("bob", "text: a")], "text: a", {"ann": {".text"}, "bob": {".text"}}),
    Case("a conflict changes nothing", [Step("ann", "text: a"), Step("bob", "text: b\nnumber: 1", (".text",))], "text: a", {"ann": {".text"}}),
    Case("by force", [Step("ann", "text: a\nnumber: 1"), Step("bob!", "text: b")], "text: b\nnumber: 1", {"ann": {".number"}, "bob": {".text"}}),
    Case("by force of all", [Step("ann", "text: a"), Step("bob!", "text: b")], "text: b", {"bob": {".text"}}),
    Case("who lost a field does not take it away", [Step("ann", "text: a\nnumber: 1"), Step("bob!", "text: b"), Step("ann", "number: 1")], "text: b\nnumber: 1", {"ann": {".number"}, "bob": {".text"}}),
    Case("a shared field stays when one lets go", [Step("ann", "text: a"), Step("bob", "text: a"), Step("ann", "number: 1")], "text: a\nnumber: 1", {"ann": {".number"}, "bob": {".text"}}),
    Case("and goes with the last", [Step("ann", "text: a"), Step("bob", "text: a"), Step("ann", ""), Step("bob", "")], "{}", {}),
    Case("a conflict with one of two", [Step("ann", "text: a"), Step("bob", "number: 1"), Step("eve", "text: b\nnumber: 1", (".text",))], "text: a\nnumber: 1", {"ann": {".text"}, "bob": {".number"}}),
    Case("conflicts with two", [Step("ann", "text: a"), Step("bob", "number: 1"), Step("eve", "text: b\nnumber: 2", (".text", ".number"))], "text: a\nnumber: 1", {"ann": {".text"}, "bob": {".number"}}),
    # updates
    Case("an update makes", [Step("~ann", "text: a\nmap: {a: x}")], "text: a\nmap: {a: x}", {"~ann": {".text", ".map", ".map.a"}}),
    Case("an update changes its own", [Step("~ann", "text: a\nnumber: 1"), Step("~ann", "text: b\nnumber: 1")], "text: b\nnumber: 1", {"~ann": {".text", ".number"}}),
    Case("an update takes from others", [Step("~ann", "text: a\nnumber: 1"), Step("~bob", "text: b\nnumber: 1")], "text: b\nnumber: 1", {"~ann": {".number"}, "~bob": {".text"}}),
    Case("an update removes from others", [Step("~ann", "text: a\nnumber: 1"), Step("~bob", "number: 1")], "number: 1", {"~ann": {".number"}}),
    Case("an update that says the same owns nothing", [Step("ann", "text: a"), Step("~bob", "text: a")], "text: a", {"ann": {".text"}}),
    Case("an update takes from an applier", [Step("ann", "text: a"), Step("~bob", "text: b")], "text: b", {"~bob": {".text"}}),
    Case("then the applier conflicts", [Step("ann", "text: a\nnumber: 1"), Step("~bob", "text: b\nnumber: 1"), Step("ann", "text: a\nnumber: 1", (".text",))], "text: b\nnumber: 1", {"ann": {".number"}, "~bob": {".text"}}),
    Case("or shares", [Step("ann", "text: a\nnumber: 1"), Step("~bob", "text: b\nnumber: 1"), Step("ann", "text: b\nnumber: 1")], "text: b\nnumber: 1", {"ann": {".text", ".number"}, "~bob": {".text"}}),
    Case("or takes back", [Step("ann", "text: a"), Step("~bob", "text: b"), Step("ann!", "text: a")], "text: a", {"ann": {".text"}}),
    Case("what an updater has is not taken away", [Step("~ann", "text: a"), Step("bob", "text: a\nnumber: 1"), Step("bob", "number: 1")], "text: a\nnumber: 1", {"~ann": {".text"}, "bob": {".number"}}),
    Case("the same name updates and applies", [Step("~ann", "text: a"), Step("ann", "text: b", (".text",)), Step("ann!", "text: b")], "text: b", {"ann": {".text"}}),
    Case("an update of nobody's object", [Step("ann", "text: a"), Step("ann", ""), Step("~bob", "text: b")], "text: b", {}),
    # maps
    Case("keys of one map", [Step("ann", "map: {a: x}"), Step("bob", "map: {b: y}")], "map: {a: x, b: y}", {"ann": {".map.a"}, "bob": {".map.b"}}),
    Case("each takes its own away", [Step("ann", "map: {a: x}"), Step("bob", "map: {b: y}"), Step("ann", "map: {}")], "map: {b: y}", {"ann": {".map"}, "bob": {".map.b"}}),
    Case("a map goes with its last key", [Step("ann", "map: {a: x}"), Step("ann", "text: a")], "text: a", {"ann": {".text"}}),
    Case("a map of an updater stays without the applier's key", [Step("~ann", "map: {a: x}"), Step("bob", "map: {b: y}"), Step("bob", "text: t")], "map: {a: x}\ntext: t", {"~ann": {".map", ".map.a"}, "bob": {".text"}}),
    Case("a map in a map goes whole if nobody else is in it", [Step("ann", "maps: {a: {b: x}}"), Step("ann", "text: t")], "text: t", {"ann": {".text"}}),
    Case("a map in a map stays for another", [Step("ann", "maps: {a: {b: x}}"), Step("bob", "maps: {a: {c: y}}"), Step("ann", "text: t")], "maps: {a: {c: y}}\ntext: t", {"ann": {".text"}, "bob": {".maps.a", ".maps.a.c"}}),
    Case("an update inside goes with its parent", [Step("ann", "maps: {a: {b: x}}"), Step("~bob", "maps: {a: {b: x, c: y}}"), Step("ann", "text: t")], "text: t", {"ann": {".text"}}),
    Case("atomic maps are one field", [Step("ann", "block: {x: a}"), Step("bob", "block: {y: b}", (".block",)), Step("bob!", "block: {y: b}")], "block: {y: b}", {"bob": {".block"}}),
    # sets and lists
    Case("a set of two", [Step("ann", "tags: [a, b]"), Step("bob", "tags: [b, c]")], "tags: [a, b, c]", {"ann": {'.tags[="a"]', '.tags[="b"]'}, "bob": {'.tags[="b"]', '.tags[="c"]'}}),
    Case("a shared member of a set stays", [Step("ann", "tags: [a, b]"), Step("bob", "tags: [b, c]"), Step("ann", "tags: [a]")], "tags: [a, b, c]", {"ann": {'.tags[="a"]'}, "bob": {'.tags[="b"]', '.tags[="c"]'}}),
    Case("an own member goes", [Step("ann", "tags: [a, b]"), Step("bob", "tags: [b, c]"), Step("ann", "tags: [b]")], "tags: [b, c]", {"ann": {'.tags[="b"]'}, "bob": {'.tags[="b"]', '.tags[="c"]'}}),
    Case("an updater's members stay", [Step("~ann", "tags: [a]"), Step("bob", "tags: [a, b]"), Step("bob", "tags: [b]")], "tags: [a, b]", {"~ann": {".tags", '.tags[="a"]'}, "bob": {'.tags[="b"]'}}),
    Case("items of two", [Step("ann", "items: [{name: a, value: 1}]"), Step("bob", "items: [{name: b, value: 2}]")], "items: [{name: a, value: 1}, {name: b, value: 2}]", {"ann": {A, f"{A}.name", f"{A}.value"}, "bob": {B, f"{B}.name", f"{B}.value"}}),
    Case("an item of two", [Step("ann", "items: [{name: a, value: 1}]"), Step("bob", "items: [{name: a, tags: [x]}]")], "items: [{name: a, value: 1, tags: [x]}]", {"ann": {A, f"{A}.name", f"{A}.value"}, "bob": {A, f"{A}.name", f'{A}.tags[="x"]'}}),
    Case("one leaves an item of two", [Step("ann", "items: [{name: a, value: 1}]"), Step("bob", "items: [{name: a, tags: [x]}]"), Step("ann", "text: t")], "items: [{name: a, tags: [x]}]\ntext: t", {"ann": {".text"}, "bob": {A, f"{A}.name", f'{A}.tags[="x"]'}}),
    Case("an item goes with its last", [Step("ann", "items: [{name: a, value: 1}, {name: b}]"), Step("ann", "items: [{name: b}]")], "items: [{name: b}]", {"ann": {B, f"{B}.name"}}),
    Case("an item goes with what an updater wrote into it", [Step("ann", "items: [{name: a, value: 1}]"), Step("~bob", "items: [{name: a, value: 1, tags: [x]}]"), Step("ann", "text: t")], "text: t", {"ann": {".text"}}),
    Case("a conflict inside an item", [Step("ann", "items: [{name: a, value: 1}]"), Step("bob", "items: [{name: a, value: 2}]", (f"{A}.value",))], "items: [{name: a, value: 1}]", {"ann": {A, f"{A}.name", f"{A}.value"}}),
    Case("a pair with its default and one that says it", [Step("ann", "pairs: [{a: x, value: v}]"), Step("bob", "pairs: [{a: x, b: 1}]")], "pairs: [{a: x, value: v, b: 1}]", {"ann": {'.pairs[a="x",b=1]', '.pairs[a="x",b=1].a', '.pairs[a="x",b=1].value'}, "bob": {'.pairs[a="x",b=1]', '.pairs[a="x",b=1].a', '.pairs[a="x",b=1].b'}}),
    Case("an atomic list is one field", [Step("ann", "whole: [{name: a}]"), Step("bob", "whole: [{name: b}]", (".whole",))], "whole: [{name: a}]", {"ann": {".whole"}}),
    Case("an atomic list that goes", [Step("ann", "whole: [{name: a}]\ntext: t"), Step("ann", "text: t")], "text: t", {"ann": {".text"}}),
    Case("a duplicate that an update left is one field", [Step("~ann", "tags: [a, a]"), Step("bob", "tags: [b]")], "tags: [a, a, b]", {"~ann": {".tags", '.tags[="a"]'}, "bob": {'.tags[="b"]'}}),
    # structs
    Case("a struct goes with its last field", [Step("ann", "struct: {x: a}"), Step("ann", "text: t")], "text: t", {"ann": {".text"}}),
    Case("a struct keeps what an updater wrote into it", [Step("ann", "struct: {x: a}"), Step("~bob", "struct: {x: a, y: b}"), Step("ann", "text: t")], "struct: {y: b}\ntext: t", {"ann": {".text"}, "~bob": {".struct.y"}}),
    Case("a struct stays for another's field", [Step("ann", "struct: {x: a}"), Step("bob", "struct: {y: b}"), Step("ann", "text: t")], "struct: {y: b}\ntext: t", {"ann": {".text"}, "bob": {".struct.y"}}),
    Case("a struct without fields is nothing, whoever claims it", [Step("ann", "struct: {x: a}"), Step("bob", "struct: {}"), Step("ann", "text: t")], "text: t", {"ann": {".text"}, "bob": {".struct"}}),
    Case("a list in a struct", [Step("ann", "struct: {list: [{name: a, value: 1}]}"), Step("bob", "struct: {list: [{name: b}]}"), Step("ann", "struct: {x: s}")], "struct: {list: [{name: b}], x: s}", {"ann": {".struct.x"}, "bob": {'.struct.list[name="b"]', '.struct.list[name="b"].name'}}),
    # nulls, and what has no schema
    Case("a null is claimed", [Step("ann", "text: null\nnumber: 1")], "number: 1", {"ann": {".text", ".number"}}),
    Case("free fields merge", [Step("ann", "free: {a: {b: 1}}"), Step("bob", "free: {a: {c: 2}}")], "free: {a: {b: 1, c: 2}}", {"ann": {".free.a", ".free.a.b"}, "bob": {".free.a", ".free.a.c"}}),
    Case("lists in free fields do not", [Step("ann", "free: {l: [1]}"), Step("bob", "free: {l: [2]}", (".free.l",))], "free: {l: [1]}", {"ann": {".free.l"}}),
    Case("a free field goes", [Step("ann", "free: {a: 1, b: {c: 2}}"), Step("ann", "free: {a: 1}")], "free: {a: 1}", {"ann": {".free.a"}}),
    Case("a free scalar becomes a map", [Step("ann", "any: 1"), Step("ann", "any: {a: 1}")], "any: {a: 1}", {"ann": {".any.a"}}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_after_all_of_it(case: Case) -> None:
    thing = Thing()
    for step in case.steps:
        if step.who.startswith("~"):
            thing.update(step.who[1:], step.text)
        elif step.conflicts:
            with pytest.raises(StatusError) as refused:
                thing.apply(step.who, step.text)
            assert {cause["field"] for cause in refused.value.details["causes"]} == set(step.conflicts)
        else:
            thing.apply(step.who.rstrip("!"), step.text, force=step.who.endswith("!"))
    assert thing.fields == yaml.safe_load(case.text)
    assert thing.managers() == case.managers
