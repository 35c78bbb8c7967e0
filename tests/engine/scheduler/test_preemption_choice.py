"""On which node preemption does the least harm, and what set it apart.

The cases are those of TestSelectBestCandidate of
pkg/scheduler/framework/plugins/defaultpreemption/default_preemption_test.go, v1.34, and some of our own.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.preemption import CRITERIA, Candidate, Victim, best, candidate
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import START, node
from tests.engine.scheduler.victims import HIGH, LOW, MID, NEGATIVE, VERY_HIGH, preempt, sized

One = tuple[str, int] | tuple[str, int, int]
"""A pod: its size, its priority, and when it started."""


def crowded(*nodes: Sequence[One]) -> tuple[list[Body], list[Body]]:
    """Nodes with 500m cpu each, and the pods on them."""
    pods = [
        sized(f"p{number}.{place}", size, priority, on=f"n{number}", started=started[0] if started else 0)
        for number, on in enumerate(nodes, start=1)
        for place, (size, priority, *started) in enumerate(on, start=1)
    ]
    return [node(f"n{number}", "500m") for number in range(1, len(nodes) + 1)], pods


CASES: dict[str, tuple[Body, tuple[list[Body], list[Body]], str, str | None]] = {
    "equal in all": (
        sized("p", "L", HIGH), crowded([("L", MID)], [("L", MID)]), "n1", None),
    "the least highest priority": (
        sized("p", "XL", HIGH),
        crowded([("M", MID), ("L", MID)], [("M", MID), ("M", LOW)], [("M", LOW), ("M", LOW)]), "n3", "highestPriority"),
    "the least sum of priorities": (
        sized("p", "XL", HIGH),
        crowded([("M", MID), ("L", MID)], [("L", MID), ("M", LOW)], [("M", MID), ("M", MID)]), "n2", "prioritySum"),
    "few pods rather than a low sum of many": (
        sized("p", "XL", HIGH),
        crowded([("S", MID), ("S", NEGATIVE), ("S", MID), ("S", NEGATIVE)], [("L", MID), ("M", NEGATIVE)],
                [("M", MID), ("S", NEGATIVE), ("S", LOW)]), "n2", "prioritySum"),
    "negative priorities do not make a crowd cheap": (
        sized("p", "XL", HIGH),
        crowded([("S", MID), ("S", NEGATIVE), ("S", NEGATIVE)], [("L", MID), ("M", NEGATIVE)],
                [("M", MID), ("S", NEGATIVE), ("S", LOW)]), "n2", "prioritySum"),
    "each criterion in its turn": (
        sized("p", "XL", VERY_HIGH),
        crowded([("S", MID), ("S", LOW), ("S", LOW)], [("L", HIGH)], [("M", MID), ("S", LOW), ("S", LOW), ("M", LOW)],
                [("M", MID), ("S", MID), ("S", MID), ("S", NEGATIVE)]), "n1", "prioritySum"),
    "the latest start": (
        sized("p", "XL", HIGH),
        crowded([("M", MID, 2), ("M", MID, 2)], [("M", MID, 3), ("M", MID, 3)], [("M", MID, 1), ("M", MID, 1)]),
        "n2", "latestStart"),
    "the latest of the earliest starts": (
        sized("p", "XL", HIGH),
        crowded([("M", MID, 4), ("M", MID, 2)], [("M", MID, 5), ("M", MID, 1)], [("M", MID, 3), ("M", MID, 6)]),
        "n3", "latestStart"),
    "the start of the most important ones only": (
        sized("p", "XL", HIGH),
        crowded([("M", LOW, 4), ("M", MID, 2)], [("M", MID, 6), ("M", LOW, 1)], [("M", LOW, 3), ("M", MID, 5)]),
        "n2", "latestStart"),
    "the only one": (sized("p", "XL", HIGH), crowded([("M", MID)], [("M", VERY_HIGH)]), "n1", None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_best_node(case: tuple[Body, tuple[list[Body], list[Body]], str, str | None]) -> None:
    incoming, (nodes, pods), expected, criterion = case
    choice = preempt(incoming, nodes, pods).choice
    assert choice is not None
    assert choice.candidate.node == expected
    assert (None if choice.criterion is None else CRITERIA[choice.criterion]) == criterion


def made(name: str, violations: int, *pods: tuple[int, int]) -> Candidate:
    """A candidate by the priorities of its victims and when they started."""
    shapes = Shapes()
    held = [
        Victim(Key("default", f"{name}-{place}"), shapes.of(sized("v", "", priority)), START + started * SECOND)
        for place, (priority, started) in enumerate(pods)
    ]
    found = candidate(name, tuple(sorted(held, key=Victim.importance)), violations)
    assert isinstance(found, Candidate)
    return found


HARM: dict[str, tuple[list[Candidate], str, str | None]] = {
    "no violation rather than a low priority": (
        [made("a", 1, (LOW, 0)), made("b", 0, (HIGH, 0))], "b", "pdbViolations"),
    "the fewest violations": ([made("a", 2, (LOW, 0)), made("b", 1, (HIGH, 0), (HIGH, 0))], "b", "pdbViolations"),
    "a low highest priority rather than a low sum": (
        [made("a", 0, (MID, 0)), made("b", 0, (MID - 1, 0), (MID - 1, 0), (MID - 1, 0))], "b", "highestPriority"),
    "as many pods as the sum says": (
        [made("a", 0, (5, 0), (1, 0), (2, 0)), made("b", 0, (5, 0), (3, 0))], "b", "prioritySum"),
    "whoever is last set apart decides the criterion": (
        [made("a", 1, (LOW, 0)), made("b", 0, (LOW, 1)), made("c", 0, (LOW, 2))], "c", "latestStart"),
    "the first of equals, wherever they are": (
        [made("a", 1, (LOW, 0)), made("b", 0, (LOW, 1)), made("c", 0, (LOW, 1))], "b", None),
}  # fmt: skip


@pytest.mark.parametrize("case", HARM.values(), ids=HARM.keys())
def test_the_least_harm(case: tuple[list[Candidate], str, str | None]) -> None:
    candidates, expected, criterion = case
    choice = best(candidates)
    assert choice.candidate.node == expected
    assert (None if choice.criterion is None else CRITERIA[choice.criterion]) == criterion
