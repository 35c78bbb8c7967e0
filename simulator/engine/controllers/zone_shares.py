"""How many endpoints of a Service each zone should have, by the CPUs of its nodes.

Follows staging/src/k8s.io/endpointslice/topologycache, v1.34. Where upstream takes zones in Go's
random order, they are taken by name.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from simulator.engine import pods
from simulator.engine.controllers.service_pods import zone_of
from simulator.engine.objects import is_condition_true, labels_of, status_of
from simulator.engine.registry import Body

_OVERLOAD = 0.2
_EXCLUDED = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_FEW_FACTS = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"
_FEW_ENDPOINTS = "Insufficient number of endpoints"
_OVER = "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold"

Ratios = Mapping[str, float]
"""By zone, its share of the CPUs of all nodes."""


class Allocation(NamedTuple):
    """How many endpoints a zone should have."""

    least: int
    most: int
    desired: float


def ratios(nodes: Iterable[Body]) -> Ratios | None:
    """The shares of the zones; None where a ready node does not say its zone or CPUs, or all are in one zone."""
    found = Counter[str]()
    for node in nodes:
        if any(label in labels_of(node) for label in _EXCLUDED) or not is_condition_true(node, "Ready"):
            continue
        cores = pods.figure("cpu", (status_of(node).get("allocatable") or {}).get("cpu") or 0)
        if not zone_of(node) or not cores:
            return None
        found[zone_of(node)] += cores
    if len(found) < 2:
        return None
    return {zone: cores / found.total() for zone, cores in sorted(found.items())}


def is_overloaded(held: Mapping[str, int], shares: Ratios | None) -> bool:
    """Whether a zone has fewer endpoints than it must, by the hints that are given."""
    if not held or not shares:
        return bool(held)
    total = sum(held.values())
    least = {zone: math.ceil(total * share * (1 / (1 + _OVERLOAD))) for zone, share in shares.items()}
    return any(zone not in held or held[zone] < count for zone, count in least.items())


def allocated(total: int, shares: Ratios | None) -> dict[str, Allocation] | str:
    """How many endpoints each zone should have, or why that cannot be."""
    if shares is None:
        return _FEW_FACTS
    counts = f"({total} endpoints, {len(shares)} zones)"
    if len(shares) > total:
        return f"{_FEW_ENDPOINTS} {counts}"
    least = {zone: math.ceil(share * total * (1 / (1 + _OVERLOAD))) for zone, share in shares.items()}
    spare = total - sum(least.values())
    if spare < 0:
        return f"{_OVER} {counts}"
    return {
        zone: Allocation(least[zone], least[zone] + spare, max(share * total, least[zone]))
        for zone, share in shares.items()
    }


def exchange(allocations: Mapping[str, Allocation], given: Mapping[str, int]) -> tuple[Counter[str], Counter[str]]:
    """How many endpoints zones give to others, and how many they get."""
    spare = {zone: given.get(zone, 0) - one.desired for zone, one in allocations.items()}
    too_many = {zone: count for zone, count in spare.items() if count > 0}
    too_few = {zone: -count for zone, count in spare.items() if count < 0}
    giving, receiving = Counter[str](), Counter[str]()
    while too_many and too_few:
        source, target = (max(sorted(one), key=lambda zone: one[zone]) for one in (too_many, too_few))
        left = too_many[source], too_few[target]
        if max(left) < 1.0 or min(left) < 0.5:
            break
        giving[source] += 1
        receiving[target] += 1
        too_many[source] -= 1
        too_few[target] -= 1
    return giving, receiving
