"""What is left of a node's memory and of its disk, over time: from a while ago until a while ahead.

Nothing was recorded: it is what those who run now have used since they began and will use if nothing happens to them.
What has ended before has left no trace, but for what it wrote to the disk.
"""

from __future__ import annotations

from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.kubelet import disk_fill, image_cache, signals
from simulator.engine.kubelet.eviction.lab import Lab, Line
from simulator.engine.kubelet.loads import Load, Loads
from simulator.engine.kubelet.signals import Reading
from simulator.engine.kubelet.turn import COMPONENT
from simulator.engine.objects import micro_timestamp
from simulator.engine.registry import Body, Instant
from simulator.engine.workloads.curves import NOTHING, Course, Term
from simulator.engine.world import World

SIGNALS = (signals.MEMORY, signals.NODEFS)
REACH = 300 * SECOND
_EVERY = 10 * SECOND
_MOST = 20
"""How many crossings of one threshold are told."""


def of(world: World, loads: Loads, node: Body, seen: Lab) -> list[dict[str, Any]]:
    """One line for each of the two signals, with its points and the instants at which it crosses a threshold."""
    name = node["metadata"]["name"]
    since, until = max(0, seen.at - REACH), seen.at + REACH
    held = [_since_start(load, world.note(COMPONENT, text)["boxes"]) for text, load in loads.on(name).items()]
    there = sum(image_cache.cached(world, name).values())
    told = []
    for signal in SIGNALS:
        files = disk_fill.courses(world, name) if signal == signals.NODEFS else ()
        reading = signals.reading(node, held, there, signal, besides=files)
        thresholds = [one for one in seen.lines if one.threshold.signal == signal]
        crossings = [one for line in thresholds for one in _crossings(reading, line, since, until)]
        told.append(
            {
                "signal": signal,
                "capacity": reading.capacity,
                "since": micro_timestamp(since),
                "until": micro_timestamp(until),
                "everyMicroseconds": _EVERY,
                "available": [reading.available(at) for at in _instants(seen.at, since, until)],
                "crossings": sorted(crossings, key=lambda one: str(one["at"])),
            }
        )
    return told


def _instants(now: Instant, since: Instant, until: Instant) -> range:
    return range(now - (now - since) // _EVERY * _EVERY, until + 1, _EVERY)


def _since_start(load: Load, boxes: dict[str, Any]) -> Load:
    """A pod's load of which a container has no part before it started."""
    running = {}
    for name, demand in load.running.items():
        begin = boxes[name]["at"]
        running[name] = demand._replace(memory=_from(demand.memory, begin), disk=_from(demand.disk, begin))
    return load._replace(running=running)


def _from(course: Course, begin: Instant) -> Course:
    return Course(NOTHING, (Term("step", begin, course.base), *course.terms)) if course.base else course


def _crossings(reading: Reading, line: Line, since: Instant, until: Instant) -> list[dict[str, Any]]:
    """The instants within a span at which a threshold comes to be met, or not to be met any more."""
    found: list[dict[str, Any]] = []
    at, is_met = since, reading.available(since) < line.level
    for _look in range(2 * _MOST):
        ahead = reading.recovers(line.level, at) if is_met else reading.falls_below(line.level, at)
        if ahead is None or ahead > until or len(found) == _MOST:
            break
        if (reading.available(ahead) < line.level) == is_met:
            at = ahead + 1
            continue
        at, is_met = ahead, not is_met
        found.append(
            {
                "at": micro_timestamp(at),
                "kind": "hard" if line.threshold.is_hard else "soft",
                "level": line.level,
                "met": is_met,
            }
        )
    return found
