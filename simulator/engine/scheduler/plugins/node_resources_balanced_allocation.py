"""NodeResourcesBalancedAllocation: a node whose cpu and memory would fill up evenly is better.

Follows pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go, v1.34.
"""

from __future__ import annotations

import numpy as np

from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import ONE, TOP, ZERO, ScorePlugin
from simulator.engine.scheduler.shape import Shape

_FULL, _TWO = np.array(1.0), np.array(2.0)
_RESOURCES = ("cpu", "memory")


class NodeResourcesBalancedAllocation(ScorePlugin):
    name = "NodeResourcesBalancedAllocation"
    reads_pods = True

    def scores(self, shape: Shape, nodes: NodeTable) -> bool:
        """A pod that asks for neither resource would always go to the node that is balanced already."""
        return any(shape.requests.get(name) for name in _RESOURCES)

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """100 less the standard deviation of the two shares; a resource that a node lacks does not count."""
        offered = nodes.allocatable[:2].take(rows, axis=1)
        wanted = nodes.requested[:2].take(rows, axis=1) + shape.once(self.name, _requested)
        shares = np.minimum(wanted / np.maximum(offered, ONE), _FULL)
        deviation = np.abs(shares[0] - shares[1]) / _TWO * np.logical_and.reduce(offered > ZERO, axis=0)
        scores: Integers = ((_FULL - deviation) * TOP).astype(np.int64)
        return scores


def _requested(shape: Shape) -> Integers:
    return np.array([shape.requests.get(name, 0) for name in _RESOURCES], dtype=np.int64).reshape(2, 1)
