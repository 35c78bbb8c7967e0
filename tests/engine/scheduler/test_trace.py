"""One pass over pending pods, and that looking changes nothing."""

from __future__ import annotations

from simulator.engine.scheduler.trace import schedule, trace
from tests.engine.scheduler.builders import TEST, container, node, placed, pod, world


def test_each_pod_counts_before_the_next() -> None:
    made, _ = world(node("a", "2"), *(pod(name, container(cpu="1")) for name in ("p", "q", "r")))
    assert [(one["name"], one["node"]) for one in schedule(made)] == [("p", "a"), ("q", "a"), ("r", None)]


def test_the_queue_decides_the_order() -> None:
    made, _ = world(node("a", "1"), pod("low", container(cpu="1")), pod("urgent", container(cpu="1"), priority=5))
    assert [(one["name"], one["node"]) for one in schedule(made)] == [("urgent", "a"), ("low", None)]


def test_only_pods_that_are_to_be_placed() -> None:
    gated = pod("gated", schedulingGates=[{"name": "wait"}])
    made, _ = world(node("a"), gated, pod("other", schedulerName="mine"), pod("there", on="a"), pod("p"))
    assert [one["name"] for one in schedule(made)] == ["p"]


def test_looking_changes_nothing() -> None:
    made, _ = world(node("a"), node("b"))
    made.create("pods", pod("p"), TEST)
    made.drain()
    before = made.revision, made.memories()
    trace(made, pod("new", container(cpu="1")))
    schedule(made)
    assert (made.revision, made.memories()) == before
    assert made.drain().memories == []


def test_the_trace_foretells_the_decision() -> None:
    for seed in range(20):
        made, _ = world(*(node(name) for name in "abcde"), seed=seed)
        stored = made.create("pods", pod("p", container(cpu="1")), TEST)
        foretold = trace(made, stored)
        assert foretold["ties"] == list("abcde")
        made.clock.run_until(made.now)
        assert placed(made)["p"] == foretold["node"]


def test_a_past_decision_is_traced_as_if_it_were_to_be_made() -> None:
    made, _ = world(node("a"), node("b", "8"))
    made.create("pods", pod("p", container(cpu="1")), TEST)
    made.clock.run_until(made.now)
    stored = made.get("pods", "default", "p")
    assert stored is not None
    assert trace(made, stored)["node"] == stored["spec"]["nodeName"] == "b"
