# ruff: noqa: E501 - the table has a line for each case
"""How many requests are answered, how long that takes, and how many fail."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.workloads.traffic.serving import BOUNDS, BUCKETS, EXCESS, OVERLOAD, REQUESTS, SECONDS, Service


def service(**fields: Any) -> Service:
    """20 ms of CPU and 30 ms besides; one core, which is enough for 50 requests a second."""
    known = {"work": "0.02", "latency": "0.03", "capacity": 50, "timeout": 10, "servers": 1}
    exact = {key: None if one is None else Fraction(one) for key, one in {**known, **fields}.items()}
    return Service(**{**exact, "servers": int(exact["servers"] or 1)})  # type: ignore[arg-type]


CASES: dict[str, tuple[Service, str, tuple[str, str, str]]] = {
    # name: (how it is answered, requests per second, (answered, failed, seconds of an answer))
    "hardly any": (service(), "0", ("0", "0", "0.05")),
    "half of what is possible": (service(), "25", ("25", "0", "0.07")),
    "nine tenths": (service(), "45", ("45", "0", "0.23")),
    "all that is possible": (service(), "50", ("50", "0", "10")),
    "twice that": (service(), "100", ("50", "50", "10")),
    "nearly all, with a client that waits for a second": (service(timeout=1), "49.9", ("49.9", "0", "1")),
    "four cores at a half": (service(servers=4, capacity=200), "100", ("100", "0", "0.0525")),
    "no CPU is needed": (service(work=0, capacity=None), "1000", ("1000", "0", "0.03")),
    "nobody is there": (service(work=0, latency=0, capacity=0), "10", ("0", "10", "0")),
    "a client that waits": (service(pause="0.05"), "10", ("10", "0", "0.05")),
    "ten that would like more than is possible": (service(pause="0.05", clients=10), "100", ("50", "0", "0.15")),
    "ten that wait, and nobody is there": (service(pause="0.05", clients=10, work=0, latency=0, capacity=0), "200", ("0", "200", "0")),
}  # fmt: skip


@pytest.mark.parametrize(("held", "rate", "expected"), CASES.values(), ids=CASES.keys())
def test_what_comes_of_requests(held: Service, rate: str, expected: tuple[str, str, str]) -> None:
    asked = Fraction(rate)
    assert (held.served(asked), held.failed(asked), held.seconds(asked)) == tuple(map(Fraction, expected))


def test_clients_that_wait_ask_as_fast_as_the_answers_let_them() -> None:
    assert service(pause="0.05").unhindered() == 10
    assert service(pause="0.05", clients=10).unhindered() == 100
    assert service(pause=0, work=0, latency=0).unhindered() == 1000


RATES = st.fractions(0, 1000, max_denominator=100)
SERVICES = st.builds(
    service,
    work=st.sampled_from(["0", "0.001", "0.5"]),
    latency=st.sampled_from(["0", "0.2"]),
    capacity=st.one_of(st.none(), st.fractions(0, 500, max_denominator=10)),
    servers=st.integers(1, 64),
    timeout=st.integers(1, 30),
    errors=st.integers(0, 100),
)


@given(SERVICES, RATES, RATES)
def test_no_request_is_lost_and_more_of_them_take_longer(held: Service, one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert held.served(high) + held.failed(high) == high
    assert 0 <= held.failing(high) <= high
    if held.served(low):
        assert held.seconds(low) <= held.seconds(high) <= max(held.timeout, held.base)


@given(SERVICES, RATES)
def test_what_a_second_counts(held: Service, rate: Fraction) -> None:
    pace = held.pace(rate)
    assert pace[REQUESTS] + pace[EXCESS] == rate
    assert pace[SECONDS] == pace[REQUESTS] * held.seconds(rate)
    assert pace[OVERLOAD] == (held.capacity is not None and rate > held.capacity)
    within = pace[BUCKETS:]
    assert within == sorted(within) and len(within) == len(BOUNDS) and within[-1] <= pace[REQUESTS]
