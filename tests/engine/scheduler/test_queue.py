"""The order in which pods are tried, how long they wait, what wakes them; a queue made from its notes is the same.

The cases follow pkg/scheduler/backend/queue/{scheduling_queue,backoff_queue,active_queue}.go, v1.34, as far as they are
about what a queue does and not how.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.objects import text_of
from simulator.engine.registry import Instant, Key
from simulator.engine.scheduler.queue import Group, Queued, SchedulingQueue, backoff_ends
from simulator.engine.scheduler.shape import Shapes
from simulator.engine.world import World
from tests.engine.scheduler.builders import START, pod

NAME = "queue"
SHAPE = Shapes().of(pod())


def queue(made: World | None = None) -> tuple[World, SchedulingQueue]:
    made = made or World(seed=1, now=START)

    def group(key: Key, pod: Queued) -> Group:
        return pod.refused_by, None, SHAPE

    return made, SchedulingQueue(made, NAME, group)


def at(name: str) -> Key:
    return Key("default", name)


def waiting(place: Any = "active", *, priority: int = 0, since: float = 0, order: int = 1, **more: Any) -> Queued:
    """A place in the queue. since: seconds after START."""
    moment = START + int(since * SECOND)
    return Queued(place, "uid", priority, at=more.pop("at", moment), since=moment, order=order, **more)


def popped(found: SchedulingQueue) -> list[str]:
    """All that may be tried now, in order."""
    names = []
    while (taken := found.pop()) is not None:
        names.append(taken[0].name)
        found.remove(taken[0])
    return names


ORDERS: dict[str, tuple[dict[str, Queued], list[str]]] = {
    "higher priority first": (
        {"low": waiting(priority=-1), "none": waiting(order=2), "high": waiting(priority=9, order=3)},
        ["high", "none", "low"]),
    "then who has waited longer": (
        {"late": waiting(since=-1), "early": waiting(since=-2, order=2), "later": waiting(since=-0.5, order=3)},
        ["early", "late", "later"]),
    "then who came first": ({"b": waiting(order=2), "c": waiting(order=3), "a": waiting(order=1)}, ["a", "b", "c"]),
    "who backs off comes after all others": (
        {"off": waiting("backoff", priority=9, refusals=1), "on": waiting(order=2)}, ["on", "off"]),
    "of those who back off, the one that is over sooner": (
        {"long": waiting("backoff", priority=9, refusals=3), "short": waiting("backoff", refusals=1, order=2)},
        ["short", "long"]),
    "of those that are over together, the higher priority": (
        {"low": waiting("backoff", since=0.2, refusals=1),
         "high": waiting("backoff", since=0.4, priority=3, refusals=1)},
        ["high", "low"]),
    "a back-off that is over does not count": (
        {"off": waiting("backoff", since=-9, priority=1, refusals=1), "on": waiting(order=2)}, ["off", "on"]),
    "an error is waited out": ({"bad": waiting("error", errors=1), "good": waiting(order=2)}, ["good"]),
    "an error that is over": (
        {"bad": waiting("error", since=-9, priority=1, errors=1), "good": waiting(order=2)}, ["bad", "good"]),
    "who waits for a change is not tried": ({"stuck": waiting("unschedulable", refusals=1)}, []),
    "who is gated is not tried": ({"gated": waiting("gated", priority=9), "free": waiting(order=2)}, ["free"]),
    "who is being bound is not tried": ({"on": waiting("binding", node="a")}, []),
    "what is not seen yet is not tried": ({"new": waiting(at=START + 2 * SECOND)}, []),
}  # fmt: skip


@pytest.mark.parametrize("case", ORDERS.values(), ids=ORDERS.keys())
def test_the_order(case: tuple[dict[str, Queued], list[str]]) -> None:
    pods, expected = case
    made, found = queue()
    made.clock.move_to(START + SECOND // 2)
    for name, one in pods.items():
        found.put(at(name), one)
    assert popped(found) == expected


WAITS: dict[str, tuple[Queued, list[int]]] = {
    "never tried": (waiting("backoff"), [0]),
    "doubles with every refusal, to ten seconds": (waiting("backoff"), [0, 1, 2, 4, 8, 10, 10, 10]),
    "doubles with every error in a row": (waiting("error", refusals=7), [0, 1, 2, 4, 8, 10, 10]),
}  # fmt: skip


@pytest.mark.parametrize("case", WAITS.values(), ids=WAITS.keys())
def test_how_long_a_pod_backs_off(case: tuple[Queued, list[int]]) -> None:
    held, seconds = case
    for times, expected in enumerate(seconds):
        tried = held._replace(errors=times) if held.queue == "error" else held._replace(refusals=times)
        ends = backoff_ends(tried, SECOND, 10 * SECOND)
        assert ends == (START + expected * SECOND if times else 0)


PACES: dict[str, tuple[int, int, int, int]] = {
    "longer": (3, 60, 4, 24), "capped": (3, 20, 9, 20), "the cap is below the beginning": (5, 2, 1, 2),
    "far too often": (1, 10, 5000, 10),
}  # fmt: skip


@pytest.mark.parametrize("case", PACES.values(), ids=PACES.keys())
def test_the_pace_is_configurable(case: tuple[int, int, int, int]) -> None:
    initial, longest, times, expected = case
    _, found = queue()
    found.pace(initial * SECOND, longest * SECOND)
    assert found.backoff_ends(waiting("backoff", refusals=times)) == START + expected * SECOND


@pytest.mark.parametrize(
    ("since", "after", "expected"),
    [
        (0.0, 1.9, False),
        (0.0, 2.0, True),
        (0.4, 1.9, False),
        (0.4, 2.0, True),
        (0.999, 1.99, False),
        (0.999, 2.0, True),
    ],
)
def test_back_offs_end_with_the_second(since: float, after: float, expected: bool) -> None:
    made, found = queue()
    found.put(at("p"), waiting("error", since=since, errors=1))
    made.clock.move_to(START + int(after * SECOND))
    assert popped(found) == (["p"] if expected else [])


def test_a_pod_waits_for_a_change_for_five_minutes_at_most() -> None:
    made, found = queue()
    for name, since in (("early", 0), ("late", 60)):
        found.put(at(name), waiting("unschedulable", since=since, refusals=1, refused_by=("X",)))
    assert found.next_flush() == START + 300 * SECOND
    made.clock.move_to(START + 300 * SECOND)
    found.flush()
    assert popped(found) == ["early"]
    assert found.next_flush() == START + 360 * SECOND


def test_only_those_whom_a_change_helps_are_woken() -> None:
    made, found = queue()
    for order, (name, plugins) in enumerate({"a": ("X",), "b": ("Y",), "c": ("X", "Y"), "d": ()}.items(), start=1):
        found.put(at(name), waiting("unschedulable", since=-20, refusals=1, refused_by=plugins, order=order))
    asked: list[tuple[str, ...]] = []

    def helps(group: Group) -> bool:
        asked.append(group[0])
        return "Y" in group[0]

    found.wake(helps, led_by=7, but=at("b"))
    assert sorted(asked) == [(), ("X",), ("X", "Y"), ("Y",)]
    moved = found.get(at("c"))
    assert moved is not None and (moved.queue, moved.led_by) == ("active", 7)
    made.clock.move_to(made.now + made.latency.watch)
    assert popped(found) == ["c"]


@pytest.mark.parametrize(("since", "place"), [(0, "backoff"), (-1, "backoff"), (-2, "active"), (-60, "active")])
def test_who_is_woken_backs_off_first_if_need_be(since: float, place: str) -> None:
    _, found = queue()
    found.put(at("p"), waiting("unschedulable", since=since, refusals=1, refused_by=("X",)))
    found.wake_one(at("p"), led_by=None)
    moved = found.get(at("p"))
    assert moved is not None and moved.queue == place


def test_a_pod_is_in_one_place_only() -> None:
    made, found = queue()
    found.put(at("p"), waiting(priority=1))
    found.put(at("p"), waiting(priority=5, order=2))
    found.put(at("q"), waiting(priority=3, order=3))
    found.put(at("r"), waiting("backoff", refusals=1, order=4))
    found.put(at("r"), waiting("unschedulable", refusals=2, refused_by=("X",), order=4))
    made.clock.move_to(START + 30 * SECOND)
    assert popped(found) == ["p", "q"]
    assert at("r") in found and at("p") not in found
    found.remove(at("r"))
    assert at("r") not in found and made.note(NAME, text_of(at("r"))) is None
    assert found.remove(at("r")) is None


def test_clearing_leaves_no_note() -> None:
    made, found = queue()
    for name, place in (("a", "active"), ("b", "binding"), ("c", "gated")):
        found.put(at(name), waiting(place))
    found.clear()
    assert popped(found) == [] and found.on_their_way() == [] and made.memories() == []


KEYS = st.integers(0, 7)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("new"), KEYS, st.integers(-1, 2)),
        st.tuples(st.just("try"), st.sampled_from(["unschedulable", "error", "binding"]), st.sampled_from("XY")),
        st.tuples(st.just("wake"), st.sampled_from("XY"), st.just(0)),
        st.tuples(st.just("drop"), KEYS, st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 40), st.just(0)),
    ),
    max_size=40,
)


def move(made: World, found: SchedulingQueue, what: str, one: Any, other: Any) -> None:
    if what == "new" and at(f"p{one}") not in found:
        seen = made.now + made.latency.watch
        found.put(at(f"p{one}"), Queued("active", "u", other, at=seen, since=seen, order=made.now + one))
    elif what == "try" and (taken := found.pop()) is not None:
        key, held = taken
        refused, failed = one == "unschedulable", one == "error"
        tried = held._replace(
            queue=one, at=made.now, since=made.now, attempts=held.attempts + 1, refusals=held.refusals + refused,
            errors=held.errors + 1 if failed else 0, refused_by=(other,) if refused else (),
            node="a" if one == "binding" else "",
        )  # fmt: skip
        found.put(key, tried)
    elif what == "wake":
        found.wake(lambda group: one in group[0], led_by=made.now)
    elif what == "drop":
        found.remove(at(f"p{one}"))
    elif what == "wait":
        made.clock.move_to(made.now + one * SECOND // 10)
        found.flush()


def drained(made: World, found: SchedulingQueue) -> list[tuple[str, Instant]]:
    """Who is tried when, from now on, if nothing else happens."""
    order = []
    for _ in range(800):
        while (taken := found.pop()) is not None:
            order.append((taken[0].name, made.now))
            found.remove(taken[0])
        made.clock.move_to(made.now + SECOND // 2)
        found.flush()
    return order


@given(MOVES)
@settings(max_examples=120, deadline=None)
def test_a_queue_that_is_made_from_its_notes_is_the_same_queue(moves: list[tuple[str, Any, Any]]) -> None:
    made, found = queue()
    for what, one, other in moves:
        move(made, found, what, one, other)
    again, copy = queue(World(seed=1, now=made.now))
    for memory in reversed(made.memories()):
        again.remember(memory)
    for memory in reversed(made.memories()):
        namespace, _, name = memory.key.partition("/")
        copy.restore(Key(namespace, name), memory.note)
    assert copy.on_their_way() == found.on_their_way()
    assert copy.next_due() == found.next_due() and copy.next_flush() == found.next_flush()
    assert copy.next_retry() == found.next_retry()
    assert drained(again, copy) == drained(made, found)
