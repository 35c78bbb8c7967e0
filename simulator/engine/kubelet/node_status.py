"""What a node reports of itself later on: the images that lie on it, and that it is well again.

Follows pkg/kubelet/nodestatus/setters.go and pkg/kubelet/kubelet_node_status.go, v1.34. Renewals of the lease
and the heartbeats of the conditions are functions of time (see `node.py`), so nothing is booked for them.
"""

from __future__ import annotations

from .. import csi_volumes, events
from ..causes import Cause, _
from ..objects import (
    annotations_of,
    condition,
    conditions_of,
    drop_in,
    name_of,
    set_in,
    spec_of,
    status_of,
    timestamp,
)
from ..registry import Body, Instant
from ..renewal import HEARTBEAT, beats
from ..world import World
from . import configuration, image_cache
from . import node as registration
from .eviction import pressure
from .turn import COMPONENT

SHUTTING_DOWN = "node is shutting down"
_IN_USE = ("status", "volumesInUse")
_WELL = {"Ready": "NodeReady"}
"""What is said when a condition is as it should be."""


def due(world: World, node: str) -> Instant:
    """The next time that the node's kubelet looks at its status, in a phase of its own."""
    every = registration.updating(world, node)
    phase = world.hash("status", node) % every
    return world.now + every - (world.now - phase) % every


def book(world: World, node: str, *, led_by: int | None) -> None:
    """Something that a node reports has changed: it is said when its kubelet looks next."""
    world.clock.at(COMPONENT, f"report:{node}", due(world, node), led_by=led_by)


def report(world: World, node: str, *, resumed: bool, led_by: int | None) -> None:
    """Writes what has changed: the images; after a time without heartbeats the conditions besides."""
    body = world.get("nodes", "", node)
    if body is None:
        return
    _tell_of_cordons(world, body, led_by)
    new = _with_resources(world, pressure.reported(world, _with_conditions(world, body) if resumed else body))
    listed = registration.listing(image_cache.cached(world, node))
    sentence = _("{node} reports its conditions again.")
    if new is not body and not resumed:
        sentence = _("{node} reports what it has and what it is short of.")
    if listed != status_of(body).get("images"):
        is_all = new is body
        new = {**new, "status": {**status_of(new), "images": listed}}
        if is_all:
            sentence = _("{node} reports the {count} images that lie on it.")
    used = csi_volumes.in_use(world, world.indexed("pods", "node", node))
    if used != (status_of(body).get("volumesInUse") or []):
        is_all = new is body
        new = set_in(new, _IN_USE, used) if used else drop_in(new, _IN_USE)
        if is_all:
            sentence = _("{node} reports which attached volumes its pods use.")
    if new is not body:
        inputs = {"node": node, "count": len(listed)}
        world.update_status("nodes", new, Cause(f"{COMPONENT}/{node}", "syncNodeStatus", sentence, inputs, led_by))
        _tell_conditions(world, body, led_by)


def is_cordoned_anew(world: World, node: Body) -> bool:
    """Whether people have cordoned a node since its kubelet last looked, or taken that back."""
    return bool(spec_of(node).get("unschedulable")) != bool(world.note(COMPONENT, f"cordoned:{name_of(node)}"))


def _tell_of_cordons(world: World, body: Body, led_by: int | None) -> None:
    """Follows recordNodeSchedulableEvent. The note `cordoned:NODE` is there while it has said that it is so."""
    if is_cordoned_anew(world, body):
        cordoned = bool(spec_of(body).get("unschedulable"))
        world.set_note(COMPONENT, f"cordoned:{name_of(body)}", cordoned or None)
        reason = "NodeNotSchedulable" if cordoned else "NodeSchedulable"
        tell(world, body, reason, f"Node {name_of(body)} status is now: {reason}", led_by)


