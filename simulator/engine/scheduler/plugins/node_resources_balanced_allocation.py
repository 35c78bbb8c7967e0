"""NodeResourcesBalancedAllocation: a node whose cpu and memory would fill up evenly is better.

Follows pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go, v1.34.
"""

from __future__ import annotations

import numpy as np

from simulator.engine.scheduler.framework import MAX_SCORE, ScorePlugin
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.shape import Shape

_RESOURCES = ("cpu", "memory")


class NodeResourcesBalancedAllocation(ScorePlugin):
    name = "NodeResourcesBalancedAllocation"
    reads_pods = True

    def scores(self, shape: Shape) -> bool:
        """A pod that asks for neither resource would always go to the node that is balanced already."""
        return any(shape.requests.get(name) for name in _RESOURCES)

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """100 less the standard deviation of the two shares; a resource that a node lacks does not count."""
        shares = []
        lacking = np.zeros(len(rows), dtype=np.bool_)
        for index, name in enumerate(_RESOURCES):
            offered = nodes.allocatable[index, rows]
            wanted = nodes.requested[index, rows] + shape.requests.get(name, 0)
            missing = offered == 0
            lacking |= missing
            shares.append(np.minimum(wanted / np.where(missing, 1, offered), 1.0))
        deviation = np.abs((shares[0] - shares[1]) / 2)
        deviation[lacking] = 0.0
        return ((1 - deviation) * MAX_SCORE).astype(np.int64)
