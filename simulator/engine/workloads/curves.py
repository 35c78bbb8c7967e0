"""Curves over time, as Behaviors, Metrics and Traffic have them, evaluated exactly: figures are fractions.

`elapsed` is in microseconds since the time of the curves began. Every curve is 0 before its own `fromSeconds`. A leak,
a ramp and a step are made of straight pieces, so that the instant at which they meet a level has a closed form. A sine
is Bhaskara's rational one, squared: it is exact at troughs and crests, rises and falls as the true one does, and is off
by no more than a quarter of a percent of its amplitude. When a sum of them goes over a level is `crossings.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple

from .. import quantity
from ..clock import SECOND
from ..registry import Body, Instant

NOTHING = Fraction(0)


class Term(NamedTuple):
    """One curve on a clock: from `begin` on, by `amount` (a leak: each second), within `length` (None: for good).

    Times are microseconds. The length of a sine is its period.
    """

    kind: str
    begin: Instant
    amount: Fraction
    length: int | None = None


class Course(NamedTuple):
    """An amount at rest, and what curves add to it."""

    base: Fraction
    terms: tuple[Term, ...] = ()

    def at(self, instant: Instant) -> Fraction:
        if not self.terms:
            return self.base
        return self.base + sum((added(term, instant) for term in self.terms), NOTHING)


def total(curves: Iterable[Body], elapsed: int) -> Fraction:
    """What curves add to an amount, all together."""
    return sum((value(curve, elapsed) for curve in curves), NOTHING)


def value(curve: Body, elapsed: int) -> Fraction:
    """What one curve adds."""
    return added(term(curve), elapsed)


def course(base: Fraction, curves: Iterable[Body], started: Instant) -> Course:
    """An amount at rest with curves whose time began at `started`."""
    return Course(base, tuple(term(curve, started) for curve in curves))


def together(courses: Iterable[Course]) -> Course:
    """The sum of courses."""
    base, terms = NOTHING, list[Term]()
    for one in courses:
        if one.base:
            base = base + one.base if base else one.base
        terms += one.terms
    return Course(base, tuple(terms))


def term(curve: Body, started: Instant = 0) -> Term:
    kind = curve["type"].lower()
    held = curve[kind]
    length = held.get("periodSeconds") or held.get("durationSeconds")
    return Term(
        kind,
        started + int(curve.get("fromSeconds") or 0) * SECOND,
        quantity.parse(held[_AMOUNT[kind]])[0],
        None if length is None else length * SECOND,
    )


def added(term: Term, instant: Instant) -> Fraction:
    """What one curve adds at an instant of its clock."""
    since = instant - term.begin
    return _VALUES[term.kind](term.amount, term.length, since) if since >= 0 else NOTHING


def _leak(amount: Fraction, length: int | None, since: int) -> Fraction:
    return amount * since / SECOND


def _ramp(amount: Fraction, length: int | None, since: int) -> Fraction:
    return amount if not length or since >= length else amount * since / length


def _sine(amount: Fraction, length: int | None, since: int) -> Fraction:
    """The square of the sine of half the angle, which is what swings between 0 and 1."""
    assert length
    turn = Fraction(since % length, length)
    bow = 4 * turn * (1 - turn)
    return amount * (4 * bow / (5 - bow)) ** 2


def _step(amount: Fraction, length: int | None, since: int) -> Fraction:
    return amount if length is None or since < length else NOTHING


_AMOUNT = {"leak": "perSecond", "ramp": "by", "sine": "amplitude", "step": "by"}
_VALUES: dict[str, Callable[[Fraction, int | None, int], Fraction]] = {
    "leak": _leak,
    "ramp": _ramp,
    "sine": _sine,
    "step": _step,
}
