"""Pods placed one after the other on a table of nodes, without a clock and without writing anything.

The same decisions as the cycle's, for those who ask "what if": a trace, a state file, how many more would fit. The
table is as the scheduler's cache, put together from the objects of a moment.
Follows pkg/scheduler/backend/cache/{cache,snapshot}.go and pkg/scheduler/framework/preemption/preemption.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.engine.chance import Chance
from simulator.engine.objects import instant_of, is_deleting, key_of, set_in, status_of
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import Body, Key, Reader
from simulator.engine.scheduler.cycle import drawing
from simulator.engine.scheduler.decision import Attempt, attempt
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.preemption import Choice
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.shape import Shapes


class Pass:
    """nodes: the table, on which each pod counts once it is placed. start: where the next search for nodes starts.

    but: a pod that is looked at as if it had no node.
    """

    def __init__(
        self, reader: Reader, profiles: Profiles, *, chance: Chance, but: Key | None = None, start: int = 0
    ) -> None:
        self.reader, self.profiles, self.chance, self.start = reader, profiles, chance, start
        self.shapes = Shapes()
        self.nodes = NodeTable(reader.list("nodes"))
        for pod in reader.list("pods"):
            if is_terminal(pod):
                continue
            key, promised = key_of(pod), status_of(pod).get("nominatedNodeName")
            if node := node_of(pod):
                if key != but:
                    self.nodes.place(key, node, self.shapes.of(pod, placed=True))
            elif promised and profiles.of(pod) is not None:
                self.nodes.nominate(key, promised, self.shapes.of(pod))

    def try_out(self, pod: Body) -> Attempt | None:
        """Where the pod would go. Nothing counts it there. None: there is no node, or no profile for it."""
        framework = self.profiles.of(pod)
        self.nodes.refresh()
        if framework is None or not len(self.nodes):
            return None
        shape = self.shapes.of(pod)
        tried = attempt(framework, self.nodes, pod, shape, start=self.start, draw=drawing(self.chance, pod))
        self.start = tried.decision.start
        return tried

    def settle(self, pod: Body, tried: Attempt) -> None:
        """Counts the pod where the attempt has put it, or promises it the node on which room is made for it."""
        if tried.decision.node is not None:
            self.assume(pod, tried.decision.node)
        elif tried.post is not None and tried.post.choice is not None:
            self._preempt(pod, tried.post.choice)

    def assume(self, pod: Body, node: str) -> None:
        """Counts a pod on the node that was decided on, with all that it reserves there."""
        framework, shape = self.profiles.of(pod), self.shapes.of(pod)
        self.nodes.withdraw(key_of(pod))
        self.nodes.place(key_of(pod), node, shape)
        for plugin in framework.reserves if framework is not None else ():
            plugin.reserve(pod, shape, node)

    def in_order(self, pods: Iterable[Body]) -> list[Body]:
        """The pods that are to be placed, in the queue's order."""
        return sorted((pod for pod in pods if self._waits(pod)), key=self._rank)

    def _preempt(self, pod: Body, choice: Choice) -> None:
        """The victims count until they have ended, and lesser pods lose what they were promised on the node."""
        shape, node = self.shapes.of(pod), choice.candidate.node
        for key in self.nodes.nominations.below(node, shape.priority):
            self.nodes.withdraw(key)
        for victim in choice.candidate.victims:
            held = self.reader.get("pods", *victim.key)
            if held is not None:
                ending = set_in(held, ("metadata", "deletionTimestamp"), _NOW)
                self.nodes.place(victim.key, node, self.shapes.of(ending, placed=True))
        self.nodes.nominate(key_of(pod), node, shape)

    def _waits(self, pod: Body) -> bool:
        framework = self.profiles.of(pod)
        free = not node_of(pod) and not is_terminal(pod) and not is_deleting(pod)
        return framework is not None and free and framework.admits(pod)

    def _rank(self, pod: Body) -> tuple[Any, ...]:
        framework, made = self.profiles.of(pod), pod["metadata"].get("creationTimestamp")
        priority, since = pod["spec"].get("priority") or 0, instant_of(made) if made else 0
        order = framework.sorts[0].rank(priority, since) if framework and framework.sorts else (-priority, since)
        return *order, key_of(pod)


_NOW = "1970-01-01T00:00:00Z"
"""No time passes here: all that matters is that the pod is being deleted."""
