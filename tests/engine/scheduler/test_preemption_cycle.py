"""Preemption in a world: victims told and deleted, nodes promised and taken back; a restart changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.engine import errors
from simulator.engine.clock import SECOND
from simulator.engine.objects import condition, is_deleting, set_in, status_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.cycle import Scheduler
from simulator.engine.world import World
from tests.engine.scheduler.builders import START, TEST, container, node, placed, pod, world
from tests.engine.scheduler.lives import bound, edit, events, get, gone, rebuilt, run
from tests.engine.scheduler.victims import budget


def ranked(name: str, priority: int, cpu: str = "1", **spec: Any) -> Body:
    """A pod that is there already, with what the API server would have filled in."""
    return pod(name, container(cpu=cpu), priority=priority, **{"terminationGracePeriodSeconds": 30, **spec})


def begun(*objects: Body, latency: str = "instant") -> tuple[World, Scheduler]:
    """A world with classes of priorities: c5 pushes lesser pods off, n5 never does."""
    made, scheduler = world(*objects, latency=latency)
    for letter, policy in (("c", "PreemptLowerPriority"), ("n", "Never")):
        for value in (1, 2, 5, 7, 9):
            one = {"metadata": {"name": f"{letter}{value}"}, "value": value, "preemptionPolicy": policy}
            made.create("priorityclasses.scheduling.k8s.io", one, TEST)
    return made, scheduler


def add(made: World, name: str, priority: int, cpu: str = "1", *, never: bool = False) -> Body:
    named = {"priorityClassName": f"{'n' if never else 'c'}{priority}"} if priority else {}
    return made.create("pods", pod(name, container(cpu=cpu), **named), TEST)


def promised(made: World) -> dict[str, str]:
    return {
        one["metadata"]["name"]: status_of(one)["nominatedNodeName"]
        for one in made.list("pods")
        if status_of(one).get("nominatedNodeName")
    }


def ending(made: World) -> list[str]:
    return [one["metadata"]["name"] for one in made.list("pods") if is_deleting(one)]


def test_the_victim_is_told_and_deleted_and_the_preemptor_gets_its_room() -> None:
    made, _ = begun(node("a", "1"), ranked("low", 0, on="a"))
    high = add(made, "high", 5)
    run(made)
    victim = get(made, "low")
    told = condition(victim, "DisruptionTarget")
    assert told is not None and is_deleting(victim)
    assert (told["status"], told["reason"]) == ("True", "PreemptionByScheduler")
    assert told["message"] == "default-scheduler: preempting to accommodate a higher priority pod"
    said = f"Preempted by pod {high['metadata']['uid']} on node a"
    assert events(made, "Preempted") == [("low", "Normal", said, 1)]
    (failed,) = events(made, "FailedScheduling")
    assert failed == ("high", "Warning", "0/1 nodes are available: 1 Insufficient cpu.", 1)
    assert promised(made) == {"high": "a"} and placed(made)["high"] == ""
    run(made, 30)
    assert placed(made)["high"] == "", "the victim still ends"
    gone(made, "low")
    run(made, 2)
    assert placed(made) == {"high": "a"} and promised(made) == {}


def test_the_causes_lead_from_the_victim_to_the_preemptor() -> None:
    made, _ = begun(node("a", "1"), ranked("low", 0, on="a"))
    created = add(made, "high", 5)
    run(made)
    changes = made.drain().changes
    (refused,) = [one for one in changes if one.cause.rule == "FitError"]
    pushed = [one for one in changes if one.cause.rule == "Preemption"]
    assert refused.cause.led_by == int(created["metadata"]["resourceVersion"])
    assert {one.key.name for one in pushed} == {"low"} and {one.cause.led_by for one in pushed} == {refused.revision}
    assert pushed[0].cause.text() == ("Pushed off a to make room for default/high, which has the higher priority (5).")


def test_victims_that_are_gone_at_once_wake_the_preemptor() -> None:
    made, _ = begun(node("a", "1"), ranked("low", 0, on="a", terminationGracePeriodSeconds=0))
    add(made, "high", 5)
    run(made, 3)
    assert placed(made) == {"high": "a"}


@pytest.mark.parametrize(("priority", "takes"), [(2, False), (5, False), (7, True)])
def test_room_that_is_promised_is_left_by_pods_of_no_higher_priority(priority: int, takes: bool) -> None:
    made, _ = begun(node("a", "2"), ranked("low", 0, "2", on="a"))
    add(made, "high", 5)
    run(made)
    gone(made, "low")
    add(made, "other", priority, "2")
    run(made)
    assert placed(made) == {"high": "" if takes else "a", "other": "a" if takes else ""}


def test_the_preemptor_takes_its_own_node_first() -> None:
    made, _ = begun(node("a", "1"), ranked("low", 0, on="a"))
    add(made, "high", 5)
    run(made)
    made.create("nodes", node("b", "64", "64Gi"), TEST)
    gone(made, "low")
    run(made, 2)
    (cause,) = [one.cause for one in made.drain().changes if one.cause.rule == "Bind"]
    assert cause.inputs["node"] == "a" and cause.inputs["feasible"] == 1


def test_it_takes_another_node_while_its_own_is_full() -> None:
    made, _ = begun(node("a", "1"), ranked("low", 0, on="a"))
    add(made, "high", 5)
    run(made)
    made.create("nodes", node("b"), TEST)
    run(made, 2)
    assert placed(made)["high"] == "b" and promised(made) == {}


def test_a_lesser_pod_loses_its_promise_to_a_greater_one() -> None:
    made, scheduler = begun(node("a", "1"), ranked("low", 0, on="a"))
    add(made, "middle", 2)
    run(made)
    assert promised(made) == {"middle": "a"}
    add(made, "high", 5)
    run(made)
    assert promised(made) == {"high": "a"}
    (taken,) = [one for one in made.drain().changes if one.key.name == "middle" and one.cause.rule == "Preemption"]
    assert taken.cause.text().startswith("No longer promised a: it was given to default/high")
    waiting = scheduler.state.queue.get(Key("default", "middle"))
    assert waiting is not None and waiting.attempts == 2, "it looks for another place at once"


def test_equal_pods_get_a_node_each() -> None:
    made, _ = begun(*(node(name, "1") for name in "abc"), *(ranked(f"low-{name}", 0, on=name) for name in "abc"))
    for number in range(3):
        add(made, f"high-{number}", 5)
    run(made)
    assert sorted(promised(made).values()) == ["a", "b", "c"]
    assert ending(made) == ["low-a", "low-b", "low-c"]
    for name in "abc":
        gone(made, f"low-{name}")
    run(made, 3)
    assert sorted(placed(made).values()) == ["a", "b", "c"]


def test_several_victims_on_one_node() -> None:
    made, _ = begun(node("a", "3"), *(ranked(f"low-{number}", 0, on="a") for number in range(3)))
    add(made, "high", 5, "2")
    run(made)
    assert len(ending(made)) == 2
    first, second = ending(made)
    gone(made, first)
    run(made, 2)
    assert placed(made)["high"] == ""
    assert [message for name, _, message, _ in events(made, "FailedScheduling") if "not eligible" in message] == [
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: "
        "not eligible due to a terminating pod on the nominated node."
    ]
    gone(made, second)
    run(made, 5)
    assert placed(made)["high"] == "a"


def test_a_budget_is_kept_where_it_can_be() -> None:
    guarded = ranked("guarded", 0, on="a")
    guarded["metadata"]["labels"] = {"app": "x"}
    made, _ = begun(node("a", "1"), node("b", "1"), guarded, ranked("free", 2, on="b"))
    made.load("poddisruptionbudgets.policy", budget("b", 0, match={"app": "x"}))
    add(made, "high", 5)
    run(made)
    assert ending(made) == ["free"]


def lost_node(made: World) -> None:
    made.delete("nodes", "", "a", TEST)


def cordoned(made: World) -> None:
    edit(made, node("a", "1"), unschedulable=True)


@pytest.mark.parametrize("change", [lost_node, cordoned])
def test_a_preemptor_whose_node_is_lost_looks_for_another(change: Callable[[World], None]) -> None:
    made, _ = begun(node("a", "1"), node("b", "1"), ranked("low-a", 0, on="a"), ranked("low-b", 1, on="b"))
    add(made, "high", 5)
    run(made)
    assert promised(made) == {"high": "a"}
    change(made)
    gone(made, "low-a")
    run(made, 3)
    assert promised(made) == {"high": "b"} and "low-b" in ending(made)


def test_a_promise_ends_where_nothing_helps_any_more() -> None:
    made, _ = begun(node("a", "1"), ranked("low", 0, on="a"))
    add(made, "high", 5)
    run(made)
    assert promised(made) == {"high": "a"}
    cordoned(made)
    gone(made, "low")
    run(made, 400)
    assert promised(made) == {}


def unpromise(made: World) -> None:
    made.update_status("pods", set_in(get(made, "higher"), ("status", "nominatedNodeName"), ""), TEST)


FREED: dict[str, tuple[Callable[[World], None], list[str]]] = {
    "it is deleted": (lambda made: gone(made, "higher"), ["high", "other"]),
    "its promise is taken back": (unpromise, ["high", "higher", "other"]),
}


@pytest.mark.parametrize("case", FREED.values(), ids=FREED.keys())
def test_what_was_promised_is_free_for_pods_of_no_higher_priority(
    case: tuple[Callable[[World], None], list[str]],
) -> None:
    made, scheduler = begun(node("a", "1"), ranked("low", 0, on="a"))
    for name, priority in (("high", 5), ("other", 7), ("higher", 7), ("top", 9)):
        add(made, name, priority, never=name != "higher")
    run(made)
    assert promised(made) == {"higher": "a"}
    change, woken = case
    change(made)
    places = {name: scheduler.state.queue.get(Key("default", name)) for name in ("high", "higher", "other", "top")}
    assert [name for name, place in places.items() if place is not None and place.queue == "backoff"] == woken


def test_a_victim_that_cannot_be_deleted_stays_and_the_preemptor_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made, scheduler = begun(node("a", "1"), ranked("low", 0, on="a"))

    def forbidden(resource: str, namespace: str, name: str, cause: Any, **options: Any) -> None:
        raise errors.forbidden(resource, name, "not today")

    monkeypatch.setattr(made, "delete", forbidden)
    add(made, "high", 5)
    run(made)
    assert ending(made) == [] and events(made, "Preempted") == []
    waiting = scheduler.state.queue.get(Key("default", "high"))
    assert waiting is not None and waiting.queue == "error"
    monkeypatch.undo()
    run(made, 3)
    assert ending(made) == ["low"]


def struggle(latency: str) -> World:
    """Nodes full of lesser pods, and others that want their room."""
    made, _ = begun(*(node(f"n{number}", "2") for number in range(3)), latency=latency)
    for number in range(9):
        add(made, f"low-{number}", number % 3, ("500m", "1", "700m")[number % 3])
    run(made, 1)
    for number in range(9):
        add(made, f"high-{number}", (5, 7, 2)[number % 3], ("1", "300m", "1500m")[number % 3])
    return made


def finish(made: World, *, restart: bool) -> tuple[dict[str, str], dict[str, str], list[str], int]:
    """Now and then a victim has ended. A restart comes after every step, or never."""
    order = []
    for step in range(600):
        due = made.clock.next_due()
        quiet = due is None or due > START + 60 * SECOND
        if ending(made) and (quiet or step % 6 == 5):
            gone(made, ending(made)[0])
        elif quiet:
            break
        else:
            made.clock.step()
        order += bound(made)
        if restart:
            made, _ = rebuilt(made)
    return placed(made), promised(made), order, made.revision


@pytest.mark.parametrize("latency", ["instant", "realistic"])
def test_a_restart_in_the_middle_of_a_preemption_changes_nothing(latency: str) -> None:
    whole = finish(struggle(latency), restart=False)
    assert whole == finish(struggle(latency), restart=True)
    assert sum(name.startswith("high") and bool(on) for name, on in whole[0].items()) > 3, "somebody was pushed off"
