"""InterPodAffinity's queueing hints: which changes wake a pod that it refused."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Placed
from simulator.engine.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from tests.engine.scheduler.builders import node
from tests.engine.scheduler.harness import set_up
from tests.engine.scheduler.pod_affinity import far, near, on, rather_near, term, where, who

SCAN = where("service", "In", "scan", "other")
NEAR, FAR = near(term(SCAN)), far(term(SCAN))
TWICE = (term(where("x", "Exists"), "host"), term(where("y", "Exists"), "host"))

PODS: dict[str, tuple[Body, Body | None, Body | None, bool]] = {
    "one comes that it wants to be near": (NEAR, None, {"service": "scan"}, True),
    "one comes that it does not mean": (NEAR, None, {"x": "1"}, False),
    "one becomes such": (NEAR, {"x": "1"}, {"service": "scan"}, True),
    "one was such, and still is": (NEAR, {"service": "other"}, {"service": "scan"}, False),
    "one is such no more": (NEAR, {"service": "scan"}, {"x": "1"}, False),
    "one that it wants to be near goes": (NEAR, {"service": "scan"}, None, False),
    "one that meets both terms": (near(*TWICE), {"x": "1"}, {"x": "1", "y": "1"}, True),
    "one that meets one of two": (near(*TWICE), None, {"x": "1"}, False),
    "one it must be far from comes": (FAR, None, {"service": "scan"}, False),
    "one it must be far from goes": (FAR, {"service": "scan"}, None, True),
    "another goes": (FAR, {"x": "1"}, None, False),
    "one it must be far from becomes another": (FAR, {"service": "scan"}, {"service": "x"}, True),
    "another becomes one it must be far from": (FAR, {"service": "x"}, {"service": "scan"}, False),
    "of two terms, one is met no more": (far(*TWICE), {"x": "1", "y": "1"}, {"x": "1"}, True),
    "of two terms, it met only one": (far(*TWICE), {"x": "1"}, None, False),
    "it has no required terms": (rather_near((1, term(SCAN))), None, {"service": "scan"}, False),
}


@pytest.mark.parametrize("case", PODS.values(), ids=PODS.keys())
def test_a_pod_on_a_node(case: tuple[Body, Body | None, Body | None, bool]) -> None:
    affinity, before, after, expected = case
    bench = set_up(InterPodAffinity, who(affinity=affinity), nodes=[on("a")])

    def running(labels: Body | None) -> Placed | None:
        return None if labels is None else Placed("a", bench.shapes.of(who("r", labels, on="a"), placed=True))

    assert bench.plugin.helped_by_pod(bench.shape, running(before), running(after)) is expected


def test_a_pod_of_another_namespace() -> None:
    bench = set_up(InterPodAffinity, who(affinity=NEAR), nodes=[on("a")])
    stranger = bench.shapes.of(who("r", {"service": "scan"}, on="a", namespace="other"), placed=True)
    assert not bench.plugin.helped_by_pod(bench.shape, None, Placed("a", stranger))


Z1, Z2, NONE = {"zone": "z1"}, {"zone": "z2"}, {"x": "1"}
NODES: dict[str, tuple[Body, Body | None, Body | None, bool]] = {
    "near: a node with the label comes": (NEAR, None, Z1, True),
    "near: a node without it comes": (NEAR, None, NONE, False),
    "near: another label changes": (NEAR, NONE, {"x": "2"}, False),
    "near: beside it, another label changes": (NEAR, Z1, {**Z1, **NONE}, False),
    "near: it changes": (NEAR, Z1, Z2, True),
    "near: a node gets it": (NEAR, NONE, Z1, True),
    "near: a node loses it": (NEAR, Z1, NONE, False),
    "near: a node goes": (NEAR, Z1, None, False),
    "far: a node with the label comes": (FAR, None, Z1, True),
    "far: a node without it comes": (FAR, None, {}, True),
    "far: beside it, another label changes": (FAR, Z1, {**Z1, **NONE}, False),
    "far: it changes": (FAR, Z1, Z2, True),
    "far: a node gets it": (FAR, NONE, Z1, False),
    "far: a node loses it": (FAR, Z1, NONE, True),
    "far: a node goes": (FAR, Z1, None, False),
    "no required terms: a node comes": (rather_near((1, term(SCAN))), None, Z1, False),
}


@pytest.mark.parametrize("case", NODES.values(), ids=NODES.keys())
def test_a_node(case: tuple[Body, Body | None, Body | None, bool]) -> None:
    affinity, before, after, expected = case
    bench = set_up(InterPodAffinity, who(affinity=affinity), nodes=[on("a")])
    old, new = (None if labels is None else node("n", labels=labels) for labels in (before, after))
    assert bench.plugin.helped_by_node(bench.shape, old, new) is expected


def test_its_own_labels_wake_nobody() -> None:
    bench = set_up(InterPodAffinity, who(affinity=NEAR), nodes=[on("a")])
    assert not bench.plugin.helped_by_own(bench.shape, bench.shapes.of(who("p", {"service": "scan"}, affinity=NEAR)))
    assert not bench.plugin.helped_by(bench.shape, "namespaces", None, {"metadata": {"name": "x", "labels": {}}})
