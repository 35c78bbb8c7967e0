"""Figures about the pods on each node, kept up to date as pods come and go: how many match a selector, and the like."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from simulator.engine.scheduler.shape import Shape

Weigh = Callable[[Shape], int]


class Tally:
    """by_row: the sum of the weights of the pods that count on each node. total: over all nodes.

    changes: rises with every change, also for a moment's trial. Lives as long as somebody holds it.
    """

    def __init__(self, weigh: Weigh, size: int) -> None:
        self.weigh = weigh
        self.by_row: NDArray[np.int64] = np.zeros(size, dtype=np.int64)
        self.total = 0
        self.changes = 0

    def add(self, row: int, amount: int) -> None:
        self.by_row[row] += amount
        self.total += amount
        self.changes += 1


class Tallies:
    """All tallies over one table, and which shapes of pod each of them counts."""

    def __init__(self) -> None:
        self._held: list[weakref.ref[Tally]] = []
        self._counted: dict[Shape, list[tuple[weakref.ref[Tally], int]]] = {}
        self._number: dict[Shape, dict[str, int]] = {}

    def new(self, weigh: Weigh, row_of: dict[str, int]) -> Tally:
        """A tally of the pods that are there already."""
        tally = Tally(weigh, len(row_of))
        reference = weakref.ref(tally)
        self._held = [one for one in self._held if one() is not None]
        self._held.append(reference)
        for shape, nodes in self._number.items():
            weight = weigh(shape)
            if weight:
                self._counted[shape].append((reference, weight))
                for node, number in nodes.items():
                    if node in row_of:
                        tally.add(row_of[node], weight * number)
        return tally

    def enter(self, shape: Shape, node: str) -> None:
        """A pod of this shape is on a node from now on, whether or not the node has a row."""
        nodes = self._number.get(shape)
        if nodes is None:
            nodes = self._number[shape] = {}
            weights = ((one, tally.weigh(shape)) for one, tally in self._alive())
            self._counted[shape] = [(one, weight) for one, weight in weights if weight]
        nodes[node] = nodes.get(node, 0) + 1

    def leave(self, shape: Shape, node: str) -> None:
        nodes = self._number[shape]
        nodes[node] -= 1
        if not nodes[node]:
            del nodes[node]
        if not nodes:
            del self._number[shape], self._counted[shape]

    def count(self, shape: Shape, row: int, sign: int) -> None:
        """Counts a pod on a row, or no more. The shape must have been entered."""
        for reference, weight in self._counted[shape]:
            tally = reference()
            if tally is not None:
                tally.add(row, sign * weight)

    def renumber(self, former: NDArray[np.intp]) -> None:
        """Rows have new numbers. former: by new row, the old one; -1 if the node is new."""
        for _, tally in self._alive():
            old = tally.by_row
            tally.by_row = np.where(former >= 0, old[former], 0) if len(old) else np.zeros(len(former), dtype=np.int64)
            tally.total = int(tally.by_row.sum())
            tally.changes += 1

    def shapes(self) -> Iterator[Shape]:
        """The shapes of the pods that are on nodes."""
        return iter(self._number)

    def _alive(self) -> Iterator[tuple[weakref.ref[Tally], Tally]]:
        for reference in self._held:
            tally = reference()
            if tally is not None:
                yield reference, tally
