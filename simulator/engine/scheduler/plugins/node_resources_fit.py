"""NodeResourcesFit: a node must have room for what the pod asks for; the emptier it is, the better.

Follows pkg/scheduler/framework/plugins/noderesources/{fit,least_allocated,resource_allocation}.go, v1.34.
"""

from __future__ import annotations

import numpy as np

from simulator.engine.registry import Body
from simulator.engine.scheduler.node_facts import allocatable_of, allowed_pods
from simulator.engine.scheduler.nodes import Integers, NodeTable, Placed, Rows
from simulator.engine.scheduler.plugin import ONE, TOP, ZERO, FilterPlugin, Refusal, ScorePlugin
from simulator.engine.scheduler.shape import Shape

# A code holds a flag per reason: too many pods, then one per resource by its index in the table.
_TOO_MANY_PODS = 1
_NEVER = 1 << 62


class NodeResourcesFit(FilterPlugin, ScorePlugin):
    name = "NodeResourcesFit"
    reads_pods = True

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        demand = nodes.demand(shape)
        offered = nodes.allocatable.take(rows, axis=1)
        short = demand > offered - nodes.requested.take(rows, axis=1)
        codes: Integers = (nodes.count.take(rows) >= nodes.allowed.take(rows)).astype(np.int64)
        if np.logical_or.reduce(short, axis=None):
            for index in np.flatnonzero(short.any(axis=1)).tolist():
                codes |= short[index] * np.int64(2 << index)
            codes[(demand > offered).any(axis=0)] |= _NEVER
        return codes

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        reasons = ["Too many pods"] if code & _TOO_MANY_PODS else []
        reasons += [f"Insufficient {name}" for name in shape.requests if code & 2 << nodes.column(name)]
        return Refusal(tuple(reasons), resolvable=not code & _NEVER)

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """LeastAllocated: the mean over cpu and memory of the share that stays free, with assumed requests."""
        offered = nodes.allocatable[:2].take(rows, axis=1)
        left = offered - nodes.scored.take(rows, axis=1) - shape.once(self.name, _scored)
        shares = np.maximum(left, ZERO) * TOP // np.maximum(offered, ONE)
        counted = np.add.reduce(offered > ZERO, axis=0, dtype=np.int64)
        total: Integers = np.add.reduce(shares, axis=0) // np.maximum(counted, ONE)
        return total

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
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
        if before is None or after is None:
            return after is None
        was, now = before.shape.requests, after.shape.requests
        return any(was.get(name, 0) > now.get(name, 0) for name in shape.requests)

    def helped_by_own(self, before: Shape, after: Shape) -> bool:
        return any(after.requests.get(name, 0) < amount for name, amount in before.requests.items())


def _scored(shape: Shape) -> Integers:
    return np.array(shape.scored, dtype=np.int64).reshape(2, 1)
