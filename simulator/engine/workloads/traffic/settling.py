"""From what a Traffic's flow was to what it is from now on, as its status has it. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from ... import quantity
from ...clock import SECOND
from ...objects import key_of, micro_timestamp, namespace_of, spec_of, status_of, uid_of
from ...registry import Body, Instant, Reader
from ..curves import NOTHING
from . import backends
from .flows import Flow, Flows, Settled, pod_of, settled, timeout
from .serving import NO_COUNTS, Counts
from .targets import End, Found

WINDOW = 10 * 60 * SECOND
"""For how long it is remembered what had been counted at each change."""
_COARSER = 8
"""A point is one too many if those beside it are so many times as old as they are far apart."""
_PASSING = frozenset({"since", "points", "sentMicro", "failedMicro"})
_SHOWN = ("flow", "backends", "rate", "latencyMilliseconds", "errorPercent")


class Settlement(NamedTuple):
    """The parts of a Traffic's status that say what flows, and the backends that its slices are to list."""

    parts: Body
    backends: list[dict[str, Any]]


def settle(
    reader: Reader,
    traffic: Body,
    found: Found | None,
    now: Instant,
    *,
    began: Instant,
    others: Flows,
    draw: Callable[[int], int],
    memo: backends.Memo,
) -> Settlement:
    """What flows from now on; what is written already if nothing is different.

    found: who answers, None if no requests are sent. began: when its curves begin. others: the flows to all pods.
    memo: what pods were found to have.
    """
    old, ends = settled(traffic), found.ends if found is not None else []
    held = backends.alike(backends.means(reader, ends, memo))
    flow = _flow(traffic, found, held, began)
    before = others.of(key_of(traffic)) if old is not None else []
    listed = _backends(reader, traffic, before, ends, flow, now, draw)
    total = backends.capacity(reader, held) if ends else NOTHING
    if found is not None and total is not None:
        flow["capacity"] = quantity.from_milli(round(total * _part(traffic, ends, flow, others, now) * 1000))
    status = status_of(traffic)
    same = old is not None and {key: one for key, one in status["flow"].items() if key not in _PASSING} == flow
    if same and listed == [one.backend for one in before if one.shares or one.backend in listed]:
        return Settlement({key: status[key] for key in _SHOWN if key in status}, listed)
    stamp, base = micro_timestamp(now), list(NO_COUNTS if old is None else old.counts(now))
    listed = [one if "since" in one else {**one, "since": stamp, "base": base} for one in listed]
    sent, failed = (0, 0) if old is None else old.totals(now)
    flow |= {"since": stamp, "sentMicro": sent, "failedMicro": failed}
    flow["points"] = _points(old, now)
    answering = sum(1 for one in listed if one["shares"])
    return Settlement({**_shown(Settled(flow), now), "flow": flow, "backends": answering}, listed)


def _flow(traffic: Body, found: Found | None, held: backends.Alike, began: Instant) -> dict[str, Any]:
    """The flow as it is from now on, without what was before."""
    spec = spec_of(traffic)
    work, latency, errors = _mean(held)
    clients = spec.get("clients") or 1
    sticks = found is not None and (found.sticks or bool(spec.get("keepAlive")))
    sticks = sticks and bool(held) and clients <= backends.MOST_CLIENTS
    flow: dict[str, Any] = {
        "began": micro_timestamp(began),
        "rate": str(spec.get("rate") or 0),
        "shares": clients if sticks else max(1, sum(count for _, count in held)),
        "sticks": sticks,
        "clients": clients,
        "servers": backends.servers(held),
        "workMicroseconds": round(work * SECOND),
        "latencyMicroseconds": latency,
        "timeoutSeconds": timeout(traffic),
        "errorPercent": errors,
    }
    if spec.get("curves") and found is not None:
        flow["curves"] = spec["curves"]
    if spec.get("pauseMilliseconds") is not None:
        flow["pauseMicroseconds"] = spec["pauseMilliseconds"] * 1000
        flow["rate"] = quantity.from_milli(round(Settled({**flow, "since": flow["began"]}).service.unhindered() * 1000))
    if found is None:
        flow["rate"] = "0"
    return flow


def _mean(held: backends.Alike) -> tuple[Fraction, int, int]:
    """The CPU, the latency and the share of errors of a request, whoever answers it."""
    if not held:
        return NOTHING, 0, 0
    costs, count = [(one.cost, times) for one, times in held], sum(times for _, times in held)
    errors = sum((100 if one.status >= 500 else one.errors) * times for one, times in costs)
    work = sum((one.cpu * times for one, times in costs), NOTHING)
    latency = sum(one.latency * times for one, times in costs)
    return work / count, latency // count, round(Fraction(errors, count))


def _part(traffic: Body, ends: Sequence[End], flow: Mapping[str, Any], others: Flows, now: Instant) -> Fraction:
    """How much of what can be answered there is for this Traffic: by what each of those who ask wants."""
    rate, rivals = quantity.parse(flow["rate"])[0], NOTHING
    for end in ends:
        for one in others.of_pod(end.pod):
            if key_of(one.traffic) != key_of(traffic):
                rivals += max(one.at(now).at(now), NOTHING)
    return rate / (rate + rivals) if rivals and rate else Fraction(1)


def _backends(
    reader: Reader,
    traffic: Body,
    held: Sequence[Flow],
    ends: Sequence[End],
    flow: dict[str, Any],
    now: Instant,
    draw: Callable[[int], int],
) -> list[dict[str, Any]]:
    namespace = namespace_of(traffic)
    before = {(one.backend["uid"], one.began): one for one in held}
    clients: dict[str, int] | None = None
    if flow["sticks"]:
        kept = held if held and status_of(traffic)["flow"].get("sticks") else []
        clients = {one.backend["uid"]: one.shares for one in kept}
    split = backends.shares(ends, clients, flow["clients"], draw)
    listed = backends.entries(ends, split, before, namespace, now)
    there = {uid_of(end.pod) for end in ends}
    for one in held:
        if one.backend["uid"] not in there:
            pod = reader.get("pods", *pod_of(one.backend, namespace))
            entry = backends.left(one, pod, now)
            listed += [entry] if entry is not None else []
    return sorted(listed, key=lambda one: (one.get("namespace", ""), one["pod"]))


def _points(old: Settled | None, now: Instant) -> list[dict[str, Any]]:
    """What a share had counted: now, and at the changes of the last minutes, the fewer the longer ago they are."""
    present = NO_COUNTS if old is None else old.counts(now)
    kept: list[tuple[Instant, Counts]] = [(now, present)]
    held = [one for one in old.points if one[0] < now] if old is not None else []
    for place in range(len(held) - 1, -1, -1):
        before = held[place - 1][0] if place else None
        if before is None or (kept[-1][0] - before) * _COARSER >= now - before:
            kept.append(held[place])
        if held[place][0] < now - WINDOW:
            break
    return [{"at": micro_timestamp(at), "counts": list(counts)} for at, counts in reversed(kept)]


def _shown(flow: Settled, now: Instant) -> Body:
    rate = flow.rate(now)
    failing = flow.service.failing(rate)
    return {
        "rate": quantity.from_milli(round(rate * 1000)),
        "latencyMilliseconds": round(flow.service.seconds(rate) * 1000),
        "errorPercent": round(failing / rate * 100) if rate else 0,
    }
