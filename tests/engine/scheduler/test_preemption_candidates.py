"""How many nodes preemption tries out before it chooses, from which one on, and which come first.

The cases are those of TestDryRunPreemption of
pkg/scheduler/framework/plugins/defaultpreemption/default_preemption_test.go, v1.34, and some of our own.
"""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from tests.engine.scheduler.builders import node
from tests.engine.scheduler.victims import HIGH, MID, VERY_HIGH, budget, preempt, sized

GUARDED = {"app": "foo"}
FIVE = [node(f"n{number}", "500m") for number in range(1, 6)]


def fill(*names: str, priorities: dict[str, int] | None = None, guarded: str = "") -> list[Body]:
    return [
        sized(
            f"p{one}", "L", (priorities or {}).get(one, MID), on=f"n{one}", labels=GUARDED if one in guarded else None
        )
        for one in names
    ]


FEW = {"minCandidateNodesPercentage": 40, "minCandidateNodesAbsolute": 1}
ENOUGH: dict[str, tuple[Body, int, list[Body], list[str]]] = {
    "two in five, from the fifth on": (FEW, 4, fill(*"12345"), ["n5", "n1"]),
    "two in five, from the second on": (FEW, 1, fill(*"12345"), ["n2", "n3"]),
    "two in five, from the fourth on": (FEW, 3, fill(*"12345"), ["n4", "n5"]),
    "nodes without lesser pods do not count": (
        FEW, 4, fill(*"12345", priorities={"2": VERY_HIGH, "5": VERY_HIGH}), ["n1", "n3"]),
    "until one is found that violates no budget": (
        {"minCandidateNodesPercentage": 40, "minCandidateNodesAbsolute": 2}, 4,
        [*fill(*"12345", guarded="125"), budget("b", 0, match=GUARDED)], ["n3", "n5", "n1"]),
    "at least so many": (
        {"minCandidateNodesPercentage": 0, "minCandidateNodesAbsolute": 3}, 0, fill(*"12345"), ["n1", "n2", "n3"]),
    "by default a hundred": ({}, 2, fill(*"12345"), ["n3", "n4", "n5", "n1", "n2"]),
}  # fmt: skip


@pytest.mark.parametrize("case", ENOUGH.values(), ids=ENOUGH.keys())
def test_how_many_candidates_are_enough(case: tuple[Body, int, list[Body], list[str]]) -> None:
    arguments, drawn, others, expected = case
    told = preempt(sized("p", "L", HIGH), FIVE, others, arguments, drawn)
    assert [one.node for one in told.candidates] == expected
