"""Events: repeats are counted, what is alike becomes one. As client-go's tools/record/events_cache_test.go, v1.34."""

from __future__ import annotations

import pytest

from simulator.engine import events
from simulator.engine.clock import SECOND
from simulator.engine.registry import Body
from tests.engine.controllers.rig import Rig


def told(rig: Rig) -> list[tuple[str, int]]:
    held = sorted(rig.world.list("events", "default"), key=lambda one: int(one["metadata"]["resourceVersion"]))
    return [(one["message"], one["count"]) for one in held]


@pytest.fixture
def rig() -> Rig:
    made = Rig(kubelet=False)
    made.settle()
    return made


def tell(rig: Rig, about: Body, message: str, reason: str = "FailedCreate") -> None:
    events.record(rig.world, about, "Warning", reason, message, component="replicaset-controller")


def test_a_repeat_is_counted(rig: Rig) -> None:
    pod = rig.pod("web", {})
    tell(rig, pod, "no")
    tell(rig, pod, "no")
    assert told(rig) == [("no", 2)]


def test_from_the_tenth_on_they_are_one(rig: Rig) -> None:
    pod = rig.pod("web", {})
    for number in range(12):
        tell(rig, pod, f"no {number}")
    assert told(rig) == [*((f"no {number}", 1) for number in range(9)), ("(combined from similar events): no 11", 3)]
    tell(rig, pod, "no 3")
    assert ("no 3", 2) in told(rig)
    tell(rig, pod, "other", "Another")
    tell(rig, rig.pod("db", {}), "no 99")
    assert ("other", 1) in told(rig) and ("no 99", 1) in told(rig)


def test_ten_minutes_later_they_are_told_one_by_one_again(rig: Rig) -> None:
    pod = rig.pod("web", {})
    for number in range(10):
        tell(rig, pod, f"no {number}")
    rig.world.clock.move_to(rig.world.now + 601 * SECOND)
    tell(rig, pod, "no more")
    assert ("no more", 1) in told(rig)


@pytest.mark.parametrize("has_left", [False, True], ids=["leaving", "gone"])
def test_a_namespace_on_its_way_out_takes_no_events_and_nobody_fails(rig: Rig, has_left: bool) -> None:
    pod = {**rig.pod("web", {}), "metadata": {"name": "web", "namespace": "old", "uid": "1"}}
    if not has_left:
        leaving = {"metadata": {"name": "old", "finalizers": ["example.com/wait"]}}
        rig.create("namespaces", leaving)
        rig.delete("namespaces", "old", namespace="")
    tell(rig, pod, "no")
    assert not rig.world.list("events", "old")
