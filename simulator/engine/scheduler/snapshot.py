"""What the scheduler's cache holds at a moment, put together from the objects: the nodes, and what counts on them.

Follows pkg/scheduler/backend/cache/{cache,snapshot}.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.engine.objects import get_in, key_of, set_in
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import Body, Key, Reader
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.shape import Shape, Shapes


class Snapshot:
    """nodes: the table, fresh. shapes: of the pods in it. but: a pod that is looked at, so it counts nowhere."""

    def __init__(self, reader: Reader, *, but: Key | None = None) -> None:
        self.reader, self.shapes = reader, Shapes()
        self.nodes = NodeTable(reader.list("nodes"))
        for pod in reader.list("pods"):
            if is_terminal(pod):
                continue
            if node := node_of(pod):
                if key_of(pod) != but:
                    self.nodes.place(key_of(pod), node, self.shapes.of(pod, placed=True))
            elif node := get_in(pod, "status", "nominatedNodeName", default=""):
                self.nodes.nominate(key_of(pod), node, self.shapes.of(pod))

    def shape_of(self, pod: Body) -> Shape:
        """The shape of a pod that is to be placed. One that has a node already is looked at as if it had none."""
        held = self.reader.get("pods", *key_of(pod))
        return self.shapes.of(pod, placed=held is not None and bool(node_of(held)))

    def assume(self, framework: Framework, pod: Body, node: str) -> None:
        """Counts a pod where it was decided that it goes, with all that it reserves there."""
        shape = self.shapes.of(pod)
        self.nodes.withdraw(key_of(pod))
        self.nodes.place(key_of(pod), node, shape)
        for plugin in framework.reserves:
            plugin.reserve(pod, shape, node)

    def preempt(self, pod: Body, node: str, victims: Iterable[Key]) -> None:
        """Promises the node to the pod: the victims count there while they end, promises to lesser pods are taken back.

        Follows prepareCandidate of pkg/scheduler/framework/preemption/executor.go.
        """
        shape = self.shapes.of(pod)
        for key, other in list(self.nodes.nominations.on(node).items()):
            if other.priority < shape.priority:
                self.nodes.withdraw(key)
        for key in victims:
            body = self.reader.get("pods", *key)
            if body is not None:
                ending = set_in(body, ("metadata", "deletionTimestamp"), _NOW)
                self.nodes.place(key, node, self.shapes.of(ending, placed=True))
        self.nodes.nominate(key_of(pod), node, shape)


_NOW = "1970-01-01T00:00:00Z"
"""No time passes here: all that matters is that the pod is being deleted."""
