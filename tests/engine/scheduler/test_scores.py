"""How the scores of the plugins add up. What each plugin gives is in its own file."""

from __future__ import annotations

from simulator.engine.scheduler.trace import trace
from tests.engine.scheduler.builders import container, labels, node, pod, preferred, taint, world

SOFT = "PreferNoSchedule"
WEIGHTS = {"TaintToleration": 3, "NodeAffinity": 2, "PodTopologySpread": 2, "InterPodAffinity": 2}


def test_each_plugin_counts_by_its_weight() -> None:
    made, _ = world(node("a", "4"), node("b", "8", taints=[taint("x", effect=SOFT)]))
    told = trace(made, pod("p", container(cpu="1", memory="1Gi"), affinity=preferred((1, labels("disk", "Exists")))))
    for one in told["nodes"]:
        assert {"TaintToleration", "NodeAffinity", "NodeResourcesFit", "ImageLocality"} <= one["scores"].keys()
        for name, figures in one["scores"].items():
            assert figures["weighted"] == WEIGHTS.get(name, 1) * figures["normalized"]


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
