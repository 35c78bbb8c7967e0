"""Which slice lists which backend: what is listed stays where it is, and no more is written than has to be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.registry import Bodies
from simulator.engine.workloads.traffic.slices import MOST, changes
from tests.engine.workloads.traffic.store import traffic

TRAFFIC = traffic()


def backends(*uids: int, shares: int = 1) -> list[dict[str, Any]]:
    return [{"uid": str(uid), "pod": f"p{uid}", "shares": shares} for uid in uids]


def held(*slices: list[dict[str, Any]]) -> Bodies:
    return [{"metadata": {"name": f"s{place}"}, "backends": listed} for place, listed in enumerate(slices)]


FULL = backends(*range(MOST))
CASES: dict[str, tuple[Bodies, list[dict[str, Any]], list[int], list[str], list[str]]] = {
    # name: (slices, backends, how many each new slice lists, slices that are written, slices that go)
    "nothing": ([], [], [], [], []),
    "the first": ([], backends(1), [1], [], []),
    "more than one lists": ([], backends(*range(MOST + 3)), [MOST, 3], [], []),
    "the same": (held(backends(1, 2)), backends(2, 1), [], [], []),
    "one more": (held(backends(1, 2)), backends(1, 2, 3), [], ["s0"], []),
    "one more than there is room for": (held(FULL), [*FULL, *backends(100)], [1], [], []),
    "one more where there is room": (held(FULL, backends(100)), [*FULL, *backends(100, 101)], [], ["s1"], []),
    "one less": (held(FULL, backends(100, 101)), [*FULL, *backends(101)], [], ["s1"], []),
    "the last of a slice": (held(FULL, backends(100)), FULL, [], [], ["s1"]),
    "another part of the requests": (held(FULL, backends(100)), [*FULL, *backends(100, shares=0)], [], ["s1"], []),
    "all": (held(FULL, backends(100)), [], [], [], ["s0", "s1"]),
}


@pytest.mark.parametrize(("before", "wanted", "new", "other", "gone"), CASES.values(), ids=CASES.keys())
def test_what_is_written(
    before: Bodies, wanted: list[dict[str, Any]], new: list[int], other: list[str], gone: list[str]
) -> None:
    found = changes(TRAFFIC, before, wanted)
    assert [len(one["backends"]) for one in found.new] == new
    assert [one["metadata"]["name"] for one in found.other] == other
    assert [one["metadata"]["name"] for one in found.gone] == gone


@given(st.lists(st.sets(st.integers(0, 90)), min_size=1, max_size=6))
def test_all_are_listed_once(steps: list[set[int]]) -> None:
    there: Bodies = []
    for number, uids in enumerate(steps):
        found = changes(TRAFFIC, there, backends(*sorted(uids)))
        replaced = {one["metadata"]["name"]: one for one in found.other}
        left = [replaced.get(one["metadata"]["name"], one) for one in there if one not in found.gone]
        names = [{**one["metadata"], "name": f"s{number}-{place}"} for place, one in enumerate(found.new)]
        there = left + [{**one, "metadata": meta} for one, meta in zip(found.new, names, strict=True)]
        assert sorted(int(one["uid"]) for body in there for one in body["backends"]) == sorted(uids)
        assert all(0 < len(body["backends"]) <= MOST for body in there)
