"""What the pods of a node may come to before anything of it is short: worked out once for as long as it stays so.

Most pods use the same from their start to their end. While all pods of a node do, write nothing to its disk and stay
within its margins, no round of its eviction manager, no image garbage collection and no end of its memory is ahead, so
that nobody has to solve for them with every container that starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from ..objects import status_of
from ..registry import Body
from ..world import World
from . import configuration, image_gc, signals
from .configuration import Configuration
from .eviction import observations
from .eviction.thresholds import RESOURCES
from .loads import Loads
from .signals import Reading
from .turn import COMPONENT


class Margins(NamedTuple):
    """The most memory in bytes, and the most processes. basis: what else they follow from, by identity."""

    memory: Fraction
    processes: Fraction
    basis: tuple[object, ...]


class Calm:
    """Which nodes are calm: nothing of them is short, nor will it be unless something changes."""

    def __init__(self, world: World, loads: Loads) -> None:
        self._world = world
        self._loads = loads
        self._held: dict[str, Margins] = {}

    def reigns(self, node: str) -> bool:
        """Whether a node is certainly calm."""
        rest, body = self._loads.at_rest(node), self._world.get("nodes", "", node)
        if rest is None or body is None or self._world.note(COMPONENT, f"fill:{node}"):
            self._held.pop(node, None)
            return False
        running = configuration.running(self._world, node)
        status = status_of(body)
        images = self._world.note(COMPONENT, f"images:{node}")
        basis = (
            status.get("capacity"),
            status.get("allocatable"),
            running,
            status.get("images") if images is None else images,
        )
        held = self._held.get(node)
        if held is None or any(one is not other for one, other in zip(held.basis, basis, strict=True)):
            held = self._held[node] = self._margins(body, running, basis)
        memory, processes = rest
        return memory <= held.memory and processes <= held.processes

    def _margins(self, node: Body, running: Configuration, basis: tuple[object, ...]) -> Margins:
        readings = observations.readings(self._world, self._loads, node)
        spare: dict[str, Fraction] = {}
        for signal, level in _levels(running, readings):
            left = readings[signal].capacity - level - readings[signal].used.base
            resource = RESOURCES[signal]
            spare[resource] = min(left, spare.get(resource, left))
        if any(spare.get(one, 0) < 0 for one in _OF_THE_DISK):
            return Margins(_NEVER, _NEVER, basis)
        name = node["metadata"]["name"]
        memory = self._loads.memory(name).base + spare.get("memory", 0)
        return Margins(memory, self._loads.processes(name) + spare.get("pids", Fraction(0)), basis)


_NEVER = Fraction(-1)
_OF_THE_DISK = ("ephemeral-storage", "inodes")


def _levels(running: Configuration, readings: Mapping[str, Reading]) -> Iterator[tuple[str, int]]:
    """How much has to be left by each signal so that nothing happens."""
    yield from ((signal, 0) for signal in readings)
    yield from (
        (one.signal, one.level(readings[one.signal].capacity)) for one in running.thresholds if one.signal in readings
    )
    if signals.IMAGEFS in readings:
        high = running.number("imageGCHighThresholdPercent")
        yield signals.IMAGEFS, image_gc.least(readings[signals.IMAGEFS].capacity, high)
