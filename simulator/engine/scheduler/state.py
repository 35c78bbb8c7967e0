"""What the parts of the scheduler share: the nodes with what runs on them, the queue, the profiles."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.engine.objects import is_deleting, key_of, status_of, text_of, uid_of
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.configuration.reading import Configuration
from simulator.engine.scheduler.configured import Running
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable, Placed
from simulator.engine.scheduler.plugin import Plugin
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.queue import Group, Queued, SchedulingQueue, by_priority
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.shape import Shapes
from simulator.engine.world import World

CYCLE = "cycle"


class State:
    """own: the pod that the scheduler itself is writing about just now. classes: the plugins there are, by name.

    default: the configuration that runs where the cluster has none.
    """

    def __init__(self, world: World, classes: Mapping[str, type[Plugin]], default: Configuration) -> None:
        self.world, self.classes, self.default = world, classes, default
        self.nodes = NodeTable()
        self.queue = SchedulingQueue(world, NAME, self._group)
        self.shapes = Shapes()
        self.own: Key | None = None
        self.take_up(Running(default))

    def take_up(self, running: Running) -> None:
        """Works by a configuration, with nothing in the queue. `load` must follow."""
        self.running = running
        self.profiles = Profiles(self.world, running.configuration, self.classes)
        self.queue.pace(running.configuration.initial_backoff, running.configuration.max_backoff)
        sorts = self.profiles.first().sorts
        self.queue.sort_by(sorts[0].rank if sorts else by_priority)

    def configure(self, running: Running) -> None:
        """Works by another configuration from now on, beginning with an empty queue. `load` must follow."""
        self.queue.clear()
        self.take_up(running)

    def load(self) -> None:
        """Reads the nodes, the pods and the queue's notes."""
        self.nodes = NodeTable(self.world.list("nodes"))
        for pod in self.world.list("pods"):
            key = key_of(pod)
            if is_terminal(pod):
                continue
            if node_of(pod):
                self.place(key, node_of(pod), pod)
            elif self.framework_of(pod) is not None:
                note = self.world.note(NAME, text_of(key))
                queued = self.queue.restore(key, note) if note is not None and note["uid"] == uid_of(pod) else None
                if queued is not None and queued.node:
                    self.place(key, queued.node, pod)
                else:
                    self.nominate(key, pod)

    def framework_of(self, pod: Body) -> Framework | None:
        return self.profiles.of(pod)

    def is_mine(self, pod: Body) -> bool:
        """True if it is for this scheduler to place the pod."""
        return self.profiles.of(pod) is not None and not node_of(pod) and not is_terminal(pod) and not is_deleting(pod)

    def gates_of(self, pod: Body) -> tuple[str, ...]:
        """The plugins (PreEnqueue) that say that the pod is not to be tried yet."""
        framework = self.profiles.of(pod)
        return tuple(gate.name for gate in framework.gates if not gate.admits(pod)) if framework is not None else ()

    def place(self, key: Key, node: str, pod: Body) -> Placed:
        """Counts a pod on a node."""
        self.nodes.withdraw(key)
        self.nodes.place(key, node, self.shapes.of(pod, placed=True))
        return self.nodes.placed[key]

    def unreserve(self, pod: Body, node: str) -> None:
        """Gives back what plugins reserved for a pod that does not go to the node after all."""
        framework = self.profiles.of(pod)
        for plugin in reversed(framework.reserves) if framework is not None else ():
            plugin.unreserve(pod, node)

    def nominate(self, key: Key, pod: Body) -> None:
        """Follows what the pod's status says about a node that it is promised."""
        node = status_of(pod).get("nominatedNodeName") or ""
        if node:
            self.nodes.nominate(key, node, self.shapes.of(pod))
        else:
            self.nodes.withdraw(key)

    def _group(self, key: Key, queued: Queued) -> Group:
        pod = self.world.get("pods", *key)
        assert pod is not None, f"{key} waits but is not in the world"
        return queued.refused_by, self.profiles.of(pod), self.shapes.of(pod)
