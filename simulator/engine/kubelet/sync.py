"""The kubelet of every node, as one component: hears of pods, gives each its turns, keeps the nodes' accounts.

Follows pkg/kubelet/kubelet.go (syncLoop) and pkg/kubelet/pod_workers.go, v1.34. What a pod's turn does is in
`lifecycle.py` and `termination.py`; what is remembered, in `turn.py`. Keys of the agenda: `namespace/name` of a pod,
`pull:NODE` for the end of a pull, `report:NODE` for a node's next status, `lease:NODE` for a lease that is missing,
`start:NODE` for a kubelet that starts, `shutdown:NODE` for a machine that goes off, `fault:NAME` for a Fault, and those
of `housekeeping.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from ..journal import Change
from ..objects import is_deleting, key_of, labels_of, text_of
from ..pods import is_terminal
from ..reconciler import Reconciler
from ..registry import Body, Key
from ..workloads.probe.target import earliest
from ..world import World
from . import (
    admission,
    allocation,
    deadline,
    hearing,
    housekeeping,
    lifecycle,
    preemption,
    readmission,
    resize,
    shutdown,
    static,
    termination,
)
from . import turn as turns
from .awaited import Awaited
from .faults import Machines
from .housekeeping import Housekeeping
from .ledger import Ledger
from .loads import Loads
from .margins import Calm
from .oom import Memory
from .prober import manager as prober
from .prober.sources import Sources
from .pulls import Puller
from .turn import Note, Turn, identity, is_static

_STEPS: dict[str, Callable[[Turn, Body, Ledger], None]] = {
    "sync": lifecycle.sync,
    "mount": lifecycle.mount,
    "sandbox": lifecycle.sandbox,
    "pull": lifecycle.pulled,
    "create": lifecycle.create,
    "start": lifecycle.start,
    "hook": lifecycle.hook,
    "hooked": lifecycle.hooked,
    "restart": lifecycle.restart,
    "refused": readmission.end,
    "killing": termination.killed,
    "killed": termination.remove,
}
_ENDING = frozenset({"killing", "killed"})


class Kubelets(Reconciler):
    """Runs the pods that are bound to nodes. Each pod books only its own next instant."""

    name: ClassVar[str] = turns.COMPONENT

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._ledger = Ledger(world)
        self._puller, self._machines = Puller(world), Machines(world, self._ledger)
        self.loads = Loads(world)
        calm = Calm(world, self.loads)
        self._memory, self.house = Memory(world, self.loads, calm), Housekeeping(world, self.loads, calm)
        world.add_index("pods", "node", _node_of)
        world.watch("pods", self._changed)
        Sources(world, self.enqueue)
        self._programs = hearing.Programs(world, self.loads, self.enqueue)
        self._awaited = Awaited(world, self.enqueue)

    def start(self) -> None:
        """Adds up again what the nodes have given away."""
        self._ledger.forget()
        self.loads.forget()
        self._awaited.forget()
        for pod in self.world.list("pods"):
            note = self.world.note(self.name, text_of(key_of(pod)))
            if note is not None and note["uid"] == identity(pod) and not termination.is_over(note):
                self._ledger.admit(note["node"], allocation.as_allocated(pod, note))
                self.loads.is_known(text_of(key_of(pod)), pod, note)
                self.loads.put(note["node"], text_of(key_of(pod)), self.loads.of(pod, note))
                self._awaited.know(text_of(key_of(pod)), note)
                if note["ip"]:
                    self._ledger.hold(note["node"], note["ip"])
        self.loads.heard = self.house.watch

    def reconcile(self, key: Key) -> None:
        if key.namespace:
            self._pod(key)
            return
        what, _colon, name = key.name.partition(":")
        if what == "pull":
            self._pulled(name)
        elif what == "memory":
            self._memory.exhausted(name, self.led_by)
        elif what == "listens":
            self._awaited.look(self.led_by)
        elif what not in housekeeping.KEYS:
            self._machines.due(what, name, self.led_by)
            self.house.after(what, name)
            if what == "fault":
                self._puller.changed()
        elif self._machines.state(name) == "up":
            self.house.due(what, name, self.led_by)

    def _changed(self, change: Change) -> None:
        body, before = change.body, change.before
        if not body["spec"].get("nodeName"):
            return
        if change.operation == "DELETED":
            self._gone(change)
            return
        if before is None or not before["spec"].get("nodeName") or hearing.concerns(before, body):
            self.enqueue(change.key, led_by=change.revision)
        elif labels_of(before) != labels_of(body):
            self._programs.labelled(change)

    def _gone(self, change: Change) -> None:
        """The object is gone, whoever took it away: what the kubelet knew of it is forgotten."""
        text = text_of(change.key)
        note = self.world.note(self.name, text)
        self.world.clock.cancel(self.name, text)
        if note is None or note["uid"] != identity(change.body):
            self.house.deleted(change.body)
            return
        self._forget(text, change.body, note)
        self._offer_room()
        if is_static(change.body) and note["boxes"]:
            self.world.set_note(self.name, text, static.remember(note, change.body))
            self.enqueue(change.key, led_by=change.revision)

    def _forget(self, text: str, pod: Body, note: Note) -> None:
        if not termination.is_over(note):
            self._ledger.release(note["node"], allocation.as_allocated(pod, note), note["ip"])
        self._memory.release(note["node"], text)
        self.world.set_note(self.name, text, None)
        self._awaited.forget(text)
        self.house.left(text, note)
        self.world.clock.cancel(self.name, text)

    def _pulled(self, node: str) -> None:
        if not self.house.pulled(node, self._puller, self.led_by):
            return
        for pod in self.world.indexed("pods", "node", node):
            note = self.world.note(self.name, text_of(key_of(pod)))
            waits = (box["wait"] for box in note["boxes"].values()) if note is not None else ()
            if any(wait is not None and wait[0] == "ErrImageNeverPull" for wait in waits):
                self.world.set_note(self.name, text_of(key_of(pod)), {**note, "act": self.world.now})
                self.enqueue(key_of(pod), after=0, led_by=self.led_by)

    def _pod(self, key: Key) -> None:
        text = text_of(key)
        pod = self.world.get("pods", key.namespace, key.name)
        note: Note | None = self.world.note(self.name, text)
        if pod is None:
            if note is not None and "manifest" in note:
                self._restore(key, note)
            return
        state = self._machines.state(pod["spec"].get("nodeName", ""))
        known = note is not None and note["uid"] == identity(pod)
        if state not in ("up", "cut", "shutting") or (state == "cut" and not known):
            return
        if note is None or not known:
            note = None if is_terminal(pod) else self._first_sight(text, pod)
        elif "manifest" in note:
            self._ledger.admit(note["node"], pod)
            self._ledger.hold(note["node"], note["ip"])
            note = {**{part: one for part, one in note.items() if part != "manifest"}, "act": self.world.now}
        if note is None:
            return
        led_by = note["led_by"] if self.led_by is None else self.led_by
        turn = Turn(self.world, text, pod, {**note, "led_by": led_by}, led_by, silent=state == "cut")
        self._take(turn)
        self._keep(turn)
        self._offer_room()

    def _restore(self, key: Key, note: Note) -> None:
        """Makes the mirror of a static pod again, now or when the kubelet can."""
        node = note["node"]
        if self._machines.state(node) == "up" and self.world.get("nodes", "", node) is not None:
            static.restore(self.world, key, note, self.led_by)
        else:
            self._machines.miss(node, text_of(key))

    def _first_sight(self, text: str, pod: Body) -> Note | None:
        """The memory of a pod that is new here; None if its node does not exist or does not take it."""
        name = pod["spec"].get("nodeName", "")
        node = self.world.get("nodes", "", name)
        if node is None:
            return None
        note = turns.fresh(identity(pod), name, self.world.now)
        refusal = shutdown.REFUSAL if self._machines.state(name) == "shutting" else None
        if not is_deleting(pod):
            refusal = refusal or self.house.refuse(text, pod, node, self._ledger.of(name))
            if refusal is not None:
                admission.reject(Turn(self.world, text, pod, note, self.led_by), refusal)
            if refusal is not None or preemption.is_waiting(self.world, name, text):
                return None
        self._ledger.admit(name, pod)
        note["allocated"] = allocation.allocate(pod)
        return note

    def _offer_room(self) -> None:
        """Resizes that wait for room on nodes that have got some are looked at again."""
        while self._ledger.freed:
            for pod in resize.waiting(self.world, self._ledger.freed.pop()):
                text = text_of(key_of(pod))
                note = self.world.note(self.name, text)
                if note is not None and note["uid"] == identity(pod):
                    self.world.set_note(self.name, text, resize.again(note))
                    self.enqueue(key_of(pod), after=0, led_by=self.led_by)

    def _take(self, turn: Turn) -> None:
        """Whatever is due for one pod."""
        self._memory.strike(turn)
        lifecycle.catch_up(turn)
        prober.act(turn)
        if turn.silent:
            if turn.note["step"] not in _ENDING:
                self._step(turn)
            turn.note["shows"] = None
            return
        deadline.enforce(turn)
        step = turn.note["step"]
        if is_deleting(turn.pod) and is_static(turn.pod):
            static.drop_mirror(turn)
            return
        if step in _ENDING:
            termination.hasten(turn)
        elif is_deleting(turn.pod) or is_terminal(turn.pod) or "verdict" in turn.note:
            termination.begin(turn)
        elif step == "sync" and (lifecycle.is_stale(turn) or resize.is_wanted(turn)):
            turn.note["act"] = self.world.now
        self._step(turn)

    def _step(self, turn: Turn) -> None:
        node = self.world.get("nodes", "", turn.node) or _UNKNOWN
        termination.shows(turn, node)
        act = turn.note["act"]
        if act is not None and act <= self.world.now:
            _STEPS[turn.note["step"]](turn, node, self._ledger)
        if turn.note["step"] == "sync":
            resize.actuate(turn, self.loads)

    def _keep(self, turn: Turn) -> None:
        """Remembers the pod and books its next instant."""
        if turn.silent and (turn.done or (turn.note["step"] in _ENDING and not turn.running())):
            turn.note["act"] = None  # What is left to do is to say so.
        elif turn.done:
            if self.world.get("pods", *key_of(turn.pod)) is not None:
                self._forget(turn.key, turn.pod, turn.note)
            return
        turn.note["led_by"] = turn.led_by
        self._memory.hold(turn)
        self.world.set_note(self.name, turn.key, turn.note)
        self._awaited.know(turn.key, turn.note)
        if termination.is_over(turn.note) and self._machines.state(turn.node) == "shutting":
            self.enqueue(Key("", f"shutdown:{turn.node}"), after=0, led_by=turn.led_by)
        instant = earliest(turn.next_instant(), deadline.due(turn))
        if instant is None:
            self.world.clock.cancel(self.name, turn.key)
        else:
            self.world.clock.move(self.name, turn.key, instant, led_by=turn.led_by)
        self.house.hear(turn.node, turn.key)


_UNKNOWN: Body = {"metadata": {"name": ""}, "spec": {}, "status": {}}


def _node_of(pod: Body) -> tuple[str, ...]:
    node = pod["spec"].get("nodeName")
    return (node,) if node else ()
