"""What scores about resources compare: what nodes offer, and how much of it would be taken with the pod there.

Follows pkg/scheduler/framework/plugins/noderesources/{resource_allocation,least_allocated,most_allocated,
requested_to_capacity_ratio}.go and pkg/scheduler/framework/plugins/helper/shape_score.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import ONE, TOP, ZERO
from simulator.engine.scheduler.shape import NATIVE, Shape, is_scalar

DEFAULT_RESOURCES: tuple[Body, ...] = ({"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1})
_ASSUMED = ("cpu", "memory")
"""The resources for which a pod that does not say what it needs is taken to need a little."""
_TWO = np.array(2)
_FULL = 100
_SCALE = 10
"""Points of a shape score 0 to 10, nodes 0 to 100."""


class Amounts(NamedTuple):
    """[resource, row]: what nodes offer, and what would be taken of it. weights: by resource."""

    offered: Integers
    taken: Integers
    weights: Integers


class Asked(NamedTuple):
    """What a pod asks for of the resources that count for it. amounts: [resource, 1]. weights: by resource."""

    names: tuple[str, ...]
    amounts: Integers
    weights: Integers


class ResourceAllocation:
    """The resources that a plugin looks at, each {"name", "weight"}.

    assumed: pods that say nothing about cpu or memory count with a little of it. A resource that is not cpu, memory or
    ephemeral-storage counts only for pods that ask for it.
    """

    def __init__(self, resources: Iterable[Body], *, assumed: bool) -> None:
        self._assumed = assumed
        self._resources = tuple(
            (one["name"], one["weight"]) for one in resources if one["name"] in NATIVE or is_scalar(one["name"])
        )
        self._key = f"resources {assumed} {self._resources}"

    def asked(self, shape: Shape) -> Asked:
        return shape.once(self._key, self._asked)

    def amounts(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Amounts:
        names, asked, weights = self.asked(shape)
        if names == _ASSUMED:
            # The usual case, in the table's own order: one look at two resources instead of one at each.
            held = nodes.scored if self._assumed else nodes.requested[:2]
            return Amounts(nodes.allocatable[:2].take(rows, axis=1), held.take(rows, axis=1) + asked, weights)
        columns = [nodes.column(name) for name in names]
        offered = nodes.allocatable.take(rows, axis=1)[columns]
        taken = nodes.requested.take(rows, axis=1)[columns]
        for position, name in enumerate(names):
            if self._assumed and name in _ASSUMED:
                taken[position] = nodes.scored[_ASSUMED.index(name)].take(rows)
        return Amounts(offered, taken + asked, weights)

    def _asked(self, shape: Shape) -> Asked:
        amounts = {name: self._amount(shape, name) for name, _ in self._resources}
        counted = [(name, weight) for name, weight in self._resources if name in NATIVE or amounts[name]]
        return Asked(
            tuple(name for name, _ in counted),
            np.array([amounts[name] for name, _ in counted], dtype=np.int64).reshape(-1, 1),
            np.array([weight for _, weight in counted], dtype=np.int64),
        )

    def _amount(self, shape: Shape, name: str) -> int:
        if self._assumed and name in _ASSUMED:
            return shape.scored[_ASSUMED.index(name)]
        return shape.requests.get(name, 0)


Strategy = Callable[[Amounts], Integers]
"""From amounts to a score from 0 to 100 for each row."""


def strategy_of(arguments: Body) -> Strategy:
    """The strategy that a `scoringStrategy` names."""
    match arguments.get("type"):
        case "MostAllocated":
            return most_allocated
        case "RequestedToCapacityRatio":
            points = (arguments.get("requestedToCapacityRatio") or {}).get("shape") or ()
            return requested_to_capacity_ratio(points)
    return least_allocated


def least_allocated(amounts: Amounts) -> Integers:
    """The mean of the shares that stay free; a resource that a node lacks does not count."""
    offered, taken, weights = amounts
    shares = np.maximum(offered - taken, ZERO) * TOP // np.maximum(offered, ONE)
    return _mean(shares, offered, weights)


def most_allocated(amounts: Amounts) -> Integers:
    """The mean of the shares that are taken."""
    offered, taken, weights = amounts
    return _mean(np.minimum(taken, offered) * TOP // np.maximum(offered, ONE), offered, weights)


def requested_to_capacity_ratio(points: Sequence[Body]) -> Strategy:
    """The mean of what the shape gives for the taken shares; a resource for which it gives 0 does not count."""
    curve = shape_score(points)

    def score(amounts: Amounts) -> Integers:
        offered, taken, weights = amounts
        shares = curve[np.minimum(taken, offered) * TOP // np.maximum(offered, ONE)] * (offered > ZERO)
        total, counted = weights.dot(shares), weights.dot(shares > ZERO)
        rounded: Integers = (total * _TWO + counted) // np.maximum(counted * _TWO, ONE)
        return rounded

    return score


def shape_score(points: Sequence[Body]) -> Integers:
    """The score, from 0 to 100, at each utilization from 0 to 100 percent: on straight lines between the points."""
    corners = [(one.get("utilization") or 0, (one.get("score") or 0) * _SCALE) for one in points]
    return np.array([_between(corners, utilization) for utilization in range(_FULL + 1)], dtype=np.int64)


def _between(corners: Sequence[tuple[int, int]], utilization: int) -> int:
    before: tuple[int, int] | None = None
    for corner, score in corners:
        if utilization <= corner:
            if before is None:
                return score
            # Towards zero, as Go divides.
            return before[1] + int((score - before[1]) * (utilization - before[0]) / (corner - before[0]))
        before = corner, score
    return before[1] if before else 0


def _mean(shares: Integers, offered: Integers, weights: Integers) -> Integers:
    mean: Integers = weights.dot(shares) // np.maximum(weights.dot(offered > ZERO), ONE)
    return mean
