"""What the eviction manager sees of a node: the signals, and what each of its pods uses.

Follows makeSignalObservations in pkg/kubelet/eviction/helpers.go and pkg/kubelet/stats/cri_stats_provider.go, v1.34: a
pod without a running container has no figures. Memory and disks come in pages and blocks of 4 KiB.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ...objects import key_of, text_of
from ...registry import Body, Instant
from ...world import World
from .. import configuration, signals
from ..enforcement import PODS
from ..loads import NO_LOAD, Load, Loads
from ..signals import Reading
from ..turn import COMPONENT, Note, identity
from .thresholds import RESOURCES, Threshold

_PAGE = 4096


class Observation(NamedTuple):
    """How much of something is left, and of how much."""

    available: int
    capacity: int

    def is_met(self, threshold: Threshold, *, reclaim: bool = False) -> bool:
        return self.available < threshold.level(self.capacity, reclaim=reclaim)


def readings(world: World, loads: Loads, node: Body) -> dict[str, Reading]:
    """Each signal of a node over time. The file systems of images and containers are the node's."""
    found = {
        one: signals.read(world, loads, node, one) for one in (signals.MEMORY, signals.ALLOCATABLE_MEMORY, signals.PIDS)
    }
    disk, files = (signals.read(world, loads, node, one) for one in (signals.NODEFS, signals.NODEFS_INODES))
    running = configuration.running(world, node["metadata"]["name"])
    if running.enforces(PODS):
        limit = found[signals.MEMORY].capacity - running.reserved.get("memory", 0)
        found[signals.ALLOCATABLE_MEMORY] = found[signals.ALLOCATABLE_MEMORY]._replace(capacity=max(limit, 0))
    found |= dict.fromkeys((signals.NODEFS, signals.IMAGEFS, signals.CONTAINERFS), disk)
    found |= dict.fromkeys((signals.NODEFS_INODES, signals.IMAGEFS_INODES, signals.CONTAINERFS_INODES), files)
    return {signal: reading for signal, reading in found.items() if reading.capacity}


def observed(held: Mapping[str, Reading], at: Instant) -> dict[str, Observation]:
    return {signal: Observation(reading.available(at), reading.capacity) for signal, reading in held.items()}


def active(world: World, loads: Loads, node: str) -> Iterator[tuple[str, Body, Load]]:
    """The pods that are active on a node: by `namespace/name`, with what they use."""
    for pod in world.indexed("pods", "node", node):
        text = text_of(key_of(pod))
        note: Note | None = world.note(COMPONENT, text)
        if note is not None and note["uid"] == identity(pod) and note["step"] != "killed":
            yield text, pod, loads.on(node).get(text, NO_LOAD)


def paged(signal: str, figure: int) -> int:
    """A figure as messages have it."""
    return figure - figure % _PAGE if RESOURCES[signal] in ("memory", "ephemeral-storage") else figure


def pages(figure: int) -> int:
    """What is used, in whole pages."""
    return -(-figure // _PAGE) * _PAGE


def met(thresholds: Iterable[Threshold], seen: Mapping[str, Observation], *, reclaim: bool = False) -> list[Threshold]:
    """Those of the thresholds that are met, whatever their grace period. With `reclaim`: not yet resolved."""
    return [one for one in thresholds if one.signal in seen and seen[one.signal].is_met(one, reclaim=reclaim)]