def started(world: World, node: str, *, rebooted: bool, led_by: int | None) -> None:
    """The first status after the kubelet has started, and what it says of that."""
    body = world.get("nodes", "", node)
    if body is None:
        return
    tell(world, body, "Starting", "Starting kubelet.", led_by)
    world.set_note(COMPONENT, f"cordoned:{node}", None)
    new = pressure.reported(world, _with_conditions(world, body))
    if rebooted:
        boot = registration.boot_id(world, node, world.now)
        message = f"Node {node} has been rebooted, boot id: {boot}"
        events.record(world, body, "Warning", "Rebooted", message, component=COMPONENT, host=node, led_by=led_by)
        info = {**(status_of(new).get("nodeInfo") or {}), "bootID": boot}
        new = {**new, "status": {**status_of(new), "nodeInfo": info}}
    listed = registration.listing(image_cache.cached(world, node))
    if listed:
        new = {**new, "status": {**status_of(new), "images": listed}}
    sentence = _("The kubelet of {node} has started and reports its conditions.")
    world.update_status("nodes", new, Cause(f"{COMPONENT}/{node}", "syncNodeStatus", sentence, {"node": node}, led_by))
    _tell_conditions(world, body, led_by)
    _tell_of_cordons(world, body, led_by)
    tell(world, body, "NodeAllocatableEnforced", "Updated Node Allocatable limit across pods", led_by)


def _with_resources(world: World, body: Body) -> Body:
    """The Node with what it can give by its kubelet's configuration.

    The note `pods:NODE` is how many pods it took before its configuration said how many.
    """
    status, running = status_of(body), configuration.running(world, name_of(body))
    capacity, key = status.get("capacity") or {}, f"pods:{name_of(body)}"
    former = world.note(COMPONENT, key)
    if running.number("maxPods") != configuration.DEFAULT.number("maxPods"):
        world.set_note(COMPONENT, key, former or capacity.get("pods"))
        capacity = {**capacity, "pods": str(running.number("maxPods"))}
    elif former is not None:
        world.set_note(COMPONENT, key, None)
        capacity = {**capacity, "pods": former}
    allocatable = {**(status.get("allocatable") or {}), **configuration.allocatable(running, capacity)}
    if (capacity, allocatable) == (status.get("capacity") or {}, status.get("allocatable") or {}):
        return body
    return {**body, "status": {**status, "capacity": capacity, "allocatable": allocatable}}


def _with_conditions(world: World, body: Body) -> Body:
    """The Node with heartbeats that go on from now; what was unknown is known again."""
    if not conditions_of(body):
        return body
    known = {kind: (kind, *rest) for kind, *rest in registration.CONDITIONS}
    now, held = timestamp(world.now), []
    for one in conditions_of(body):
        if one["type"] in known and (one["status"] == "Unknown" or one.get("message") == SHUTTING_DOWN):
            held.append(registration.condition(world, *known[one["type"]]))
        else:
            held.append({**one, "lastHeartbeatTime": now} if one["type"] in known else one)
    annotations = {**annotations_of(body), HEARTBEAT: beats(world.now, registration.reporting(world, name_of(body)))}
    meta = {**body["metadata"], "annotations": annotations}
    return {**body, "metadata": meta, "status": {**status_of(body), "conditions": held}}


def _tell_conditions(world: World, before: Body, led_by: int | None) -> None:
    """Says which conditions of the Node are others than before."""
    after = world.get("nodes", "", name_of(before)) or before
    for reason in pressure.said(before, after):
        tell(world, after, reason, f"Node {name_of(after)} status is now: {reason}", led_by)
    for kind, reason in _WELL.items():
        was, now = condition(before, kind), condition(after, kind)
        if was is not None and now is not None and was["status"] != now["status"]:
            tell(world, after, reason, f"Node {name_of(after)} status is now: {reason}", led_by)


def tell(world: World, node: Body, reason: str, message: str, led_by: int | None) -> None:
    """An event about the node."""
    events.record(world, node, "Normal", reason, message, component=COMPONENT, host=name_of(node), led_by=led_by)
