"""When a course goes over a level, or under it: solved for to the microsecond, never by stepping through time.

Between two instants at which a leak, a ramp or a step begins or ends, a course without sines is a straight line. With
sines it is looked at in halves of their periods, each halved again as long as it may hold the crossing, so that what is
found is the first microsecond that a simulation in microseconds would find.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from operator import ge, gt

from ..clock import SECOND
from ..registry import Instant
from .curves import NOTHING, Course, Term, added

_LOOKS = 4096
"""How many pieces of a course with sines one question looks at."""
Met = Callable[[Fraction, Fraction], bool]


def above(course: Course, level: Fraction | int, since: Instant) -> Instant | None:
    """The first instant from `since` on at which the course is more than the level; None if it never will be.

    A course of several sines may hide it for ages: then the instant up to which it certainly is not, at which whoever
    asked has to ask again. So whoever books the answer must look at the figure when it comes.
    """
    return _first(course, Fraction(level), since, gt)


def below(course: Course, level: Fraction | int, since: Instant) -> Instant | None:
    """The first instant from `since` on at which the course is less than the level, as `above` finds it."""
    return _first(_turned(course), -Fraction(level), since, gt)


def within(course: Course, level: Fraction | int, since: Instant) -> Instant | None:
    """The first instant from `since` on at which the course is not more than the level, as `above` finds it."""
    return _first(_turned(course), -Fraction(level), since, ge)


def _turned(course: Course) -> Course:
    return Course(-course.base, tuple(term._replace(amount=-term.amount) for term in course.terms))


def _first(course: Course, level: Fraction, since: Instant, met: Met) -> Instant | None:
    if met(course.at(since), level):
        return since
    if not course.terms:
        return None
    sines = [term for term in course.terms if term.kind == "sine"]
    straight = Course(course.base, tuple(term for term in course.terms if term.kind != "sine"))
    if not sines:
        return _on_lines(straight, level, since, met)
    crests = sum((max(term.amount, NOTHING) for term in sines), NOTHING)
    earliest = _on_lines(straight._replace(base=straight.base + crests), level, since, met)
    return None if earliest is None else _on_waves(course, sines, level, earliest, met)


def _on_lines(course: Course, level: Fraction, since: Instant, met: Met) -> Instant | None:
    breaks = sorted({one for term in course.terms for one in _breaks(term) if one > since})
    for begin, end in zip((since, *breaks), (*breaks, None), strict=True):
        figure = course.at(begin)
        if met(figure, level):
            return begin
        slope = sum((_slope(term, begin) for term in course.terms), NOTHING)
        if slope > 0:
            after = (level - figure) / slope
            reached = begin + (int(after) + 1 if met is gt else -int(-after // 1))
            if end is None or reached < end:
                return reached
    return None


def _breaks(term: Term) -> tuple[Instant, ...]:
    """Where a curve of straight pieces has its corners."""
    if term.kind == "leak" or term.length is None:
        return (term.begin,)
    return term.begin, term.begin + term.length


def _slope(term: Term, instant: Instant) -> Fraction:
    """By how much a curve of straight pieces grows each microsecond from a corner on."""
    if instant < term.begin or term.kind == "step":
        return NOTHING
    if term.kind == "leak":
        return term.amount / SECOND
    return term.amount / term.length if term.length and instant < term.begin + term.length else NOTHING


def _on_waves(course: Course, sines: list[Term], level: Fraction, since: Instant, met: Met) -> Instant | None:
    corners = sorted({one for term in course.terms if term.kind != "sine" for one in _breaks(term) if one > since})
    grows = any(term.kind == "leak" for term in course.terms)
    last = _settled(sines, since, corners)
    begin = since
    looks = _LOOKS
    while looks > 0:
        end = min(_next_turn(term, begin) for term in sines)
        while corners and corners[0] <= begin:
            corners.pop(0)
        end = min([end, *corners[:1]])
        found, looks = _search(course, level, begin, end - 1, looks, met)
        if found is not None:
            return found
        if not grows and begin > last:
            return None
        begin = end
    return begin


def _settled(sines: list[Term], since: Instant, corners: list[Instant]) -> Instant:
    """The instant by which a course that does not leak has shown all that it ever will."""
    shared = 1
    for term in sines:
        assert term.length
        seconds = max(1, term.length // SECOND)
        shared = shared * seconds // _divisor(shared, seconds)
    start = max([since, *corners, *(term.begin for term in sines)])
    return start + shared * SECOND


def _divisor(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one


def _next_turn(term: Term, instant: Instant) -> Instant:
    """The next instant at which a sine turns: every half of its period."""
    assert term.length
    if instant < term.begin:
        return term.begin
    since = (instant - term.begin) % term.length
    half = term.length // 2
    return instant - since + (half if since < half else term.length)


def _search(
    course: Course, level: Fraction, begin: Instant, end: Instant, looks: int, met: Met
) -> tuple[Instant | None, int]:
    """The first instant of a span at which the level is met; within the span every curve only rises or only falls."""
    spans = [(begin, end)]
    while spans:
        low, high = spans.pop()
        looks -= 1
        most = course.base + sum((max(added(term, low), added(term, high)) for term in course.terms), NOTHING)
        if not met(most, level):
            continue
        if looks <= 0:
            return low, 0
        if low == high or met(course.at(low), level):
            return low, looks
        middle = (low + high) // 2
        spans += [(middle + 1, high), (low, middle)]
    return None, looks
