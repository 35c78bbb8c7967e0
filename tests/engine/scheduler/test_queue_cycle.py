"""The queue in a world: gated pods, pods that change while they wait, pods that fail again, pods that go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.engine.registry import Body, Key
from simulator.engine.world import World
from tests.engine.scheduler.builders import TEST, container, node, placed, pod, taint, world
from tests.engine.scheduler.lives import bound, edit, events, get, gone, rebuilt, relabel, report, run


def at(name: str) -> Key:
    return Key("default", name)


GATE = [{"name": "wait"}, {"name": "more"}]


def test_a_gated_pod_is_not_tried_and_keeps_its_place() -> None:
    made, scheduler = world(node("a"), latency="realistic")
    made.create("pods", pod("gated", schedulingGates=GATE), TEST)
    run(made, 1)
    held = scheduler.state.queue.get(at("gated"))
    assert held is not None and held.queue == "gated" and held.attempts == 0
    assert made.list("events") == []
    edit(made, get(made, "gated"), schedulingGates=GATE[:1])
    run(made, 1)
    assert placed(made) == {"gated": ""}
    made, _ = rebuilt(made)
    made.create("pods", pod("young"), TEST)
    edit(made, get(made, "gated"), schedulingGates=[])
    run(made, 1)
    assert bound(made) == ["gated", "young"], "it has waited since it was made"


def test_a_gated_pod_that_is_deleted_is_forgotten() -> None:
    made, scheduler = world(node("a"))
    made.create("pods", pod("gated", schedulingGates=GATE), TEST)
    run(made)
    gone(made, "gated")
    assert at("gated") not in scheduler.state.queue and made.note("default-scheduler", "default/gated") is None


OWN: dict[str, tuple[list[Body], Body, Callable[[World], None], bool]] = {
    "it tolerates more": (
        [node("a", taints=[taint("x")])], pod("p"),
        lambda made: edit(made, get(made, "p"), tolerations=[{"key": "x", "operator": "Exists"}]), True),
    "it tolerates something else, which is not looked into": (
        [node("a", taints=[taint("x")])], pod("p"),
        lambda made: edit(made, get(made, "p"), tolerations=[{"key": "y", "operator": "Exists"}]), True),
    "it asks for less": (
        [node("a", "1")], pod("p", container(cpu="2")),
        lambda made: edit(made, get(made, "p"), containers=[{**container(cpu="1"), "name": "main"}]), True),
    "it asks for more": (
        [node("a", "1")], pod("p", container(cpu="2")),
        lambda made: edit(made, get(made, "p"), containers=[{**container(cpu="3"), "name": "main"}]), False),
    "it has other labels, which nobody who refused it cares about": (
        [node("a", "1")], pod("p", container(cpu="2")), lambda made: relabel(made, "p", app="x"), False),
    "its status changes": (
        [node("a", "1")], pod("p", container(cpu="2")),
        lambda made: report(made, "p", phase="Pending", message="x"), False),
}  # fmt: skip


@pytest.mark.parametrize("case", OWN.values(), ids=OWN.keys())
def test_a_waiting_pod_that_changes_is_tried_again_if_that_may_help(
    case: tuple[list[Body], Body, Callable[[World], None], bool],
) -> None:
    objects, incoming, change, helps = case
    made, scheduler = world(*objects)
    made.create("pods", incoming, TEST)
    run(made)
    change(made)
    held = scheduler.state.queue.get(at("p"))
    assert held is not None and (held.queue != "unschedulable") == helps
    run(made, 3)
    again = scheduler.state.queue.get(at("p"))
    assert (again is None or again.attempts > 1) == helps


def test_a_pod_is_tried_as_it_is_by_then() -> None:
    made, _ = world(node("a", labels={"disk": "ssd"}), node("b"), latency="realistic")
    made.create("pods", pod("p", nodeSelector={"disk": "hdd"}), TEST)
    edit(made, get(made, "p"), nodeSelector={"disk": "ssd"})
    run(made, 1)
    assert placed(made) == {"p": "a"} and events(made, "FailedScheduling") == []


def test_who_fails_again_and_again_waits_longer_each_time() -> None:
    made, scheduler = world(node("a", "1"), pod("r", container(cpu="1"), on="a"), latency="realistic")
    made.create("pods", pod("big", container(cpu="2")), TEST)
    made.create("pods", pod("busy", container(cpu="1"), nodeSelector={"no": "such"}), TEST)
    for number in range(4):
        run(made, 12)
        made.create("pods", pod(f"r{number}", container(cpu="100m"), on="a"), TEST)
        gone(made, f"r{number}")
    run(made, 12)
    held = scheduler.state.queue.get(at("big"))
    assert held is not None and held.attempts == held.refusals == 5
    other = scheduler.state.queue.get(at("busy"))
    assert other is not None and other.attempts == 1, "no pod on a node makes a label"


def test_without_a_node_the_reason_is_unschedulable_and_the_queue_backs_off() -> None:
    made, scheduler = world()
    made.create("pods", pod("p"), TEST)
    run(made)
    (told,) = get(made, "p")["status"]["conditions"]
    assert (told["reason"], told["message"]) == ("Unschedulable", "no nodes available to schedule pods")
    held = scheduler.state.queue.get(at("p"))
    assert held is not None and (held.queue, held.errors) == ("error", 1)


def test_a_pod_that_is_being_deleted_is_skipped_and_says_so() -> None:
    made, scheduler = world(node("a"), latency="realistic")
    body = pod("p")
    body["metadata"]["finalizers"] = ["x.example/hold"]
    made.create("pods", body, TEST)
    made.delete("pods", "default", "p", TEST)
    run(made, 1)
    assert events(made, "FailedScheduling") == [("p", "Warning", "skip schedule deleting pod: default/p", 1)]
    assert at("p") not in scheduler.state.queue and placed(made) == {"p": ""}
