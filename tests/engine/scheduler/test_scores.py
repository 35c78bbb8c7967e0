"""What each plugin gives each node: raw, normalised and weighted."""

from __future__ import annotations

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
