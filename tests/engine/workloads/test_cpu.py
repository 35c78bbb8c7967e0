"""Shares, weights, quotas, and how cores are shared by them: nobody gets more than it may or less than its due."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.registry import Body
from simulator.engine.workloads import cpu


@pytest.mark.parametrize(
    ("millicores", "shares"),
    [(0, 2), (1, 2), (2, 2), (100, 102), (200, 204), (1000, 1024), (1500, 1536), (10**9, 262_144)],
)
def test_shares(millicores: int, shares: int) -> None:
    """After TestMilliCPUToShares of pkg/kubelet/cm/helpers_linux_test.go."""
    assert cpu.shares(millicores) == shares


@pytest.mark.parametrize(
    ("millicores", "quota"),
    [(0, None), (1, 1000), (5, 1000), (9, 1000), (10, 1000), (200, 20_000), (1000, 100_000), (1500, 150_000)],
)
def test_quotas(millicores: int, quota: int | None) -> None:
    """After TestMilliCPUToQuota there."""
    assert cpu.quota(millicores) == quota


@pytest.mark.parametrize(
    ("shares", "weight"), [(2, 1), (102, 4), (1024, 39), (2048, 79), (4096, 157), (262_144, 10_000)]
)
def test_weights(shares: int, weight: int) -> None:
    assert cpu.weight(shares) == weight


def container(name: str = "c", requests: Body | None = None, limits: Body | None = None, **more: Any) -> Body:
    held = {key: value for key, value in (("requests", requests), ("limits", limits)) if value}
    return {"name": name, "resources": held, **more}


FULL = {"cpu": "100m", "memory": "100Mi"}
PODS = {
    # name: (spec, (shares, quota, memory.max)); after TestResourceConfigForPod there
    "best effort": ({"containers": [container()]}, (2, None, None)),
    "requests alone": ({"containers": [container(requests=FULL)]}, (102, None, None)),
    "requests and limits": (
        {"containers": [container(requests=FULL, limits={"cpu": "200m", "memory": "200Mi"})]},
        (102, 20_000, 200 << 20),
    ),
    "one limit is missing": (
        {"containers": [container(requests=FULL, limits={"cpu": "200m", "memory": "200Mi"}), container("d", FULL)]},
        (204, None, None),
    ),
    "only memory is limited": (
        {"containers": [container(requests=FULL, limits={"memory": "200Mi"})]},
        (102, None, 200 << 20),
    ),
    "guaranteed": ({"containers": [container(requests=FULL, limits=FULL)]}, (102, 10_000, 100 << 20)),
    "an init container without a limit": (
        {"containers": [container(requests=FULL, limits=FULL)], "initContainers": [container("i", {"cpu": "50m"})]},
        (102, None, None),
    ),
    "the pod's own": (
        {"containers": [container()], "resources": {"requests": FULL, "limits": {"cpu": "1", "memory": "1Gi"}}},
        (102, 100_000, 1 << 30),
    ),
    "the pod's own limit of memory": (
        {"containers": [container(requests=FULL)], "resources": {"limits": {"memory": "1Gi"}}},
        (102, None, 1 << 30),
    ),
}


@pytest.mark.parametrize(("spec", "bounds"), PODS.values(), ids=PODS.keys())
def test_the_bounds_of_a_pod(spec: Body, bounds: tuple[int, int | None, int | None]) -> None:
    assert cpu.of_pod(spec) == bounds


CONTAINERS = {
    "nothing": (container(), {}, (2, None, None)),
    "a limit alone is the request too": (container(limits={"cpu": "1"}), {}, (1024, 100_000, None)),
    "a request of nothing": (container(requests={"cpu": "0"}, limits={"cpu": "1"}), {}, (2, 100_000, None)),
    "a little": (container(limits={"cpu": "1m"}), {}, (2, 1000, None)),
    "the pod's own limit": (container(), {"limits": {"cpu": "2", "memory": "1Gi"}}, (2048, 200_000, 1 << 30)),
    "its own before the pod's": (
        container(limits={"memory": "64Mi"}),
        {"limits": {"memory": "1Gi"}},
        (2, None, 64 << 20),
    ),
}


@pytest.mark.parametrize(("one", "level", "bounds"), CONTAINERS.values(), ids=CONTAINERS.keys())
def test_the_bounds_of_a_container(one: Body, level: Body, bounds: tuple[int, int | None, int | None]) -> None:
    spec = {"containers": [one], **({"resources": level} if level else {})}
    assert cpu.of_container(spec, one) == bounds


SYSTEM = Fraction(1, 20)
NODE = {"status": {"capacity": {"cpu": "2"}, "allocatable": {"cpu": "2"}}}


def asks(cores: str, requests: str = "", limits: str = "") -> tuple[Body, dict[str, Fraction]]:
    one = container(requests={"cpu": requests} if requests else None, limits={"cpu": limits} if limits else None)
    return {"spec": {"containers": [one]}}, {"c": Fraction(cores)}


SHARED = {
    # name: (pods, cores given)
    "there is enough": ([asks("1/2"), asks("1")], [0.5, 1]),
    "a limit": ([asks("2", "500m", "1")], [1]),
    "alone on the node, whatever it requests": ([asks("9", "1m")], [2]),
    "by requests": ([asks("9", "1500m"), asks("9", "500m")], [1.5, 0.5]),
    "what one leaves goes to the others": (
        [asks("1/4", "1"), asks("9", "500m"), asks("9", "500m")],
        [0.25, 0.875, 0.875],
    ),
    "best effort gets crumbs": ([asks("9", "1900m"), asks("9")], [1.975, 0.025]),
    "best effort gets what is idle": ([asks("1/2", "1900m"), asks("9")], [0.5, 1.5]),
}


@pytest.mark.parametrize(("held", "given"), SHARED.values(), ids=SHARED.keys())
def test_how_two_cores_are_shared(held: Any, given: list[float]) -> None:
    """The node's own 50m come off, or less where they are worth less than that."""
    found = [float(one["c"]) for one in cpu.shared(NODE, held, SYSTEM)]
    assert found == pytest.approx(given, abs=0.06)


