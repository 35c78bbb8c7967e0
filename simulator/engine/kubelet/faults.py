"""What Faults do to machines and their kubelets: power, the kubelet's process, the way to the API server.

The memory of a machine that is not well is the note `machine:NODE`:
    held     Fault -> what it takes: power, shutdown (power, in good order), kubelet or network
    state    up; cut: the kubelet runs and reaches nobody; shutting: the machine is about to go off; down: the kubelet
             does not run; starting; waiting: it has started and hears of no pods before it reaches the API server
    lost     when the machine lost power since its kubelet last ran, 0 if it did not: no container is left
    frozen   whether the signs of life of its Node have stopped
    beats    the beats of its lease before they stopped
    missed   keys of pods without an object that wait for their kubelet (mirrors of static pods)
    groups   of a machine that is shutting down: see `shutdown.py`; `group`, the one whose turn it is, and `until`
    former   the Node as it was when somebody deleted it: what a kubelet that starts registers
A note `fault:NAME` lists the nodes that a Fault hit when it began; a Fault without effect on kubelets has none. The
note `formers` lists the machines whose Node was deleted.
"""

from __future__ import annotations

from typing import Any

from .. import faults, node_groups
from ..clock import SECOND
from ..journal import Change
from ..objects import annotations_of, condition, name_of, spec_of
from ..registry import Body, Instant
from ..renewal import LEASES, NAMESPACE, RENEWS
from ..world import World
from . import configuration, devices, heartbeat, node_status, recovery, shutdown
from .ledger import Ledger
from .turn import COMPONENT

TAKES = {
    "NodeCrash": "power",
    "ZoneOutage": "power",
    "NodeShutdown": "shutdown",
    "KubeletStop": "kubelet",
    "NetworkPartition": "network",
}
_WELL: dict[str, Any] = {"held": {}, "state": "up", "lost": 0, "frozen": False, "beats": "", "missed": []}


def _is_unknown(node: Body) -> bool:
    return (condition(node, "Ready") or {}).get("status") == "Unknown"


def _taken_by(fault: Body) -> str | None:
    """What a Fault takes from the machines that it hits. TCP sends again what is lost, up to a point."""
    return "network" if faults.loss_of(fault) >= faults.DEAF else TAKES.get(spec_of(fault)["type"])


