"""Which range of pod addresses a node gets, as upstream's range_allocator_test.go and cidr_set_test.go have it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import node_addresses
from simulator.engine.controllers.node_ipam import NAME
from tests.engine.controllers.rig import Rig


def node(rig: Rig, name: str, *ranges: str) -> None:
    spec: dict[str, Any] = {"podCIDR": ranges[0], "podCIDRs": list(ranges)} if ranges else {}
    rig.create("nodes", {"metadata": {"name": name}, "spec": spec})


def ranges_of(rig: Rig, name: str) -> list[str]:
    spec = rig.get("nodes", name, "")["spec"]
    assert spec.get("podCIDR", "") == (spec.get("podCIDRs") or [""])[0]
    return list(spec.get("podCIDRs") or [])


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param([], "10.244.0.0/24", id="the first"),
        pytest.param(["10.244.0.0/24", "10.244.1.0/24"], "10.244.2.0/24", id="what nobody has"),
        pytest.param(["10.244.1.0/24"], "10.244.0.0/24", id="a gap"),
        pytest.param(["10.244.0.128/25"], "10.244.1.0/24", id="half of one is taken"),
        pytest.param(["10.244.0.0/22"], "10.244.4.0/24", id="a large one covers four"),
        pytest.param(["10.0.0.0/24"], "10.128.0.0/24", id="a cluster with the large range"),
    ],
)
def test_a_node_without_a_range_gets_the_next_free_one(held: list[str], expected: str) -> None:
    rig = Rig(0)
    for number, one in enumerate(held):
        node(rig, f"held-{number}", one)
    node(rig, "new")
    rig.settle()
    assert ranges_of(rig, "new") == [expected]


def test_a_range_that_a_node_has_stays() -> None:
    rig = Rig(0)
    node(rig, "a", "10.244.7.0/24")
    rig.settle()
    assert ranges_of(rig, "a") == ["10.244.7.0/24"]


def test_the_range_of_a_node_that_has_gone_is_given_again_last() -> None:
    rig = Rig(0)
    node(rig, "a")
    rig.settle()
    rig.delete("nodes", "a", namespace="")
    node(rig, "b")
    rig.settle()
    assert ranges_of(rig, "b") == ["10.244.1.0/24"]
    rig.world.set_note(NAME, "next", 255)
    node(rig, "c")
    node(rig, "d")
    rig.settle()
    assert (ranges_of(rig, "c"), ranges_of(rig, "d")) == (["10.244.255.0/24"], ["10.244.0.0/24"])


def test_where_none_is_left_the_node_says_so() -> None:
    rig = Rig(0)
    for number, one in enumerate(node_addresses.pod_ranges(256)):
        node(rig, f"held-{number}", one)
    node(rig, "late")
    rig.settle()
    assert ranges_of(rig, "late") == []
    told = [event for event in rig.world.list("events") if event["reason"] == "CIDRNotAvailable"]
    assert [(one["involvedObject"]["name"], one["source"]["component"]) for one in told] == [("late", "cidrAllocator")]
