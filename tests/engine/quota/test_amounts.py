"""Amounts: sums, differences and how they are shown. The cases follow apiserver's quota/v1/resources_test.go, v1.34."""

from __future__ import annotations

import pytest

from simulator.engine.quota import amounts
from simulator.engine.quota.amounts import Amounts
from simulator.engine.registry import Body
from tests.engine.kinds.builders import container


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ({}, {}, {}),
        ({"cpu": "100m"}, {"cpu": "1"}, {"cpu": "1100m"}),
        ({"cpu": "1"}, {"memory": "1Gi"}, {"cpu": "1", "memory": "1Gi"}),
        ({"memory": "1Gi"}, {"memory": "1073741824"}, {"memory": "2Gi"}),
        ({"memory": "1073741824"}, {"memory": "1Gi"}, {"memory": "2147483648"}),
        # The format of a sum is that of its first figure that is not zero.
        ({"memory": "0"}, {"memory": "512Mi"}, {"memory": "512Mi"}),
        ({"pods": "2"}, {"pods": "1"}, {"pods": "3"}),
    ],
)
def test_add(one: Amounts, other: Amounts, wanted: Amounts) -> None:
    assert amounts.add(one, other) == wanted


@pytest.mark.parametrize(
    ("new", "old", "wanted"),
    [
        ({"cpu": "2"}, {"cpu": "500m"}, {"cpu": "1500m"}),
        ({"cpu": "1"}, {"cpu": "2"}, {"cpu": "0"}),
        ({"cpu": "1"}, {}, {"cpu": "1"}),
        ({}, {"cpu": "1"}, {"cpu": "0"}),
    ],
)
def test_growth(new: Amounts, old: Amounts, wanted: Amounts) -> None:
    assert amounts.growth(new, old) == wanted


def test_beyond_same_and_shown() -> None:
    assert amounts.beyond({"cpu": "1", "memory": "1Gi", "pods": "3"}, {"cpu": "1", "memory": "1Mi"}) == ["memory"]
    assert amounts.same({"cpu": "1000m"}, {"cpu": "1"})
    assert not amounts.same({"cpu": "1"}, {"cpu": "1", "pods": "0"})
    assert amounts.shown({"pods": "2", "cpu": "1500m", "memory": "1024Mi"}) == "cpu=1500m,memory=1Gi,pods=2"
    assert amounts.without_zeros({"pods": "0", "cpu": "1"}) == {"cpu": "1"}


def asks(name: str = "a", **requests: str) -> Body:
    return container(name, resources={"requests": requests})


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({"containers": [container()]}, {}),
        ({"containers": [asks(cpu="100m"), asks("b", cpu="200m", memory="1Gi")]}, {"cpu": "300m", "memory": "1Gi"}),
        ({"containers": [asks(memory="1Gi"), asks("b", memory="1M")]}, {"memory": "1074741824"}),
        (
            {"containers": [asks(cpu="100m")], "initContainers": [asks("i", cpu="1", memory="1Mi")]},
            {"cpu": "1", "memory": "1Mi"},
        ),
        (
            {
                "containers": [asks(cpu="100m")],
                "initContainers": [{**asks("s", cpu="1"), "restartPolicy": "Always"}, asks("i", cpu="50m")],
            },
            {"cpu": "1100m"},
        ),
        (
            {"containers": [asks(cpu="100m")], "overhead": {"cpu": "50m", "memory": "8Mi"}},
            {"cpu": "150m", "memory": "8Mi"},
        ),
        ({"containers": [asks(cpu="100m")], "resources": {"requests": {"cpu": "2"}}}, {"cpu": "2"}),
        ({"containers": [asks(**{"example.com/gpu": "2"})]}, {"example.com/gpu": "2"}),
    ],
)  # fmt: skip
def test_what_a_pod_requests(spec: Body, wanted: Amounts) -> None:
    assert amounts.of_pod(spec, "requests") == wanted


def test_overhead_can_be_left_out() -> None:
    spec = {"containers": [asks(cpu="100m")], "overhead": {"cpu": "50m"}}
    assert amounts.of_pod(spec, "requests", overhead=False) == {"cpu": "100m"}
