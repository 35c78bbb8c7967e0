"""PodTopologySpread while pods and nodes come and go, for good or for a moment's trial.

The cases are of the breadth of AddPod's and RemovePod's in
pkg/scheduler/framework/plugins/podtopologyspread/filtering_test.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator.engine.objects import key_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.plugins.pod_topology_spread import PodTopologySpread
from tests.engine.scheduler.harness import set_up
from tests.engine.scheduler.spreading import a_node, counts, four, incoming, labelled, running, spread

ZONE, NODE = spread("zone"), spread("node")
BOTH = (ZONE, NODE)


class Trial(NamedTuple):
    """What changes on a node for a moment: so many of its own pods go, and others come."""

    pod: Body
    pods: list[Body]
    node: str
    gone: int
    come: list[Body]
    skewed: str


TRIALS: dict[str, Trial] = {
    "a pod comes to the emptiest zone": Trial(incoming(ZONE), counts(a=1), "x", 0, running("x"), ""),
    "a pod comes to the fullest zone": Trial(
        incoming(ZONE), counts(a=1, x=1), "a", 0, running("a", 1, "foo", "n"), "a b"),
    "a pod of another namespace comes": Trial(
        incoming(ZONE), counts(a=1), "x", 0, running("x", namespace="other"), "a b"),
    "a pod that does not match comes": Trial(incoming(ZONE), counts(a=1), "x", 0, running("x", 1, "bar"), "a b"),
    "a pod goes from the fullest zone": Trial(incoming(ZONE), counts(a=1), "a", 1, [], ""),
    "a pod goes from the emptiest zone": Trial(incoming(ZONE), counts(a=2, x=1), "x", 1, [], "a b"),
    "a pod goes from one of two zones of one size": Trial(incoming(ZONE), counts(a=1, x=1), "x", 1, [], "a b"),
    "pods go from the fullest node": Trial(incoming(NODE), counts(a=3, b=1, x=1, y=1), "a", 2, [], ""),
    "pods go and another comes": Trial(incoming(*BOTH), counts(a=1, b=1, x=1), "a", 1, running("a", 1, "bar"), "b x"),
}  # fmt: skip


@pytest.mark.parametrize("case", TRIALS.values(), ids=TRIALS.keys())
def test_as_if_pods_had_come_or_gone(case: Trial) -> None:
    """What preemption and promised nodes ask; afterwards everything is as it was."""
    bench = set_up(PodTopologySpread, case.pod, nodes=four(), pods=case.pods)
    plugin, nodes, shape = bench.plugin, bench.nodes, bench.shape
    assert isinstance(plugin, PodTopologySpread)
    before = plugin.filter(shape, nodes, nodes.every).tolist()
    row = nodes.row_of[case.node]
    gone: list[Key] = list(nodes.pods_on(row))[: case.gone]
    come = {key_of(one): bench.shapes.of(one, placed=True) for one in case.come}
    with nodes.without(row, gone), nodes.with_pods(row, come):
        codes = plugin.filter(shape, nodes, nodes.every)
        assert " ".join(sorted(nodes.names[int(one)] for one in codes.nonzero()[0])) == case.skewed
        assert plugin.filter(shape, nodes, nodes.every[row : row + 1]).tolist() == [codes[row]]
    assert plugin.filter(shape, nodes, nodes.every).tolist() == before


def test_a_node_that_changes_is_another_domain() -> None:
    bench = set_up(PodTopologySpread, incoming(ZONE), nodes=four(), pods=counts(a=1, b=1))
    plugin, nodes, shape = bench.plugin, bench.nodes, bench.shape
    assert isinstance(plugin, PodTopologySpread)
    assert plugin.filter(shape, nodes, nodes.every).astype(bool).sum() == 2
    nodes.change_node(a_node("b", "zone1"), a_node("b", "zone2"))
    nodes.refresh()
    assert not plugin.filter(shape, nodes, nodes.every).any()
    nodes.change_node(a_node("x", "zone2"), None)
    nodes.change_node(a_node("b", "zone2"), None)
    nodes.change_node(a_node("y", "zone2"), None)
    nodes.refresh()
    assert nodes.names == ["a"]
    assert not plugin.filter(shape, nodes, nodes.every).any()
    nodes.change_node(None, a_node("z", "zone3"))
    nodes.refresh()
    refused = plugin.filter(shape, nodes, nodes.every)
    assert [nodes.names[row] for row in refused.nonzero()[0]] == ["a"]


def test_two_pods_of_one_selector_share_a_figure() -> None:
    """Pods of different shapes, such as those of a StatefulSet, count the same pods."""
    bench = set_up(PodTopologySpread, incoming(ZONE), nodes=four(), pods=counts(a=1))
    plugin, nodes = bench.plugin, bench.nodes
    assert isinstance(plugin, PodTopologySpread)
    other = bench.shapes.of(labelled(incoming(spread("zone", 2)), "foo", "bar"))
    for placed, expected in ((0, ["a", "b"]), (1, [])):
        assert [nodes.names[row] for row in plugin.filter(bench.shape, nodes, nodes.every).nonzero()[0]] == expected
        assert not plugin.filter(other, nodes, nodes.every).any()
        nodes.place(Key("default", f"more-{placed}"), "x", bench.shape)
