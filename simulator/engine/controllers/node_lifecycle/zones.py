"""How fast the nodes of a zone may be tainted to drive their pods off: the more of it is ill, the slower.

Follows handleDisruption and ComputeZoneState in pkg/controller/nodelifecycle/node_lifecycle_controller.go,
pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go and
staging/src/k8s.io/client-go/util/flowcontrol/throttle.go, v1.34.

The note of a zone:
    state    Initial, Normal, PartialDisruption or FullDisruption
    rate     nodes per 1,000 s, 0: none at all
    free     when the next node may be tainted: a bucket of one token
    waiting  the nodes that are to be tainted, in the order of their names
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.objects import labels_of
from simulator.engine.registry import Body, Instant
from simulator.engine.world import World

Zone = dict[str, Any]

FULL, PARTIAL, NORMAL = "FullDisruption", "PartialDisruption", "Normal"
PASS = 100 * MILLISECOND
_RATE, _REDUCED_RATE = 100, 10
_LARGE = 50
_UNHEALTHY = 0.55
_EXCLUDED = "node.kubernetes.io/exclude-disruption"


def new() -> Zone:
    return {"state": "Initial", "rate": _RATE, "free": 0, "waiting": []}


def of(node: Body) -> str:
    """The zone of a node: `region:zone`, empty if it says neither. Follows GetZoneKey of component-helpers."""
    labels = labels_of(node)
    region, zone = (
        labels.get(f"topology.kubernetes.io/{what}") or labels.get(f"failure-domain.beta.kubernetes.io/{what}") or ""
        for what in ("region", "zone")
    )
    return f"{region}:{zone}" if region or zone else ""


def is_excluded(node: Body) -> bool:
    return _EXCLUDED in labels_of(node)


def state(ready: Iterable[bool]) -> str:
    """How ill a zone is; ready: of each of its nodes, whether it is."""
    verdicts = list(ready)
    ill = verdicts.count(False)
    if ill and ill == len(verdicts):
        return FULL
    return PARTIAL if ill > 2 and ill / len(verdicts) >= _UNHEALTHY else NORMAL


def rate(state: str, size: int) -> int:
    """Nodes per 1,000 s in a zone of so many nodes: in a small one that is partly ill, nobody is driven off."""
    if state != PARTIAL:
        return _RATE
    return _REDUCED_RATE if size > _LARGE else 0


def limited(zone: Zone, rate: int, now: Instant) -> Zone:
    """The zone with another rate: a bucket that is full, unless the old one was empty."""
    if zone["rate"] == rate and rate:
        return zone
    waits = not zone["rate"] or now < zone["free"]
    return {**zone, "rate": rate, "free": now + interval(rate) if waits and rate else now}


def interval(rate: int) -> int:
    """From one node to the next, in microseconds."""
    return 1000 * SECOND // rate


def next_pass(world: World, zone: Zone) -> Instant | None:
    """When the next node of a zone is tainted; None if none waits or none may be."""
    if not zone["waiting"] or not zone["rate"]:
        return None
    earliest: Instant = max(world.now, zone["free"])
    return earliest + (world.hash("doNoExecuteTaintingPass") - earliest) % PASS
