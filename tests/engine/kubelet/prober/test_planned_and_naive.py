"""Probes are worked out ahead, not made one by one: here they are made one by one, and must come to the same."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.kubelet.prober import worker as workers
from simulator.engine.kubelet.prober.stride import Stride, next_tick, tick_from
from simulator.engine.kubelet.prober.worker import Rule, Worker
from simulator.engine.workloads.probe.target import Answer

END = 400 * SECOND
TOOK = st.sampled_from([0, MILLISECOND, 700 * MILLISECOND, SECOND, 2 * SECOND, 3_500 * MILLISECOND, 11 * SECOND])
ANSWERS = st.builds(
    Answer,
    st.sampled_from(["Success", "Success", "Failure", "Failure", "Warning", "Error"]),
    st.sampled_from(["", "one", "two"]),
    TOOK,
    st.none(),
    st.sampled_from([False, False, False, True]),
)
PIECES = st.lists(st.tuples(st.integers(0, 300_000), ANSWERS), min_size=1, max_size=8)
RULES = st.builds(
    Rule,
    st.sampled_from(["liveness", "readiness", "startup"]),
    st.just(0),
    st.sampled_from([SECOND, 3 * SECOND, 10 * SECOND]),
    st.integers(1, 3),
    st.integers(1, 4),
)


@dataclass
class Timeline:
    """What is answered from when on."""

    pieces: list[tuple[int, Answer]]

    def __post_init__(self) -> None:
        self.edges = sorted({at * MILLISECOND for at, _ in self.pieces} | {0})
        by_edge = {at * MILLISECOND: answer for at, answer in self.pieces}
        self.answers = [by_edge.get(edge, self.pieces[0][1]) for edge in self.edges]

    def at(self, instant: int) -> Answer:
        position = bisect_right(self.edges, instant) - 1
        until = self.edges[position + 1] if position + 1 < len(self.edges) else None
        return self.answers[position]._replace(until=until)


@dataclass
class History:
    """probes: (start, outcome, text, run, caused) of each; results: (when, result); told: when people were told."""

    probes: list[tuple[Any, ...]] = field(default_factory=list)
    results: list[tuple[int, str]] = field(default_factory=list)
    told: list[int] = field(default_factory=list)


def begun(rule: Rule, tick: int) -> Worker:
    met = workers.met(workers.fresh(tick), rule.kind, 0)
    return {**met, "next": tick_from(0, tick, rule.period)}


def naive(timeline: Timeline, rule: Rule, tick: int, muted: int) -> History:
    """Makes each probe when the ticker fires, or when the one before it has ended, if that was late."""
    history = History()
    result, last, run = workers.INITIAL[rule.kind], "", 0
    start = tick_from(0, tick, rule.period)
    while True:
        given = timeline.at(start)
        end = start + given.took
        if end > END:
            return history
        outcome = "Success" if given.outcome == "Warning" else given.outcome
        if given.outcome != "Success" and end >= muted:
            history.told.append(end)
        caused = ""
        if outcome != "Error":
            run = run + 1 if outcome == last else 1
            last = outcome
        shown = 0 if outcome == "Error" else run
        threshold = rule.success if outcome == "Success" else rule.failure
        if outcome != "Error" and run >= threshold:
            if outcome != result:
                result, caused = outcome, "result"
                history.results.append((end, result))
            if rule.kind == "startup" or (rule.kind == "liveness" and outcome == "Failure"):
                history.probes.append((start, given.outcome, given.text, shown, caused))
                return history
        history.probes.append((start, given.outcome, given.text, shown, caused))
        start = max(end, next_tick(start, tick, rule.period))


def collapsed(timeline: Timeline, rule: Rule, tick: int, muted: int, looks: list[int]) -> tuple[History, int]:
    """Goes from one probe that matters to the next, and counts the turns that it takes. looks: other turns between."""
    history, now, turns = History(), 0, 0
    worker = begun(rule, tick)
    others = sorted(looks)
    while True:
        if not (worker["aim"] and worker["aim"][0] < now < worker["due"]):
            settled = workers.settled(worker, rule, now)
            worker = workers.planned({**settled, "plan": [], "aim": None}, rule, timeline.at, muted=muted, now=now)
        due = END + 1 if worker["due"] is None else worker["due"]
        while others and others[0] <= now:
            others.pop(0)
        if others and others[0] < due:
            now = others.pop(0)
            continue
        if due > END:
            break
        now = due
        turns += 1
        if worker["aim"] is None:
            continue
        start, took, outcome, text = worker["aim"]
        worker = workers.settled(worker, rule, start)
        if outcome != "Success" and now >= muted:
            history.told.append(now)
        after, is_new = workers.judged(worker, rule, outcome)
        if is_new:
            history.results.append((now, after["result"]))
        stride = Stride(start, tick, rule.period, took)
        past = workers.noted(worker, stride, outcome, text, 1, "result" if is_new else "")["past"]
        worker = {**after, **workers.IDLE, "past": past}
        if worker["hold"]:
            break
        worker["next"] = workers.following(start, now, worker, rule)
    if worker["next"] is not None:
        worker = workers.settled(worker, rule, END + 1)
    history.probes = expanded(worker["past"], rule)
    return history, turns


def expanded(past: list[list[Any]], rule: Rule) -> list[tuple[Any, ...]]:
    found = []
    for start, took, outcome, text, count, run, caused, tick in past:
        stride = Stride(start, tick, rule.period, took)
        for number in range(count):
            if stride.at(number) + took > END:
                continue
            shown = 0 if outcome == "Error" else run + number
            found.append((stride.at(number), outcome, text, shown, caused if number == count - 1 else ""))
    return found


@settings(max_examples=400, deadline=None)
@given(
    pieces=PIECES,
    rule=RULES,
    tick=st.integers(0, 10_000_000),
    muted=st.integers(0, 400).map(lambda one: one * SECOND),
    looks=st.lists(st.integers(0, END), max_size=5),
)
def test_each_probe_and_all_that_it_causes_are_the_same(
    pieces: list[tuple[int, Answer]], rule: Rule, tick: int, muted: int, looks: list[int]
) -> None:
    timeline = Timeline(pieces)
    expected = naive(timeline, rule, tick, muted)
    found, _ = collapsed(timeline, rule, tick, muted, looks)
    assert found.results == expected.results
    assert found.told == expected.told
    most = len(found.probes)
    assert found.probes == expected.probes[len(expected.probes) - most :]
    assert most == len(expected.probes) or most >= 60


@given(
    start=st.integers(0, 50),
    tick=st.integers(0, 50),
    period=st.integers(1, 20),
    took=st.integers(0, 30),
    instant=st.integers(0, 400),
)
def test_a_stride_is_what_the_ticker_makes_of_it(start: int, tick: int, period: int, took: int, instant: int) -> None:
    stride, at = Stride(start, tick, period, took), start
    begins = []
    for number in range(40):
        assert stride.at(number) == at
        begins.append(at)
        at = max(at + took, next_tick(at, tick, period))
    assert stride.first(instant) == sum(one < instant for one in begins) or begins[-1] < instant


def test_a_probe_that_passes_costs_nothing() -> None:
    rule = Rule("liveness", 0, 10 * SECOND, 1, 3)
    found, turns = collapsed(Timeline([(0, Answer("Success"))]), rule, 0, 0, [])
    assert (len(found.probes), turns) == (40, 0)
