"""Pods that wait for permission to be bound: who gives it, who denies it, and what becomes of it in time.

The cases follow RunPermitPlugins and WaitOnPermit of pkg/scheduler/framework/runtime/framework.go, and the preemption
of waiting pods in pkg/scheduler/framework/preemption/preemption.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.objects import condition, is_deleting
from simulator.engine.registry import Key
from tests.engine.scheduler.builders import TEST, container, placed, pod
from tests.engine.scheduler.lives import events, get, run
from tests.engine.scheduler.scripted import Log, P, begun, place, scripted, told


def test_a_pod_waits_for_permission_and_counts_meanwhile() -> None:
    log: Log = []
    made, scheduler = begun(scripted("A", log, permit=10), cpu="1", latency="realistic")
    made.create("pods", pod("q", container(cpu="1")), TEST)
    run(made, 5)
    assert place(scheduler).stage == "permit" and placed(made) == {"p": "", "q": ""}
    assert told(made, "q")[2].startswith("0/1 nodes are available: 1 Insufficient cpu.")
    scheduler.binding.allow(P, "B")
    run(made, 1)
    assert placed(made)["p"] == "", "another plugin's word does not count"
    scheduler.binding.allow(P, "A")
    run(made, 1)
    assert placed(made) == {"p": "a", "q": ""}
    assert [one for one in log if "preBind" in one or "postBind" in one] == ["A preBind p on a", "A postBind p on a"]


def test_all_who_wait_must_give_permission() -> None:
    log: Log = []
    made, scheduler = begun(scripted("A", log, permit=30), scripted("B", log, permit=10))
    run(made, 1)
    assert sorted(place(scheduler).waits) == ["A", "B"]
    scheduler.binding.allow(P, "B")
    run(made, 15)
    assert placed(made) == {"p": ""} and list(place(scheduler).waits) == ["A"]
    scheduler.binding.allow(P, "A")
    run(made)
    assert placed(made) == {"p": "a"}


TIMEOUTS: dict[str, tuple[tuple[int, ...], int, str]] = {
    "ten seconds": ((10,), 10, "10s at plugin A"),
    "a minute and a half": ((90,), 90, "1m30s at plugin A"),
    "the least of two": ((90, 20), 20, "20s at plugin B"),
    "a quarter of an hour at most": ((3600,), 900, "15m0s at plugin A"),
    "no time at all": ((0,), 0, "0s at plugin A"),
}  # fmt: skip


@pytest.mark.parametrize("case", TIMEOUTS.values(), ids=TIMEOUTS.keys())
def test_permission_that_does_not_come(case: tuple[tuple[int, ...], int, str]) -> None:
    waits, seconds, said = case
    log: Log = []
    made, scheduler = begun(*(scripted(name, log, permit=wait) for name, wait in zip("AB", waits, strict=False)))
    run(made, seconds - 0.001 if seconds else 0)
    if seconds:
        assert placed(made) == {"p": ""} and place(scheduler).node == "a"
        run(made, 0.001)
    message = f"0/1 nodes are available: 1 rejected due to timeout after waiting {said}."
    assert told(made) == ("False", "Unschedulable", message)
    assert place(scheduler).refused_by == (said[-1],) and place(scheduler).node == ""
    assert [one for one in log if "unreserve" in one] == [
        f"{name} unreserve p on a" for name in reversed("AB"[: len(waits)])
    ]


def test_permission_is_denied_in_the_end() -> None:
    log: Log = []
    made, scheduler = begun(scripted("A", log, permit=10))
    run(made, 1)
    assert scheduler.binding.reject(P, "A", "denied")
    assert told(made) == ("False", "Unschedulable", "0/1 nodes are available: 1 denied.")
    assert not scheduler.binding.reject(P, "A", "denied"), "it does not wait any more"
    run(made, 20)
    assert place(scheduler).attempts == 1, "the timeout is forgotten"


def test_who_does_not_get_permission_leaves_its_room_to_others() -> None:
    log: Log = []
    made, scheduler = begun(scripted("A", log, permit=10), cpu="1")
    made.create("pods", pod("q", container(cpu="1")), TEST)
    run(made, 1)
    scheduler.binding.reject(P, "A", "denied")
    assert place(scheduler, Key("default", "q")).queue in ("active", "backoff")
    assert place(scheduler).queue == "unschedulable", "it does not wake itself"


def test_a_waiting_pod_is_preempted_without_being_deleted() -> None:
    log: Log = []
    made, scheduler = begun(scripted("A", log, permit=60), cpu="1")
    run(made, 1)
    one = {"metadata": {"name": "urgent"}, "value": 5}
    made.create("priorityclasses.scheduling.k8s.io", one, TEST)
    made.create("pods", pod("high", container(cpu="1"), priorityClassName="urgent"), TEST)
    run(made)
    assert not is_deleting(get(made, "p")) and condition(get(made, "p"), "DisruptionTarget") is None
    assert told(made) == ("False", "Unschedulable", "0/1 nodes are available: 1 preempted.")
    assert place(scheduler).refused_by == ("DefaultPreemption",)
    uid = get(made, "high")["metadata"]["uid"]
    assert events(made, "Preempted") == [("p", "Normal", f"Preempted by pod {uid} on node a", 1)]
    run(made, 3)
    assert place(scheduler, Key("default", "high")).stage == "permit"
