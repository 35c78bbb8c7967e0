"""NodeResourcesBalancedAllocation: a node whose resources would fill up evenly is better.

Follows pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go, v1.34.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import ONE, TOP, ZERO, ScorePlugin
from simulator.engine.scheduler.plugins.resource_allocation import DEFAULT_RESOURCES, ResourceAllocation
from simulator.engine.scheduler.shape import Shape

Shares = NDArray[np.float64]
_NONE, _FULL, _TWO = np.array(0.0), np.array(1.0), np.array(2.0)


class NodeResourcesBalancedAllocation(ScorePlugin):
    """Arguments: resources."""

    name = "NodeResourcesBalancedAllocation"
    reads_pods = True

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._allocation = ResourceAllocation(arguments.get("resources") or DEFAULT_RESOURCES, assumed=False)

    def scores(self, shape: Shape, nodes: NodeTable) -> bool:
        """A pod that asks for none of the resources would always go to the node that is balanced already."""
        return bool(self._allocation.asked(shape).amounts.any())

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """100 less the standard deviation of the shares; a resource that a node lacks does not count."""
        offered, taken, _ = self._allocation.amounts(shape, nodes, rows)
        shares = np.minimum(taken / np.maximum(offered, ONE), _FULL)
        if len(shares) == 2:
            apart = np.abs(shares[0] - shares[1]) / _TWO * np.logical_and.reduce(offered > ZERO, axis=0)
        else:
            apart = _deviation(shares, offered > ZERO)
        scores: Integers = ((_FULL - apart) * TOP).astype(np.int64)
        return scores


def _deviation(shares: Shares, counted: Flags) -> Shares:
    """By row, over the shares that count; summed in their order, so that the last digit is upstream's too."""
    number = np.maximum(counted.sum(axis=0), ONE)
    kept = np.where(counted, shares, _NONE)
    total = squares = np.zeros(shares.shape[1])
    for share in kept:
        total = total + share
    mean = total / number
    for share, counts in zip(kept, counted, strict=True):
        squares = squares + np.where(counts, (share - mean) * (share - mean), _NONE)
    of_two = (kept.max(axis=0, initial=0.0) - shares.min(axis=0, initial=1.0, where=counted)) / _TWO
    by_number = np.where(number == _TWO, of_two, np.sqrt(squares / number))
    return np.where(number > ONE, by_number, _NONE)
