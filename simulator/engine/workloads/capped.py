"""A course that cannot grow beyond a size, as what lies on a file system that is full."""

from __future__ import annotations

from fractions import Fraction

from ..registry import Instant
from .crossings import above
from .curves import Course, Term, added


def capped(course: Course, most: int) -> Course:
    """The course up to the instant at which it would be more than `most`, and `most` from then on.

    Once full it stays full. What swings (a sine) counts for nothing until then.
    """
    course = course._replace(base=min(course.base, Fraction(most)))
    full = above(course, most, min((term.begin for term in course.terms), default=0))
    if full is None:
        return course
    kept = Course(course.base, tuple(one for term in course.terms for one in _until(term, full)))
    return kept._replace(terms=(*kept.terms, Term("step", full, most - kept.at(full))))


def _until(term: Term, full: Instant) -> tuple[Term, ...]:
    """A curve that stays from an instant on as it is there."""
    if term.begin >= full or term.kind == "sine":
        return ()
    if term.kind == "leak":
        return term, term._replace(begin=full, amount=-term.amount)
    if term.length is None or term.begin + term.length <= full:
        return (term,)
    if term.kind == "step":
        return (term._replace(length=None),)
    rest = term.amount - added(term, full)
    return term, Term("ramp", full, -rest, term.begin + term.length - full)
