"""What the scheduler reads in one node: what it offers, its zone, and its place among the others.

Follows pkg/scheduler/framework/types.go (NodeInfo.SetNode), pkg/scheduler/backend/cache/node_tree.go and
staging/src/k8s.io/component-helpers/node/topology/helpers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.engine import quantity
from simulator.engine.objects import get_in, labels_of, name_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.shape import NATIVE, counted, is_scalar


def allocatable_of(node: Body) -> dict[str, int]:
    """What a node offers: cpu in thousandths, the rest in units; the number of pods is `allowed_pods`."""
    offered: dict[str, int] = {}
    for name, text in (get_in(node, "status", "allocatable") or {}).items():
        if name == "cpu":
            offered[name] = counted(quantity.milli(text))
        elif name in NATIVE or is_scalar(name):
            offered[name] = counted(quantity.value(text))
    return offered


def allowed_pods(node: Body) -> int:
    return counted(quantity.value(get_in(node, "status", "allocatable", "pods", default="0")))


def zone_of(node: Body) -> str:
    """Region and zone, as upstream joins them."""
    labels = labels_of(node)
    zone = labels.get("topology.kubernetes.io/zone", labels.get("failure-domain.beta.kubernetes.io/zone", ""))
    region = labels.get("topology.kubernetes.io/region", labels.get("failure-domain.beta.kubernetes.io/region", ""))
    return f"{region}:\x00:{zone}" if region or zone else ""


def differs(before: Body, after: Body) -> bool:
    """True if something that the scheduler looks at is not the same in two versions of a node."""
    if before is after:
        return False
    return (
        before.get("spec") != after.get("spec")
        or labels_of(before) != labels_of(after)
        or get_in(before, "status", "allocatable") != get_in(after, "status", "allocatable")
    )


def interleaved(nodes: Iterable[Body]) -> list[Body]:
    """One node of each zone in turn; zones and their nodes in the order in which they came."""
    zones: dict[str, list[Body]] = {}
    for node in sorted(nodes, key=lambda body: (body["metadata"].get("creationTimestamp") or "", name_of(body))):
        zones.setdefault(zone_of(node), []).append(node)
    longest = max((len(zone) for zone in zones.values()), default=0)
    return [zone[turn] for turn in range(longest) for zone in zones.values() if turn < len(zone)]
