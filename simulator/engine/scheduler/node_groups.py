"""Nodes grouped by the value of a label or by their taints, so that a rule is asked once per group and not per node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.engine.objects import labels_of
from simulator.engine.registry import Body


class Labelled(NamedTuple):
    """A label of the nodes: the number of each row's value, and the values by number (None: no such label)."""

    codes: NDArray[np.intp]
    values: list[str | None]


class NodeGroups:
    """The groups of a list of nodes, by row; made when they are asked for."""

    def __init__(self, bodies: Sequence[Body]) -> None:
        self._bodies = bodies
        self._labels: dict[str, Labelled] = {}
        self._taints: tuple[NDArray[np.intp], list[list[Body]]] | None = None

    def change(self, before: Body, after: Body) -> None:
        """A node differs from what it was."""
        old, new = labels_of(before), labels_of(after)
        for key in [key for key in self._labels if old.get(key) != new.get(key)]:
            del self._labels[key]
        self._taints = None

    def label(self, key: str) -> Labelled:
        if key not in self._labels:
            self._labels[key] = _grouped([labels_of(body).get(key) for body in self._bodies])
        return self._labels[key]

    def by_taints(self, rows: NDArray[np.intp], rule: Callable[[list[Body]], int]) -> NDArray[np.int64]:
        if self._taints is None:
            lists = [body.get("spec", {}).get("taints") or [] for body in self._bodies]
            codes, _ = _grouped([repr(taints) for taints in lists])
            distinct = dict(zip(codes.tolist(), lists, strict=True))
            self._taints = codes, [distinct[code] for code in sorted(distinct)]
        codes, distinct_taints = self._taints
        return np.array([rule(taints) for taints in distinct_taints], dtype=np.int64)[codes[rows]]


def _grouped(values: list[str | None]) -> Labelled:
    numbers: dict[str | None, int] = {}
    codes = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.intp)
    return Labelled(codes, list(numbers))
