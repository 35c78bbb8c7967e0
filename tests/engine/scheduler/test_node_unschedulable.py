"""NodeUnschedulable: who may go to a cordoned node, and what wakes the others."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.node_unschedulable import NodeUnschedulable
from tests.engine.scheduler.builders import node, pod
from tests.engine.scheduler.harness import judge, set_up

KEY = "node.kubernetes.io/unschedulable"
CORDONED, OPEN = node("n", unschedulable=True), node("n")

CASES: dict[str, tuple[Body, list[Body], bool]] = {
    "an open node": (OPEN, [], False),
    "a cordoned node": (CORDONED, [], True),
    "the taint is tolerated": (CORDONED, [{"key": KEY, "effect": "NoSchedule"}], False),
    "the taint is tolerated by its key": (CORDONED, [{"key": KEY, "operator": "Exists"}], False),
    "everything is tolerated": (CORDONED, [{"operator": "Exists"}], False),
    "the taint is tolerated for another effect": (CORDONED, [{"key": KEY, "effect": "NoExecute"}], True),
    "the taint is tolerated with a value that it has not": (CORDONED, [{"key": KEY, "value": "x"}], True),
    "another taint is tolerated": (CORDONED, [{"key": "x", "operator": "Exists"}], True),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_filter(case: tuple[Body, list[Body], bool]) -> None:
    one, tolerations, refused = case
    told = judge(NodeUnschedulable, pod(tolerations=tolerations), nodes=[one, node("other")])
    assert told.refused == ({"n": ("node(s) were unschedulable",)} if refused else {})
    assert told.resolvable == frozenset()


NODE_HINTS: dict[str, tuple[Body | None, Body | None, bool]] = {
    "an open node comes": (None, OPEN, True),
    "a cordoned node comes": (None, CORDONED, False),
    "it is uncordoned": (CORDONED, OPEN, True),
    "it is cordoned": (OPEN, CORDONED, False),
    "it stays cordoned": (CORDONED, node("n", "9", unschedulable=True), False),
    "it stays open": (OPEN, node("n", "9"), False),
    "it goes": (CORDONED, None, False),
}


@pytest.mark.parametrize("case", NODE_HINTS.values(), ids=NODE_HINTS.keys())
def test_which_nodes_wake_a_pod(case: tuple[Body | None, Body | None, bool]) -> None:
    before, after, helped = case
    bench = set_up(NodeUnschedulable, pod(), nodes=[OPEN])
    assert bench.plugin.helped_by_node(bench.shape, before, after) is helped


OWN_HINTS: dict[str, tuple[list[Body], bool]] = {
    "none": ([], False),
    "another": ([{"key": "x", "operator": "Exists"}], False),
    "the one": ([{"key": KEY, "operator": "Exists"}], True),
}


@pytest.mark.parametrize("case", OWN_HINTS.values(), ids=OWN_HINTS.keys())
def test_which_tolerations_wake_the_pod(case: tuple[list[Body], bool]) -> None:
    tolerations, helped = case
    bench = set_up(NodeUnschedulable, pod(), nodes=[OPEN])
    assert bench.plugin.helped_by_own(bench.shape, bench.shapes.of(pod(tolerations=tolerations))) is helped
