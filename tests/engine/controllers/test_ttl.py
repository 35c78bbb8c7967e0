"""How long kubelets may keep what they have read.

The cases are those of pkg/controller/ttl/ttl_controller_test.go, v1.34.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.controllers.ttl import ANNOTATION, BOUNDARIES, seconds_of, step_for
from simulator.engine.objects import annotations_of
from simulator.engine.renewal import HEARTBEAT, beats

from .rig import START, Rig


@pytest.mark.parametrize(
    ("count", "change", "step", "seconds"),
    [
        pytest.param(0, 1, 0, 0, id="the first node"),
        pytest.param(99, 1, 0, 0, id="the hundredth"),
        pytest.param(100, 1, 0, 15, id="one more than a hundred"),
        pytest.param(101, -1, 1, 15, id="back to a hundred"),
        pytest.param(91, -1, 1, 15, id="ninety"),
        pytest.param(91, 1, 1, 15, id="between"),
        pytest.param(90, -1, 1, 0, id="less than ninety"),
    ],
)
def test_the_desired_ttl(count: int, change: int, step: int, seconds: int) -> None:
    assert BOUNDARIES[step_for(count + change, step)].seconds == seconds


@pytest.mark.parametrize(
    ("annotations", "written"),
    [
        pytest.param({}, True, id="none"),
        pytest.param({ANNOTATION: "60"}, True, id="another"),
        pytest.param({ANNOTATION: "0"}, False, id="the same"),
        pytest.param({ANNOTATION: "00", "a": "b"}, False, id="the same number"),
        pytest.param({ANNOTATION: "soon"}, True, id="no number"),
    ],
)
def test_a_node_is_written_if_needed(annotations: dict[str, str], written: bool) -> None:
    rig = Rig(0)
    rig.settle()
    addresses = {"podCIDR": "10.244.0.0/24", "podCIDRs": ["10.244.0.0/24"]}
    rig.create("nodes", {"metadata": {"name": "n", "annotations": annotations}, "spec": addresses})
    before = rig.world.revision
    rig.settle()
    assert (rig.world.revision > before) is written
    assert seconds_of(rig.get("nodes", "n", "")) == 0
    assert {**annotations_of(rig.get("nodes", "n", "")), **annotations}.keys() == {ANNOTATION, *annotations}


def test_nodes_hear_of_a_grown_cluster_at_their_next_heartbeat() -> None:
    rig = Rig(0)
    for number in range(100):
        meta = {"name": f"n{number:03}", "annotations": {HEARTBEAT: beats(START, 300 * SECOND), ANNOTATION: "0"}}
        rig.create("nodes", {"metadata": meta})
    rig.run(1)
    rig.node("more")
    rig.run(1)
    assert seconds_of(rig.get("nodes", "more", "")) == 15
    assert seconds_of(rig.get("nodes", "n000", "")) == 0
    rig.run(300)
    assert {seconds_of(node) for node in rig.world.list("nodes")} == {15}
    rig.rebuild()
    for number in range(11):
        rig.delete("nodes", f"n{number:03}", namespace="")
    rig.settle()
    assert {seconds_of(node) for node in rig.world.list("nodes")} == {15}
    rig.delete("nodes", "more", namespace="")
    rig.settle()
    assert {seconds_of(node) for node in rig.world.list("nodes")} == {0}


@given(st.lists(st.sampled_from([1, -1]), max_size=400), st.integers(0, 3000))
def test_the_size_is_always_within_its_boundary(changes: list[int], count: int) -> None:
    step = step_for(count, 0)
    for change in changes:
        count = max(count + change, 0)
        following = step_for(count, step)
        assert abs(following - step) <= 1
        step = following
        assert BOUNDARIES[step].least <= count <= BOUNDARIES[step].most
