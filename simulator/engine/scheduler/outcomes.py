"""What is known about pushing pods off each node for one shape of pod, for as long as nothing changes there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.engine.scheduler.nodes import Flags, Integers, Rows
from simulator.engine.scheduler.preemption import Candidate, Unhelped

Find = Callable[[Rows], Sequence[Candidate | Unhelped]]


class Outcomes:
    """`find` works out the outcomes of rows; `at_once`: of how many at a time."""

    def __init__(self, size: int) -> None:
        self._outcomes: NDArray[np.object_] = np.full(size, None)
        self._helps: Flags = np.zeros(size, dtype=np.bool_)
        self._violates: Flags = np.zeros(size, dtype=np.bool_)
        self._stamps: Integers = np.full(size, -1, dtype=np.int64)

    def candidates(self, rows: Rows, wanted: int, stamps: Integers, find: Find, at_once: int) -> list[Candidate]:
        """Enough candidates: those that violate no disruption budget first, then the others, each in the order of rows.

        The search ends with the row that makes `wanted` of them, but not before one violates no budget. stamps: of all
        rows, as they are now.
        """
        known = self._stamps[rows] == stamps[rows]
        while True:
            harmless = np.cumsum(known & self._helps[rows] & ~self._violates[rows])
            harmful = np.cumsum(known & self._violates[rows])
            enough = (harmless > 0) & (np.minimum(harmless, wanted) + np.minimum(harmful, wanted) >= wanted)
            end = int(enough.argmax()) + 1 if enough.any() else len(rows)
            unknown = np.flatnonzero(~known[:end])[:at_once]
            if not len(unknown):
                return [*self._first(rows[:end], wanted, False), *self._first(rows[:end], wanted, True)]
            self._learn(rows[unknown], stamps, find)
            known[unknown] = True

    def unhelped(self, rows: Rows) -> Counter[Unhelped]:
        """How many of the rows would not take the pod, by the reasons."""
        return Counter(why for why in self._outcomes[rows].tolist() if isinstance(why, Unhelped))

    def _first(self, rows: Rows, wanted: int, violate: bool) -> list[Candidate]:
        which = rows[self._helps[rows] & (self._violates[rows] == violate)]
        found: list[Candidate] = self._outcomes[which[:wanted]].tolist()
        return found

    def _learn(self, rows: Rows, stamps: Integers, find: Find) -> None:
        for row, outcome in zip(rows.tolist(), find(rows), strict=True):
            self._outcomes[row] = outcome
            self._helps[row] = isinstance(outcome, Candidate)
            self._violates[row] = isinstance(outcome, Candidate) and outcome.harm[0] > 0
            self._stamps[row] = stamps[row]
