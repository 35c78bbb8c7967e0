"""How many of the requests that come are answered, and how long that takes.

Backends share the processor among the requests that they answer. Below their capacity all requests are answered; an
answer takes base / (1 - rho) on one core, and less the more cores there are (Sakasegawa's approximation with a whole
exponent), at most the client's timeout. What goes over the capacity is not answered: its clients give up after their
timeout. Clients that wait for each answer and then pause are no more than they are: they ask as fast as the pause and
the answer let them (the asymptotic bounds of operational analysis), and nothing of theirs fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, isqrt
from typing import NamedTuple

from ..curves import NOTHING

BOUNDS = tuple(Fraction(one) for one in ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10"))
"""The upper bounds of the buckets that Prometheus' client libraries have for durations, in seconds."""
_FINE = 1_000_000_000
_QUICKEST = Fraction(1, 1000)
MICRO = 1_000_000


class Service(NamedTuple):
    """How requests of one Traffic are answered. Times are seconds.

    capacity: requests per second, None without bound; servers: the cores of one backend, 1 at least; errors: how many
    of a hundred answers are 500. clients, pause: of those that wait for each answer; pause is None for the others.
    """

    work: Fraction
    latency: Fraction
    capacity: Fraction | None
    servers: int
    timeout: Fraction
    errors: int = 0
    clients: int = 1
    pause: Fraction | None = None

    @property
    def base(self) -> Fraction:
        return self.work + self.latency

    def unhindered(self) -> Fraction:
        """The rate of clients that wait, as long as the CPU is free."""
        assert self.pause is not None
        return self.clients / max(self.pause + self.base, _QUICKEST)

    def served(self, rate: Fraction) -> Fraction:
        """How many of so many requests a second are answered."""
        return rate if self.capacity is None else min(rate, self.capacity)

    def failed(self, rate: Fraction) -> Fraction:
        """How many a second are not answered at all."""
        if self.pause is not None and self.served(rate):
            return NOTHING
        return rate - self.served(rate)

    def failing(self, rate: Fraction) -> Fraction:
        """How many a second are answered with 500 or not at all."""
        return self.failed(rate) + self.served(rate) * self.errors / 100

    def seconds(self, rate: Fraction) -> Fraction:
        """How long an answer takes, on average."""
        served = self.served(rate)
        if self.capacity is None or not served:
            return min(self.base, self.timeout)
        if self.pause is not None:
            return self.base if served == rate else max(self.base, self.clients / served - self.pause)
        busy = rate / self.capacity
        if busy >= 1:
            return self.timeout
        waiting = self.work * busy ** (isqrt(2 * (self.servers + 1)) - 1) / (self.servers * (1 - busy))
        return min(self.base + waiting, self.timeout)

    def pace(self, rate: Fraction) -> list[Fraction]:
        """What a second counts, in the order of `Counts`."""
        served, mean = self.served(rate), self.seconds(rate)
        over = self.capacity is not None and rate > self.capacity
        within = [served * _share(bound, mean) for bound in BOUNDS]
        excess = rate - served
        return [served, served * self.errors / 100, served * mean, excess, Fraction(int(over)), *within]


REQUESTS, ERRORS, SECONDS, EXCESS, OVERLOAD, BUCKETS = range(6)
Counts = tuple[int, ...]
"""Millionths of: requests that were answered, those with 500, seconds that took, requests beyond the capacity, seconds
beyond it, and then of the requests that were answered within each of BOUNDS."""
NO_COUNTS: Counts = (0,) * (BUCKETS + len(BOUNDS))


def plus(one: Sequence[int], other: Sequence[int], times: int = 1) -> Counts:
    return tuple(figure + times * more for figure, more in zip(one, other, strict=True))


def minus(one: Sequence[int], other: Sequence[int]) -> Counts:
    return plus(one, other, -1)


def _share(bound: Fraction, mean: Fraction) -> Fraction:
    """How many of the answers come within a time, if durations are distributed exponentially."""
    return Fraction(1) if mean <= 0 else Fraction(round((1 - exp(-float(bound / mean))) * _FINE), _FINE)
