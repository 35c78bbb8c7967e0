"""The scheduler in a world: what it writes, when, and that a restart changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.objects import condition
from simulator.engine.registry import Body, Key
from simulator.engine.world import World
from tests.engine.scheduler.builders import START, TEST, container, node, placed, pod, taint, world
from tests.engine.scheduler.lives import edit, events, get, rebuilt, run


def test_a_pod_is_bound_and_told_so() -> None:
    made, _ = world(node("a"))
    made.create("pods", pod("web"), TEST)
    run(made)
    bound = get(made, "web")
    assert bound["spec"]["nodeName"] == "a"
    scheduled = condition(bound, "PodScheduled")
    assert scheduled is not None and scheduled["status"] == "True"
    assert events(made, "Scheduled") == [("web", "Normal", "Successfully assigned default/web to a", 1)]


def test_the_cause_of_a_binding_leads_back_to_the_pod() -> None:
    made, _ = world(node("a"), node("b", "8"))
    created = made.create("pods", pod("web", container(cpu="1", memory="1Gi")), TEST)
    run(made)
    (cause,) = [one.cause for one in made.drain().changes if one.cause.rule == "Bind"]
    assert cause.text() == "Bound to b: the highest score, 487, of 2 feasible nodes (2 in all)."
    assert cause.led_by == int(created["metadata"]["resourceVersion"])


def test_one_pod_at_a_time_each_in_its_time() -> None:
    made, _ = world(node("a"), latency="realistic")
    for name in ("p1", "p2"):
        made.create("pods", pod(name), TEST)
    made.clock.run_until(START + SECOND)
    bound = [(one.key.name, one.at - START) for one in made.drain().changes if one.cause.rule == "Bind"]
    assert bound == [("p1", 14 * MILLISECOND), ("p2", 18 * MILLISECOND)]


def test_a_pod_counts_before_it_is_bound() -> None:
    made, _ = world(node("a", "1"), latency="realistic")
    for name in ("p1", "p2"):
        made.create("pods", pod(name, container(cpu="1")), TEST)
    made.clock.run_until(START + 13 * MILLISECOND)
    assert placed(made) == {"p1": "", "p2": ""}
    assert [name for name, *_ in events(made, "FailedScheduling")] == ["p2"]


def test_higher_priority_first_then_the_older() -> None:
    made, _ = world(latency="realistic")
    for name, priority in (("low", 0), ("high", 7), ("later", 7)):
        made.create("pods", {**pod(name), "spec": {**pod()["spec"]}}, TEST)
        held = get(made, name)
        made.load("pods", {**held, "spec": {**held["spec"], "priority": priority}})
    again, _ = world(node("a"), *made.list("pods"), latency="realistic")
    run(again, 1)
    assert [one.key.name for one in again.drain().changes if one.cause.rule == "Bind"] == ["high", "later", "low"]


def test_a_pod_that_fits_nowhere_waits_and_says_why() -> None:
    made, _ = world(node("a", "1"))
    made.create("pods", pod("big", container(cpu="2")), TEST)
    run(made)
    message = (
        "0/1 nodes are available: 1 Insufficient cpu. "
        "no new claims to deallocate, preemption: 0/1 nodes are available: "
        "1 Preemption is not helpful for scheduling."
    )
    assert events(made, "FailedScheduling") == [("big", "Warning", message, 1)]
    told = condition(get(made, "big"), "PodScheduled")
    assert told is not None
    assert (told["status"], told["reason"], told["message"]) == ("False", "Unschedulable", message)
    assert made.clock.settled()


HELP: dict[str, tuple[list[Body], Body, Any, bool]] = {
    "a node that fits comes": (
        [node("a", "1")], pod("p", container(cpu="2")), lambda made: made.create("nodes", node("b"), TEST), True),
    "a node that does not fit comes": (
        [node("a", "1")], pod("p", container(cpu="2")), lambda made: made.create("nodes", node("b", "1"), TEST), False),
    "a node is uncordoned": (
        [node("a", unschedulable=True)], pod("p"), lambda made: edit(made, node("a"), unschedulable=False), True),
    "a taint goes": (
        [node("a", taints=[taint("x")])], pod("p"), lambda made: edit(made, node("a"), taints=[]), True),
    "another taint goes": (
        [node("a", taints=[taint("x"), taint("y")])], pod("p"),
        lambda made: edit(made, node("a"), taints=[taint("x")]), False),
    "a pod that had room is deleted": (
        [node("a", "1"), pod("r", container(cpu="1"), on="a")], pod("p", container(cpu="1")),
        lambda made: made.delete("pods", "default", "r", TEST, grace=0), True),
    "a toleration is added": (
        [node("a", taints=[taint("x")])], pod("p"),
        lambda made: edit(made, get(made, "p"), tolerations=[{"key": "x", "operator": "Exists"}]), True),
    "an unrelated change of a node": (
        [node("a", "1")], pod("p", container(cpu="2")),
        lambda made: made.update("nodes", node("a", "1", labels={"disk": "ssd"}), TEST), False),
}  # fmt: skip


@pytest.mark.parametrize("case", HELP.values(), ids=HELP.keys())
def test_only_what_may_help_wakes_a_pod(case: tuple[list[Body], Body, Any, bool]) -> None:
    objects, incoming, change, helps = case
    made, _ = world(*objects)
    made.create("pods", incoming, TEST)
    run(made)
    before = events(made, "FailedScheduling")
    assert [count for *_, count in before] == [1]
    change(made)
    run(made)
    assert (placed(made)["p"] != "") == helps
    if not helps:
        assert events(made, "FailedScheduling") == before


def test_after_five_minutes_it_is_tried_again_anyway() -> None:
    made, _ = world(node("a", "1"))
    made.create("pods", pod("big", container(cpu="2")), TEST)
    run(made, 299)
    assert [count for *_, count in events(made, "FailedScheduling")] == [1]
    run(made, 2)
    assert [count for *_, count in events(made, "FailedScheduling")] == [2]


def test_without_nodes_it_is_an_error_that_backs_off() -> None:
    made, scheduler = world()
    made.create("pods", pod("p"), TEST)
    run(made, 60)
    assert [message for _, _, message, _ in events(made, "FailedScheduling")] == ["no nodes available to schedule pods"]
    queued = scheduler.state.queue.get(Key("default", "p"))
    assert queued is not None and queued.queue == "error" and 6 <= queued.errors <= 10
    made.create("nodes", node("a"), TEST)
    run(made, 12)
    assert placed(made) == {"p": "a"}


IGNORED: dict[str, Body] = {
    "another scheduler's": pod("p", schedulerName="mine"),
    "bound already": pod("p", on="a"),
}


@pytest.mark.parametrize("body", IGNORED.values(), ids=IGNORED.keys())
def test_pods_that_are_not_for_it(body: Body) -> None:
    made, scheduler = world(node("a"))
    made.create("pods", body, TEST)
    run(made, 1)
    assert placed(made)["p"] == body["spec"].get("nodeName", "")
    assert Key("default", "p") not in scheduler.state.queue
    assert made.list("events") == []


def test_a_pod_deleted_before_it_is_bound_gives_its_room_back() -> None:
    made, scheduler = world(node("a", "1"), latency="realistic")
    made.create("pods", pod("p", container(cpu="1")), TEST)
    made.clock.run_until(START + 10 * MILLISECOND)
    assert len(scheduler.state.nodes.placed) == 1
    made.delete("pods", "default", "p", TEST)
    made.create("pods", pod("q", container(cpu="1")), TEST)
    run(made, 1)
    assert placed(made) == {"q": "a"}
    assert made.note("default-scheduler", "default/p") is None


def rush(latency: str) -> World:
    """More pods than fit, of three shapes, and room that comes later."""
    made, _ = world(*(node(f"n{n}", "2", "4Gi") for n in range(4)), latency=latency)
    for number in range(24):
        cpu = ("250m", "500m", "900m")[number % 3]
        made.create("pods", pod(f"p{number}", container(cpu=cpu, memory="100Mi")), TEST)
    return made


def finish(made: World, restart: bool) -> tuple[dict[str, str], int]:
    for step in range(2000):
        due = made.clock.next_due()
        if due is None or due > START + 30 * SECOND:
            break
        made.clock.step()
        if step == 20:
            made.create("nodes", node("late", "1"), TEST)
        if restart:
            made, _ = rebuilt(made)
    return placed(made), made.revision


@pytest.mark.parametrize("latency", ["instant", "realistic"])
def test_a_restart_at_every_step_changes_nothing(latency: str) -> None:
    whole = finish(rush(latency), restart=False)
    assert whole == finish(rush(latency), restart=True)
    assert "late" in whole[0].values() and "" in whole[0].values()
