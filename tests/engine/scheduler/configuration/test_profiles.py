"""Frameworks made of profiles that were read from a document."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler import plugin as bases
from simulator.engine.scheduler.configuration.plugins import EXTENSION_POINTS
from simulator.engine.scheduler.configuration.plugins import PLUGINS as FACTS
from simulator.engine.scheduler.configuration.reading import DEFAULT, read
from simulator.engine.scheduler.decision import decide
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.plugin import FilterPlugin, Plugin
from simulator.engine.scheduler.plugins.registry import PLUGINS
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.shape import Shapes
from simulator.engine.scheduler.trace import schedule
from tests.engine.scheduler.builders import (
    EMPTY,
    container,
    labels,
    node,
    pod,
    preferred,
    required,
    table,
    taint,
    world,
)
from tests.engine.scheduler.configuration.documents import document, plugin_set, with_plugins

FIELD = {"key": "metadata.name", "operator": "In"}


def framework(**plugins: Body) -> Framework:
    """The framework of a lone profile with these sets of plugins."""
    return Framework(read(with_plugins(**plugins)).profiles[0], EMPTY, PLUGINS)


def decided(body: Body, *objects: Body) -> dict[str, dict[str, Any]]:
    """What one pass over the pods decides with a configuration, by pod."""
    made, _ = world(*objects)
    return {one["name"]: one for one in schedule(made, profiles=Profiles(made, read(body)))}


def totals(answer: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The weighted scores of each plugin, by node."""
    return {
        one["name"]: {plugin: figures["weighted"] for plugin, figures in one["scores"].items()}
        for one in answer["nodes"]
    }


@pytest.mark.parametrize("name", PLUGINS)
def test_a_class_works_where_the_table_says(name: str) -> None:
    interfaces = {point: getattr(bases, interface, None) for point, interface in EXTENSION_POINTS.items()}
    own = {point for point, base in interfaces.items() if base and issubclass(PLUGINS[name], base)}
    assert own
    assert own <= set(FACTS[name])


def test_the_order_of_the_document_is_that_of_the_framework() -> None:
    made = framework(filter=plugin_set("TaintToleration", "NodeName", disabled=("*",)))
    assert [one.name for one in made.filters] == ["TaintToleration", "NodeName"]
    default = Framework(DEFAULT.profiles[0], EMPTY, PLUGINS)
    filters = [name for name in FACTS if issubclass(PLUGINS.get(name, Plugin), FilterPlugin)]
    assert [one.name for one in default.filters] == filters
    assert [one.name for one in default.post_filters] == ["DynamicResources", "DefaultPreemption"]
    assert [one.name for one in default.binds] == ["DefaultBinder"]


def test_weights_reach_the_scorers() -> None:
    made = framework(score=plugin_set(("TaintToleration", 30)), multiPoint=plugin_set(("NodeAffinity", 20)))
    held = {one.plugin.name: one.weight for one in made.scorers}
    assert (held["TaintToleration"], held["NodeAffinity"], held["NodeResourcesFit"]) == (30, 20, 1)


def test_without_a_filter_a_tainted_node_will_do() -> None:
    objects = node("a", taints=[taint("k")]), pod("p")
    assert decided(document(), *objects)["p"]["node"] is None
    told = decided(with_plugins(filter=plugin_set(disabled=("TaintToleration",))), *objects)["p"]
    assert told["node"] == "a"
    assert "TaintToleration" in told["nodes"][0]["scores"]


def test_disabled_everywhere_it_neither_filters_nor_scores() -> None:
    objects = node("a", taints=[taint("k")]), node("b"), pod("p")
    told = decided(with_plugins(multiPoint=plugin_set(disabled=("TaintToleration",))), *objects)["p"]
    assert all(one["filter"] is None and "TaintToleration" not in one["scores"] for one in told["nodes"])


def test_the_first_filter_in_order_gives_the_reason() -> None:
    objects = node("a", cpu="1", taints=[taint("k")]), pod("p", container(cpu="2"))
    taints_first = decided(document(), *objects)["p"]
    assert taints_first["nodes"][0]["filter"]["plugin"] == "TaintToleration"
    room_first = decided(with_plugins(filter=plugin_set("NodeResourcesFit")), *objects)["p"]
    assert room_first["nodes"][0]["filter"]["plugin"] == "NodeResourcesFit"


