"""NodeName: a pod that names its node goes nowhere else."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.node_name import NodeName
from tests.engine.scheduler.builders import node, pod
from tests.engine.scheduler.harness import judge, set_up

ELSEWHERE = ("node(s) didn't match the requested node name",)


@pytest.mark.parametrize(
    ("name", "refused"),
    [("", []), ("a", ["b", "c"]), ("c", ["a", "b"]), ("none", ["a", "b", "c"])],
    ids=["no name", "the first", "the last", "a node that is not there"],
)
def test_filter(name: str, refused: list[str]) -> None:
    told = judge(NodeName, pod(on=name), nodes=[node("a"), node("b"), node("c")])
    assert told.refused == dict.fromkeys(refused, ELSEWHERE)
    assert told.resolvable == frozenset()


NODE_HINTS: dict[str, tuple[Body | None, Body | None, bool]] = {
    "comes": (None, node("a"), True),
    "changes": (node("a", "1"), node("a", "2"), False),
    "goes": (node("a"), None, False),
}


@pytest.mark.parametrize("case", NODE_HINTS.values(), ids=NODE_HINTS.keys())
def test_only_a_node_that_comes_wakes_a_pod(case: tuple[Body | None, Body | None, bool]) -> None:
    before, after, helped = case
    bench = set_up(NodeName, pod(on="x"), nodes=[node("n")])
    assert bench.plugin.helped_by_node(bench.shape, before, after) is helped
