"""NodeAffinity: which nodes it refuses, how it scores the others, which changes wake a pod."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.node_selectors import preferences_of, terms_of
from simulator.engine.scheduler.plugins.node_affinity import NodeAffinity
from tests.engine.scheduler.builders import labels, node, pod, preferred, required
from tests.engine.scheduler.harness import judge, set_up

POD = ("node(s) didn't match Pod's node affinity/selector",)
ENFORCED = ("node(s) didn't match scheduler-enforced node affinity",)
ONE = node("a", labels={"disk": "ssd", "size": "5", "zone": "z1"})


def fields(*expressions: tuple[str, ...], key: str = "metadata.name") -> Body:
    return {"matchFields": [{"key": key, "operator": one[0], "values": list(one[1:])} for one in expressions]}


def all_of(*terms: Body) -> Body:
    """One term that holds the expressions and the fields of several."""
    made: Body = {}
    for one in terms:
        for key, held in one.items():
            made[key] = [*made.get(key, []), *held]
    return made


def asking(*terms: Body, **spec: Any) -> Body:
    return pod(affinity=required(*terms), **spec)


FITS: dict[str, Body] = {
    "nothing is asked": pod(),
    "an empty nodeSelector": pod(nodeSelector={}),
    "a nodeSelector": pod(nodeSelector={"disk": "ssd"}),
    "no required node affinity": pod(affinity={"nodeAffinity": {}}),
    "no node affinity": pod(affinity={"podAffinity": {}}),
    "In": asking(labels("disk", "In", "hdd", "ssd")),
    "NotIn": asking(labels("disk", "NotIn", "hdd")),
    "NotIn, no such label": asking(labels("gpu", "NotIn", "yes")),
    "Exists": asking(labels("disk", "Exists")),
    "DoesNotExist": asking(labels("gpu", "DoesNotExist")),
    "Gt": asking(labels("size", "Gt", "4")),
    "Lt": asking(labels("size", "Lt", "6")),
    "several expressions": asking(all_of(labels("disk", "In", "ssd"), labels("size", "Gt", "1"))),
    "one term of two": asking(labels("disk", "In", "hdd"), labels("size", "Exists")),
    "one term of two, beside one that cannot be parsed": asking(labels("disk", "Perhaps"), labels("size", "Exists")),
    "one term of two, beside an empty one": asking({}, labels("size", "Exists")),
    "nodeSelector and affinity": asking(labels("size", "Exists"), nodeSelector={"disk": "ssd"}),
    "a field that names it": asking(fields(("In", "a"))),
    "a field that forbids another": asking(fields(("NotIn", "b"))),
    "another field is empty": asking(fields(("In", ""), key="metadata.x")),
    "a field and a label": asking(all_of(fields(("In", "a")), labels("disk", "In", "ssd"))),
    "a field or a label": asking(fields(("In", "b")), labels("disk", "In", "ssd")),
}

REFUSED: dict[str, Body] = {
    "a nodeSelector with another value": pod(nodeSelector={"disk": "hdd"}),
    "a nodeSelector half matched": pod(nodeSelector={"disk": "ssd", "gpu": "yes"}),
    "In, not among them": asking(labels("disk", "In", "hdd")),
    "In, no such label": asking(labels("gpu", "In", "yes")),
    "NotIn, among them": asking(labels("disk", "NotIn", "ssd")),
    "Exists, no such label": asking(labels("gpu", "Exists")),
    "DoesNotExist, but it does": asking(labels("disk", "DoesNotExist")),
    "Gt, equal": asking(labels("size", "Gt", "5")),
    "Lt, equal": asking(labels("size", "Lt", "5")),
    "Gt of what is no number": asking(labels("disk", "Gt", "1")),
    "Lt without such a label": asking(labels("gpu", "Lt", "9")),
    "no terms": asking(),
    "an empty term": asking({}),
    "only one of two expressions": asking(all_of(labels("disk", "In", "ssd"), labels("gpu", "Exists"))),
    "neither of two terms": asking(labels("disk", "In", "hdd"), labels("gpu", "Exists")),
    "nodeSelector, but not affinity": asking(labels("gpu", "Exists"), nodeSelector={"disk": "ssd"}),
    "affinity, but not nodeSelector": asking(labels("size", "Exists"), nodeSelector={"disk": "hdd"}),
    "a field that forbids it": asking(fields(("NotIn", "a"))),
    "a field, but not a label": asking(all_of(fields(("NotIn", "b")), labels("disk", "In", "hdd"))),
    "another field is not so": asking(fields(("In", "x"), key="metadata.x")),
    "cannot be parsed: In without values": asking(labels("disk", "In")),
    "cannot be parsed: NotIn without values": asking(labels("gpu", "NotIn")),
    "cannot be parsed: NotIn what no label can be": asking(labels("disk", "NotIn", "a b")),
    "cannot be parsed: Exists with a value": asking(labels("disk", "Exists", "ssd")),
    "cannot be parsed: Gt of a word": asking(labels("size", "Gt", "x")),
    "cannot be parsed: Gt of more than 64 bits": asking(labels("size", "Lt", "9223372036854775808")),
    "cannot be parsed: Gt of what no label can be": asking(labels("size", "Gt", "-4")),
    "cannot be parsed: Gt of two": asking(labels("size", "Gt", "1", "2")),
    "cannot be parsed: no operator": asking(labels("disk", "")),
    "cannot be parsed: an operator of nobody": asking(labels("disk", "Perhaps", "ssd")),
    "cannot be parsed: a key that no label has": asking(labels("a b", "DoesNotExist")),
    "cannot be parsed: a field that exists": asking(all_of(fields(("Exists",)), labels("disk", "Exists"))),
    "cannot be parsed: a field of two values": asking(fields(("NotIn", "b", "c"))),
}


@pytest.mark.parametrize("incoming", FITS.values(), ids=FITS.keys())
def test_the_node_fits(incoming: Body) -> None:
    told = judge(NodeAffinity, incoming, nodes=[ONE])
    assert (told.refused, told.rejected) == ({}, "")


@pytest.mark.parametrize("incoming", REFUSED.values(), ids=REFUSED.keys())
def test_the_node_is_refused(incoming: Body) -> None:
    told = judge(NodeAffinity, incoming, nodes=[ONE])
    assert (told.refused, told.resolvable, told.rejected) == ({"a": POD}, frozenset(), "")


class Narrow(NamedTuple):
    """names: those that are worth a look, None for all."""

    incoming: Body
    names: set[str] | None
    conflict: str = ""


NARROWED: dict[str, Narrow] = {
    "no affinity": Narrow(pod(nodeSelector={"disk": "ssd"}), None),
    "a label": Narrow(asking(labels("disk", "Exists")), None),
    "a name": Narrow(asking(fields(("In", "a"))), {"a"}),
    "a name and a label": Narrow(asking(all_of(fields(("In", "a")), labels("gpu", "Exists"))), {"a"}),
    "either of two names": Narrow(asking(fields(("In", "a")), fields(("In", "b"))), {"a", "b"}),
    "a name or a label": Narrow(asking(fields(("In", "a")), labels("disk", "Exists")), None),
    "a name or a name that is not": Narrow(asking(fields(("In", "a")), fields(("NotIn", "b"))), None),
    "two names at once": Narrow(asking(fields(("In", "a"), ("In", "b"))), None, "pod affinity terms conflict"),
    "two names at once, or one": Narrow(asking(fields(("In", "a"), ("In", "b")), fields(("In", "c"))), {"c"}),
    "a name twice": Narrow(asking(fields(("In", "a"), ("In", "a"))), {"a"}),
    "two names of one expression": Narrow(asking(fields(("In", "a", "b"))), {"a", "b"}),
    "a field that is no name": Narrow(asking(fields(("In", "a"), key="metadata.x")), None),
    "no names at all": Narrow(asking(fields(("In",))), None, "pod affinity terms conflict"),
    "no terms": Narrow(asking(), None),
}


@pytest.mark.parametrize("case", NARROWED.values(), ids=NARROWED.keys())
def test_only_the_nodes_that_are_named_are_looked_at(case: Narrow) -> None:
    bench = set_up(NodeAffinity, case.incoming, nodes=[node(name) for name in "abc"])
    assert isinstance(bench.plugin, NodeAffinity)
    told = bench.plugin.narrow(bench.shape, bench.nodes)
    assert (told.names, told.conflict, told.resolvable) == (case.names, case.conflict, False)


def added(*terms: Body, preferring: list[tuple[int, Body]] | None = None) -> Body:
    affinity: Body = required(*terms)["nodeAffinity"] if terms else {}
    return {"addedAffinity": affinity | (preferred(*preferring)["nodeAffinity"] if preferring else {})}


BOTH = [node("a", labels={"zone": "z1"}), node("b", labels={"zone": "z2"})]
ADDED: dict[str, tuple[Body, Body, dict[str, tuple[str, ...]]]] = {
    "nothing is added": (pod(), {}, {}),
    "nothing is added, in so many words": (pod(), {"addedAffinity": {}}, {}),
    "the pod asks for nothing": (pod(), added(labels("zone", "In", "z1")), {"b": ENFORCED}),
    "a name is added": (pod(), added(fields(("In", "b"))), {"a": ENFORCED}),
    "either of two terms": (pod(), added(labels("zone", "In", "z1"), fields(("In", "b"))), {}),
    "the pod asks for another": (
        pod(nodeSelector={"zone": "z1"}), added(labels("zone", "In", "z2")), {"a": ENFORCED, "b": POD}),
    "what is added is told first": (
        asking(labels("zone", "In", "z3")), added(labels("zone", "In", "z2")), {"a": ENFORCED, "b": POD}),
    "only preferences are added": (pod(), added(preferring=[(1, labels("zone", "In", "z1"))]), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", ADDED.values(), ids=ADDED.keys())
def test_what_a_profile_adds_is_asked_of_every_node(case: tuple[Body, Body, dict[str, tuple[str, ...]]]) -> None:
    incoming, arguments, refused = case
    told = judge(NodeAffinity, incoming, nodes=BOTH, arguments=arguments)
    assert (told.refused, told.resolvable) == (refused, frozenset())


PLAIN, SSD, BIG = node("plain"), node("ssd", labels={"disk": "ssd"}), node("big", labels={"disk": "ssd", "size": "9"})
SCORED: dict[str, tuple[Body, Body, dict[str, tuple[int, int]]]] = {
    "no preference": (pod(), {}, {}),
    "no preference, in so many words": (pod(affinity=preferred()), {}, {}),
    "one term": (
        pod(affinity=preferred((2, labels("disk", "In", "ssd")))), {},
        {"plain": (0, 0), "ssd": (2, 100), "big": (2, 100)}),
    "terms add up, rounded down": (
        pod(affinity=preferred((2, labels("disk", "In", "ssd")), (5, labels("size", "Gt", "8")))), {},
        {"plain": (0, 0), "ssd": (2, 28), "big": (7, 100)}),
    "nothing matches": (
        pod(affinity=preferred((9, labels("gpu", "Exists")))), {}, {"plain": (0, 0), "ssd": (0, 0), "big": (0, 0)}),
    "an empty preference matches nothing": (
        pod(affinity=preferred((9, {}), (1, labels("size", "Exists")))), {},
        {"plain": (0, 0), "ssd": (0, 0), "big": (1, 100)}),
    "a preference for a name": (
        pod(affinity=preferred((9, fields(("In", "ssd"))))), {}, {"plain": (0, 0), "ssd": (9, 100), "big": (0, 0)}),
    "a preference of no weight": (
        pod(affinity=preferred((0, labels("disk", "Perhaps")), (1, labels("size", "Exists")))), {},
        {"plain": (0, 0), "ssd": (0, 0), "big": (1, 100)}),
    "only what is added": (
        pod(), added(preferring=[(3, labels("size", "Exists"))]), {"plain": (0, 0), "ssd": (0, 0), "big": (3, 100)}),
    "its own and what is added": (
        pod(affinity=preferred((2, labels("disk", "In", "ssd")))), added(preferring=[(2, labels("size", "Exists"))]),
        {"plain": (0, 0), "ssd": (2, 50), "big": (4, 100)}),
    "what is added is required": (pod(), added(labels("disk", "Exists")), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", SCORED.values(), ids=SCORED.keys())
def test_scores(case: tuple[Body, Body, dict[str, tuple[int, int]]]) -> None:
    incoming, arguments, expected = case
    told = judge(NodeAffinity, incoming, nodes=[PLAIN, SSD, BIG], arguments=arguments)
    assert told.raw == {name: raw for name, (raw, _) in expected.items()}
    assert told.normalized == {name: score for name, (_, score) in expected.items()}


def test_only_those_that_are_ranked_are_compared() -> None:
    incoming = pod(affinity=preferred((2, labels("disk", "In", "ssd")), (6, labels("size", "Exists"))))
    told = judge(NodeAffinity, incoming, nodes=[PLAIN, SSD, BIG], among=["plain", "ssd"])
    assert told.normalized == {"plain": 0, "ssd": 100}


Z1, Z2 = node("n", labels={"zone": "z1"}), node("n", labels={"zone": "z2"})
IN_Z1 = asking(labels("zone", "In", "z1"))
HINTS: dict[str, tuple[Body, Body, Body | None, Body | None, bool]] = {
    "one that fits comes": (IN_Z1, {}, None, Z1, True),
    "one that does not comes": (IN_Z1, {}, None, Z2, False),
    "one begins to fit": (IN_Z1, {}, Z2, Z1, True),
    "one fits no more": (IN_Z1, {}, Z1, Z2, False),
    "one did not and does not": (IN_Z1, {}, Z2, node("n"), False),
    "one fitted and does": (IN_Z1, {}, Z1, node("n", labels={"zone": "z1", "x": "y"}), False),
    "one goes": (IN_Z1, {}, Z1, None, False),
    "a nodeSelector": (pod(nodeSelector={"zone": "z1"}), {}, Z2, Z1, True),
    "one fits, but not what is added": (IN_Z1, added(labels("zone", "In", "z2")), None, Z1, False),
    "one fits, and what is added": (IN_Z1, added(labels("zone", "Exists")), None, Z1, True),
    "one begins to fit what is added, but fitted the pod": (pod(), added(labels("zone", "In", "z1")), Z2, Z1, False),
    "one that fits what is added comes": (pod(), added(labels("zone", "In", "z1")), None, Z1, True),
}


@pytest.mark.parametrize("case", HINTS.values(), ids=HINTS.keys())
def test_which_nodes_wake_a_pod(case: tuple[Body, Body, Body | None, Body | None, bool]) -> None:
    incoming, arguments, before, after, expected = case
    bench = set_up(NodeAffinity, incoming, nodes=[], arguments=arguments)
    assert bench.plugin.helped_by_node(bench.shape, before, after) is expected


def test_what_is_wrong_with_a_term_is_told_with_its_field() -> None:
    terms = terms_of({"nodeSelectorTerms": [labels("disk", "Exists"), labels("size", "Gt", "x"), fields(("Exists",))]})
    assert [[error.text() for error in one.errors] for one in terms] == [
        [],
        [
            'nodeSelectorTerms[1].matchExpressions[0].values[0]: Invalid value: "x": '
            "for 'Gt', 'Lt' operators, the value must be an integer"
        ],
        ['nodeSelectorTerms[2].matchFields[0].operator: Unsupported value: "Exists": supported values: "In", "NotIn"'],
    ]
    assert preferences_of([{"weight": 0, "preference": labels("a", "Exists")}, {"weight": 1, "preference": {}}]) == ()
