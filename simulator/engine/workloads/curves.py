"""Curves over time, as Behaviors, Metrics and Traffic have them, evaluated exactly: figures are fractions.

`elapsed` is in microseconds since the time of the curves began. Every curve is 0 before its own `fromSeconds`. A leak,
a ramp and a step are made of straight pieces, so that the instant at which they meet a level has a closed form. A sine
is Bhaskara's rational one, squared: it is exact at troughs and crests, rises and falls as the true one does, and is off
by no more than a quarter of a percent of its amplitude. When a sum of them goes over a level is `crossings.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from .. import quantity
from ..clock import SECOND
from ..registry import Body, Instant

NOTHING = Fraction(0)
_SLOT, _SLOTS, _CUTS, _MINUTE = 15 * SECOND, 4096, 16, 60 * SECOND


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

    def filled(self, begin: Instant) -> Course:
        """What comes together from an instant on: a constant amount leaks, what changes is cut into steps.

        A ramp is cut into 16, a sine counts with half its amplitude, which is its mean; what grows each second is cut
        into minutes, and goes on as in the last of 64.
        """
        terms = [Term("leak", begin, self.base)] if self.base else []
        for term in self.terms:
            terms += [Term("leak", max(at, begin), amount) for at, amount in _cuts(term, begin)]
        return Course(NOTHING, tuple(terms))


def scaled(course: Course, factor: Fraction) -> Course:
    """A course so many times over."""
    if not factor:
        return Course(NOTHING)
    terms = tuple(term._replace(amount=term.amount * factor) for term in course.terms)
    return Course(course.base * factor, terms)


def slots(course: Course, begin: Instant, end: Instant) -> Iterator[tuple[Instant, Instant]]:
    """The spans in which a course is taken as constant: 15 s (a sample), twice as long after each 4,096 of them."""
    if not course.terms:
        yield begin, max(end, begin)
        return
    length, number = _SLOT, 0
    while begin < end:
        yield begin, min(begin + length, end)
        begin, number = begin + length, number + 1
        if number % _SLOTS == 0:
            length *= 2


def _cuts(term: Term, since: Instant) -> Iterator[tuple[Instant, Fraction]]:
    """The instants from which on a curve adds so much more each second."""
    begin, length = term.begin, term.length
    if term.kind == "sine":
        yield begin, term.amount / 2
    elif term.kind == "step":
        yield begin, term.amount
        if length is not None:
            yield begin + length, -term.amount
    elif term.kind == "ramp":
        for number in range(_CUTS):
            yield begin + (length or 0) * (2 * number + 1) // (2 * _CUTS), term.amount / _CUTS
    else:
        passed = max(0, (since - begin) // _MINUTE)
        yield begin, term.amount * 60 * passed
        for number in range(passed, passed + 64):
            yield begin + number * _MINUTE + _MINUTE // 2, term.amount * 60


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
