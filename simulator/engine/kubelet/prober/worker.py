"""What a probe worker knows, and what comes next for it. Follows pkg/kubelet/prober/worker.go, v1.34.

A worker is plain JSON, a part of its pod's note:
    tick        an instant at which its ticker fires
    n           the number of the run of its container that it has seen, None before the first
    result      what the kubelet holds the container for: Success, Failure or Unknown
    last, run   the last outcome, and how many times in a row it came
    hold        whether it waits for a new run of the container
    again       whether a probe is to follow at once when the present one has ended
    next        when the next probe begins that is not accounted for, None while there is none
    plan        [start, took, outcome, text]: probes from `start` on that change nothing, until the next entry
    aim         the same of the first probe that changes something, None if there is none
    due         when it ends; without an aim, when the answer is to be looked at again; None if nothing is due
    past        [start, took, outcome, text, count, run, caused, tick]: probes that were made, newest last; run: how
                many times in a row the outcome had come with the first; caused: what the last of them led to
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from ...clock import SECOND
from ...registry import Body, Instant
from ...workloads.probe.target import Answer
from .stride import Stride, next_tick

Kind = Literal["liveness", "readiness", "startup"]
Worker = dict[str, Any]

KINDS: tuple[Kind, ...] = ("startup", "readiness", "liveness")
INITIAL: dict[Kind, str] = {"liveness": "Success", "readiness": "Failure", "startup": "Unknown"}
IDLE: Worker = {"next": None, "plan": [], "aim": None, "due": None, "again": False}
"""What a worker has that makes no probes."""
_KEPT = 60
_LOOKED = 50
"""How many changes of the answer are looked at before the world is looked at again."""


class Rule(NamedTuple):
    """A probe's figures. Durations are microseconds."""

    kind: Kind
    delay: int
    period: int
    success: int
    failure: int


def rule(kind: Kind, probe: Body) -> Rule:
    return Rule(
        kind,
        int(probe.get("initialDelaySeconds") or 0) * SECOND,
        int(probe.get("periodSeconds") or 10) * SECOND,
        int(probe.get("successThreshold") or 1),
        int(probe.get("failureThreshold") or 3),
    )


def fresh(tick: Instant) -> Worker:
    """A worker that has just begun, with its first tick."""
    return {
        "tick": tick,
        "n": None,
        "result": "",
        "last": "",
        "run": 0,
        "hold": False,
        "again": False,
        "next": None,
        "plan": [],
        "aim": None,
        "due": None,
        "past": [],
    }


def met(worker: Worker, kind: Kind, number: int) -> Worker:
    """The worker after it has met a new run of its container."""
    return {**worker, **IDLE, "n": number, "result": INITIAL[kind], "hold": False}


def result_of(outcome: str) -> str:
    return "Success" if outcome == "Warning" else outcome


def counted(worker: Worker, outcome: str, times: int) -> Worker:
    """The worker after the same outcome came so many times more."""
    if outcome == "Error" or not times:
        return worker
    result = result_of(outcome)
    run = worker["run"] + times if worker["last"] == result else times
    return {**worker, "last": result, "run": run}


def judged(worker: Worker, rule: Rule, outcome: str) -> tuple[Worker, bool]:
    """The worker after one probe, and whether it holds its container for something else now."""
    worker = counted(worker, outcome, 1)
    result = result_of(outcome)
    if outcome == "Error" or worker["run"] < (rule.success if result == "Success" else rule.failure):
        return worker, False
    is_new = worker["result"] != result
    worker = {**worker, "result": result}
    if rule.kind == "startup" or (rule.kind == "liveness" and result == "Failure"):
        worker |= {"hold": True, "run": 0}
    return worker, is_new


def noted(worker: Worker, stride: Stride, outcome: str, text: str, count: int, caused: str = "") -> Worker:
    """The worker with probes that it has made written down, before they are counted."""
    if not count:
        return worker
    result = result_of(outcome)
    run = 0 if outcome == "Error" else worker["run"] + 1 if worker["last"] == result else 1
    past = worker["past"]
    if past:
        start, took, held, said, known, first, cause, tick = past[-1]
        before = Stride(start, tick, stride.period, took)
        same = (took, held, said) == (stride.took, outcome, text) and not cause
        if same and (before.at(known), tick) == (stride.start, stride.tick) and (not run or run == first + known):
            joined = [start, took, held, said, known + count, first, caused, tick]
            return {**worker, "past": [*past[:-1], joined]}
    entry = [stride.start, stride.took, outcome, text, count, run, caused, stride.tick]
    return {**worker, "past": [*past, entry][-_KEPT:]}


def settled(worker: Worker, rule: Rule, now: Instant) -> Worker:
    """The worker with all probes accounted for that began before `now` and changed nothing."""
    if worker["next"] is None:
        return worker
    plan, aim = worker["plan"], worker["aim"]
    for position, (start, took, outcome, text) in enumerate(plan):
        stride = Stride(start, worker["tick"], rule.period, took)
        end = plan[position + 1][0] if position + 1 < len(plan) else None if aim is None else aim[0]
        is_cut = end is None or end > now
        limit = now if is_cut or end is None else end
        count = stride.first(limit)
        worker = counted(noted(worker, stride, outcome, text, count), outcome, count)
        if is_cut:
            rest = [[stride.at(count), took, outcome, text], *plan[position + 1 :]] if count else plan[position:]
            return {**worker, "next": stride.at(count), "plan": rest}
    return {**worker, "plan": [], "next": worker["next"] if aim is None else aim[0]}


def planned(worker: Worker, rule: Rule, answer: Callable[[Instant], Answer], *, muted: Instant, now: Instant) -> Worker:
    """The worker with what comes next: the first probe from `next` on that changes something or says something.

    answer: what a probe comes to that begins at an instant. muted: until when failures are not told to people.
    """
    plan: list[list[Any]] = []
    state, start = worker, worker["next"]
    for _turn in range(_LOOKED):
        given = answer(start)
        if given.is_momentary and start > now:
            return {**worker, "plan": plan, "aim": None, "due": start}
        stride = Stride(start, worker["tick"], rule.period, given.took)
        last = 1 if given.is_momentary else None if given.until is None else max(1, stride.first(given.until))
        number = _first_of_note(state, rule, given, stride, muted)
        entry = [start, given.took, given.outcome, given.text]
        if number is not None and (last is None or number < last):
            aim = [stride.at(number), *entry[1:]]
            return {
                **worker,
                "plan": [*plan, entry] if number else plan,
                "aim": aim,
                "due": aim[0] + given.took,
            }
        plan.append(entry)
        if last is None:
            return {**worker, "plan": plan, "aim": None, "due": None}
        state, start = counted(state, given.outcome, last), stride.at(last)
    return {**worker, "plan": plan, "aim": None, "due": start}


def _first_of_note(worker: Worker, rule: Rule, given: Answer, stride: Stride, muted: Instant) -> int | None:
    """The number of the first of equal probes that changes the result or is told."""
    told = None if given.outcome == "Success" else stride.first(muted - given.took)
    if given.outcome == "Error":
        return told
    result = result_of(given.outcome)
    if worker["result"] == result:
        return told
    threshold = rule.success if result == "Success" else rule.failure
    before = worker["run"] if worker["last"] == result else 0
    changes = max(0, threshold - before - 1)
    return changes if told is None else min(told, changes)


def following(start: Instant, end: Instant, worker: Worker, rule: Rule) -> Instant:
    """When the probe begins that comes after one."""
    return max(end, next_tick(start, worker["tick"], rule.period))
