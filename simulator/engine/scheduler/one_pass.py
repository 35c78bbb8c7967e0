"""Pods placed one after the other on a table of nodes, without a clock and without writing anything.

The same decisions as the cycle's, for those who ask "what if": a state file, a bench, how many more would fit.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.engine.objects import key_of, status_of
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import Body, Key, Reader
from simulator.engine.scheduler.cycle import drawing
from simulator.engine.scheduler.decision import Attempt, attempt
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.shape import Shapes
from simulator.engine.world import World


class Pass:
    """nodes: the table, on which each pod counts once it is placed. start: where the next search for nodes starts."""

    def __init__(self, world: World, profiles: Profiles, *, but: Key | None = None, start: int = 0) -> None:
        self.world, self.profiles, self.start = world, profiles, start
        self.shapes = Shapes()
        self.nodes = table_of(world, self.shapes, but=but)
        for pod in world.list("pods"):
            promised = status_of(pod).get("nominatedNodeName")
            if promised and not node_of(pod) and not is_terminal(pod):
                self.nodes.nominate(key_of(pod), promised, self.shapes.of(pod))

    def try_out(self, pod: Body) -> Attempt | None:
        """Where the pod would go. Nothing counts it there. None: there is no node, or no profile for it."""
        framework = self.profiles.of(pod)
        self.nodes.refresh()
        if framework is None or not len(self.nodes):
            return None
        shape = self.shapes.of(pod)
        tried = attempt(framework, self.nodes, pod, shape, start=self.start, draw=drawing(self.world, pod))
        self.start = tried.decision.start
        return tried

    def schedule(self, pod: Body) -> Attempt | None:
        """Places the pod; where room must be made for it, it is promised the node. None as for `try_out`."""
        tried = self.try_out(pod)
        if tried is not None:
            self.settle(pod, tried)
        return tried

    def settle(self, pod: Body, tried: Attempt) -> None:
        """Counts the pod where the attempt has put it."""
        key, shape = key_of(pod), self.shapes.of(pod)
        if tried.decision.node is not None:
            self.nodes.withdraw(key)
            self.nodes.place(key, tried.decision.node, shape)
            framework = self.profiles.of(pod)
            for plugin in framework.reserves if framework is not None else ():
                plugin.reserve(pod, shape, tried.decision.node)
        elif tried.post is not None and tried.post.nominated:
            self.nodes.nominate(key, tried.post.nominated, shape)

    def in_order(self, pods: Iterable[Body]) -> list[Body]:
        """The pods that are to be placed, in the queue's order."""
        waiting = [pod for pod in pods if self._waits(pod)]
        return sorted(waiting, key=lambda pod: (-_priority(pod), pod["metadata"].get("creationTimestamp") or ""))

    def _waits(self, pod: Body) -> bool:
        framework = self.profiles.of(pod)
        return framework is not None and not node_of(pod) and not is_terminal(pod) and framework.admits(pod)


def table_of(reader: Reader, shapes: Shapes, *, but: Key | None = None) -> NodeTable:
    """The nodes and what runs on them, without one pod."""
    nodes = NodeTable(reader.list("nodes"))
    for pod in reader.list("pods"):
        if node_of(pod) and not is_terminal(pod) and key_of(pod) != but:
            nodes.place(key_of(pod), node_of(pod), shapes.of(pod, placed=True))
    return nodes


def _priority(pod: Body) -> int:
    priority: int = pod["spec"].get("priority") or 0
    return priority
