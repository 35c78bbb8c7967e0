"""Who goes first: the order of upstream's tables, for memory, disks, files and process IDs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.kubelet.eviction import ranking
from simulator.engine.kubelet.loads import Load
from simulator.engine.registry import Body
from simulator.engine.workloads.curves import Course
from simulator.engine.workloads.demand import Demand

MI, GI = 1 << 20, 1 << 30
Pod = tuple[str, Body, Load]


def pod(
    name: str,
    *,
    memory: int = 0,
    disk: int = 0,
    threads: int = 1,
    requests: Body | None = None,
    seen: bool = True,
    **spec: Any,
) -> Pod:
    """A pod of one container that uses so much; with `seen` False none of its containers runs."""
    container = {"name": "main", "image": "x", "resources": {"requests": requests} if requests else {}}
    asked = Demand(
        Course(Fraction(0)), Course(Fraction(memory)), Course(Fraction(disk)), threads, every=0, is_said=True
    )
    body = {"metadata": {"name": name, "namespace": "default"}, "spec": {"containers": [container], **spec}}
    return name, body, Load({"main": asked} if seen else {})


ORDERS = {
    # name: (what is short, pods, the order in which they go)
    "memory: by excess": (
        "memory",
        [
            pod("best-effort-high", memory=500 * MI),
            pod("best-effort-low", memory=300 * MI),
            pod("burstable-high", memory=800 * MI, requests={"memory": "100Mi"}),
            pod("burstable-low", memory=300 * MI, requests={"memory": "100Mi"}),
            pod("guaranteed-high", memory=800 * MI, requests={"memory": "1Gi"}),
            pod("guaranteed-low", memory=200 * MI, requests={"memory": "1Gi"}),
        ],
        [
            "burstable-high",
            "best-effort-high",
            "best-effort-low",
            "burstable-low",
            "guaranteed-high",
            "guaranteed-low",
        ],
    ),
    "memory: priority before excess, but not before being over the request": (
        "memory",
        [
            pod("below-low", memory=100 * MI, requests={"memory": "200Mi"}, priority=-10),
            pod("over-high", memory=GI, priority=1000),
            pod("over-low", memory=10 * MI, priority=0),
        ],
        ["over-low", "over-high", "below-low"],
    ),
    "memory: exactly the request is not over it": (
        "memory",
        [pod("even", memory=100 * MI, requests={"memory": "100Mi"}), pod("over", memory=1, priority=9)],
        ["over", "even"],
    ),
    "memory: a pod without figures goes first": (
        "memory",
        [pod("greedy", memory=GI), pod("waiting", seen=False, priority=1000)],
        ["waiting", "greedy"],
    ),
    "memory: overhead is requested too": (
        "memory",
        [
            pod("wrapped", memory=120 * MI, requests={"memory": "100Mi"}, overhead={"memory": "50Mi"}),
            pod("bare", memory=101 * MI, requests={"memory": "100Mi"}),
        ],
        ["bare", "wrapped"],
    ),
    "disk: by excess over the request of ephemeral storage": (
        "ephemeral-storage",
        [
            pod("asks", disk=50 * MI, requests={"ephemeral-storage": "50Mi"}),
            pod("high", disk=30 * MI),
            pod("over", disk=100 * MI, requests={"ephemeral-storage": "60Mi"}),
            pod("memory-does-not-count", disk=20 * MI, memory=GI),
        ],
        ["over", "high", "memory-does-not-count", "asks"],
    ),
    "files: by their number, less the bytes requested": (
        "inodes",
        [
            pod("few", disk=32 << 10),
            pod("many", disk=320 << 10),
            pod("asks", disk=GI, requests={"ephemeral-storage": "1Mi"}),
        ],
        ["many", "few", "asks"],
    ),
    "process IDs: priority comes first": (
        "pids",
        [pod("bomb", threads=900, priority=10), pod("low", threads=2), pod("low-more", threads=3)],
        ["low-more", "low", "bomb"],
    ),
    "process IDs: a pod without figures before its equals only": (
        "pids",
        [pod("some", threads=5), pod("waiting", seen=False), pod("lower", threads=1, priority=-1)],
        ["lower", "waiting", "some"],
    ),
    "all equal": ("memory", [pod("b", memory=5), pod("a", memory=5)], ["a", "b"]),
}


@pytest.mark.parametrize(("resource", "pods", "expected"), ORDERS.values(), ids=ORDERS.keys())
def test_the_order(resource: str, pods: list[Pod], expected: list[str]) -> None:
    assert [one.text for one in ranking.ranked(resource, pods, 0)] == expected


CRITICAL = {
    # name: (annotations, spec, whether it is spared)
    "an ordinary pod": ({}, {}, False),
    "a mirror pod": ({"kubernetes.io/config.mirror": "x"}, {}, True),
    "a static pod": ({"kubernetes.io/config.source": "file"}, {}, True),
    "a pod from the API server": ({"kubernetes.io/config.source": "api"}, {}, False),
    "system-cluster-critical": ({}, {"priority": 2_000_000_000}, True),
    "the highest of users": ({}, {"priority": 1_000_000_000}, False),
    "the name of the class alone": ({}, {"priorityClassName": "system-node-critical"}, False),
}


@pytest.mark.parametrize(("annotations", "spec", "expected"), CRITICAL.values(), ids=CRITICAL.keys())
def test_who_is_spared(annotations: Body, spec: Body, expected: bool) -> None:
    assert ranking.is_critical({"metadata": {"name": "x", "annotations": annotations}, "spec": spec}) is expected


FIGURES = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-1, 1), st.booleans())


@given(held=st.lists(FIGURES, max_size=6), resource=st.sampled_from(["memory", "ephemeral-storage", "pids", "inodes"]))
def test_the_first_one_is_never_better_than_a_later_one(held: list[tuple[int, int, int, bool]], resource: str) -> None:
    """Upstream's comparisons, one after the other, hold between each pod and every later one."""
    pods = [
        pod(
            str(number),
            memory=used * MI,
            disk=used * MI,
            threads=used + 1,
            requests={"memory": f"{asked}Mi", "ephemeral-storage": f"{asked}Mi"},
            priority=priority,
            seen=seen,
        )
        for number, (used, asked, priority, seen) in enumerate(held)
    ]
    found = ranking.ranked(resource, pods, 0)
    for number, first in enumerate(found):
        for later in found[number + 1 :]:
            assert compared(resource, first, later) <= 0


