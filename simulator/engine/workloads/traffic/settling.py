"""From what a Traffic's flow was to what it is from now on, as its status has it. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ... import quantity
from ...clock import SECOND
from ...objects import instant_of, key_of, micro_timestamp, namespace_of, spec_of, status_of, uid_of
from ...registry import Body, Instant, Reader
from ..curves import NOTHING
from . import backends
from .cost import Cost
from .flows import Flow, Flows, Settled, settled, timeout
from .serving import NO_COUNTS, Counts
from .targets import End, Found

WINDOW = 10 * 60 * SECOND
"""For how long it is remembered what had been counted at each change."""
_MOST_POINTS = 256
_PASSING = frozenset({"since", "points", "sentMicro", "failedMicro"})
_SHOWN = ("flow", "backends", "rate", "latencyMilliseconds", "errorPercent")


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
) -> Body:
    """The parts of a Traffic's status that say what flows from now on; those that it has if nothing is different.

    found: who answers, None if no requests are sent. began: when its curves begin. others: the flows to all pods.
    memo: what pods were found to have.
    """
    old, ends = settled(traffic), found.ends if found is not None else []
    held = backends.means(reader, ends, memo)
    flow = _flow(traffic, found, held, began)
    listed = _backends(reader, traffic, old, ends, flow, now, draw)
    total = backends.capacity(reader, held) if ends else NOTHING
    if found is not None and total is not None:
        flow["capacity"] = quantity.from_milli(round(total * _part(traffic, ends, flow, others, now) * 1000))
    status = status_of(traffic)
    same = old is not None and {key: one for key, one in status["flow"].items() if key not in _PASSING} == flow
    if same and listed == [one for one in status.get("backends") or () if one["shares"] or one in listed]:
        return {key: status[key] for key in _SHOWN if key in status}
    stamp = micro_timestamp(now)
    listed = [one if "since" in one else {**one, "since": stamp} for one in listed]
    sent, failed = (0, 0) if old is None else old.totals(now)
    flow |= {"since": stamp, "sentMicro": sent, "failedMicro": failed}
    flow["points"] = _points(old, listed, now)
    return {**_shown(Settled(flow), now), "flow": flow, "backends": listed}


def _flow(traffic: Body, found: Found | None, held: Sequence[backends.Means], began: Instant) -> dict[str, Any]:
    """The flow as it is from now on, without what was before."""
    spec = spec_of(traffic)
    work, latency, errors = _mean([one.cost for one in held])
    clients = spec.get("clients") or 1
    sticks = found is not None and (found.sticks or bool(spec.get("keepAlive")))
    sticks = sticks and bool(held) and clients <= backends.MOST_CLIENTS
    flow: dict[str, Any] = {
        "began": micro_timestamp(began),
        "rate": str(spec.get("rate") or 0),
        "shares": clients if sticks else max(1, len(held)),
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


def _mean(each: Sequence[Cost]) -> tuple[Fraction, int, int]:
    """The CPU, the latency and the share of errors of a request, whoever answers it."""
    if not each:
        return NOTHING, 0, 0
    alike, count = Counter(each), len(each)
    errors = sum((100 if one.status >= 500 else one.errors) * times for one, times in alike.items())
    work = sum((one.cpu * times for one, times in alike.items()), NOTHING)
    latency = sum(one.latency * times for one, times in alike.items())
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
    old: Settled | None,
    ends: Sequence[End],
    flow: dict[str, Any],
    now: Instant,
    draw: Callable[[int], int],
) -> list[dict[str, Any]]:
    namespace = namespace_of(traffic)
    held = [Flow(traffic, old, one) for one in status_of(traffic).get("backends") or ()] if old is not None else []
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
            pod = reader.get("pods", *backends.pod_key(one, namespace))
            entry = backends.left(one, pod, now)
            listed += [entry] if entry is not None else []
    return sorted(listed, key=lambda one: (one.get("namespace", ""), one["pod"]))


def _points(old: Settled | None, listed: list[dict[str, Any]], now: Instant) -> list[dict[str, Any]]:
    """What a share had counted: now, at the changes of the last minutes, and when the present backends came."""
    present = NO_COUNTS if old is None else old.counts(now)
    held: list[tuple[Instant, Counts]] = [one for one in old.points if one[0] < now] if old is not None else []
    wanted = {instant_of(one["since"]) for one in listed if one["shares"]}
    recent = [at for at, _ in held if at >= now - WINDOW][-_MOST_POINTS:]
    oldest = max((at for at, _ in held if at < now - WINDOW), default=None)
    kept = {*recent, *wanted, oldest}
    return [
        {"at": micro_timestamp(at), "counts": list(counts)}
        for at, counts in [*held, (now, present)]
        if at in kept | {now}
    ]


def _shown(flow: Settled, now: Instant) -> Body:
    rate = flow.rate(now)
    failing = flow.service.failing(rate)
    return {
        "rate": quantity.from_milli(round(rate * 1000)),
        "latencyMilliseconds": round(flow.service.seconds(rate) * 1000),
        "errorPercent": round(failing / rate * 100) if rate else 0,
    }
