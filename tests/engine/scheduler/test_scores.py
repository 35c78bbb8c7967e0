"""What each plugin gives each node: raw, normalised and weighted."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.trace import trace
from tests.engine.scheduler.builders import container, labels, node, pod, preferred, taint, world

SOFT = "PreferNoSchedule"
SSD, BIG = {"disk": "ssd"}, {"disk": "ssd", "size": "9"}


def scored(
    plugin: str, nodes: list[Body], incoming: Body, running: tuple[Body, ...] = ()
) -> dict[str, tuple[int, ...]]:
    made, _ = world(*nodes, *running)
    grid = trace(made, incoming)["nodes"]
    return {one["name"]: tuple(one["scores"][plugin].values()) for one in grid if plugin in one["scores"]}


AFFINITY: dict[str, tuple[Body, dict[str, tuple[int, int, int]]]] = {
    "no preference: the plugin has nothing to say": (pod(), {}),
    "one term": (
        pod(affinity=preferred((2, labels("disk", "In", "ssd")))),
        {"plain": (0, 0, 0), "ssd": (2, 100, 200), "big": (2, 100, 200)}),
    "terms add up": (
        pod(affinity=preferred((2, labels("disk", "In", "ssd")), (5, labels("size", "Gt", "8")))),
        {"plain": (0, 0, 0), "ssd": (2, 28, 56), "big": (7, 100, 200)}),
    "nothing matches": (
        pod(affinity=preferred((9, labels("gpu", "Exists")))),
        {"plain": (0, 0, 0), "ssd": (0, 0, 0), "big": (0, 0, 0)}),
    "an empty preference matches nothing": (
        pod(affinity=preferred((9, {}), (1, labels("size", "Exists")))),
        {"plain": (0, 0, 0), "ssd": (0, 0, 0), "big": (1, 100, 200)}),
}  # fmt: skip


@pytest.mark.parametrize("case", AFFINITY.values(), ids=AFFINITY.keys())
def test_node_affinity(case: tuple[Body, dict[str, tuple[int, int, int]]]) -> None:
    incoming, expected = case
    nodes = [node("plain"), node("ssd", labels=SSD), node("big", labels=BIG)]
    assert scored("NodeAffinity", nodes, incoming) == expected


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
