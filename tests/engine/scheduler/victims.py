"""Pods to push off, budgets that guard them, and what preemption makes of it, for the tables of preemption."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.engine.objects import key_of, timestamp
from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.reading import DEFAULT
from simulator.engine.scheduler.decision import decide
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.plugin import PostFiltered
from simulator.engine.scheduler.plugins.registry import PLUGINS
from simulator.engine.scheduler.preemption import Candidate
from simulator.engine.scheduler.shape import Shape, Shapes
from simulator.engine.world import World
from tests.engine.scheduler.builders import START, container, pod, resource_of

NEGATIVE, LOW, MID, HIGH, VERY_HIGH = -100, 0, 100, 1000, 10000
SIZES = {"": {}, "S": {"cpu": "100m"}, "M": {"cpu": "200m"}, "L": {"cpu": "300m"}, "XL": {"cpu": "500m"}}


def sized(
    name: str,
    size: str = "",
    priority: int = LOW,
    *,
    on: str = "",
    labels: Mapping[str, str] | None = None,
    started: int | None = None,
    ending: str = "",
    nominated: str = "",
    **spec: Any,
) -> Body:
    """A pod of a size (S, M, L, XL: 100m, 200m, 300m, 500m cpu). started: seconds after START.

    ending: it is being deleted, and this is the reason of its condition DisruptionTarget ("-": it has none).
    """
    made = pod(name, container(**SIZES[size]), on=on, priority=priority, **spec)
    made["metadata"] |= {"labels": dict(labels or {}), "uid": f"uid-{name}"}
    status: Body = {}
    if started is not None:
        status["startTime"] = timestamp(START + started * 1_000_000)
    if ending:
        made["metadata"]["deletionTimestamp"] = timestamp(START)
    if ending not in ("", "-"):
        status["conditions"] = [{"type": "DisruptionTarget", "status": "True", "reason": ending}]
    if nominated:
        status["nominatedNodeName"] = nominated
    return {**made, "status": status}


def budget(
    name: str, allowed: int, *, disrupted: Iterable[str] = (), namespace: str = "default", **selector: Any
) -> Body:
    """A budget as its controller has left it. selector: `match` or `expressions`, else it is empty."""
    made: Body = {}
    if "match" in selector:
        made["matchLabels"] = selector["match"]
    if "expressions" in selector:
        made["matchExpressions"] = selector["expressions"]
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": made},
        "status": {"disruptionsAllowed": allowed, "disruptedPods": dict.fromkeys(disrupted, timestamp(START))},
    }


def table(
    nodes: Iterable[Body], others: Iterable[Body], arguments: Body | None = None
) -> tuple[Framework, NodeTable, Shapes]:
    """The default profile over these nodes and whatever else there is; pods without a node wait, perhaps for one."""
    world, shapes = World(seed=1, now=START), Shapes()
    nodes, others = list(nodes), list(others)
    for number, body in enumerate([*nodes, *others], start=1):
        metadata = {"uid": f"uid-{number}", "resourceVersion": str(number), **body["metadata"]}
        world.load(resource_of(body), {**body, "metadata": metadata})
    profile = DEFAULT.profiles[0]
    if arguments:
        profile = profile._replace(arguments={**profile.arguments, "DefaultPreemption": arguments})
    made = NodeTable(nodes)
    for body in (one for one in others if one["kind"] == "Pod"):
        if node := body["spec"].get("nodeName"):
            made.place(key_of(body), node, shapes.of(body, placed=True))
        elif node := body["status"].get("nominatedNodeName"):
            made.nominate(key_of(body), node, shapes.of(body))
    return Framework(profile, world, PLUGINS), made, shapes


def preempt(
    incoming: Body, nodes: Iterable[Body], others: Iterable[Body], arguments: Body | None = None, drawn: int = 0
) -> PostFiltered:
    """What DefaultPreemption does for a pod that fits nowhere. drawn: at which of the nodes it begins."""
    framework, made, shapes = table(nodes, others, arguments)
    return post_filter(framework, made, incoming, shapes.of(incoming), drawn)


def post_filter(framework: Framework, made: NodeTable, incoming: Body, shape: Shape, drawn: int = 0) -> PostFiltered:
    failure = decide(framework, made, shape, start=0, draw=lambda number: 0).failure
    assert failure is not None, "it fits as it is"
    (plugin,) = [one for one in framework.post_filters if one.name == "DefaultPreemption"]
    return plugin.post_filter(incoming, shape, made, framework, failure, lambda number: drawn % number)


def victims(candidates: Iterable[Candidate]) -> dict[str, list[str]]:
    """The names of the victims by node."""
    return {one.node: [victim.key.name for victim in one.victims] for one in candidates}
