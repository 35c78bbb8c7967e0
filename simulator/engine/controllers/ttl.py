"""The TTL controller: tells kubelets, by an annotation of their nodes, how long they may keep secrets and config maps.

Follows pkg/controller/ttl/ttl_controller.go, v1.34. A node is looked at when it is written, and by a kubelet that is
well at its next heartbeat, which here is booked when the size of the cluster has come to mean another time.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine.causes import _
from simulator.engine.journal import Change
from simulator.engine.objects import annotations_of, key_of, name_of, set_in
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.renewal import HEARTBEAT, latest, period
from simulator.engine.world import World

ANNOTATION = "node.alpha.kubernetes.io/ttl"
_STEP = "step"


class Boundary(NamedTuple):
    """For clusters of so many nodes: how many seconds things may be kept."""

    least: int
    most: float
    seconds: int


BOUNDARIES = (
    Boundary(0, 100, 0),
    Boundary(90, 500, 15),
    Boundary(450, 1000, 30),
    Boundary(900, 2000, 60),
    Boundary(1800, float("inf"), 300),
)
"""They overlap, so that a cluster at an edge does not go to and fro."""


class TTLController(Reconciler):
    """Its keys are nodes. The note `step` is the boundary within which the cluster is, if it is not the first."""

    name = "node-ttl-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch("nodes", self._node_changed)

    def reconcile(self, key: Key) -> None:
        node = self.world.get("nodes", *key)
        wanted = self._wanted()
        if node is None or seconds_of(node) == wanted:
            return
        cause = self.cause(
            "updateNodeIfNeeded",
            _("The cluster has {count} nodes: the kubelet of {node} may keep what it has read for {seconds} s."),
            count=self.world.count("nodes"),
            node=key.name,
            seconds=wanted,
        )
        self.world.update("nodes", set_in(node, ("metadata", "annotations", ANNOTATION), str(wanted)), cause)

    def _wanted(self) -> int:
        return BOUNDARIES[self.world.note(self.name, _STEP) or 0].seconds

    def _node_changed(self, change: Change) -> None:
        held = self.world.note(self.name, _STEP) or 0
        if change.operation != "MODIFIED":
            step = step_for(self.world.count("nodes"), held)
            if step != held:
                self.world.set_note(self.name, _STEP, step or None)
                self._tell_all(change)
        if change.operation != "DELETED" and seconds_of(change.body) != self._wanted():
            self.enqueue(change.key, led_by=change.revision)

    def _tell_all(self, change: Change) -> None:
        for node in self.world.list("nodes"):
            if name_of(node) != change.key.name and seconds_of(node) != self._wanted():
                self.enqueue(key_of(node), after=_until_heartbeat(node, self.world.now), led_by=change.revision)


def step_for(count: int, step: int) -> int:
    """The boundary within which a cluster of so many nodes is that was within `step`."""
    while count > BOUNDARIES[step].most:
        step += 1
    while count < BOUNDARIES[step].least:
        step -= 1
    return step


def seconds_of(node: Body) -> int | None:
    """What the annotation says; None if it is not there or says nothing."""
    try:
        return int(annotations_of(node).get(ANNOTATION, ""))
    except ValueError:
        return None


def _until_heartbeat(node: Body, now: Instant) -> Instant | None:
    """How long until the kubelet's next heartbeat; None for one that sends none."""
    beats = annotations_of(node).get(HEARTBEAT)
    last = latest(beats, now)
    return None if last is None or beats is None else last + period(beats) - now
