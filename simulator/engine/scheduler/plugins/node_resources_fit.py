"""NodeResourcesFit: a node must have room for what the pod asks for; the emptier it is, the better.

Follows pkg/scheduler/framework/plugins/noderesources/{fit,least_allocated,resource_allocation}.go, v1.34.
"""

from __future__ import annotations

import numpy as np

from simulator.engine.registry import Body
from simulator.engine.scheduler.framework import MAX_SCORE, FilterPlugin, Refusal, ScorePlugin
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows, allocatable_of, allowed_pods
from simulator.engine.scheduler.shape import Shape

# A code holds a flag per reason: too many pods, then one per resource that the shape asks for, in its order.
_TOO_MANY_PODS = 1
_NEVER = 1 << 62


class NodeResourcesFit(FilterPlugin, ScorePlugin):
    name = "NodeResourcesFit"
    reads_pods = True

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        codes = (nodes.count[rows] >= nodes.allowed[rows]).astype(np.int64)
        for bit, (resource, amount) in enumerate(shape.requests.items(), start=1):
            index = nodes.column(resource)
            offered = nodes.allocatable[index, rows]
            short = amount > offered - nodes.requested[index, rows]
            if short.any():
                codes[short] |= 1 << bit
                codes[amount > offered] |= _NEVER
        return codes

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        reasons = ["Too many pods"] if code & _TOO_MANY_PODS else []
        reasons += [
            f"Insufficient {resource}" for bit, resource in enumerate(shape.requests, start=1) if code & 1 << bit
        ]
        return Refusal(tuple(reasons), resolvable=not code & _NEVER)

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """LeastAllocated: the mean over cpu and memory of the share that stays free, with assumed requests."""
        total = np.zeros(len(rows), dtype=np.int64)
        weights = np.zeros(len(rows), dtype=np.int64)
        for index, amount in enumerate(shape.scored):
            offered = nodes.allocatable[index, rows]
            left = offered - nodes.scored[index, rows] - amount
            offers = offered > 0
            total += np.where(left > 0, left, 0) * MAX_SCORE // np.where(offers, offered, 1)
            weights += offers
        return total // np.where(weights > 0, weights, 1)

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body) -> bool:
        new = allocatable_of(after)
        if allowed_pods(after) < 1 or any(amount > new.get(name, 0) for name, amount in shape.requests.items()):
            return False
        if before is None or allowed_pods(after) > allowed_pods(before):
            return True
        old = allocatable_of(before)
        return any(new.get(name, 0) > old.get(name, 0) for name in shape.requests)

    def helped_by_pod(self, shape: Shape, before: Shape, after: Shape | None) -> bool:
        if after is None:
            return True
        return any(before.requests.get(name, 0) > after.requests.get(name, 0) for name in shape.requests)

    def helped_by_own(self, before: Shape, after: Shape) -> bool:
        return any(after.requests.get(name, 0) < amount for name, amount in before.requests.items())
