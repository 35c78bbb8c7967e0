"""The probes of a container over a span of time: each with its answer, what it made the count, what it caused.

Nothing is kept for each probe: the list is worked out from the pod's note whenever somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypedDict

from ...objects import micro_timestamp
from ...registry import Body, Instant
from ...workloads.containers import container_of
from . import worker as workers
from .stride import Stride
from .worker import KINDS, Kind, Rule, Worker

MOST = 1000


class Probe(NamedTuple):
    """One probe. run: how many times in a row its outcome had come with it, 0 if it does not count.

    caused: ready, unready, started or killed; event if it was only told; empty if nothing came of it.
    """

    at: Instant
    took: int
    outcome: str
    text: str
    run: int
    caused: str


class Entry(TypedDict):
    """A probe as doors show it. threshold: how many in a row it takes for its outcome to count."""

    at: str
    tookMicroseconds: int
    outcome: str
    message: str
    count: int
    threshold: int
    caused: str


class Row(TypedDict):
    """The probes of one kind. truncated: whether there were more than are shown, the oldest of which are left out."""

    kind: Literal["liveness", "readiness", "startup"]
    result: str
    handler: str
    periodSeconds: int
    successThreshold: int
    failureThreshold: int
    probes: list[Entry]
    truncated: bool


def probes(
    note: Mapping[str, Any], container: Body, kind: Kind, since: Instant, until: Instant, now: Instant
) -> Iterator[Probe]:
    """The probes of one kind that began from `since` until `until` and have ended by `now`, oldest first.

    note: the kubelet's memory of the pod. What was long ago and often different is forgotten.
    """
    worker: Worker | None = (note.get("probes") or {}).get(f"{container['name']}/{kind}")
    held = container.get(f"{kind}Probe")
    if worker is None or not held:
        return
    rule = workers.rule(kind, held)
    for start, took, outcome, text, count, run, caused, tick in workers.settled(worker, rule, now + 1)["past"]:
        stride = Stride(start, tick, rule.period, took)
        for number in range(stride.first(since), min(count, stride.first(until + 1))):
            at = stride.at(number)
            if at + took <= now:
                shown = 0 if outcome == "Error" else run + number
                yield Probe(at, took, outcome, text, shown, caused if number == count - 1 else "")


def of(
    note: Mapping[str, Any], pod: Body, name: str, *, since: Instant, until: Instant, now: Instant, most: int = MOST
) -> list[Row]:
    """What a page shows of a container's probes, no more than the last `most` of each kind.

    Raises KeyError if the pod has no such container.
    """
    container = container_of(pod, name)
    rows: list[Row] = []
    for kind in KINDS:
        held = container.get(f"{kind}Probe")
        if not held:
            continue
        rule = workers.rule(kind, held)
        worker = (note.get("probes") or {}).get(f"{name}/{kind}") or {}
        found = list(probes(note, container, kind, since, until, now))
        rows.append(
            {
                "kind": kind,
                "result": worker.get("result", ""),
                "handler": next((one for one in ("exec", "httpGet", "tcpSocket", "grpc") if held.get(one)), ""),
                "periodSeconds": int(held.get("periodSeconds") or 10),
                "successThreshold": rule.success,
                "failureThreshold": rule.failure,
                "probes": [_entry(one, rule) for one in found[max(0, len(found) - most) :]],
                "truncated": len(found) > most,
            }
        )
    return rows


def _entry(probe: Probe, rule: Rule) -> Entry:
    return {
        "at": micro_timestamp(probe.at),
        "tookMicroseconds": probe.took,
        "outcome": probe.outcome,
        "message": probe.text,
        "count": probe.run,
        "threshold": rule.success if workers.result_of(probe.outcome) == "Success" else rule.failure,
        "caused": probe.caused,
    }
