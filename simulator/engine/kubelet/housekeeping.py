"""What the kubelet of a node looks after besides its pods: pressure, images and dead containers, its configuration.

Keys of the agenda: `eviction:NODE` for a round of its eviction manager, `gc:NODE` for one of its image garbage
collection, `config:NODE` for another configuration.
"""

from __future__ import annotations

from collections.abc import Callable

from .. import csi_volumes
from ..journal import Change
from ..objects import name_of, status_of
from ..pods import is_terminal, node_of
from ..registry import Body, Instant
from ..world import World
from . import configuration, container_gc, disk_fill, heartbeat, image_cache, node_status, preemption, signals
from .admission import Refusal
from .eviction import pressure, state
from .eviction.manager import Evictions
from .image_gc import ImageGC
from .ledger import Account
from .loads import Loads
from .margins import Calm
from .pulls import Puller
from .turn import COMPONENT, Note

KEYS = ("eviction", "gc", "config")


class Housekeeping:
    """That of all nodes."""

    def __init__(self, world: World, loads: Loads, calm: Calm) -> None:
        self._world = world
        self._loads = loads
        self.images = ImageGC(world, loads, calm)
        self.evictions = Evictions(world, loads, calm, self._reclaim)
        self._kinds: dict[str, Callable[[str, int | None], None]] = {
            "eviction": self.evictions.due,
            "gc": self._collect,
            "config": self._configure,
        }
        world.watch("configmaps", self._configured)
        world.watch("nodes", self._node_changed)

    def due(self, what: str, node: str, led_by: int | None) -> None:
        """Something of a node is due; `what` is one of KEYS."""
        self._kinds[what](node, led_by)

    def watch(self, node: str) -> None:
        """Something takes more or less of a node than before."""
        self.evictions.watch(node)
        self.images.watch(node)

    def after(self, what: str, name: str) -> None:
        """Something else has happened to a node, or to a Fault: a kubelet may be back, a disk may fill."""
        if what == "fault":
            for node in disk_fill.strike(self._world, name, self._disk):
                self.watch(node)
            for body in self._world.list("nodes"):
                self.watch(name_of(body))
        elif what in ("start", "report"):
            if what == "start" and self._world.get("nodes", "", name) is not None:
                self.images.started(name)
            self.watch(name)
            if what == "start":
                self.registered(name, None)

    def _node_changed(self, change: Change) -> None:
        if change.operation == "ADDED":
            self.registered(change.key.name, change.revision)
        elif change.before is not None and _given(change.body) != _given(change.before):
            self._loads.renew(change.key.name)

    def registered(self, node: str, led_by: int | None) -> None:
        """There is a Node of this name: its kubelet reads its configuration."""
        if configuration.is_other(self._world, node):
            self._book(f"config:{node}", self._world.now + self._world.latency.watch, led_by)

    def pulled(self, node: str, puller: Puller, led_by: int | None) -> bool:
        """A pull is over: the node reports it; whether there is an image that is new on the node."""
        before = image_cache.cached(self._world, node)
        if not puller.finish(node):
            return False
        for name in image_cache.cached(self._world, node).keys() - before.keys():
            self.images.pulled(node, name)
        self._book(f"report:{node}", node_status.due(self._world, node), led_by)
        self.watch(node)
        return True

    def refuse(self, text: str, pod: Body, node: Body, account: Account) -> Refusal | None:
        """Why a node does not take a pod. For a critical one it makes room if need be."""
        refusal = pressure.refuse(pod, state.conditions(self._world, name_of(node)))
        return refusal or preemption.make_room(self._world, self._loads, text, pod, node, account)

    def hear(self, node: str, text: str) -> None:
        """A pod has had a turn: somebody may wait for its end."""
        self.evictions.hear(node, text)
        note = self._world.note(COMPONENT, text)
        if note is None or note["step"] == "killed":
            preemption.hear(self._world, node)
            self._let_go(node)

    def _let_go(self, node: str) -> None:
        """A pod is gone: the node reports whether there are volumes that it no longer uses."""
        used = status_of(self._world.get("nodes", "", node) or {}).get("volumesInUse")
        if used and used != csi_volumes.in_use(self._world, self._world.indexed("pods", "node", node)):
            node_status.book(self._world, node, led_by=None)

    def left(self, text: str, note: Note) -> None:
        """The containers of a pod are gone from its node."""
        self.images.left(note["node"], [box["image"] for box in note["boxes"].values() if box["state"]])
        self.hear(note["node"], text)

    def deleted(self, pod: Body) -> None:
        """The object of a pod is gone, of which the kubelet remembered nothing."""
        if is_terminal(pod):
            self.images.left(node_of(pod), container_gc.images_of(pod))

    def _reclaim(self, node: str, led_by: int | None) -> None:
        """Frees what no pod needs of a node's disk."""
        container_gc.remove_dead(self._world, self._loads, node)
        self.images.free(node, None, led_by)
        self.images.watch(node)

    def _collect(self, node: str, led_by: int | None) -> None:
        self.images.collect(node, led_by)
        self.evictions.watch(node)

    def _disk(self, node: Body) -> signals.Reading:
        return signals.read(self._world, self._loads, node, signals.NODEFS)

    def _configured(self, change: Change) -> None:
        """A ConfigMap may say how kubelets are to go on."""
        about = configuration.concerns(change.body)
        if about is None:
            return
        names = [about] if about else [name_of(one) for one in self._world.list("nodes")]
        for name in names:
            if self._world.get("nodes", "", name) is not None:
                self.registered(name, change.revision)

    def _configure(self, name: str, led_by: int | None) -> None:
        node = self._world.get("nodes", "", name)
        if node is not None and configuration.take_over(self._world, node, led_by):
            heartbeat.changed(self._world, name, led_by)
            self._book(f"report:{name}", node_status.due(self._world, name), led_by)
            self._loads.renew(name)
            self.watch(name)

    def _book(self, key: str, instant: Instant, led_by: int | None) -> None:
        self._world.clock.at(COMPONENT, key, instant, led_by=led_by)


def _given(node: Body) -> Body:
    """What a node can give to pods."""
    found: Body = status_of(node).get("allocatable") or {}
    return found
