"""CPU time, and quotas that run out: what cpu.stat of a container's cgroup has counted since it started.

Follows CFS bandwidth control of the kernel (kernel/sched/fair.c): in each period of 100 ms a cgroup may use its quota,
on however many cores at once; when it is used up, all its threads wait for the next period. Work that is spread evenly
is throttled only if it asks for more than the quota on average. Work that comes in bursts is throttled whenever a burst
wants more than the quota in one period, however little the container uses on average: that is the learner's puzzle.
A burst is begun with a fresh quota, as a cgroup that had nothing to do has one. throttled_usec adds up the cores that
would have run, as the kernel does. What the courses change is taken as constant for 15 s (a sample), for twice as long
after each 4,096 such slots. That others may hold the cores is left out of account here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from ..clock import SECOND
from ..registry import Instant
from .cpu import PERIOD
from .curves import NOTHING, slots
from .demand import Demand


class Stat(NamedTuple):
    """cpu.stat of a container: microseconds of CPU, periods, those that were throttled, microseconds of throttling."""

    usage: int
    periods: int
    throttled: int
    throttled_time: int


class Window(NamedTuple):
    """One period of a quota: when it begins, the CPU used in it and how long all threads waited, in microseconds."""

    begin: Instant
    used: int
    waited: int


class Burst(NamedTuple):
    """Microseconds that a burst of work takes: without a quota, and with it, which is what users feel as latency."""

    alone: int
    held_up: int


class _Pace(NamedTuple):
    """What a second counts: CPU, periods and throttled ones; the time of throttling. All exact."""

    usage: Fraction
    periods: Fraction = NOTHING
    throttled: Fraction = NOTHING
    throttled_time: Fraction = NOTHING


def stat(asked: Demand, quota: int | None, started: Instant, at: Instant) -> Stat:
    """What has been counted from the start of a container to an instant. quota: microseconds in each period."""
    counted = [NOTHING] * len(_Pace._fields)
    rest = asked if asked.answering is None else asked._replace(cpu=asked.answering.rest)
    for begin, end in slots(rest.cpu, started, at):
        seconds = Fraction(end - begin, SECOND)
        for position, figure in enumerate(_pace(rest, rest.cores(begin), quota)):
            counted[position] += figure * seconds
    if asked.answering is not None:
        counted[0] += asked.answering.used(at)
        if quota is not None:
            counted[2] += asked.answering.overloaded(at) * SECOND / PERIOD
            counted[3] += asked.answering.waited(at)
            counted[1] = max(counted[1], counted[2])
    return Stat(*(int(figure) for figure in counted))


def _pace(asked: Demand, cores: Fraction, quota: int | None) -> _Pace:
    if not cores or quota is None:
        return _Pace(cores * SECOND)
    allowed = Fraction(quota, PERIOD)
    each = Fraction(SECOND, PERIOD)
    if cores > allowed:
        return _Pace(allowed * SECOND, each, each, (cores - allowed) * SECOND)
    if not asked.every:
        return _Pace(cores * SECOND, each)
    bursts = Fraction(SECOND, asked.every)
    work, at_once = cores * asked.every, asked.threads * PERIOD
    windows = -int(-work // min(quota, at_once))
    waits = windows - 1 if at_once > quota else 0
    return _Pace(cores * SECOND, windows * bursts, waits * bursts, waits * (at_once - quota) * bursts)


def share(asked: Demand, at: Instant, quota: int | None) -> Fraction:
    """Which part of its periods is throttled at an instant, of those in which it has anything to do."""
    rest = asked if asked.answering is None else asked._replace(cpu=asked.answering.rest)
    pace = _pace(rest, rest.cores(at), quota)
    found = pace.throttled / pace.periods if pace.periods else NOTHING
    if asked.answering is None or quota is None:
        return found
    return max(found, min(Fraction(1), asked.answering.overloaded(at) - asked.answering.overloaded(at - SECOND)))


def burst(asked: Demand, at: Instant, quota: int) -> Burst | None:
    """How long the burst of an instant takes; None where work is even, or where one burst runs into the next."""
    cores = asked.cores(at)
    work = cores * asked.every
    if work <= 0 or cores * PERIOD > quota:
        return None
    waits = 0 if asked.threads * PERIOD <= quota else -int(-work // quota) - 1
    return Burst(int(work / asked.threads), int(waits * PERIOD + (work - waits * quota) / asked.threads))


def windows(asked: Demand, quota: int, started: Instant, at: Instant, count: int) -> list[Window]:
    """The last periods of a quota up to an instant, counted from the container's start."""
    last = (at - started) // PERIOD
    return [_window(asked, quota, started, number) for number in range(max(0, last - count + 1), last + 1)]


def _window(asked: Demand, quota: int, started: Instant, number: int) -> Window:
    begin = started + number * PERIOD
    into = number * PERIOD % asked.every if asked.every else 0
    cores = asked.cores(begin - into)
    if not asked.every or cores * PERIOD > quota:
        used = min(round(cores * PERIOD), quota)
        threads = max(asked.threads, -int(-cores // 1))
        return Window(begin, used, PERIOD - used // threads if cores * PERIOD > quota else 0)
    left = cores * asked.every - into // PERIOD * min(quota, asked.threads * PERIOD)
    used = max(0, round(min(left, Fraction(min(quota, asked.threads * PERIOD)))))
    waited = PERIOD - used // asked.threads if left > quota and asked.threads * PERIOD > quota else 0
    return Window(begin, used, waited)
