"""When probes begin that all take equally long. Follows `run` in pkg/kubelet/prober/worker.go, v1.34.

A ticker fires every period; one tick is kept for a worker that is still busy, more are lost.
"""

from __future__ import annotations

from typing import NamedTuple

from ...registry import Instant


class Stride(NamedTuple):
    """The probes from one that begins at `start` on. tick: any instant at which the ticker fires."""

    start: Instant
    tick: Instant
    period: int
    took: int

    def at(self, number: int) -> Instant:
        """When the probe of a number begins; the first is 0."""
        if self.took > self.period:
            return self.start + number * self.took
        late = max(0, self._late - number * (self.period - self.took))
        return self.start - self._late + number * self.period + late

    def first(self, instant: Instant) -> int:
        """The number of the first probe that does not begin before an instant."""
        wait = instant - self.start
        if wait <= 0:
            return 0
        if self.took > self.period:
            return -(-wait // self.took)
        on_time = -(-(wait + self._late) // self.period)
        return min(on_time, -(-wait // self.took)) if self.took and self._late else on_time

    @property
    def _late(self) -> int:
        """How long after its tick the first one begins."""
        return (self.start - self.tick) % self.period


def next_tick(instant: Instant, tick: Instant, period: int) -> Instant:
    """The first tick after an instant."""
    return instant + period - (instant - tick) % period


def tick_from(instant: Instant, tick: Instant, period: int) -> Instant:
    """The first tick that does not come before an instant."""
    return instant + (tick - instant) % period
