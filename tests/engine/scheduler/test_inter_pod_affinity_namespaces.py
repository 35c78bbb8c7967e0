"""InterPodAffinity and namespaces: whose pods a term means."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from simulator.engine.world import World
from tests.engine.scheduler.harness import judge, set_up
from tests.engine.scheduler.pod_affinity import (
    AFFINITY,
    ANTI_AFFINITY,
    EXISTING,
    far,
    namespace,
    near,
    of,
    on,
    term,
    where,
    who,
)

WEB = of(app="web")
NODES = [on("a", zone="z1"), on("b", zone="z1"), on("c", zone="z2")]
NOWHERE = dict.fromkeys(("a", "b", "c"), AFFINITY)


class Case(NamedTuple):
    incoming: Body
    running: list[Body]
    refused: dict[str, tuple[str, ...]]


def web(name: str = "web", on: str = "a", **fields: Any) -> Body:
    return who(name, {"app": "web"}, on=on, **fields)


TEAM = {"namespaceSelector": of(team="a")}
SPACES = [namespace("default"), namespace("blue", team="a"), namespace("red", team="b"), namespace("green", team="a")]

CASES: dict[str, Case] = {
    "its own namespace is meant": Case(
        who(affinity=near(term(WEB))), [web(namespace="blue"), web("w2", "c")], {"a": AFFINITY, "b": AFFINITY}),
    "a namespace by name": Case(
        who(affinity=near(term(WEB, namespaces=["blue"]))), [web(namespace="blue"), web("w2", "c")], {"c": AFFINITY}),
    "several by name": Case(
        who(affinity=far(term(WEB, "host", namespaces=["blue", "red"]))),
        [web("x", "a", namespace="blue"), web("y", "b", namespace="red"), web("z", "c")],
        {"a": ANTI_AFFINITY, "b": ANTI_AFFINITY}),
    "by label": Case(
        who(affinity=near(term(WEB, **TEAM))), [web(namespace="blue"), web("w2", "c")], {"c": AFFINITY}),
    "by label or by name": Case(
        who(affinity=far(term(WEB, "host", namespaces=["red"], **TEAM))),
        [web("x", "a", namespace="green"), web("y", "b", namespace="red"), web("z", "c")],
        {"a": ANTI_AFFINITY, "b": ANTI_AFFINITY}),
    "by label, none has it": Case(
        who(affinity=near(term(WEB, namespaceSelector=of(team="c")))), [web(namespace="blue")],
        NOWHERE),
    "by label, of a namespace that is not there": Case(
        who(affinity=near(term(WEB, namespaceSelector=where("team", "DoesNotExist")))), [web(namespace="gone")],
        NOWHERE),
    "an empty selector means all": Case(
        who(affinity=near(term(WEB, namespaceSelector={}))), [web(namespace="gone")], {"c": AFFINITY}),
    "an empty selector and a name mean all": Case(
        who(affinity=far(term(WEB, "host", namespaces=["red"], namespaceSelector={}))), [web(namespace="blue")],
        {"a": ANTI_AFFINITY}),
    "an empty list of names is no word": Case(
        who(affinity=near(term(WEB, namespaces=[]))), [web(namespace="blue"), web("w2", "c")],
        {"a": AFFINITY, "b": AFFINITY}),
    "an empty list of names beside a selector": Case(
        who(affinity=near(term(WEB, namespaces=[], **TEAM))), [web(namespace="blue"), web("w2", "c")],
        {"c": AFFINITY}),
    "the first of its kind, in a namespace by label": Case(
        who("p", {"app": "web"}, namespace="blue", affinity=near(term(WEB, **TEAM))), [], {}),
    "not of its kind, for its namespace has another label": Case(
        who("p", {"app": "web"}, namespace="red", affinity=near(term(WEB, **TEAM))), [],
        NOWHERE),
    "another is far from its namespace by name": Case(
        who("p", {"app": "web"}, namespace="blue"),
        [who("x", on="a", affinity=far(term(WEB, namespaces=["blue"])))], {"a": EXISTING, "b": EXISTING}),
    "another means its own namespace": Case(
        who("p", {"app": "web"}, namespace="blue"), [who("x", on="a", affinity=far(term(WEB)))], {}),
    "another is far from its namespace by label": Case(
        who("p", {"app": "web"}, namespace="blue"),
        [who("x", on="a", namespace="red", affinity=far(term(WEB, **TEAM)))], {"a": EXISTING, "b": EXISTING}),
    "another is far from a namespace with another label": Case(
        who("p", {"app": "web"}, namespace="red"), [who("x", on="a", affinity=far(term(WEB, **TEAM)))], {}),
    "another is far from all namespaces": Case(
        who("p", {"app": "web"}, namespace="gone"),
        [who("x", on="c", affinity=far(term(WEB, namespaceSelector={})))], {"c": EXISTING}),
    "another's rule for namespaces without a label holds for one that is not there": Case(
        who("p", {"app": "web"}, namespace="gone"),
        [who("x", on="c", affinity=far(term(WEB, namespaceSelector=where("team", "DoesNotExist"))))],
        {"c": EXISTING}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_whose_pods_are_meant(case: Case) -> None:
    told = judge(InterPodAffinity, case.incoming, nodes=NODES, pods=case.running, objects=SPACES)
    assert told.refused == case.refused


def test_a_namespace_that_gets_the_label_counts_from_then_on() -> None:
    incoming = who(affinity=near(term(WEB, **TEAM)))
    bench = set_up(InterPodAffinity, incoming, nodes=NODES, pods=[web(namespace="red")], objects=SPACES)
    framework, plugin, table, shape, _ = bench
    assert not framework.evaluate(shape, table).feasible.any()
    world = plugin.reader
    body = world.get("namespaces", "", "red")
    assert body is not None and isinstance(world, World)
    world.load("namespaces", {**body, "metadata": {**body["metadata"], "labels": {"team": "a"}}})
    framework.note_change("namespaces")
    feasible = framework.evaluate(shape, table).feasible
    assert [table.names[row] for row in feasible.nonzero()[0]] == ["a", "b"]


def test_the_labels_of_its_own_namespace_count_as_they_are_now() -> None:
    running = [who("x", on="c", affinity=far(term(WEB, **TEAM)))]
    bench = set_up(InterPodAffinity, web("p", "", namespace="red"), nodes=NODES, pods=running, objects=SPACES)
    framework, plugin, table, shape, _ = bench
    assert framework.evaluate(shape, table).feasible.all()
    world = plugin.reader
    body = world.get("namespaces", "", "red")
    assert body is not None and isinstance(world, World)
    world.load("namespaces", {**body, "metadata": {**body["metadata"], "labels": {"team": "a"}}})
    framework.note_change("namespaces")
    feasible = framework.evaluate(shape, table).feasible
    assert [table.names[row] for row in feasible.nonzero()[0]] == ["a", "b"]
