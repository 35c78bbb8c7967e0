"""What each plugin gives each node: raw, normalised and weighted."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.trace import trace
from tests.engine.scheduler.builders import container, node, pod, taint, world

SOFT = "PreferNoSchedule"


def scored(
    plugin: str, nodes: list[Body], incoming: Body, running: tuple[Body, ...] = ()
) -> dict[str, tuple[int, ...]]:
    made, _ = world(*nodes, *running)
    grid = trace(made, incoming)["nodes"]
    return {one["name"]: tuple(one["scores"][plugin].values()) for one in grid if plugin in one["scores"]}


TAINTS: dict[str, tuple[list[Body], Body, dict[str, tuple[int, int, int]]]] = {
    "no taints anywhere": ([node("a"), node("b")], pod(), {"a": (0, 100, 300), "b": (0, 100, 300)}),
    "a taint that is not tolerated": (
        [node("a", taints=[taint("x", "1", SOFT)]), node("b")], pod(), {"a": (1, 0, 0), "b": (0, 100, 300)}),
    "a taint that is tolerated": (
        [node("a", taints=[taint("x", "1", SOFT)]), node("b", taints=[taint("y", "1", SOFT)])],
        pod(tolerations=[{"key": "x", "value": "1", "effect": SOFT}]), {"a": (0, 100, 300), "b": (1, 0, 0)}),
    "the more the worse, rounded down": (
        [node(name, taints=[taint(f"t{n}", effect=SOFT) for n in range(number)])
         for name, number in (("a", 0), ("b", 1), ("c", 3))],
        pod(), {"a": (0, 100, 300), "b": (1, 67, 201), "c": (3, 0, 0)}),
    "a toleration of any effect counts": (
        [node("a", taints=[taint("x", effect=SOFT)]), node("b", taints=[taint("y", effect=SOFT)])],
        pod(tolerations=[{"key": "x", "operator": "Exists"}]), {"a": (0, 100, 300), "b": (1, 0, 0)}),
    "a toleration of NoSchedule does not": (
        [node("a", taints=[taint("x", effect=SOFT)]), node("b")],
        pod(tolerations=[{"key": "x", "operator": "Exists", "effect": "NoSchedule"}]),
        {"a": (1, 0, 0), "b": (0, 100, 300)}),
    "hard taints are not counted": (
        [node("a", taints=[taint("x")]), node("b", taints=[taint("y", effect=SOFT)])],
        pod(tolerations=[{"key": "x", "operator": "Exists"}]), {"a": (0, 100, 300), "b": (1, 0, 0)}),
}  # fmt: skip


@pytest.mark.parametrize("case", TAINTS.values(), ids=TAINTS.keys())
def test_taint_toleration(case: tuple[list[Body], Body, dict[str, tuple[int, int, int]]]) -> None:
    nodes, incoming, expected = case
    assert scored("TaintToleration", nodes, incoming) == expected


LEAST: dict[str, tuple[list[Body], Body, tuple[Body, ...], dict[str, int]]] = {
    "nothing asked for, with the assumed amounts": (
        [node("a", "4", "10Gi"), node("b", "8", "10Gi")], pod(), (), {"a": 97, "b": 98}),
    "asked for, nothing running": (
        [node("a", "4", "10000"), node("b", "6", "10000")], pod("p", container(cpu="3", memory="5000")), (),
        {"a": 37, "b": 50}),
    "running pods count": (
        [node("a", "10", "20000"), node("b", "10", "20000")], pod("p", container(cpu="0", memory="0")),
        (pod("r", container(cpu="6", memory="0"), on="a"), pod("s", container(cpu="6", memory="5000"), on="b")),
        {"a": 70, "b": 57}),
    "more than there is scores 0": (
        [node("a", "4", "10000"), node("b", "4", "10000")], pod("p", container(cpu="0", memory="0")),
        (pod("r", container(cpu="5", memory="0"), on="a"),), {"a": 50, "b": 100}),
    "a resource that a node lacks does not count": (
        [node("a", "4", "0"), node("b", "4", "10000")], pod("p", container(cpu="2", memory="0")), (),
        {"a": 50, "b": 75}),
    "each container without requests is assumed to need some": (
        [node("a", "1", "1000Mi"), node("b", "2", "1000Mi")], pod("p", container("x"), container("y")), (),
        {"a": 70, "b": 75}),
}  # fmt: skip


@pytest.mark.parametrize("case", LEAST.values(), ids=LEAST.keys())
def test_least_allocated(case: tuple[list[Body], Body, tuple[Body, ...], dict[str, int]]) -> None:
    nodes, incoming, running, expected = case
    figures = scored("NodeResourcesFit", nodes, incoming, running)
    assert figures == {name: (score, score, score) for name, score in expected.items()}


BALANCED: dict[str, tuple[list[Body], Body, tuple[Body, ...], dict[str, int]]] = {
    "a pod that asks for nothing is not scored": ([node("a"), node("b")], pod(), (), {}),
    "even and uneven": (
        [node("a", "4", "10000"), node("b", "6", "10000")], pod("p", container(cpu="3", memory="5000")), (),
        {"a": 87, "b": 100}),
    "running pods count by what they ask for": (
        [node("a", "10", "20000"), node("b", "10", "20000")], pod("p", container(cpu="3", memory="5000")),
        (pod("r", container(cpu="3"), on="a"), pod("s", container(cpu="3", memory="5000"), on="b")),
        {"a": 82, "b": 95}),
    "a share is never more than all": (
        [node("a", "6", "10000"), node("b", "6", "50000")], pod("p", container(cpu="0", memory="5000")),
        (pod("r", container(cpu="6", memory="9000"), on="b"), pod("s", container(cpu="9"), on="a")),
        {"a": 75, "b": 64}),
    "one resource alone is balanced": (
        [node("a", "4", "0"), node("b", "4", "10000")], pod("p", container(cpu="2")), (), {"a": 100, "b": 75}),
}  # fmt: skip


@pytest.mark.parametrize("case", BALANCED.values(), ids=BALANCED.keys())
def test_balanced_allocation(case: tuple[list[Body], Body, tuple[Body, ...], dict[str, int]]) -> None:
    nodes, incoming, running, expected = case
    figures = scored("NodeResourcesBalancedAllocation", nodes, incoming, running)
    assert figures == {name: (score, score, score) for name, score in expected.items()}


def test_the_total_is_the_sum_and_the_winner_has_the_highest() -> None:
    made, _ = world(node("a", "4"), node("b", "8", taints=[taint("x", effect=SOFT)]), node("c", "2"))
    told = trace(made, pod("p", container(cpu="1", memory="1Gi")))
    totals = {one["name"]: one["total"] for one in told["nodes"]}
    assert totals == {
        one["name"]: sum(figures["weighted"] for figures in one["scores"].values()) for one in told["nodes"]
    }
    assert told["node"] == max(totals, key=lambda name: totals[name]) == "a"
    assert told["ties"] == ["a"]
    assert told["message"] == "Successfully assigned default/p to a"
