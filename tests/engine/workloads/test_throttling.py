"""Quotas: what is counted, the puzzle of throttling at low average use, and windows that say the same as the counts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.workloads import throttling
from simulator.engine.workloads.cpu import PERIOD
from simulator.engine.workloads.curves import NOTHING, Course, Term
from simulator.engine.workloads.demand import Demand


def asked(cores: str | int, threads: int = 1, every: int = 0, *terms: Term) -> Demand:
    """every: milliseconds."""
    zero = Course(NOTHING)
    return Demand(Course(Fraction(cores), terms), zero, zero, threads, every * MILLISECOND, True)


CASES: dict[str, tuple[Demand, int | None, tuple[int, ...]]] = {
    # name: (demand, quota in microseconds, (usage, periods, throttled, throttled time) after 10 s)
    "no limit, nothing is counted but use": (asked(2), None, (20_000_000, 0, 0, 0)),
    "even work below the quota": (asked("1/2"), 100_000, (5_000_000, 100, 0, 0)),
    "even work at the quota": (asked(1), 100_000, (10_000_000, 100, 0, 0)),
    "two cores asked, one allowed": (asked(2, 2), 100_000, (10_000_000, 100, 100, 10_000_000)),
    "idle": (asked(0), 100_000, (0, 0, 0, 0)),
    # the puzzle: a tenth of a core on average, a limit of half a core, and every burst is throttled
    "eight threads do 100 ms of work each second": (asked("1/10", 8, 1000), 50_000, (1_000_000, 20, 10, 7_500_000)),
    "one thread does the same": (asked("1/10", 1, 1000), 50_000, (1_000_000, 20, 10, 500_000)),
    "one thread with a whole core": (asked("1/10", 1, 1000), 100_000, (1_000_000, 10, 0, 0)),
    "eight threads whose burst fits": (asked("1/20", 8, 1000), 50_000, (500_000, 10, 0, 0)),
    "bursts that are too much on average": (asked(1, 8, 1000), 50_000, (5_000_000, 100, 100, 5_000_000)),
}


@pytest.mark.parametrize(("demand", "quota", "counted"), CASES.values(), ids=CASES.keys())
def test_what_is_counted(demand: Demand, quota: int | None, counted: tuple[int, ...]) -> None:
    assert throttling.stat(demand, quota, 0, 10 * SECOND) == counted


@pytest.mark.parametrize(("demand", "quota", "counted"), CASES.values(), ids=CASES.keys())
def test_the_share_at_an_instant_is_that_of_what_is_counted(
    demand: Demand, quota: int | None, counted: tuple[int, ...]
) -> None:
    _usage, periods, throttled, _time = counted
    assert throttling.share(demand, 5 * SECOND, quota) == (Fraction(throttled, periods) if periods else 0)


def test_a_burst_that_is_throttled_answers_late() -> None:
    assert throttling.burst(asked("1/10", 8, 1000), 0, 50_000) == (12_500, 106_250)
    assert throttling.burst(asked("1/10", 8, 1000), 0, 30_000) == (12_500, 301_250)
    assert throttling.burst(asked("1/10", 8, 1000), 0, 100_000) == (12_500, 12_500)
    assert throttling.burst(asked("1/10", 1, 1000), 0, 100_000) == (100_000, 100_000)
    assert throttling.burst(asked(2, 2), 0, 200_000) is None, "even work"
    assert throttling.burst(asked(1, 8, 1000), 0, 50_000) is None, "it never ends"


def test_the_windows_of_a_burst() -> None:
    found = throttling.windows(asked("1/10", 8, 1000), 50_000, 0, 2 * SECOND - 1, 10)
    assert [one.begin for one in found] == [SECOND + number * PERIOD for number in range(10)]
    assert [(one.used, one.waited) for one in found] == [(50_000, 93_750), (50_000, 0)] + [(0, 0)] * 8


DEMANDS = st.builds(
    lambda tenths, threads, every: asked(f"{tenths}/20", threads, every * 100),
    st.integers(0, 40),
    st.integers(1, 8),
    st.integers(0, 20),
)


@settings(deadline=None)
@given(demand=DEMANDS, quota=st.integers(1, 40).map(lambda n: n * 10_000), bursts=st.integers(1, 5))
def test_windows_and_counts_say_the_same(demand: Demand, quota: int, bursts: int) -> None:
    until = bursts * (demand.every or SECOND)
    windows = throttling.windows(demand, quota, 0, until - 1, until // PERIOD)
    counted = throttling.stat(demand, quota, 0, until)
    assert sum(one.used for one in windows) == counted.usage
    assert sum(one.waited > 0 for one in windows) == counted.throttled
    assert all(one.used <= quota and 0 <= one.waited <= PERIOD for one in windows)


@settings(deadline=None)
@given(
    cores=st.integers(0, 30),
    amplitude=st.integers(1, 30),
    period=st.integers(1, 400),
    quota=st.integers(1, 30).map(lambda n: n * 10_000),
    instants=st.lists(st.integers(0, 200_000), min_size=2, max_size=5),
)
def test_counts_never_fall_and_never_pass_the_quota(
    cores: int, amplitude: int, period: int, quota: int, instants: list[int]
) -> None:
    wave = Term("sine", 0, Fraction(amplitude, 10), period * SECOND)
    demand = asked(f"{cores}/10", 1, 0, wave)
    last: Any = (0, 0, 0, 0)
    for at in sorted(instants):
        found = throttling.stat(demand, quota, 0, at * MILLISECOND)
        assert all(new >= old for new, old in zip(found, last, strict=True))
        assert found.throttled <= found.periods <= at // 100 + 1
        assert found.usage <= quota * at / 100 + 1
        last = found
