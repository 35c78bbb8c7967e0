"""TaintToleration: which taints refuse a pod or cost score, and which changes wake it."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.taint_toleration import TaintToleration
from tests.engine.scheduler.builders import node, pod, taint
from tests.engine.scheduler.harness import judge, set_up

HARD, EXECUTE, SOFT = "NoSchedule", "NoExecute", "PreferNoSchedule"
DEDICATED = taint("dedicated", "user1")


def tolerating(*tolerations: Body) -> Body:
    return pod(tolerations=list(tolerations))


def tainted(*taints: Body, name: str = "n") -> Body:
    return node(name, taints=list(taints))


def told(key: str, value: str = "") -> str:
    return f"node(s) had untolerated taint {{{key}: {value}}}"


FILTER: dict[str, tuple[list[Body], list[Body], str]] = {
    "no taints": ([], [], ""),
    "no toleration": ([DEDICATED], [], told("dedicated", "user1")),
    "an equal value": ([DEDICATED], [{"key": "dedicated", "value": "user1", "effect": HARD}], ""),
    "operator Equal said aloud": (
        [DEDICATED], [{"key": "dedicated", "operator": "Equal", "value": "user1", "effect": HARD}], ""),
    "another value": (
        [DEDICATED], [{"key": "dedicated", "value": "user2", "effect": HARD}], told("dedicated", "user1")),
    "another effect": (
        [DEDICATED], [{"key": "dedicated", "value": "user1", "effect": EXECUTE}], told("dedicated", "user1")),
    "another key": ([DEDICATED], [{"key": "team", "value": "user1"}], told("dedicated", "user1")),
    "any effect": ([DEDICATED], [{"key": "dedicated", "value": "user1"}], ""),
    "operator Exists": ([DEDICATED], [{"key": "dedicated", "operator": "Exists"}], ""),
    "operator Exists with an effect": ([DEDICATED], [{"key": "dedicated", "operator": "Exists", "effect": HARD}], ""),
    "everything is tolerated": ([DEDICATED, taint("x", effect=EXECUTE)], [{"operator": "Exists"}], ""),
    "an unknown operator tolerates nothing": (
        [DEDICATED], [{"key": "dedicated", "operator": "Perhaps"}], told("dedicated", "user1")),
    "a taint without a value": ([taint("x")], [{"key": "x"}], ""),
    "NoExecute refuses too": ([taint("x", effect=EXECUTE)], [], told("x")),
    "PreferNoSchedule refuses nobody": ([taint("x", effect=SOFT)], [], ""),
    "a toleration of PreferNoSchedule does not help against NoSchedule": (
        [taint("x"), taint("x", effect=SOFT)], [{"key": "x", "effect": SOFT}], told("x")),
    "only the first of two is tolerated": (
        [taint("x"), taint("y", "2"), taint("z")], [{"key": "x", "operator": "Exists"}], told("y", "2")),
    "both are tolerated": (
        [taint("x"), taint("y", effect=EXECUTE)],
        [{"key": "x", "operator": "Exists"}, {"key": "y", "operator": "Exists", "effect": EXECUTE}], ""),
}  # fmt: skip


@pytest.mark.parametrize("case", FILTER.values(), ids=FILTER.keys())
def test_filter(case: tuple[list[Body], list[Body], str]) -> None:
    taints, tolerations, reason = case
    answer = judge(TaintToleration, tolerating(*tolerations), nodes=[tainted(*taints)])
    assert answer.refused == ({"n": (reason,)} if reason else {})
    assert answer.resolvable == frozenset()


def test_nodes_with_different_taints_have_different_reasons() -> None:
    nodes = [tainted(taint(key), name=key) for key in "xyx"[:2]] + [node("free"), tainted(taint("x"), name="x2")]
    assert judge(TaintToleration, pod(), nodes=nodes).refused == {
        "x": (told("x"),),
        "y": (told("y"),),
        "x2": (told("x"),),
    }


SCORE: dict[str, tuple[dict[str, list[Body]], list[Body], dict[str, tuple[int, int]]]] = {
    "no taints anywhere": ({"a": [], "b": []}, [], {"a": (0, 100), "b": (0, 100)}),
    "a taint that is not tolerated": ({"a": [taint("x", "1", SOFT)], "b": []}, [], {"a": (1, 0), "b": (0, 100)}),
    "one of two is tolerated": (
        {"a": [taint("x", "1", SOFT)], "b": [taint("y", "1", SOFT)]}, [{"key": "x", "value": "1", "effect": SOFT}],
        {"a": (0, 100), "b": (1, 0)}),
    "all are tolerated, however many": (
        {"a": [], "b": [taint("x", "1", SOFT)], "c": [taint("x", "1", SOFT), taint("y", "2", SOFT)]},
        [{"key": "x", "value": "1", "effect": SOFT}, {"key": "y", "value": "2", "effect": SOFT}],
        {"a": (0, 100), "b": (0, 100), "c": (0, 100)}),
    "the more the worse, rounded": (
        {"a": [], "b": [taint("x", effect=SOFT)], "c": [taint(key, effect=SOFT) for key in "xyz"]}, [],
        {"a": (0, 100), "b": (1, 67), "c": (3, 0)}),
    "all nodes have as many": (
        {"a": [taint("x", effect=SOFT)], "b": [taint("y", effect=SOFT)]}, [], {"a": (1, 0), "b": (1, 0)}),
    "a toleration of any effect counts": (
        {"a": [taint("x", effect=SOFT)], "b": [taint("y", effect=SOFT)]}, [{"key": "x", "operator": "Exists"}],
        {"a": (0, 100), "b": (1, 0)}),
    "a toleration of NoSchedule does not": (
        {"a": [taint("x", effect=SOFT)], "b": []}, [{"key": "x", "operator": "Exists", "effect": HARD}],
        {"a": (1, 0), "b": (0, 100)}),
    "hard taints are not counted": (
        {"a": [taint("x")], "b": [taint("y", effect=SOFT)]}, [{"key": "x", "operator": "Exists", "effect": HARD}],
        {"a": (0, 100), "b": (1, 0)}),
}  # fmt: skip


@pytest.mark.parametrize("case", SCORE.values(), ids=SCORE.keys())
def test_score(case: tuple[dict[str, list[Body]], list[Body], dict[str, tuple[int, int]]]) -> None:
    nodes, tolerations, expected = case
    answer = judge(
        TaintToleration, tolerating(*tolerations), nodes=[tainted(*held, name=name) for name, held in nodes.items()]
    )
    assert {name: (answer.raw[name], answer.normalized[name]) for name in answer.raw} == expected


NODE_HINTS: dict[str, tuple[Body | None, Body | None, bool]] = {
    "a node comes that is not tolerated": (None, tainted(taint("y")), False),
    "a node comes that is tolerated": (None, tainted(taint("x")), True),
    "a node comes without taints": (None, node("n"), True),
    "a node goes": (tainted(taint("y")), None, False),
    "its taint goes": (tainted(taint("y")), node("n"), True),
    "its taint changes to one that is tolerated": (tainted(taint("y")), tainted(taint("x")), True),
    "its taint gets soft": (tainted(taint("y")), tainted(taint("y", effect=SOFT)), True),
    "one of its taints goes": (tainted(taint("y"), taint("z")), tainted(taint("y")), False),
    "it was tolerated before": (node("n"), tainted(taint("x")), False),
    "it gets a taint": (node("n"), tainted(taint("y")), False),
}


@pytest.mark.parametrize("case", NODE_HINTS.values(), ids=NODE_HINTS.keys())
def test_which_nodes_wake_a_pod(case: tuple[Body | None, Body | None, bool]) -> None:
    before, after, helped = case
    bench = set_up(TaintToleration, tolerating({"key": "x", "operator": "Exists"}), nodes=[node("n")])
    assert bench.plugin.helped_by_node(bench.shape, before, after) is helped


@pytest.mark.parametrize(("tolerations", "helped"), [([], False), ([{"key": "any"}], True)], ids=["same", "more"])
def test_a_new_toleration_wakes_the_pod(tolerations: list[Body], helped: bool) -> None:
    bench = set_up(TaintToleration, pod(), nodes=[node("n")])
    after = bench.shapes.of(pod(tolerations=tolerations, priority=1))
    assert bench.plugin.helped_by_own(bench.shape, after) is helped