def compared(resource: str, one: ranking.Standing, other: ranking.Standing) -> int:
    steps = [by_priority, by_use] if resource == "pids" else [by_being_over, by_priority, by_use]
    return next((found for found in (step(one, other) for step in steps) if found), 0)


def by_priority(one: ranking.Standing, other: ranking.Standing) -> int:
    return (one.priority > other.priority) - (one.priority < other.priority)


def by_being_over(one: ranking.Standing, other: ranking.Standing) -> int:
    if not (one.is_seen and other.is_seen):
        return one.is_seen - other.is_seen
    return other.is_over - one.is_over


def by_use(one: ranking.Standing, other: ranking.Standing) -> int:
    if not (one.is_seen and other.is_seen):
        return one.is_seen - other.is_seen
    if one.resource == "pids":
        return other.used - one.used
    return other.excess - one.excess


@pytest.mark.parametrize(
    ("resource", "one", "other", "expected"),
    [
        ("memory", pod("a", seen=False), pod("b", memory=GI), "figures"),
        ("memory", pod("a", memory=MI), pod("b", memory=GI, requests={"memory": "2Gi"}, priority=-1), "over"),
        ("memory", pod("a", memory=MI), pod("b", memory=GI, priority=1), "priority"),
        ("memory", pod("a", memory=GI), pod("b", memory=MI), "excess"),
        ("memory", pod("a", memory=MI), pod("b", memory=MI), "name"),
        ("pids", pod("a", threads=9), pod("b", threads=3), "used"),
        ("pids", pod("a", threads=3), pod("b", threads=9, priority=1), "priority"),
        ("pids", pod("a", threads=3), pod("b", threads=3), "name"),
    ],
)
def test_which_key_tells_two_pods_apart(resource: str, one: Pod, other: Pod, expected: str) -> None:
    first, second = ranking.ranked(resource, [other, one], 0)
    assert (first.text, second.text) == ("a", "b")
    assert first.before(second) == expected