class Machines:
    """The machines of all nodes, by the names of the nodes."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self._world = world
        self._ledger = ledger
        world.watch("nodes", self._node_changed)
        world.watch(LEASES, self._lease_changed)
        world.watch(faults.RESOURCE, self._fault_changed)

    def due(self, what: str, name: str, led_by: int | None) -> None:
        """What is booked for a machine or a Fault: see `sync.py` for the keys."""
        match what:
            case "report" if self.state(name) in ("up", "shutting"):
                node_status.report(self._world, name, resumed=self.thaw(name), led_by=led_by)
            case "fault":
                self.strike(name, led_by)
            case "shutdown":
                self.shut(name, led_by)
            case "capacity" if self.state(name) == "up":
                devices.report(self._world, name, led_by)
            case "start":
                self.start(name, led_by)
            case "lease" if self.state(name) == "up":
                lease = self._world.get(LEASES, NAMESPACE, name)
                if lease is None or RENEWS not in annotations_of(lease):
                    heartbeat.renew(self._world, name, self._world.now, led_by)

    def _node_changed(self, change: Change) -> None:
        name = change.key.name
        if change.operation == "DELETED":
            self.forgotten(change.body)
        elif change.before is None:
            self.known(name, change.revision)
            self._book(f"lease:{name}", self._world.now + self._world.latency.watch, change.revision)
        elif _is_unknown(change.body) and not _is_unknown(change.before) and self.state(name) == "up":
            # Somebody has given up on a node that lives: it says so when it looks at its status next.
            self._put(name, frozen=True)
            self._book(f"report:{name}", node_status.due(self._world, name), change.revision)
        elif self.state(name) == "up" and node_status.is_cordoned_anew(self._world, change.body):
            self._book(f"report:{name}", node_status.due(self._world, name), change.revision)
        if change.operation != "DELETED" and devices.offered(change.body) is not None:
            # Somebody may have written down devices; the kubelet offers them when it looks next.
            self._book(f"capacity:{name}", node_status.due(self._world, name), change.revision)

    def _lease_changed(self, change: Change) -> None:
        """A kubelet that is well makes its lease again, or renews it again, at its next beat."""
        held = annotations_of(change.before or change.body).get(RENEWS, "")
        renews = change.operation != "DELETED" and RENEWS in annotations_of(change.body)
        if change.key.namespace == NAMESPACE and held and not renews:
            beat = heartbeat.next_beat(held, self._world.now)
            self._book(f"lease:{change.key.name}", beat, change.revision)

    def _fault_changed(self, change: Change) -> None:
        active = change.operation != "DELETED" and faults.is_active(change.body)
        is_other = change.before is not None and spec_of(change.before) != spec_of(change.body)
        if active != faults.is_active(change.before) or (active and is_other):
            self._book(f"fault:{change.key.name}", self._world.now, change.revision)

    def _book(self, key: str, due: Instant, led_by: int | None) -> None:
        self._world.clock.at(COMPONENT, key, due, led_by=led_by)

    def state(self, node: str) -> str:
        return str(self._note(node)["state"])

    def strike(self, fault: str, led_by: int | None) -> None:
        """A Fault has begun or ended."""
        body, key = self._world.get(faults.RESOURCE, "", fault), f"fault:{fault}"
        takes = _taken_by(body) if body is not None and faults.is_active(body) else None
        hit: list[str] | None = self._world.note(COMPONENT, key)
        if takes and hit is None and body is not None:
            hit = [name_of(node) for node in self._all() if faults.hits(body, node)]
            self._world.set_note(COMPONENT, key, hit)
            for node in hit:
                self._put(node, held={**self._note(node)["held"], fault: takes})
                self._settle(node, led_by)
        elif not takes and hit is not None:
            self._world.set_note(COMPONENT, key, None)
            for node in hit:
                held = self._note(node)["held"]
                self._put(node, held={name: taken for name, taken in held.items() if name != fault})
                self._settle(node, led_by)

    def start(self, node: str, led_by: int | None) -> None:
        """The kubelet's process has started."""
        if self.state(node) not in ("starting", "waiting"):
            return
        if "network" in self._note(node)["held"].values():
            self._put(node, state="waiting")
            return
        note = self._note(node)
        recovery.register(self._world, node, note.get("former"), led_by)
        node_status.started(self._world, node, rebooted=bool(note["lost"]), led_by=led_by)
        heartbeat.renew(self._world, node, self._world.now, led_by)
        recovery.restart(self._world, self._ledger, node, note["missed"], lost=note["lost"], led_by=led_by)
        self._well(node, led_by)

    def shut(self, node: str, led_by: int | None) -> None:
        """Ends the next group of pods of a machine that is shutting down; when all have ended, the machine goes off."""
        note, world = self._note(node), self._world
        if note["state"] != "shutting":
            return
        groups, index = note["groups"], note["group"]
        if index >= 0 and world.now < note["until"] and shutdown.active(world, node, groups, index):
            return
        for following in range(index + 1, len(groups)):
            pods, seconds = shutdown.active(world, node, groups, following), groups[following][1]
            if pods:
                until = world.now + seconds * SECOND
                self._put(node, group=following, until=until)
                shutdown.kill(world, pods, seconds, led_by)
                world.clock.move(COMPONENT, f"shutdown:{node}", until, led_by=led_by)
                return
        recovery.suspend(world, node, power=True)
        beats = heartbeat.stop(world, node, "shutdown", led_by)
        self._put(node, state="down", lost=world.now, frozen=True, beats=beats, groups=None, group=None, until=None)

    def thaw(self, node: str) -> bool:
        """Whether the Node's signs of life have stopped; from now on they count as going on."""
        frozen = bool(self._note(node)["frozen"])
        if frozen:
            self._put(node, frozen=False)
        return frozen

    def miss(self, node: str, pod: str) -> None:
        """Keeps a pod without an object for the kubelet's return."""
        missed = self._note(node)["missed"]
        if pod not in missed:
            self._put(node, missed=[*missed, pod])

    def forgotten(self, node: Body) -> None:
        """Somebody deleted the Node; the machine is still there, unless a cloud took it away."""
        if node_groups.is_gone(self._world, node):
            recovery.suspend(self._world, name_of(node), power=True)
            self._world.set_note(COMPONENT, f"machine:{name_of(node)}", None)
            return
        self._put(name_of(node), former=node)
        self._list(name_of(node), listed=True)

    def known(self, node: str, led_by: int | None) -> None:
        """There is a Node again, whoever made it."""
        self._put(node, former=None)
        self._list(node, listed=False)
        self._release(node, led_by)

    def _all(self) -> list[Body]:
        """The Nodes, and of machines whose Node was deleted, that one."""
        formers = [self._note(name).get("former") for name in self._world.note(COMPONENT, "formers") or ()]
        return [*self._world.list("nodes"), *(node for node in formers if node is not None)]

    def _settle(self, node: str, led_by: int | None) -> None:
        """Goes over into the state that the Faults that hold the machine leave it."""
        note, world = self._note(node), self._world
        state, taken = note["state"], set(note["held"].values())
        if state == "up" and taken == {"shutdown"} and (groups := shutdown.groups(world, node)):
            self._put(node, state="shutting", groups=groups, group=-1, until=world.now)
            shutdown.begin(world, node, led_by)
            self.shut(node, led_by)
            return
        if state == "shutting" and taken <= {"shutdown"}:
            if not taken:
                shutdown.cancelled(world, node, led_by)
                world.clock.cancel(COMPONENT, f"shutdown:{node}")
                self._put(node, state="up", groups=None, group=None, until=None, frozen=True)
                world.clock.at(COMPONENT, f"report:{node}", world.now, led_by=led_by)
            return
        down = taken & {"power", "shutdown", "kubelet"}
        if state in ("up", "cut", "shutting") and down:
            recovery.suspend(world, node, power=bool(taken & {"power", "shutdown"}))
        if state in ("up", "shutting") and taken:
            why = next(one for one in ("power", "shutdown", "kubelet", "network") if one in taken)
            self._put(node, beats=heartbeat.stop(world, node, why, led_by), frozen=True)
        if down:
            world.clock.cancel(COMPONENT, f"start:{node}")
            off = world.now if taken & {"power", "shutdown"} else 0
            self._put(node, state="down", lost=note["lost"] or off, groups=None, group=None, until=None)
        elif state == "down":
            self._put(node, state="starting")
            boot = world.latency.boot if note["lost"] else 0
            world.clock.move(COMPONENT, f"start:{node}", world.now + boot + world.latency.kubelet, led_by=led_by)
        elif state == "up" and taken:
            self._put(node, state="cut")
        elif state == "waiting" and not taken:
            self.start(node, led_by)
        elif state == "cut" and not taken:
            heartbeat.renew(world, node, heartbeat.next_beat(note["beats"], world.now), led_by)
            due = node_status.due(world, node)
            world.clock.at(COMPONENT, f"report:{node}", due, led_by=led_by)
            recovery.reconnect(world, node, led_by)
            if configuration.is_other(world, node):
                world.clock.at(COMPONENT, f"config:{node}", world.now, led_by=led_by)
            self._put(node, state="up")
            self._release(node, led_by)

    def _well(self, node: str, led_by: int | None) -> None:
        self._put(node, state="up", lost=0, frozen=False, former=None)
        self._release(node, led_by)

    def _release(self, node: str, led_by: int | None) -> None:
        """Lets the pods without an object have their turns, if there is a Node and its kubelet is up."""
        note = self._note(node)
        if note["state"] == "up" and self._world.get("nodes", "", node) is not None:
            for pod in note["missed"]:
                self._world.clock.at(COMPONENT, pod, self._world.now, led_by=led_by)
            self._put(node, missed=[])

    def _list(self, node: str, *, listed: bool) -> None:
        held = set(self._world.note(COMPONENT, "formers") or ())
        new = sorted(held | {node} if listed else held - {node})
        self._world.set_note(COMPONENT, "formers", new or None)

    def _note(self, node: str) -> dict[str, Any]:
        held: dict[str, Any] | None = self._world.note(COMPONENT, f"machine:{node}")
        return {**_WELL, **(held or {})}

    def _put(self, node: str, **changes: Any) -> None:
        new = {key: one for key, one in {**self._note(node), **changes}.items() if one is not None}
        well = new["state"] == "up" and not (new["held"] or new["frozen"] or new["missed"] or "former" in new)
        self._world.set_note(COMPONENT, f"machine:{node}", None if well else new)
