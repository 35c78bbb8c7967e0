"""What the eviction manager of a node sees, for whoever wants to see it: signals, thresholds, the order of its pods.

Nothing is written and nothing is booked: it is the round that would come now, worked out again.
"""

from __future__ import annotations

from typing import NamedTuple

from ... import pods
from ...objects import name_of, spec_of
from ...registry import Body, Instant
from ...workloads.curves import Course
from ...world import World
from .. import configuration
from ..loads import Loads
from ..signals import Reading
from . import observations, ranking, state
from .thresholds import CONDITIONS, Threshold


class Line(NamedTuple):
    """One threshold against its signal now.

    level: the signal at which it is met; until: the one at which it is resolved, with the minimum reclaim. since: when
    it was first seen to be met; acts: from when on the manager acts by it; crosses: when it will be met, as far as that
    is known. used: the signal's course, to draw it.
    """

    threshold: Threshold
    condition: str
    available: int
    capacity: int
    level: int
    until: int
    is_met: bool
    since: Instant | None
    acts: Instant | None
    crosses: Instant | None
    used: Course


class Place(NamedTuple):
    """One pod in the order in which pods go, with each key of that order. goes: whether it is the one that goes now."""

    standing: ranking.Standing
    quality: str
    goes: bool
    is_spared: bool


class Ranking(NamedTuple):
    """The pods of a node in the order in which they go when a resource is short."""

    resource: str
    places: tuple[Place, ...]


class Lab(NamedTuple):
    """conditions: those that the kubelet sees; ends: condition -> when it ends if nothing is met again.

    short: the resource that would be reclaimed now, empty if none. going: the pods that are being evicted.
    """

    node: str
    at: Instant
    lines: tuple[Line, ...]
    conditions: tuple[str, ...]
    ends: dict[str, Instant]
    short: str
    rankings: tuple[Ranking, ...]
    going: tuple[str, ...]


def lab(world: World, loads: Loads, node: Body) -> Lab:
    """A node's pressure now."""
    name, now = name_of(node), world.now
    running, held = configuration.running(world, name), state.of(world, name)
    readings = observations.readings(world, loads, node)
    lines = tuple(
        _line(one, readings[one.signal], held["first"].get(one.key), now)
        for one in running.thresholds
        if one.signal in readings
    )
    active = [one for one in lines if one.is_met and (one.acts or now) <= now]
    active.sort(key=lambda one: one.threshold.resource != "memory")
    short = active[0].threshold.resource if active else ""
    asked = dict.fromkeys(one.threshold.resource for one in lines)
    period = running.period("evictionPressureTransitionPeriod")
    return Lab(
        name,
        now,
        lines,
        tuple(held["conditions"]),
        {kind: seen + period for kind, seen in held["seen"].items()},
        short,
        tuple(Ranking(one, _places(world, loads, name, one, short)) for one in asked),
        tuple(one[0] for one in held["going"]),
    )


def _line(one: Threshold, reading: Reading, since: Instant | None, now: Instant) -> Line:
    available = reading.available(now)
    level, until = one.level(reading.capacity), one.level(reading.capacity, reclaim=True)
    is_met = available < level
    return Line(
        one,
        CONDITIONS[one.signal],
        available,
        reading.capacity,
        level,
        until,
        is_met,
        since,
        None if since is None else since + one.grace,
        None if is_met else reading.falls_below(level, now),
        reading.used,
    )


def _places(world: World, loads: Loads, node: str, resource: str, short: str) -> tuple[Place, ...]:
    found = ranking.ranked(resource, observations.active(world, loads, node), world.now)
    first = next((one for one in found if not one.is_critical), None) if resource == short else None
    return tuple(Place(one, pods.qos(spec_of(one.pod)), one is first, one.is_critical) for one in found)
