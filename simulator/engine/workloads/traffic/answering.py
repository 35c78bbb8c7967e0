"""What answering requests has taken of a container's CPU, and of its quota, since it started: counted, not guessed."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from ...clock import SECOND
from ...registry import Instant
from ..curves import Course
from .flows import Flow
from .serving import EXCESS, MICRO, OVERLOAD, REQUESTS


class Answering(NamedTuple):
    """rest: the CPU that the container takes besides; each: the seconds of CPU that one request takes."""

    rest: Course
    each: Fraction
    flows: tuple[Flow, ...]

    def used(self, at: Instant) -> Fraction:
        """Microseconds of CPU for all requests up to an instant."""
        return self.each * self._counted(REQUESTS, at) * SECOND / MICRO

    def waited(self, at: Instant) -> Fraction:
        """Microseconds of CPU that requests wanted beyond the capacity."""
        return self.each * self._counted(EXCESS, at) * SECOND / MICRO

    def overloaded(self, at: Instant) -> Fraction:
        """Seconds in which more requests came than could be answered."""
        return Fraction(max((one.counts(at)[OVERLOAD] for one in self.flows), default=0), MICRO)

    def _counted(self, figure: int, at: Instant) -> int:
        return sum(one.counts(at)[figure] for one in self.flows)
