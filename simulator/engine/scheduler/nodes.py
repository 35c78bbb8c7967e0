"""The scheduler's view of the nodes: arrays with one place (row) per node, kept up to date change by change.

Rows are in the order in which the scheduler visits nodes: zone by zone in turn. A node that changes, or on which a pod
starts or ends, is written into a log of rows, so that whoever keeps figures about nodes renews only those.
Follows pkg/scheduler/framework/types.go (NodeInfo) and pkg/scheduler/backend/cache/{cache,node_tree}.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from simulator.engine.objects import labels_of, name_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.node_facts import allocatable_of, allowed_pods, differs, interleaved, zone_of
from simulator.engine.scheduler.shape import NATIVE, Shape

Integers = NDArray[np.int64]
Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]

_NOTHING = -(1 << 62)
_LOG_LIMIT = 16384


class Placed(NamedTuple):
    """A pod that counts on a node."""

    node: str
    shape: Shape
    priority: int


class NodeTable:
    """Every node and what runs on it.

    names, bodies: by row. allocatable, requested: [resource, row]. scored: [cpu or memory, row], the requests with the
    assumed amounts of pods that ask for nothing. allowed, count: pods per row. `numbering` rises when rows are
    renumbered.
    """

    def __init__(self, nodes: Iterable[Body] = ()) -> None:
        self.names: list[str] = []
        self.bodies: list[Body] = []
        self.row_of: dict[str, int] = {}
        self.resources: dict[str, int] = {name: index for index, name in enumerate(NATIVE)}
        self.numbering = 0
        self.placed: dict[Key, Placed] = {}
        self.priorities: Counter[int] = Counter()
        self.node_log, self.pod_log = RowLog(), RowLog()
        self._nodes: dict[str, Body] = {name_of(node): node for node in nodes}
        self._pods: dict[str, dict[Key, Placed]] = {}
        self._labels: dict[str, tuple[Rows, list[str | None]]] = {}
        self._taints: tuple[Rows, list[list[Body]]] | None = None
        self._demands: WeakKeyDictionary[Shape, Integers] = WeakKeyDictionary()
        self._stale = False
        self.allocatable: Integers
        self.requested: Integers
        self.scored: Integers
        self.allowed: Integers
        self.count: Integers
        self.unschedulable: Flags
        self._allot(0)
        self._renumber()

    def __len__(self) -> int:
        return len(self.names)

    # --- changes -------------------------------------------------------------------------------------------------

    def change_node(self, before: Body | None, after: Body | None) -> bool:
        """Takes over a change of a node; False if nothing that the scheduler looks at differs."""
        if before is not None and after is not None and not differs(before, after):
            self._keep_body(after)
            return False
        if after is None:
            if before is not None:
                self._nodes.pop(name_of(before), None)
            self._stale = True
        elif before is None or name_of(after) not in self.row_of or zone_of(before) != zone_of(after):
            self._nodes[name_of(after)] = after
            self._stale = True
        else:
            self._keep_body(after)
            self._write_node(self.row_of[name_of(after)], after)
            self._labels.clear()
            self._taints = None
            self.node_log.add(self.row_of[name_of(after)])
        return True

    def place(self, key: Key, node: str, shape: Shape, priority: int) -> None:
        """Counts a pod on a node, which need not exist (yet)."""
        self.remove(key)
        placed = self.placed[key] = Placed(node, shape, priority)
        self._pods.setdefault(node, {})[key] = placed
        self.priorities[priority] += 1
        self._count(node, shape, 1)

    def remove(self, key: Key) -> Placed | None:
        """Counts a pod no more."""
        placed = self.placed.pop(key, None)
        if placed is None:
            return None
        held = self._pods[placed.node]
        del held[key]
        if not held:
            del self._pods[placed.node]
        self.priorities[placed.priority] -= 1
        if not self.priorities[placed.priority]:
            del self.priorities[placed.priority]
        self._count(placed.node, placed.shape, -1)
        return placed

    def refresh(self) -> None:
        """Renumbers the rows if nodes came, went or moved to another zone. To be called before a cycle."""
        if self._stale:
            self._renumber()

    @contextmanager
    def without(self, row: int, keys: Iterable[Key]) -> Iterator[None]:
        """The table as if these pods, which are on the row's node, were gone."""
        taken = [self.placed[key].shape for key in keys]
        for shape in taken:
            self._add(row, shape, -1)
        try:
            yield
        finally:
            for shape in taken:
                self._add(row, shape, 1)

    # --- reading -------------------------------------------------------------------------------------------------

    def pods_on(self, row: int) -> dict[Key, Placed]:
        return self._pods.get(self.names[row], {})

    def column(self, resource: str) -> int:
        """The first index of a resource in `allocatable` and `requested`; one that is new is nowhere to be had."""
        index = self.resources.get(resource)
        if index is None:
            index = self.resources[resource] = len(self.resources)
            more = np.zeros((1, len(self)), dtype=np.int64)
            self.allocatable = np.concatenate((self.allocatable, more))
            self.requested = np.concatenate((self.requested, more))
        return index

    def demand(self, shape: Shape) -> Integers:
        """[resource, 1]: what a pod of the shape asks for; what it does not ask for is less than anything."""
        demand = self._demands.get(shape)
        if demand is None or len(demand) != len(self.resources):
            indexes = {self.column(name): amount for name, amount in shape.requests.items()}
            demand = np.full((len(self.resources), 1), _NOTHING, dtype=np.int64)
            for index, amount in indexes.items():
                demand[index] = amount
            self._demands[shape] = demand
        return demand

    def by_label(self, key: str, rows: Rows, rule: Callable[[str | None], bool]) -> Flags:
        """The rule's answer to each row's value of a label (None: it has none), asked once per distinct value."""
        if key not in self._labels:
            self._labels[key] = _grouped([labels_of(body).get(key) for body in self.bodies])
        codes, values = self._labels[key]
        return np.array([rule(value) for value in values], dtype=np.bool_)[codes[rows]]

    def by_taints(self, rows: Rows, rule: Callable[[list[Body]], int]) -> Integers:
        """The rule's answer to each row's taints, asked once per distinct list of taints."""
        if self._taints is None:
            lists = [body.get("spec", {}).get("taints") or [] for body in self.bodies]
            codes, _ = _grouped([repr(taints) for taints in lists])
            distinct = dict(zip(codes.tolist(), lists, strict=True))
            self._taints = codes, [distinct[code] for code in sorted(distinct)]
        codes, distinct_taints = self._taints
        return np.array([rule(taints) for taints in distinct_taints], dtype=np.int64)[codes[rows]]

    # --- inside --------------------------------------------------------------------------------------------------

    def _allot(self, size: int) -> None:
        self.allocatable = np.zeros((len(self.resources), size), dtype=np.int64)
        self.requested = np.zeros((len(self.resources), size), dtype=np.int64)
        self.scored = np.zeros((2, size), dtype=np.int64)
        self.allowed = np.zeros(size, dtype=np.int64)
        self.count = np.zeros(size, dtype=np.int64)
        self.unschedulable = np.zeros(size, dtype=np.bool_)

    def _renumber(self) -> None:
        order = interleaved(self._nodes.values())
        old_rows, old = self.row_of, (self.requested, self.scored, self.count)
        self.bodies = order
        self.names = [name_of(body) for body in order]
        self.row_of = {name: row for row, name in enumerate(self.names)}
        self._allot(len(order))
        for row, body in enumerate(order):
            self._write_node(row, body)
            known = old_rows.get(self.names[row])
            if known is not None:
                self.requested[: len(old[0]), row] = old[0][:, known]
                self.scored[:, row] = old[1][:, known]
                self.count[row] = old[2][known]
            else:
                for placed in self._pods.get(self.names[row], {}).values():
                    self._add(row, placed.shape, 1)
        self._labels.clear()
        self._taints = None
        self._stale = False
        self.numbering += 1
        self.node_log, self.pod_log = RowLog(), RowLog()

    def _keep_body(self, body: Body) -> None:
        name = name_of(body)
        self._nodes[name] = body
        row = self.row_of.get(name)
        if row is not None:
            self.bodies[row] = body

    def _write_node(self, row: int, body: Body) -> None:
        offered = allocatable_of(body)
        for name in offered:
            self.column(name)
        for name, index in self.resources.items():
            self.allocatable[index, row] = offered.get(name, 0)
        self.allowed[row] = allowed_pods(body)
        self.unschedulable[row] = bool((body.get("spec") or {}).get("unschedulable"))

    def _count(self, node: str, shape: Shape, sign: int) -> None:
        row = self.row_of.get(node)
        if row is not None:
            self._add(row, shape, sign)
            self.pod_log.add(row)

    def _add(self, row: int, shape: Shape, sign: int) -> None:
        for name, amount in shape.requests.items():
            index = self.column(name)
            self.requested[index, row] += sign * amount
        cpu, memory = shape.scored
        self.scored[0, row] += sign * cpu
        self.scored[1, row] += sign * memory
        self.count[row] += sign


class RowLog:
    """The rows that changed, in order, and where one has read up to."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._dropped = 0

    @property
    def end(self) -> int:
        return self._dropped + len(self._rows)

    def add(self, row: int) -> None:
        self._rows.append(row)
        if len(self._rows) > _LOG_LIMIT:
            half = _LOG_LIMIT // 2
            del self._rows[:half]
            self._dropped += half

    def since(self, position: int) -> list[int] | None:
        """The rows that changed since a position, each once; None if the log does not reach back so far."""
        if position < self._dropped:
            return None
        return list(dict.fromkeys(self._rows[position - self._dropped :]))


def _grouped(values: list[str | None]) -> tuple[Rows, list[str | None]]:
    """A small number for each row's value, and the values by that number."""
    numbers: dict[str | None, int] = {}
    codes = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.intp)
    return codes, list(numbers)
