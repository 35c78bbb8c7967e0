"""Curves: what they say they are, at any instant, exactly."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body
from simulator.engine.workloads import curves

LEAK: Body = {"type": "Leak", "fromSeconds": 30, "leak": {"perSecond": "1Mi"}}
RAMP: Body = {"type": "Ramp", "fromSeconds": 10, "ramp": {"by": "3", "durationSeconds": 60}}
SINE: Body = {"type": "Sine", "sine": {"amplitude": "1", "periodSeconds": 60}}
STEP: Body = {"type": "Step", "fromSeconds": 5, "step": {"by": "500m", "durationSeconds": 10}}
GOOD: Body = {"type": "Step", "fromSeconds": 5, "step": {"by": "500m"}}


@pytest.mark.parametrize(
    ("name", "curve", "seconds", "added"),
    [
        ("a leak has not begun", LEAK, 30, 0),
        ("a leak", LEAK, 31.5, 3 << 19),
        ("a ramp has not begun", RAMP, 9, 0),
        ("a ramp, a third of its way", RAMP, 30, 1),
        ("a ramp, all of its way", RAMP, 70, 3),
        ("a ramp stays", RAMP, 7000, 3),
        ("a sine begins at nothing", SINE, 0, 0),
        ("a sine, a quarter of its way", SINE, 15, Fraction(144, 289)),
        ("a sine, a third of its way", SINE, 20, Fraction(4096, 5476)),
        ("a sine at its crest", SINE, 30, 1),
        ("a sine at its trough", SINE, 600, 0),
        ("a step has not begun", STEP, 4.999999, 0),
        ("a step begins", STEP, 5, Fraction(1, 2)),
        ("a step is about to end", STEP, 14.999999, Fraction(1, 2)),
        ("a step has ended", STEP, 15, 0),
        ("a step for good", GOOD, 1e9, Fraction(1, 2)),
    ],
)
def test_what_a_curve_adds(name: str, curve: Body, seconds: float, added: Fraction | int) -> None:
    assert curves.value(curve, round(seconds * SECOND)) == added, name


def test_curves_add_up() -> None:
    assert curves.total([LEAK, RAMP, STEP], 31 * SECOND) == (1 << 20) + Fraction(21, 20)
    assert curves.total([], SECOND) == 0


ELAPSED = st.integers(-(10**9), 10**15)
SECONDS = st.integers(1, 10**6)
AMOUNTS = st.integers(1, 10**12).map(lambda figure: f"{figure}n")


@given(amount=AMOUNTS, begin=SECONDS, first=ELAPSED, later=st.integers(0, 10**12))
def test_a_leak_grows_evenly_and_without_end(amount: str, begin: int, first: int, later: int) -> None:
    leak = {"type": "Leak", "fromSeconds": begin, "leak": {"perSecond": amount}}
    grown = curves.value(leak, first + later) - curves.value(leak, first)
    assert grown >= 0
    if first >= begin * SECOND:
        assert grown == Fraction(int(amount[:-1]), 10**9) * Fraction(later, SECOND)


@given(amount=AMOUNTS, period=SECONDS, at=st.integers(0, 10**15))
def test_a_sine_stays_within_its_amplitude_comes_again_and_is_a_sine(amount: str, period: int, at: int) -> None:
    sine = {"type": "Sine", "sine": {"amplitude": amount, "periodSeconds": period}}
    crest = Fraction(int(amount[:-1]), 10**9)
    found = curves.value(sine, at)
    assert 0 <= found <= crest
    assert found == curves.value(sine, at + period * SECOND)
    assert found == curves.value(sine, period * SECOND - at % (period * SECOND)), "it falls as it rose"
    rising = at % (period * SECOND // 2)
    assert curves.value(sine, rising) < curves.value(sine, rising + 1)
    turn = at % (period * SECOND) / (period * SECOND)
    assert abs(float(found / crest) - (1 - math.cos(2 * math.pi * turn)) / 2) < 1 / 300


@given(amount=AMOUNTS, length=SECONDS, first=ELAPSED, later=st.integers(0, 10**12))
def test_a_ramp_never_falls_and_ends_at_its_amount(amount: str, length: int, first: int, later: int) -> None:
    ramp = {"type": "Ramp", "ramp": {"by": amount, "durationSeconds": length}}
    low, high = curves.value(ramp, first), curves.value(ramp, first + later)
    assert 0 <= low <= high <= curves.value(ramp, length * SECOND) == Fraction(int(amount[:-1]), 10**9)


@given(amount=AMOUNTS, begin=SECONDS, length=SECONDS | st.none(), at=ELAPSED)
def test_a_step_is_all_or_nothing(amount: str, begin: int, length: int | None, at: int) -> None:
    step = {"type": "Step", "fromSeconds": begin, "step": {"by": amount, "durationSeconds": length}}
    holds = begin * SECOND <= at and (length is None or at < (begin + length) * SECOND)
    assert curves.value(step, at) == (Fraction(int(amount[:-1]), 10**9) if holds else 0)
