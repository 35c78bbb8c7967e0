"""Whether a node has been heard of lately, and what its conditions say once it has not.

Follows tryUpdateNodeHealth in pkg/controller/nodelifecycle/node_lifecycle_controller.go, v1.34. The controller looks at
all nodes every 5 s and notes when it last saw a new sign of life; 50 s after that it gives up on the node. Here the
look that would do so is solved for: a lease says when it was last renewed, and looks are a grid.
"""

from __future__ import annotations

from simulator.engine.clock import SECOND
from simulator.engine.kinds.lease import renewed
from simulator.engine.objects import annotations_of, condition, conditions_of, instant_of, status_of, timestamp
from simulator.engine.registry import Body, Instant
from simulator.engine.renewal import HEARTBEAT, LEASES, NAMESPACE, RENEWS, latest, period
from simulator.engine.world import World

PERIOD = 5 * SECOND
_GRACE = 50 * SECOND
_STARTUP_GRACE = 60 * SECOND
_LOOKED = 1000
_TYPES = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")


def look(world: World, instant: Instant) -> Instant:
    """The first look of the controller at all nodes at or after an instant."""
    phase = world.hash("monitorNodeHealth") % PERIOD
    return instant + (phase - instant) % PERIOD


def deadline(world: World, node: Body, *, since: Instant, heard: Instant) -> Instant | None:
    """The look that finds a node silent for too long; None while its kubelet says often enough that it lives.

    since: when the controller first saw the node, or last began to count anew; heard: the last renewal of a lease that
    is gone, 0 if there was none.
    """
    name, now = node["metadata"]["name"], world.now - world.latency.watch
    lease = world.get(LEASES, NAMESPACE, name)
    held = (annotations_of(lease).get(RENEWS) if lease is not None else None, annotations_of(node).get(HEARTBEAT))
    going = [beats for beats in held if beats is not None and latest(beats, now) is not None]
    if any(period(beats) <= _GRACE for beats in going):
        return None
    signs = [heard or None, renewed(lease, now) if lease is not None else None, _heartbeat(node, now)]
    last = max((one for one in signs if one is not None), default=None)
    if last is not None and going:
        last = _before_silence(world, going, last)
    if condition(node, "Ready") is None:
        created = instant_of(node["metadata"]["creationTimestamp"])
        return look(world, max(created, last or created) + _STARTUP_GRACE)
    seen = since if last is None else max(look(world, last + world.latency.watch), since)
    return look(world, seen + _GRACE)


def _before_silence(world: World, going: list[str], last: Instant) -> Instant:
    """The last sign of life before none comes for too long; if that is far off, one before it."""
    for _sign in range(_LOOKED):
        following = min(sign for beats in going if (sign := latest(beats, last + period(beats))) is not None)
        if look(world, following + world.latency.watch) > look(world, last + world.latency.watch) + _GRACE:
            return last
        last = following
    return last


def _heartbeat(node: Body, now: Instant) -> Instant | None:
    beat = latest(annotations_of(node).get(HEARTBEAT), now)
    if beat is not None:
        return beat
    written = (condition(node, "Ready") or {}).get("lastHeartbeatTime")
    return instant_of(written) if written else None


def unknown(node: Body, now: Instant) -> Body:
    """The node with the conditions of one that is not heard of."""
    known = {one.get("type"): one for one in conditions_of(node)}
    held = [_unknown(one, now) if one.get("type") in _TYPES else one for one in conditions_of(node)]
    never = [_never(node, kind, now) for kind in _TYPES if kind not in known]
    return {**node, "status": {**status_of(node), "conditions": [*held, *never]}}


def _unknown(one: Body, now: Instant) -> Body:
    if one["status"] == "Unknown":
        return one
    said = {"reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}
    return {**one, "status": "Unknown", "lastTransitionTime": timestamp(now), **said}


def _never(node: Body, kind: str, now: Instant) -> Body:
    return {
        "lastHeartbeatTime": node["metadata"]["creationTimestamp"],
        "lastTransitionTime": timestamp(now),
        "message": "Kubelet never posted node status.",
        "reason": "NodeStatusNeverUpdated",
        "status": "Unknown",
        "type": kind,
    }
