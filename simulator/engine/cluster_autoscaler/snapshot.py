"""The cluster as the autoscaler simulates it: the scheduler's own table of nodes, to be changed and put back.

What fits where is asked of the scheduler's filters, so that there is one definition of the rules.
Follows cluster-autoscaler/simulator/clustersnapshot/{clustersnapshot.go,predicate/predicate_snapshot.go}, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from simulator.engine.objects import key_of, name_of
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import Bodies, Body, Key
from simulator.engine.scheduler.configuration.reading import DEFAULT
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.shape import Shapes
from simulator.engine.world import World


class Snapshot:
    """nodes: those that are there. cutoff: pods of a lower priority do not count."""

    def __init__(self, world: World, nodes: Iterable[Body], *, cutoff: int) -> None:
        self._framework = Profiles(world, DEFAULT).first()
        self._shapes = Shapes()
        self._table = NodeTable(held := list(nodes))
        self._nodes = {name_of(node): node for node in held}
        self._undo: list[Callable[[], object]] = []
        self._bodies: dict[Key, Body] = {}
        for pod in world.list("pods"):
            if node_of(pod) and not is_terminal(pod) and priority(pod) >= cutoff:
                self._put(pod, node_of(pod))

    @contextmanager
    def forked(self) -> Iterator[None]:
        """What is changed for as long as this lasts is put back in the end."""
        mark = len(self._undo)
        try:
            yield
        finally:
            self.revert(mark)

    def mark(self) -> int:
        return len(self._undo)

    def revert(self, mark: int) -> None:
        """Puts back what was changed since the mark."""
        while len(self._undo) > mark:
            self._undo.pop()()

    def names(self) -> list[str]:
        self._table.refresh()
        return self._table.names

    def nodes(self) -> Bodies:
        return [self._nodes[name] for name in self.names()]

    def pods_on(self, node: str) -> Bodies:
        """The pods that count on a node, sorted by namespace and name."""
        self._table.refresh()
        row = self._table.row_of.get(node)
        return [] if row is None else [self._bodies[key] for key in sorted(self._table.pods_on(row))]

    def add_node(self, node: Body, pods: Iterable[Body] = ()) -> None:
        self._table.change_node(None, node)
        self._nodes[name_of(node)] = node
        self._undo.append(lambda: self._table.change_node(node, None))
        for pod in pods:
            self.place(pod, name_of(node))

    def place(self, pod: Body, node: str) -> None:
        """Counts a pod on a node, and nowhere else."""
        self.remove(pod)
        self._put(pod, node)
        self._undo.append(lambda: self._table.remove(key_of(pod)))

    def remove(self, pod: Body) -> None:
        """Counts a pod no more."""
        held = self._table.remove(key_of(pod))
        if held is not None:
            body = self._bodies[key_of(pod)]
            self._undo.append(lambda: self._put(body, held.node))

    def check(self, pod: Body, node: str) -> list[str]:
        """Why a node cannot take a pod; empty if it can. Follows CheckPredicates."""
        self._table.refresh()
        shape = self._shapes.of(_loose(pod))
        narrowing, plugins = self._framework.narrow(shape, self._table)
        if narrowing.conflict:
            return [narrowing.conflict]
        if narrowing.names is not None and node not in narrowing.names:
            return [f"node(s) didn't satisfy plugin(s) [{' '.join(plugins)}]"]
        row = np.array([self._table.row_of[node]], dtype=np.intp)
        codes = self._framework.refusals(shape, self._table, row)[:, 0]
        for index, code in enumerate(codes.tolist()):
            if code:
                return list(self._framework.filters[index].refusal(shape, self._table, code).reasons)
        return []

    def fitting(self, pod: Body, nodes: Iterable[str]) -> str:
        """The first of these nodes that can take a pod; empty if none can. Follows FitsAnyNodeMatching."""
        self._table.refresh()
        shape = self._shapes.of(_loose(pod))
        narrowing, _plugins = self._framework.narrow(shape, self._table)
        if narrowing.conflict:
            return ""
        wanted = narrowing.names
        names = [name for name in nodes if name in self._table.row_of and (wanted is None or name in wanted)]
        if not names:
            return ""
        rows = np.array([self._table.row_of[name] for name in names], dtype=np.intp)
        free = np.flatnonzero(~self._framework.refusals(shape, self._table, rows).any(axis=0))
        return names[int(free[0])] if len(free) else ""

    def _put(self, pod: Body, node: str) -> None:
        self._bodies[key_of(pod)] = pod
        self._table.place(key_of(pod), node, self._shapes.of(pod, placed=True))


def priority(pod: Body) -> int:
    return int(pod["spec"].get("priority") or 0)


def _loose(pod: Body) -> Body:
    """The pod as if it had no node yet."""
    if not node_of(pod):
        return pod
    return {**pod, "spec": {key: value for key, value in pod["spec"].items() if key != "nodeName"}}
