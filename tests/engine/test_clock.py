"""The agenda: order, deduplication, restoring."""

import pytest

from simulator.engine.clock import Clock


def ticking(now: int = 0) -> tuple[Clock, list[tuple[int, str]]]:
    clock, seen = Clock(now), []
    clock.handle("c", lambda key, entry: seen.append((clock.now, key)))
    clock.handle("idle", lambda key, entry: seen.append((clock.now, key)), housekeeping=True)
    return clock, seen


def test_it_runs_what_is_due_in_order() -> None:
    clock, seen = ticking()
    for key, due in (("late", 30), ("early", 10), ("same-1", 20), ("same-2", 20)):
        clock.at("c", key, due)
    assert clock.run_until(25)
    assert seen == [(10, "early"), (20, "same-1"), (20, "same-2")]
    assert clock.now == 25


@pytest.mark.parametrize(
    ("name", "bookings", "due"),
    [
        ("a later booking changes nothing", [("at", 10), ("at", 20)], 10),
        ("an earlier booking moves it", [("at", 20), ("at", 10)], 10),
        ("move puts it later", [("at", 10), ("move", 20)], 20),
        ("move puts it earlier", [("at", 20), ("move", 10)], 10),
        ("the past is now", [("at", 3)], 5),
    ],
)
def test_one_entry_per_key(name: str, bookings: list[tuple[str, int]], due: int) -> None:
    clock, seen = ticking(now=5)
    for method, instant in bookings:
        getattr(clock, method)("c", "key", instant)
    clock.run_until(100)
    assert seen == [(due, "key")]


def test_a_cancelled_entry_does_not_run() -> None:
    clock, seen = ticking()
    clock.at("c", "key", 10)
    clock.cancel("c", "key")
    clock.run_until(100)
    assert not seen
    assert clock.next_due() is None


def test_housekeeping_is_not_waited_for() -> None:
    clock, _ = ticking()
    clock.at("idle", "sweep", 10)
    assert clock.settled()
    assert clock.next_due() == 10
    assert clock.next_due(housekeeping=False) is None
    clock.at("c", "work", 20)
    assert not clock.settled()
    assert clock.next_due(housekeeping=False) == 20


def test_stop_ends_a_run_between_two_entries() -> None:
    clock, seen = ticking()
    clock.at("c", "a", 10)
    clock.at("c", "b", 20)
    assert not clock.run_until(100, stop=lambda: bool(seen))
    assert seen == [(10, "a")]
    assert clock.now == 10
    assert clock.run_until(100)
    assert seen[-1] == (20, "b")


def test_a_restored_agenda_runs_in_the_same_order() -> None:
    first, seen = ticking()
    for key in ("x", "a", "m"):
        first.at("c", key, 10)
    second, again = ticking()
    for entry in sorted(first.entries(), key=lambda entry: entry.key):
        second.restore(entry)
    first.run_until(10)
    second.run_until(10)
    assert seen == again == [(10, "x"), (10, "a"), (10, "m")]