def test_only_one_scorer_decides() -> None:
    only = with_plugins(score=plugin_set(("NodeAffinity", 10), disabled=("*",)))
    wish = preferred((1, labels("disk", "In", "ssd")))
    told = decided(only, node("a", cpu="64"), node("b", labels={"disk": "ssd"}), pod("p", affinity=wish))["p"]
    assert totals(told) == {"a": {"NodeAffinity": 0}, "b": {"NodeAffinity": 1000}}
    assert (told["node"], told["ties"]) == ("b", ["b"])


def test_weights_turn_a_decision() -> None:
    soft = [taint("k", effect="PreferNoSchedule")]
    objects = (
        node("tainted", labels={"disk": "ssd"}, taints=soft), node("plain"),
        pod("p", affinity=preferred((1, labels("disk", "In", "ssd")))),
    )  # fmt: skip
    assert decided(document(), *objects)["p"]["node"] == "plain"
    heavier = with_plugins(multiPoint=plugin_set(("NodeAffinity", 4)))
    assert decided(heavier, *objects)["p"]["node"] == "tainted"


def test_each_pod_is_decided_by_its_own_profile() -> None:
    tolerant = {"schedulerName": "tolerant", "plugins": {"filter": plugin_set(disabled=("TaintToleration",))}}
    body = document(profiles=[{"schedulerName": "default-scheduler"}, tolerant])
    told = decided(
        body, node("a", taints=[taint("k")]),
        pod("strict"), pod("tolerant", schedulerName="tolerant"), pod("other", schedulerName="nobody"),
    )  # fmt: skip
    assert told.keys() == {"strict", "tolerant"}
    assert (told["strict"]["node"], told["tolerant"]["node"]) == (None, "a")


def test_a_configuration_without_the_default_name_leaves_its_pods() -> None:
    body = document(profiles=[{"schedulerName": "mine"}])
    assert decided(body, node("a"), pod("p"), pod("q", schedulerName="mine")).keys() == {"q"}


def test_without_gates_a_gated_pod_is_taken() -> None:
    gated = pod("p", schedulingGates=[{"name": "wait"}])
    assert decided(document(), node("a"), gated) == {}
    assert decided(with_plugins(preEnqueue=plugin_set(disabled=("*",))), node("a"), gated)["p"]["node"] == "a"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (document(), 230),
        (document(percentageOfNodesToScore=50), 250),
        (document(percentageOfNodesToScore=100), 500),
        (document(percentageOfNodesToScore=50, profiles=[{"percentageOfNodesToScore": 30}]), 150),
        (document(percentageOfNodesToScore=50, profiles=[{"percentageOfNodesToScore": 0}]), 230),
    ],
    ids=["by size", "of all profiles", "every node", "of the profile", "by size in the profile"],
)
def test_how_many_nodes_to_find(body: Body, found: int) -> None:
    made = Framework(read(body).profiles[0], EMPTY, PLUGINS)
    assert made.nodes_to_find(500) == found


def test_where_nothing_ranks_them_the_first_node_is_taken() -> None:
    without = read(with_plugins(score=plugin_set(disabled=("*",)))).profiles[0]
    framework, shapes = Framework(without, EMPTY, PLUGINS), Shapes()
    made, start, seen = table([node("a"), node("b", unschedulable=True), node("c")], shapes=shapes), 0, []
    for _ in range(3):
        decision = decide(framework, made, shapes.of(pod()), start=start, draw=lambda number: number - 1)
        seen.append((decision.node, decision.feasible))
        start = decision.start
    assert seen == [("a", 1), ("c", 1), ("a", 1)]
    either = required(*({"matchFields": [{**FIELD, "values": [name]}]} for name in "ac"))
    assert decide(framework, made, shapes.of(pod(affinity=either)), start=0, draw=lambda number: number - 1).node == "a"


def test_arguments_reach_the_plugin() -> None:
    args = {"minCandidateNodesPercentage": 50}
    held = read(document(profiles=[{"pluginConfig": [{"name": "DefaultPreemption", "args": args}]}]))
    made = Framework(held.profiles[0], EMPTY, PLUGINS).plugin("DefaultPreemption")
    assert made is not None
    assert made.arguments == {"minCandidateNodesPercentage": 50, "minCandidateNodesAbsolute": 100}
