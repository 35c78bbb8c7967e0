"""Crossings: the very microsecond at which a course meets a level, held against looking at every one of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.workloads.crossings import above, below, within
from simulator.engine.workloads.curves import Course, Term, added

LEAK = Term("leak", 5 * SECOND, Fraction(10))
RAMP = Term("ramp", 2 * SECOND, Fraction(60), 6 * SECOND)
STEP = Term("step", 3 * SECOND, Fraction(50), 2 * SECOND)
SINE = Term("sine", 0, Fraction(100), 60 * SECOND)


def course(base: int, *terms: Term) -> Course:
    return Course(Fraction(base), terms)


CASES = {
    # name: (course, level, since, seconds or None)
    "over it at once": (course(10), 9, 7.0, 7.0),
    "at it is not over it": (course(10), 10, 0, None),
    "a leak": (course(0, LEAK), 30, 0, 8.000001),
    "a leak that has begun": (course(0, LEAK), 30, 6, 8.000001),
    "a ramp": (course(0, RAMP), 30, 0, 5.000001),
    "a ramp that ends below it": (course(0, RAMP), 60, 0, None),
    "a step": (course(0, STEP), 49, 0, 3),
    "a step that is over": (course(0, STEP), 49, 5, None),
    "a step on a ramp": (course(0, RAMP, STEP), 70, 0, 4.000001),
    "a ramp and a leak after a step": (course(0, RAMP, STEP, LEAK), 200, 0, 19.000001),
    "a sine's crest": (course(1, SINE), 100, 0, 28.1),
    "a sine's next crest": (course(1, SINE), 100, 40, 88.1),
    "a sine that never gets there": (course(0, SINE), 100, 0, None),
    "a sine that a leak lifts": (course(0, SINE, LEAK), 1000, 0, 96.0),
}


@pytest.mark.parametrize(("held", "level", "since", "seconds"), CASES.values(), ids=CASES.keys())
def test_when_a_level_is_passed(held: Course, level: int, since: float, seconds: float | None) -> None:
    found = above(held, level, round(since * SECOND))
    if seconds is None:
        assert found is None
        return
    assert found is not None and abs(found - seconds * SECOND) < (1 if not _waves(held) else 2 * SECOND)
    assert held.at(found) > level
    assert found == since * SECOND or held.at(found - 1) <= level


def _waves(held: Course) -> bool:
    return any(term.kind == "sine" for term in held.terms)


TERM = st.one_of(
    st.builds(Term, st.just("leak"), st.integers(0, 300), st.integers(1, 10**7).map(Fraction)),
    st.builds(Term, st.just("ramp"), st.integers(0, 300), st.integers(1, 90).map(Fraction), st.integers(1, 200)),
    st.builds(Term, st.just("step"), st.integers(0, 300), st.integers(1, 90).map(Fraction), st.integers(1, 200)),
    st.builds(
        Term,
        st.just("sine"),
        st.integers(0, 300),
        st.integers(1, 90).map(Fraction),
        st.integers(1, 99).map(lambda n: 2 * n),
    ),
)
QUESTIONS = {
    "above": (above, lambda figure, level: figure > level),
    "below": (below, lambda figure, level: figure < level),
    "within": (within, lambda figure, level: figure <= level),
}


@pytest.mark.parametrize("name", QUESTIONS)
@settings(max_examples=60, deadline=None)
@given(
    base=st.integers(-50, 50), terms=st.lists(TERM, max_size=4), level=st.integers(-60, 300), since=st.integers(0, 400)
)
def test_what_is_found_is_the_first_of_all_instants(
    name: str, base: int, terms: list[Term], level: int, since: int
) -> None:
    ask, meets = QUESTIONS[name]
    held = course(base, *terms)
    found = ask(held, level, since)
    looked = 2000
    first = next((at for at in range(since, since + looked) if meets(held.at(at), level)), None)
    if first is not None:
        assert found == first
    else:
        assert found is None or found >= since + looked or not meets(held.at(found), level)


@given(terms=st.lists(TERM, max_size=3), at=st.integers(0, 1000))
def test_a_course_is_the_sum_of_its_terms(terms: list[Term], at: int) -> None:
    assert course(3, *terms).at(at) == 3 + sum(added(term, at) for term in terms)


def test_sines_that_cancel_each_other_out_cost_a_bounded_time() -> None:
    """The level is a hair above a sum that never gets there: what comes back says from when on to ask again."""
    other = Term("sine", 30 * SECOND, Fraction(100), 60 * SECOND)
    third = Term("sine", 7 * SECOND, Fraction(1), 61 * SECOND)
    held = course(0, SINE, other, third)
    found = above(held, 150, 0)
    assert found is None or held.at(found) > 150 or found > 0
