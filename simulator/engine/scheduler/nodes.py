"""The scheduler's view of the nodes: arrays with one place (row) per node, kept up to date change by change.

Rows are in the order in which the scheduler visits nodes: zone by zone in turn. A node that changes, or on which a pod
starts or ends, is written into a log of rows, so that whoever keeps figures about nodes renews only those.
Follows pkg/scheduler/framework/types.go (NodeInfo) and pkg/scheduler/backend/cache/{cache,node_tree}.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from simulator.engine.objects import name_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.images import NodeImages
from simulator.engine.scheduler.node_facts import allocatable_of, allowed_pods, differs, interleaved, zone_of
from simulator.engine.scheduler.node_groups import Labelled, NodeGroups
from simulator.engine.scheduler.nominations import Nominations
from simulator.engine.scheduler.row_log import RowLog
from simulator.engine.scheduler.shape import NATIVE, Shape
from simulator.engine.scheduler.tallies import Tallies, Tally, Weigh
from simulator.engine.scheduler.trial import Movable, Placed

__all__ = ["Flags", "Integers", "NodeTable", "Placed", "Rows"]

Integers = NDArray[np.int64]
Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]

_NOTHING = -(1 << 62)


class NodeTable(Movable):
    """Every node and what runs on it.

    names, bodies: by row. allocatable, requested: [resource, row]. scored: [cpu or memory, row], the requests with the
    assumed amounts of pods that ask for nothing. allowed, count: pods per row. every: all rows. `numbering` rises when
    rows are renumbered. stamps: by row, another number after each change.
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
        self.nominations = Nominations()
        self._images = NodeImages()
        self._tallies = Tallies()
        self._groups = NodeGroups([])
        self._demands: WeakKeyDictionary[Shape, Integers] = WeakKeyDictionary()
        self._stale = False
        self._allot(0)
        self._renumber()

    def __len__(self) -> int:
        return len(self.names)

    def _allot(self, size: int) -> None:
        self.allocatable: Integers = np.zeros((len(self.resources), size), dtype=np.int64)
        self.requested: Integers = np.zeros((len(self.resources), size), dtype=np.int64)
        self.scored: Integers = np.zeros((2, size), dtype=np.int64)
        self.allowed: Integers = np.zeros(size, dtype=np.int64)
        self.count: Integers = np.zeros(size, dtype=np.int64)
        self.unschedulable: Flags = np.zeros(size, dtype=np.bool_)
        self.every: Rows = np.arange(size, dtype=np.intp)
        self.stamps: Integers = np.zeros(size, dtype=np.int64)

    def change_node(self, before: Body | None, after: Body | None) -> bool:
        """Takes over a change of a node; False if nothing that the scheduler looks at differs."""
        if before is not None and after is not None and not differs(before, after):
            self._keep_body(after)
            return False
        if after is None:
            if before is not None:
                self._nodes.pop(name_of(before), None)
                self._images.write(name_of(before), None)
            self._stale = True
        elif before is None or name_of(after) not in self.row_of or zone_of(before) != zone_of(after):
            self._nodes[name_of(after)] = after
            self._stale = True
        else:
            self._keep_body(after)
            self._write_node(self.row_of[name_of(after)], after)
            self._groups.change(before, after)
            self._note(self.row_of[name_of(after)], self.node_log)
        return True

    def place(self, key: Key, node: str, shape: Shape) -> None:
        """Counts a pod on a node, which need not exist (yet)."""
        self.remove(key)
        placed = self.placed[key] = Placed(node, shape)
        self._pods.setdefault(node, {})[key] = placed
        self.priorities[shape.priority] += 1
        self._tallies.enter(shape, node)
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
        self.priorities[placed.shape.priority] -= 1
        if not self.priorities[placed.shape.priority]:
            del self.priorities[placed.shape.priority]
        self._count(placed.node, placed.shape, -1)
        self._tallies.leave(placed.shape, placed.node)
        return placed

    def nominate(self, key: Key, node: str, shape: Shape) -> None:
        """Remembers that room is being made for a pod on a node."""
        self.withdraw(key)
        self.nominations.add(key, node, shape)
        self._touch(node)

    def withdraw(self, key: Key) -> str:
        """Forgets a nomination; the node it was for, empty if there was none."""
        node = self.nominations.remove(key)
        if node:
            self._touch(node)
        return node

    def restamp(self, node: str) -> None:
        """A pod on the node has started, which only the choice of victims looks at."""
        row = self.row_of.get(node)
        if row is not None:
            self.stamps[row] += 1

    def refresh(self) -> None:
        """Renumbers the rows if nodes came, went or moved to another zone. To be called before a cycle."""
        if self._stale:
            self._renumber()

    @property
    def position(self) -> tuple[int, int]:
        """Another one whenever a node changed, came or went."""
        return self.numbering, self.node_log.end

    def promised_rows(self) -> list[int]:
        """The rows of the nodes that pods are promised."""
        return [self.row_of[name] for name in self.nominations.nodes() if name in self.row_of]

    def tally(self, weigh: Weigh) -> Tally:
        """A figure per row that follows the pods, for as long as it is held."""
        return self._tallies.new(weigh, self.row_of)

    def image(self, name: str) -> Integers:
        """The size in bytes of an image on each row, 0 where it is not."""
        return self._images.by_row(name, self.row_of)

    def label(self, key: str) -> Labelled:
        """The number of each row's value of a label, and the values."""
        return self._groups.label(key)

    def by_label(self, key: str, rows: Rows, rule: Callable[[str | None], bool]) -> Flags:
        """The rule's answer to each row's value of a label (None: it has none), asked once per distinct value."""
        codes, values = self._groups.label(key)
        return np.array([rule(value) for value in values], dtype=np.bool_)[codes[rows]]

    def by_taints(self, rows: Rows, rule: Callable[[list[Body]], int]) -> Integers:
        """The rule's answer to each row's taints, asked once per distinct list of taints."""
        return self._groups.by_taints(rows, rule)

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

    def _renumber(self) -> None:
        order = interleaved(self._nodes.values())
        old_rows, old = self.row_of, (self.requested, self.scored, self.count)
        self.bodies = order
        self.names = [name_of(body) for body in order]
        self.row_of = {name: row for row, name in enumerate(self.names)}
        self._allot(len(order))
        former = np.array([old_rows.get(name, -1) for name in self.names], dtype=np.intp)
        self._tallies.renumber(former)
        self._images.renumber()
        for row, body in enumerate(order):
            self._write_node(row, body)
            known = int(former[row])
            if known >= 0:
                self.requested[: len(old[0]), row] = old[0][:, known]
                self.scored[:, row] = old[1][:, known]
                self.count[row] = old[2][known]
            else:
                for placed in self._pods.get(self.names[row], {}).values():
                    self._add(row, placed.shape, 1)
        self._groups = NodeGroups(self.bodies)
        self._stale = False
        self.numbering += 1
        self.node_log, self.pod_log = RowLog(), RowLog()

    def _keep_body(self, body: Body) -> None:
        name = name_of(body)
        self._nodes[name] = body
        self._images.write(name, body)
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
        self._images.write(self.names[row], body)

    def _note(self, row: int, log: RowLog) -> None:
        self.stamps[row] += 1
        log.add(row)

    def _touch(self, node: str) -> None:
        row = self.row_of.get(node)
        if row is not None:
            self._note(row, self.pod_log)

    def _count(self, node: str, shape: Shape, sign: int) -> None:
        row = self.row_of.get(node)
        if row is not None:
            self._add(row, shape, sign)
            self._note(row, self.pod_log)

    def _add(self, row: int, shape: Shape, sign: int) -> None:
        for name, amount in shape.requests.items():
            index = self.column(name)
            self.requested[index, row] += sign * amount
        cpu, memory = shape.held
        self.scored[0, row] += sign * cpu
        self.scored[1, row] += sign * memory
        self.count[row] += sign
        self._tallies.count(shape, row, sign)
