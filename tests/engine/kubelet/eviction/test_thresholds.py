"""Thresholds: how they are written, what is wrong with them, when they are met."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.kubelet.eviction import observations, thresholds
from simulator.engine.kubelet.eviction.observations import Observation
from simulator.engine.kubelet.eviction.thresholds import Amount, Threshold

GI = 1 << 30
Statements = dict[str, str]
PARSED = {
    # name: (hard, soft, grace periods, minimum reclaims, what comes of it as `signal<value/grace+reclaim`)
    "nothing": ({}, {}, {}, {}, []),
    "a quantity, copied for what all pods may have": (
        {"memory.available": "150Mi"},
        {},
        {},
        {"memory.available": "0"},
        ["memory.available<150Mi/0+0", "allocatableMemory.available<150Mi/0+0"],
    ),
    "a share": ({"pid.available": "10%"}, {}, {}, {}, ["pid.available<0.10000000149011612/0"]),
    "0% and 100% count for nothing": ({"memory.available": "0%", "pid.available": "100%"}, {}, {}, {}, []),
    "soft ones are not copied": (
        {},
        {"memory.available": "300Mi"},
        {"memory.available": "30s"},
        {},
        ["memory.available<300Mi/30"],
    ),
    "a soft one without time is a hard one": (
        {},
        {"memory.available": "1Gi"},
        {"memory.available": "0s"},
        {},
        ["memory.available<1Gi/0", "allocatableMemory.available<1Gi/0"],
    ),
    "the containers' file system is the node's": (
        {"nodefs.available": "1Gi", "containerfs.available": "7Gi"},
        {"nodefs.inodesFree": "5%"},
        {"nodefs.inodesFree": "1m"},
        {"nodefs.available": "10%"},
        [
            "nodefs.available<1Gi/0+0.10000000149011612",
            "nodefs.inodesFree<0.05000000074505806/60",
            "containerfs.available<1Gi/0+0.10000000149011612",
            "containerfs.inodesFree<0.05000000074505806/60",
        ],
    ),
    "a grace period or a reclaim of what has no threshold": (
        {"imagefs.available": "15%"},
        {},
        {"memory.available": "1m"},
        {"pid.available": "5"},
        ["imagefs.available<0.15000000596046448/0"],
    ),
}
WRONG = {
    # name: (hard, soft, grace periods, minimum reclaims, the error)
    "a soft one without a grace period": (
        {},
        {"memory.available": "150Mi"},
        {},
        {},
        "grace period must be specified for the soft eviction threshold memory.available",
    ),
    "a signal that there is not": ({"mem.available": "150Mi"}, {}, {}, {}, "unsupported eviction signal mem.available"),
    "a grace period of one": ({}, {}, {"mem": "1m"}, {}, "unsupported eviction signal mem"),
    "a reclaim of one": ({}, {}, {}, {"mem": "1Gi"}, "unsupported eviction signal mem"),
    "less than nothing": ({"memory.available": "-150Mi"}, {}, {}, {}, "must be positive: -150Mi"),
    "nothing at all": (
        {"memory.available": "0"},
        {},
        {},
        {},
        "eviction threshold memory.available must be positive: 0",
    ),
    "no quantity": ({"memory.available": "much"}, {}, {}, {}, "quantities must match the regular expression"),
    "a share below 0": (
        {"memory.available": "-15%"},
        {},
        {},
        {},
        "eviction percentage threshold memory.available must be >= 0%: -15%",
    ),
    "a share above 100": (
        {"memory.available": "101%"},
        {},
        {},
        {},
        "eviction percentage threshold memory.available must be <= 100%: 101%",
    ),
    "a share beyond 32 bits": (
        {},
        {},
        {},
        {"memory.available": "1e39%"},
        'strconv.ParseFloat: parsing "1e39": value out of range',
    ),
    "no share": ({"memory.available": "x%"}, {}, {}, {}, 'strconv.ParseFloat: parsing "x": invalid syntax'),
    "a grace period below 0": (
        {},
        {},
        {"memory.available": "-30s"},
        {},
        "invalid eviction grace period specified: -30s, must be a positive value",
    ),
    "no duration": ({}, {}, {"memory.available": "30"}, {}, 'time: missing unit in duration "30"'),
    "a reclaim below 0": (
        {},
        {},
        {},
        {"memory.available": "-1Gi"},
        "negative eviction minimum reclaim specified for memory.available",
    ),
    "a share of nothing as reclaim": (
        {},
        {},
        {},
        {"memory.available": "0%"},
        "eviction percentage minimum reclaim memory.available must be positive: 0%",
    ),
}


def written(one: Threshold) -> str:
    more = "" if one.reclaim is None else f"+{one.reclaim.text or one.reclaim.share}"
    return f"{one.signal}<{one.value.text or one.value.share}/{one.grace // SECOND}{more}"


@pytest.mark.parametrize(("hard", "soft", "graces", "reclaims", "expected"), PARSED.values(), ids=PARSED.keys())
def test_what_is_read(
    hard: Statements, soft: Statements, graces: Statements, reclaims: Statements, expected: list[str]
) -> None:
    assert [written(one) for one in thresholds.parse(hard, soft, graces, reclaims)] == expected


@pytest.mark.parametrize(("hard", "soft", "graces", "reclaims", "error"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong(
    hard: Statements, soft: Statements, graces: Statements, reclaims: Statements, error: str
) -> None:
    with pytest.raises(ValueError) as raised:
        thresholds.parse(hard, soft, graces, reclaims)
    assert error in str(raised.value)


def test_the_defaults() -> None:
    hard = thresholds.parse(thresholds.DEFAULT_HARD, {}, {}, {})
    assert {one.signal: one.value.text or round(one.value.share, 6) for one in hard} == {
        "memory.available": "100Mi",
        "allocatableMemory.available": "100Mi",
        "nodefs.available": 0.1,
        "nodefs.inodesFree": 0.05,
        "imagefs.available": 0.15,
        "imagefs.inodesFree": 0.05,
        "containerfs.available": 0.1,
        "containerfs.inodesFree": 0.05,
    }


def test_a_share_is_a_number_of_32_bits() -> None:
    """As a real node has it: 97,828,376,576 bytes, threshold 10 %."""
    (one,) = (one for one in thresholds.parse({"imagefs.available": "10%"}, {}, {}, {}))
    assert one.value.written(97_828_376_576) == "9782837803"


MET = {
    # name: (available, minimum reclaim, whether it is met, whether it is still unresolved)
    "far from it": (2 * GI, None, False, False),
    "exactly at it": (GI, None, False, False),
    "below it": (GI - 1, None, True, True),
    "at it, with a reclaim": (GI, "512Mi", False, True),
    "all reclaimed": (GI + (512 << 20), "512Mi", False, False),
}


@pytest.mark.parametrize(("available", "reclaim", "met", "unresolved"), MET.values(), ids=MET.keys())
def test_when_it_is_met(available: int, reclaim: str | None, met: bool, unresolved: bool) -> None:
    one = Threshold("memory.available", Amount("1Gi"), 0, Amount(reclaim) if reclaim else None)
    seen = {"memory.available": Observation(available, 4 * GI)}
    assert observations.met([one], seen) == ([one] if met else [])
    assert observations.met([one], seen, reclaim=True) == ([one] if unresolved else [])
    assert observations.met([one], {}) == []


@given(percent=st.integers(1, 99), capacity=st.integers(1, 1 << 50))
def test_a_share_is_never_more_than_the_whole(percent: int, capacity: int) -> None:
    (one,) = thresholds.parse({"pid.available": f"{percent}%"}, {}, {}, {})
    assert 0 <= one.value.of(capacity) <= capacity
    assert abs(one.value.of(capacity) - capacity * percent // 100) <= capacity // 10_000_000 + 1
