"""Nodes, pods and cases for the scores about resources."""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from simulator.engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from tests.engine.scheduler.builders import container, node, pod
from tests.engine.scheduler.harness import judge

FOO, BAR, GPU = "intel.com/foo", "intel.com/bar", "nvidia.com/gpu"


def asking(cpu: str = "0", memory: str = "0", *, on: str = "", **more: str) -> Body:
    name = f"{on or 'p'}-{cpu}-{memory}"
    return pod(name, container(cpu=cpu, memory=memory, **more), on=on)


def resources(**weights: int) -> list[Body]:
    return [{"name": name.replace("__", "/"), "weight": weight} for name, weight in weights.items()]


def strategy(kind: str, *shape: tuple[int, int], weights: list[Body] | None = None) -> Body:
    made: Body = {"type": kind, "resources": weights or resources(cpu=1, memory=1)}
    if shape:
        made["requestedToCapacityRatio"] = {
            "shape": [{"utilization": utilization, "score": score} for utilization, score in shape]
        }
    return {"scoringStrategy": made}


LEAST, MOST, RATIO = "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"
DOWN, UP, FLAT = ((0, 10), (100, 0)), ((0, 0), (100, 10)), ((0, 0), (100, 1))
TWO_SIZES = (node("a", "4", "10000"), node("b", "6", "10000"))
EQUAL = (node("a", "10", "20000"), node("b", "10", "20000"))
RUNNING = (asking("3", on="a"), asking("3", "5000", on="b"))
BY_DEVICE = (node("a", "4", "10000Mi", **{"intel.com__foo": "8"}), node("b", "4", "10000Mi", **{"intel.com__foo": "4"}))
BY_DEVICES = (
    node("a", "4", "10000Mi", **{"intel.com__foo": "8", "intel.com__bar": "4"}),
    node("b", "4", "10000Mi", **{"intel.com__foo": "4", "intel.com__bar": "8"}),
)
ONE_DEVICE = strategy(RATIO, *FLAT, weights=[{"name": FOO, "weight": 1}])
TWO_DEVICES = strategy(RATIO, *FLAT, weights=[{"name": FOO, "weight": 3}, {"name": BAR, "weight": 5}])
WITH_GPU = [*resources(cpu=1, memory=1), {"name": GPU, "weight": 1}]


class Case(NamedTuple):
    arguments: Body
    nodes: tuple[Body, ...]
    pod: Body
    running: tuple[Body, ...]
    scores: tuple[int, ...]


def scored(kind: type[NodeResourcesFit] | type[NodeResourcesBalancedAllocation], case: Case) -> tuple[int, ...]:
    names = [one["metadata"]["name"] for one in case.nodes]
    pods = [{**one, "metadata": {**one["metadata"], "name": f"r{number}"}} for number, one in enumerate(case.running)]
    told = judge(kind, case.pod, nodes=case.nodes, pods=pods, arguments=case.arguments, among=names)
    assert told.raw == told.normalized
    return tuple(told.raw.values())
