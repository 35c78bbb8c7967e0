"""What the eviction manager watches: how much of something a node has left, over time.

Follows makeSignalObservations in pkg/kubelet/eviction/helpers.go, v1.34. Each signal is a reading: a capacity and a
course of what is used. So what is left at an instant, and the first instant at which it is less than a threshold, or
not less any more, are found without looking in between. Images and containers lie on the node's one file system, so
that the imagefs and containerfs signals are those of the nodefs. Files are counted by what is on the disk: one for each
16 KiB.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import NamedTuple

from .. import pods
from ..objects import status_of
from ..registry import Body, Instant
from ..workloads import usage
from ..workloads.crossings import above, within
from ..workloads.curves import Course, together
from ..world import World
from . import configuration, disk_fill, enforcement, image_cache
from .configuration import Configuration
from .eviction.types import (
    ALLOCATABLE_MEMORY,
    CONTAINERFS,
    CONTAINERFS_INODES,
    IMAGEFS,
    IMAGEFS_INODES,
    MEMORY,
    NODEFS,
    NODEFS_INODES,
    PIDS,
    SIGNALS,
)
from .loads import Load, Loads

__all__ = [
    "ALLOCATABLE_MEMORY",
    "CONTAINERFS",
    "CONTAINERFS_INODES",
    "IMAGEFS",
    "IMAGEFS_INODES",
    "MEMORY",
    "NODEFS",
    "NODEFS_INODES",
    "PIDS",
    "SIGNALS",
]
SYSTEM_DISK = 3 << 30
MOST_PIDS = 1 << 22
"""kernel.pid_max as systemd sets it; a node has fewer by its memory: one thread for each 128 KiB."""
_THREAD_MEMORY = 128 << 10
_SYSTEM_PIDS = 140
_FILE = 16 << 10


class Reading(NamedTuple):
    """How much there is of something, and how much of it is used, over time."""

    capacity: int
    used: Course

    def available(self, at: Instant) -> int:
        return max(0, int(self.capacity - self.used.at(at)))

    def falls_below(self, threshold: int, since: Instant) -> Instant | None:
        """The first instant from `since` on at which less than the threshold is left; None if never.

        Of several sines at once it may be too early (see `crossings.above`): look at what is left when it comes.
        """
        return above(self.used, self.capacity - threshold, since)

    def recovers(self, threshold: int, since: Instant) -> Instant | None:
        """The first instant from `since` on at which the threshold or more is left, in the same way."""
        return within(self.used, self.capacity - threshold, since)


def read(world: World, loads: Loads, node: Body, signal: str, *, besides: Iterable[Course] = ()) -> Reading:
    """A signal of a node. `besides`: what else takes of the same thing, such as a file that a Fault writes.

    Raises KeyError for a signal that there is not.
    """
    name = node["metadata"]["name"]
    if signal in (MEMORY, ALLOCATABLE_MEMORY):
        return _memory(node, signal, loads.memory(name), besides, configuration.running(world, name))
    if signal == PIDS:
        return _processes(node, loads.processes(name), besides)
    there = sum(image_cache.cached(world, name).values())
    return _disk(node, signal, there, [loads.disk(name), *disk_fill.courses(world, name), *besides])


def reading(
    node: Body,
    held: Collection[Load],
    there: int,
    signal: str,
    *,
    besides: Iterable[Course] = (),
    running: Configuration = configuration.DEFAULT,
) -> Reading:
    """The same for given loads, and with so many bytes of images on the node. Raises KeyError."""
    if signal in (MEMORY, ALLOCATABLE_MEMORY):
        return _memory(node, signal, together(one.memory() for one in held), besides, running)
    if signal == PIDS:
        return _processes(node, sum(map(processes, held)), besides)
    return _disk(node, signal, there, [*(one.disk() for one in held), *besides])


def _memory(node: Body, signal: str, used: Course, besides: Iterable[Course], running: Configuration) -> Reading:
    if signal == ALLOCATABLE_MEMORY:
        most = pods_memory(node, running) if running.enforces(enforcement.PODS) else 0
        return Reading(most, together([used, *besides]))
    system = Course(Fraction(usage.SYSTEM_MEMORY))
    return Reading(_figure(node, "capacity", "memory"), together([system, used, *besides]))


def _processes(node: Body, count: int, besides: Iterable[Course]) -> Reading:
    return Reading(most_pids(node), together([Course(Fraction(_SYSTEM_PIDS + count)), *besides]))


def _disk(node: Body, signal: str, there: int, held: Iterable[Course]) -> Reading:
    if signal not in SIGNALS:
        raise KeyError(signal)
    disk = together([Course(Fraction(SYSTEM_DISK + there)), *held])
    capacity = _figure(node, "capacity", "ephemeral-storage")
    if signal.endswith(".available"):
        return Reading(capacity, disk)
    files = tuple(term._replace(amount=term.amount / _FILE) for term in disk.terms)
    return Reading(capacity // _FILE, Course(disk.base / _FILE, files))


def memory_usage(load: Load, at: Instant) -> int:
    """The working set of a pod."""
    return round(load.memory().at(at))


def disk_usage(load: Load, at: Instant, container: str | None = None) -> int:
    """What a pod, or one of its running containers, takes of the node's disk: writable layers."""
    if container is not None:
        return round(load.running[container].disk.at(at)) if container in load.running else 0
    return round(load.disk().at(at))


def processes(load: Load) -> int:
    """The processes of a pod."""
    return load.processes()


def pods_memory(node: Body, running: Configuration) -> int:
    """What all pods together may have: the capacity less what is reserved, without the threshold of hard eviction."""
    capacity, allocatable = _figure(node, "capacity", "memory"), _figure(node, "allocatable", "memory")
    hard = sum(one.value.of(capacity) for one in running.thresholds if one.signal == MEMORY and one.is_hard)
    return min(capacity, allocatable + hard) if allocatable else capacity


def most_pids(node: Body) -> int:
    return min(MOST_PIDS, _figure(node, "capacity", "memory") // _THREAD_MEMORY)


def _figure(node: Body, which: str, resource: str) -> int:
    return pods.figure(resource, (status_of(node).get(which) or {}).get(resource) or 0)