def test_the_containers_of_a_pod_share_its_quota() -> None:
    limits = {"limits": {"cpu": "1"}}
    spec = {"containers": [container("a", {"cpu": "300m"}), container("b", {"cpu": "100m"})], "resources": limits}
    (found,) = cpu.shared(NODE, [({"spec": spec}, {"a": Fraction(2), "b": Fraction(2)})], SYSTEM)
    assert sum(found.values()) == 1
    assert 2.9 < found["a"] / found["b"] < 3.1


MEMBERS = st.lists(st.tuples(st.integers(0, 50).map(lambda n: Fraction(n, 10)), st.integers(1, 10_000)), max_size=8)


@given(cores=st.integers(0, 80).map(lambda n: Fraction(n, 10)), members=MEMBERS)
def test_weights_are_respected(cores: Fraction, members: list[tuple[Fraction, int]]) -> None:
    given_ = cpu.fill(cores, members)
    total, weights = sum(given_), sum(weight for _, weight in members)
    assert total == min(cores, sum(wanted for wanted, _ in members))
    for (wanted, weight), part in zip(members, given_, strict=True):
        assert 0 <= part <= wanted
        assert part == wanted or part >= cores * weight / weights, "nobody who wants more is below its fair share"
    hungry = [(part / weight) for (wanted, weight), part in zip(members, given_, strict=True) if part < wanted]
    assert len(set(hungry)) <= 1, "those who want more have the same for each unit of weight"


REQUESTS = st.sampled_from(["", "50m", "500m", "2"])
ASKING = st.builds(asks, st.integers(0, 30).map(lambda n: f"{n}/10"), REQUESTS, st.sampled_from(["", "", "300m", "1"]))


@given(held=st.lists(ASKING, max_size=8))
def test_no_more_than_there_is_and_no_more_than_allowed(held: list[tuple[Body, dict[str, Fraction]]]) -> None:
    found = cpu.shared(NODE, held, SYSTEM)
    assert sum(one["c"] for one in found) <= 2
    for (pod, wanted), one in zip(held, found, strict=True):
        quota = cpu.of_container(pod["spec"], pod["spec"]["containers"][0]).quota
        assert 0 <= one["c"] <= wanted["c"]
        assert quota is None or one["c"] <= Fraction(quota, cpu.PERIOD)
