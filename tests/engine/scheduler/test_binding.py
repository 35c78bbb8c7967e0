"""From the decision to the bound pod: who is asked in which order, who waits for whom, and what is said in the end.

The cases follow pkg/scheduler/framework/runtime/framework.go (Reserve, Permit, PreBind, Bind) and
pkg/scheduler/schedule_one.go, v1.34, as far as they are about what comes of it.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import MILLISECOND
from simulator.engine.objects import status_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.plugin import PENDING
from simulator.engine.world import World
from tests.engine.scheduler.builders import START, TEST, container, node, placed, pod, world
from tests.engine.scheduler.lives import events, get, gone, rebuilt, relabel, run
from tests.engine.scheduler.scripted import Log, P, begun, place, scripted, told, with_plugins


def test_every_plugin_is_asked_in_its_turn() -> None:
    log: Log = []
    made, _ = begun(scripted("A", log), scripted("B", log))
    run(made)
    points = ("reserve", "permit", "preBind", "bind", "postBind")
    assert log == [f"{name} {point} p on a" for point in points for name in "AB"]
    assert placed(made) == {"p": "a"}


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "reserve": ({"reserve": ("no room",)}, "0/1 nodes are available: 1 no room."),
    "reserve, for two reasons": ({"reserve": ("b", "a")}, "0/1 nodes are available: 1 a, 1 b."),
    "permit": ({"permit": "not now"}, "0/1 nodes are available: 1 not now."),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS.values(), ids=REFUSALS.keys())
def test_a_plugin_refuses_the_node(case: tuple[dict[str, Any], str]) -> None:
    answers, message = case
    log: Log = []
    made, scheduler = begun(scripted("A", log), scripted("B", log, **answers), scripted("C", log))
    run(made)
    asked = ["A reserve", "B reserve"] + (["C reserve", "A permit", "B permit"] if "permit" in answers else [])
    assert log == [f"{one} p on a" for one in (*asked, "C unreserve", "B unreserve", "A unreserve")]
    assert told(made) == ("False", "Unschedulable", message)
    assert events(made, "FailedScheduling") == [("p", "Warning", message, 1)]
    assert (place(scheduler).queue, place(scheduler).refused_by) == ("unschedulable", ("B",))
    assert scheduler.state.nodes.placed == {} and placed(made) == {"p": ""}


def test_who_is_refused_by_a_plugin_loses_its_promise() -> None:
    log: Log = []
    made, _ = world(node("a"), **with_plugins(scripted("A", log, reserve=("no",))))
    body = {**pod("p"), "status": {"nominatedNodeName": "a"}}
    made.load("pods", {**body, "metadata": {**body["metadata"], "uid": "u", "resourceVersion": "9"}})
    made, scheduler = rebuilt(made, **with_plugins(scripted("A", log, reserve=("no",))))
    assert scheduler.state.nodes.nominations.node_of(P) == "a"
    run(made)
    assert not status_of(get(made, "p")).get("nominatedNodeName")
    assert scheduler.state.nodes.nominations.node_of(P) == ""


def ready(world: World, pod: Body) -> str:
    """Waits for a ConfigMap that is called as the pod is."""
    held = world.get("configmaps", "default", pod["metadata"]["name"])
    return "" if held is not None and held["data"]["ready"] == "yes" else PENDING


def tell(made: World, ready: str, name: str = "p") -> None:
    body = {"metadata": {"name": name, "namespace": "default"}, "data": {"ready": ready}}
    if made.get("configmaps", "default", name) is None:
        made.create("configmaps", body, TEST)
    else:
        made.update("configmaps", {**body, "apiVersion": "v1", "kind": "ConfigMap"}, TEST)


WAITER: dict[str, Any] = {"pre_bind": ready, "patience": 60, "reads_these": ("configmaps",)}


@pytest.mark.parametrize("latency", ["instant", "realistic"])
def test_preparing_takes_until_what_the_plugin_reads_has_changed(latency: str) -> None:
    log: Log = []
    made, scheduler = begun(scripted("A", log), scripted("B", log, **WAITER), latency=latency)
    run(made, 1)
    assert (place(scheduler).stage, list(place(scheduler).waits)) == ("preBind", ["B"])
    tell(made, "no")
    run(made, 1)
    assert placed(made) == {"p": ""}
    tell(made, "yes")
    run(made, 1)
    assert placed(made) == {"p": "a"}
    assert [one for one in log if "preBind" in one] == ["A preBind p on a", *["B preBind p on a"] * 3]


def test_preparing_takes_too_long() -> None:
    log: Log = []
    made, scheduler = begun(scripted("A", log, **WAITER), cpu="1")
    made.create("pods", pod("q", container(cpu="1")), TEST)
    run(made, 30)
    tell(made, "no")
    run(made, 29)
    assert place(scheduler).stage == "preBind", "a change does not prolong it"
    run(made, 1)
    message = 'running PreBind plugin "A": timed out waiting for the condition'
    assert told(made) == ("False", "SchedulerError", message)
    assert ("p", "Warning", message, 1) in events(made, "FailedScheduling")
    assert place(scheduler).queue == "error" and "A unreserve p on a" in log
    run(made)
    assert place(scheduler, Key("default", "q")).stage == "preBind", "the other has the room now"


FAILURES: dict[str, tuple[dict[str, Any], str]] = {
    "preparing fails": ({"pre_bind": lambda world, pod: "no disk"}, 'running PreBind plugin "A": no disk'),
    "binding fails": ({"bind": "no connection"}, 'running Bind plugin "A": no connection'),
}


@pytest.mark.parametrize("case", FAILURES.values(), ids=FAILURES.keys())
def test_an_error_is_told_and_tried_again(case: tuple[dict[str, Any], str]) -> None:
    answers, message = case
    log: Log = []
    made, scheduler = begun(scripted("A", log, **answers))
    run(made)
    assert told(made) == ("False", "SchedulerError", message)
    assert (place(scheduler).queue, place(scheduler).errors) == ("error", 1)
    assert scheduler.state.nodes.placed == {} and log[-1] == "A unreserve p on a"
    run(made, 3)
    assert place(scheduler).errors == 2


def test_the_first_who_binds_has_done_it() -> None:
    log: Log = []
    made, _ = begun(scripted("A", log), scripted("B", log, bind="bind"), scripted("C", log, bind="never asked"))
    run(made)
    assert placed(made) == {"p": "a"}
    assert [one for one in log if " bind " in one] == ["A bind p on a", "B bind p on a"]


def test_somebody_else_has_bound_it_meanwhile() -> None:
    log: Log = []
    made, scheduler = begun(scripted("A", log), latency="realistic")
    made.clock.run_until(START + 12 * MILLISECOND)
    assert place(scheduler).node == "a"
    made.create("nodes", node("b"), TEST)
    made.bind(P, "b", TEST)
    run(made, 1)
    assert placed(made) == {"p": "b"} and P not in scheduler.state.queue
    assert log == ["A reserve p on a", "A permit p on a", "A unreserve p on a"]
    assert events(made, "FailedScheduling") == []


@pytest.mark.parametrize("answers", [{"permit": 10}, WAITER], ids=["permit", "preBind"])
def test_a_pod_that_is_deleted_on_its_way_gives_everything_back(answers: dict[str, Any]) -> None:
    log: Log = []
    made, scheduler = begun(scripted("A", log, **answers), cpu="1")
    made.create("pods", pod("q", container(cpu="1")), TEST)
    run(made, 1)
    gone(made, "p")
    assert log[-1] == "A unreserve p on a" and P not in scheduler.state.queue
    run(made, 1)
    assert place(scheduler, Key("default", "q")).node == "a"


def test_a_pod_that_is_being_deleted_is_not_bound() -> None:
    made, scheduler = world(node("a"), latency="realistic")
    body = pod("p")
    body["metadata"]["finalizers"] = ["x.example/hold"]
    made.create("pods", body, TEST)
    made.clock.run_until(START + 12 * MILLISECOND)
    made.delete("pods", "default", "p", TEST)
    run(made, 10)
    assert placed(made) == {"p": ""} and P not in scheduler.state.queue
    assert [message for _, _, message, _ in events(made, "FailedScheduling")] == [
        'running Bind plugin "DefaultBinder": Operation cannot be fulfilled on pods/binding "p": '
        "pod p is being deleted, cannot be assigned to a host",
        "skip schedule deleting pod: default/p",
    ]


def test_a_pod_that_changes_on_its_way_counts_as_it_is_by_then() -> None:
    made, scheduler = begun(latency="realistic")
    made.clock.run_until(START + 12 * MILLISECOND)
    relabel(made, "p", app="x")
    assert scheduler.state.nodes.placed[P].shape.labels == {"app": "x"}
    run(made, 1)
    assert placed(made) == {"p": "a"} and scheduler.state.nodes.placed[P].shape.labels == {"app": "x"}


@pytest.mark.parametrize("latency", ["instant", "realistic"])
def test_a_restart_in_the_middle_changes_nothing(latency: str) -> None:
    def lived(restart: bool) -> tuple[Log, dict[str, str], int, tuple[str, str, str]]:
        log: Log = []
        setup = with_plugins(scripted("A", log, permit=5), scripted("B", log, **WAITER))
        made, scheduler = world(node("a", "1"), latency=latency, **setup)
        for name in "pq":
            made.create("pods", pod(name, container(cpu="1")), TEST)
        for step in range(60):
            run(made, 0.25)
            if step == 10:
                scheduler.binding.allow(P, "A")
            if step in (20, 30):
                tell(made, "yes" if step == 30 else "no")
            if restart:
                made, scheduler = rebuilt(made, **setup)
        return [one for one in log if "reserve" not in one], placed(made), made.revision, told(made, "q")

    whole = lived(False)
    assert whole == lived(True)
    assert whole[1] == {"p": "a", "q": ""}
