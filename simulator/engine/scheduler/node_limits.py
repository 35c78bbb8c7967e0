"""How many volumes of each driver the nodes take, and which old plugins they have left to drivers: CSINodes by row.

Follows getVolumeLimits in pkg/scheduler/framework/plugins/nodevolumelimits/csi.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from simulator.engine.objects import get_in, name_of
from simulator.engine.registry import Bodies, Body, Reader
from simulator.engine.scheduler import csi_translation
from simulator.engine.scheduler.attachable_volumes import CSI_NODES
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows

_UNLIMITED = 1 << 31


class NodeLimits:
    """groups: by row, the number of the set of moved plugins in `moved`. Kept until a CSINode or the rows change."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._nodes: NodeTable | None = None
        self._numbering = -1
        self._read: Bodies = []
        self._by_driver: dict[str, Integers] = {}
        self.moved: list[frozenset[str]] = []
        self.groups: Rows

    def of(self, nodes: NodeTable) -> NodeLimits:
        """Itself, about this table."""
        bodies = self._reader.list(CSI_NODES)
        if self._nodes is not nodes or self._numbering != nodes.numbering or self._read != bodies:
            self._nodes, self._numbering, self._read = nodes, nodes.numbering, bodies
            self._write(nodes, bodies)
        return self

    def least(self, drivers: Iterable[str]) -> Integers:
        """By row, the lowest of the limits for these drivers."""
        least = np.full(len(self.groups), _UNLIMITED, dtype=np.int64)
        for driver in drivers:
            if driver in self._by_driver:
                np.minimum(least, self._by_driver[driver], out=least)
        return least

    def _write(self, nodes: NodeTable, bodies: Bodies) -> None:
        numbers: dict[frozenset[str], int] = {frozenset(): 0}
        self._by_driver = {}
        self.groups = np.zeros(len(nodes), dtype=np.intp)
        for body in bodies:
            row = nodes.row_of.get(name_of(body))
            if row is None:
                continue
            self.groups[row] = numbers.setdefault(csi_translation.moved(body), len(numbers))
            for driver, limit in limits_of(body).items():
                if driver not in self._by_driver:
                    self._by_driver[driver] = np.full(len(nodes), _UNLIMITED, dtype=np.int64)
                self._by_driver[driver][row] = limit
        self.moved = list(numbers)


def limits_of(csi_node: Body | None) -> dict[str, int]:
    """By driver, how many volumes the node takes; a driver that tells no limit is left out."""
    counts = {
        one.get("name") or "": get_in(one, "allocatable", "count") for one in get_in(csi_node, "spec", "drivers") or ()
    }
    return {name: count for name, count in counts.items() if count is not None}
