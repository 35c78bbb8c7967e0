"""Which pods a controller gives up first.

Follows ActivePods and ActivePodsWithRanks in pkg/controller/controller_utils.go and getPodsToDelete in
pkg/controller/replicaset/replica_set.go, v1.34.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cmp_to_key
from typing import NamedTuple

from simulator.engine.objects import annotations_of, condition, instant_of, spec_of, status_of, uid_of
from simulator.engine.pods import is_ready
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.validation.pod_template import DELETION_COST

_NEVER = 1 << 62
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


class Rank(NamedTuple):
    """What a pod's place in the queue comes from. `first` is compared as it is, the rest as `_compare` says."""

    node: str
    first: tuple[bool, int, bool, int]
    ready: Instant | None
    restarts: tuple[int, int]
    created: Instant
    uid: str


def rank(pod: Body) -> Rank:
    node = spec_of(pod).get("nodeName") or ""
    ready = is_ready(pod)
    phase = _PHASES.get(status_of(pod).get("phase") or "Pending", 0)
    return Rank(
        node,
        (bool(node), phase, ready, _deletion_cost(pod)),
        _ready_since(pod) if ready else None,
        _restarts(pod),
        _created(pod),
        uid_of(pod),
    )


def by_state(pod: Body) -> tuple[int | bool, ...]:
    """A key that sorts pods so that those come first that are least missed: not bound, pending, not ready, young."""
    ready = is_ready(pod)
    most, side = _restarts(pod)
    return (
        bool(spec_of(pod).get("nodeName")),
        _PHASES.get(status_of(pod).get("phase") or "Pending", 0),
        ready,
        -(_ready_since(pod) or _NEVER) if ready else 0,
        -most,
        -side,
        -(_created(pod) or _NEVER),
    )


def least_needed(ranks: Mapping[Key, Rank], count: int, crowd: Mapping[str, int], now: Instant) -> list[Key]:
    """The `count` pods to delete first. crowd: how many pods of all ReplicaSets of the same owner are on each node."""
    if count >= len(ranks):
        return sorted(ranks)
    alike = defaultdict[tuple[tuple[bool, int, bool, int], int], list[Key]](list)
    for key, one in ranks.items():
        alike[one.first, -crowd.get(one.node, 0)].append(key)

    def by_rank(a: Key, b: Key) -> int:
        return _compare(ranks[a], ranks[b], now)

    chosen: list[Key] = []
    for group in sorted(alike):
        chosen += sorted(sorted(alike[group]), key=cmp_to_key(by_rank))[: count - len(chosen)]
        if len(chosen) == count:
            break
    return chosen


def _compare(a: Rank, b: Rank, now: Instant) -> int:
    """Of two pods whose `first` is the same, on nodes that are equally crowded: negative if `a` goes before `b`."""
    if a.ready is not None and b.ready is not None and a.ready != b.ready:
        return _younger(a.ready, b.ready, now) or (-1 if a.uid < b.uid else 1)
    if a.restarts != b.restarts:
        return -1 if a.restarts > b.restarts else 1
    if a.created != b.created:
        return _younger(a.created, b.created, now) or (-1 if a.uid < b.uid else 1)
    return 0


def _younger(a: Instant, b: Instant, now: Instant) -> int:
    """Negative if `a` is younger by an order of magnitude (of two), 0 if both are about as old."""
    return _magnitude(now - a) - _magnitude(now - b)


def _magnitude(age: int) -> int:
    # Upstream takes the logarithm of nanoseconds; the microseconds' own differs where it crosses a power of two.
    return (age * 1000).bit_length() - 1 if age > 0 else -1


def _deletion_cost(pod: Body) -> int:
    try:
        return int(annotations_of(pod).get(DELETION_COST, "0"))
    except ValueError:
        return 0


def _ready_since(pod: Body) -> Instant | None:
    found = condition(pod, "Ready")
    text = found.get("lastTransitionTime") if found else None
    return instant_of(text) if text else None


def _created(pod: Body) -> Instant:
    text = pod["metadata"].get("creationTimestamp")
    return instant_of(text) if text else 0


def _restarts(pod: Body) -> tuple[int, int]:
    """The most restarts of a container, and of a sidecar."""
    sidecars = {one["name"] for one in spec_of(pod).get("initContainers") or () if one.get("restartPolicy") == "Always"}
    status = status_of(pod)
    regular = [one.get("restartCount", 0) for one in status.get("containerStatuses") or ()]
    side = [one.get("restartCount", 0) for one in status.get("initContainerStatuses") or () if one["name"] in sidecars]
    return max(regular, default=0), max(side, default=0)
