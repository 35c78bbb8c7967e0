"""NodeResourcesFit: a node must have room for what the pod asks for; how full it would be is its score.

Follows pkg/scheduler/framework/plugins/noderesources/fit.go, v1.34.
"""

from __future__ import annotations

import numpy as np

from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.node_facts import allocatable_of, allowed_pods
from simulator.engine.scheduler.nodes import Integers, NodeTable, Placed, Rows
from simulator.engine.scheduler.plugin import FilterPlugin, Refusal, ScorePlugin
from simulator.engine.scheduler.plugins.resource_allocation import DEFAULT_RESOURCES, ResourceAllocation, strategy_of
from simulator.engine.scheduler.shape import Shape
from simulator.engine.validation.quotas import is_extended

# A code holds a flag per reason: too many pods, then one per resource by its place in the shape's requests.
_TOO_MANY_PODS = 1
_NAMED = 61
"""How many of the resources that a pod asks for a code can name; further ones are told as the last of these."""
_NEVER = 1 << 62


class NodeResourcesFit(FilterPlugin, ScorePlugin):
    """Arguments: scoringStrategy {type, resources, requestedToCapacityRatio}, ignoredResources and -Groups."""

    name = "NodeResourcesFit"
    reads_pods = True

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        strategy = arguments.get("scoringStrategy") or {}
        self._allocation = ResourceAllocation(strategy.get("resources") or DEFAULT_RESOURCES, assumed=True)
        self._strategy = strategy_of(strategy)
        self._ignored = frozenset(arguments.get("ignoredResources") or ())
        self._ignored_groups = frozenset(arguments.get("ignoredResourceGroups") or ())
        self._ignores = bool(self._ignored or self._ignored_groups)

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        demand = nodes.demand(shape)
        offered = nodes.allocatable.take(rows, axis=1)
        short = demand > offered - nodes.requested.take(rows, axis=1)
        codes: Integers = (nodes.count.take(rows) >= nodes.allowed.take(rows)).astype(np.int64)
        if np.logical_or.reduce(short, axis=None):
            if self._ignores:
                short[[nodes.column(name) for name in shape.requests if self._is_ignored(name)]] = False
            for place, name in enumerate(shape.requests):
                codes |= short[nodes.column(name)] * np.int64(2 << min(place, _NAMED - 1))
            codes[(short & (demand > offered)).any(axis=0)] |= _NEVER
        return codes

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        reasons = ["Too many pods"] if code & _TOO_MANY_PODS else []
        told = list(shape.requests)[:_NAMED]
        reasons += [f"Insufficient {name}" for place, name in enumerate(told) if code & 2 << place]
        return Refusal(tuple(reasons), resolvable=not code & _NEVER)

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        return self._strategy(self._allocation.amounts(shape, nodes, rows))

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        """If the pod fits the node when it is empty, ignored resources included, and the node grew."""
        if after is None:
            return False
        new = allocatable_of(after)
        if allowed_pods(after) < 1 or any(amount > new.get(name, 0) for name, amount in shape.requests.items()):
            return False
        if before is None or allowed_pods(after) > allowed_pods(before):
            return True
        old = allocatable_of(before)
        return any(new.get(name, 0) > old.get(name, 0) for name in shape.requests)

    def helped_by_pod(self, shape: Shape, before: Placed | None, after: Placed | None) -> bool:
        """If a pod went, or was scaled down in a resource that this one asks for."""
        if before is None or after is None:
            return after is None
        was, now = before.shape.requests, after.shape.requests
        return any(was.get(name, 0) > now.get(name, 0) for name in shape.requests)

    def helped_by_own(self, before: Shape, after: Shape) -> bool:
        return any(after.requests.get(name, 0) < amount for name, amount in before.requests.items())

    def _is_ignored(self, resource: str) -> bool:
        named = resource in self._ignored or resource.partition("/")[0] in self._ignored_groups
        return named and is_extended(resource)
