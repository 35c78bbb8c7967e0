"""Which nodes are looked at, in which order, and who wins among equals."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.engine.scheduler.decision import decide
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import (
    EMPTY,
    ZONE,
    container,
    default_framework,
    judged,
    node,
    pod,
    required,
    table,
)


@pytest.mark.parametrize(
    ("size", "percentage", "expected"),
    [
        (10, 0, 10), (99, 0, 99), (100, 0, 100), (200, 0, 100), (1000, 0, 420), (5000, 0, 500), (6000, 0, 300),
        (15000, 0, 750), (1000, 40, 400), (150, 40, 100), (1000, 100, 1000),
    ],
)  # fmt: skip
def test_how_many_nodes_are_enough(size: int, percentage: int, expected: int) -> None:
    assert default_framework(EMPTY, percentage=percentage).nodes_to_find(size) == expected


ORDERS = {
    "no zones": ([("a", ""), ("b", ""), ("c", "")], "abc"),
    "two zones take turns": ([("a", "z1"), ("b", "z1"), ("c", "z2"), ("d", "z2")], "acbd"),
    "an exhausted zone is passed over": ([("a", "z1"), ("b", "z2"), ("c", "z2"), ("d", "z2"), ("e", "z3")], "abecd"),
}


@pytest.mark.parametrize("case", ORDERS.values(), ids=ORDERS.keys())
def test_zones_take_turns(case: tuple[list[tuple[str, str]], str]) -> None:
    nodes = [node(name, labels={ZONE: zone} if zone else {}) for name, zone in case[0]]
    assert table(nodes).names == list(case[1])


def test_the_search_goes_on_where_it_ended() -> None:
    nodes = [node(f"n{index:03}") for index in range(200)]
    framework, made, shape = judged(nodes, pod())
    seen = []
    start = 0
    for _ in range(4):
        decision = decide(framework, made, shape, start=start, draw=lambda number: 0)
        assert len(decision.ranked) == 100
        seen.append(set(decision.ranked.tolist()))
        start = decision.start
    assert seen[0] == set(range(100)) == seen[2]
    assert seen[1] == set(range(100, 200)) == seen[3]


def test_refused_nodes_are_passed_over() -> None:
    nodes = [node(f"n{index:03}", unschedulable=index % 2 == 0) for index in range(300)]
    framework, made, shape = judged(nodes, pod())
    decision = decide(framework, made, shape, start=150, draw=lambda number: 0)
    assert sorted(decision.ranked.tolist()) == sorted([*range(151, 300, 2), *range(1, 139, 2)])
    assert decision.start == 139


def test_a_lone_feasible_node_is_not_ranked() -> None:
    framework, made, shape = judged([node("a"), node("b", unschedulable=True)], pod())
    decision = decide(framework, made, shape, start=0, draw=lambda number: 0)
    assert (decision.node, decision.score, decision.feasible, decision.total) == ("a", None, 1, 2)


@pytest.mark.parametrize("drawn", [0, 1, 2])
def test_equals_are_drawn(drawn: int) -> None:
    framework, made, shape = judged([node("a"), node("b"), node("c"), node("d", "1")], pod("p", container(cpu="500m")))
    decision = decide(framework, made, shape, start=0, draw=lambda number: drawn)
    assert decision.node == "abc"[drawn]
    assert [made.names[row] for row in decision.ties] == ["a", "b", "c"]


def test_a_pod_that_names_its_nodes_looks_at_no_others() -> None:
    field = {"key": "metadata.name", "operator": "In", "values": ["b"]}
    framework, made, shape = judged([node("a"), node("b"), node("c")], pod(affinity=required({"matchFields": [field]})))
    decision = decide(framework, made, shape, start=0, draw=lambda number: 0)
    assert (decision.node, decision.start) == ("b", 1)


def test_what_is_kept_for_a_shape_follows_the_nodes() -> None:
    framework, made, shape = judged([node("a"), node("b")], pod("p", container(cpu="3")))

    def feasible() -> list[str]:
        made.refresh()
        return [made.names[row] for row in np.flatnonzero(framework.evaluate(shape, made).feasible)]

    assert feasible() == ["a", "b"]
    made.place(("default", "r"), "a", shape)  # type: ignore[arg-type]
    assert feasible() == ["b"]
    made.change_node(node("b"), node("b", unschedulable=True))
    assert feasible() == []
    made.change_node(None, node("c"))
    assert feasible() == ["c"]
    made.remove(("default", "r"))  # type: ignore[arg-type]
    assert feasible() == ["a", "c"]
    made.change_node(node("a"), None)
    assert feasible() == ["c"]


def test_what_a_pod_has_nothing_to_do_with_makes_nobody_look_again() -> None:
    framework, shapes = default_framework(EMPTY), Shapes()
    plain = shapes.of(pod())
    bound = shapes.of(pod("db", volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]))
    before = framework.reads(plain), framework.reads(bound)
    framework.note_change("persistentvolumeclaims")
    assert framework.reads(plain) == before[0]
    assert framework.reads(bound) != before[1]
    framework.note_change("namespaces")
    assert framework.reads(plain) != before[0]
