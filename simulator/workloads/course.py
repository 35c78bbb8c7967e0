"""How a workload's pods went over time: samples from the log, and as many of them as a chart can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.engine.objects import micro_timestamp
from simulator.engine.registry import Instant, Key
from simulator.models import Change as ChangeRow
from simulator.models import Cluster

MOST_CHANGES = 12_000
"""How many changes of one workload are looked at, the newest."""
_BUCKETS = 200


class Figures(NamedTuple):
    """Pods of one ReplicaSet, or of one revision: those wanted, there, ready and available."""

    wanted: int
    total: int
    ready: int
    available: int

    def __add__(self, other: object) -> Figures:
        assert isinstance(other, Figures)
        return Figures(*(one + two for one, two in zip(self, other, strict=True)))


NONE = Figures(0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What was so from an instant on. `most`, `least`: the limits, as pods. `newest`: the band of the template."""

    at: Instant
    desired: int
    most: int
    least: int
    newest: str
    paused: bool
    recreates: bool
    complete: bool
    bands: dict[str, Figures]

    @property
    def everyone(self) -> Figures:
        return sum(self.bands.values(), NONE)

    @property
    def new(self) -> Figures:
        return self.bands.get(self.newest, NONE)

    @property
    def old(self) -> Figures:
        return sum((one for name, one in self.bands.items() if name != self.newest), NONE)


def changes_of(cluster: Cluster, resource: str, namespace: str, **about: Any) -> list[ChangeRow]:
    """The newest changes of some objects of a resource, oldest first."""
    rows = ChangeRow.objects.filter(cluster=cluster, resource=resource, namespace=namespace, **about)
    return list(rows.order_by("-revision")[:MOST_CHANGES])[::-1]


def is_whole(cluster: Cluster, key: Key, rows: Sequence[ChangeRow]) -> bool:
    """Whether the log still tells how the object of this key came to be."""
    return any(row.operation == "ADDED" and row.name == key.name for row in rows) and len(rows) < MOST_CHANGES


def at(samples: Sequence[Sample], instant: Instant) -> Sample | None:
    """What was so at an instant: the last sample up to it."""
    found = None
    for one in samples:
        if one.at > instant:
            break
        found = one
    return found


def within(samples: Sequence[Sample], since: Instant, until: Instant) -> list[Sample]:
    """The samples of a window; what was so at its begin is one of them."""
    before = at(samples, since)
    head = [] if before is None else [before]
    return head + [one for one in samples if since < one.at <= until]


def thinned(samples: Sequence[Sample], since: Instant, until: Instant) -> list[Sample]:
    """As many samples as a chart can show: of each short span the last, and those nearest to either limit.

    So that a limit that is met, or not kept to, is seen in what is left.
    """
    if len(samples) <= _BUCKETS:
        return list(samples)
    width = max(1, (until - since) // _BUCKETS)
    buckets: dict[int, list[int]] = {}
    for place, one in enumerate(samples):
        buckets.setdefault((one.at - since) // width, []).append(place)
    kept: set[int] = set()
    for places in buckets.values():
        kept.add(places[-1])
        kept.add(max(places, key=lambda place: samples[place].everyone.total - samples[place].most))
        kept.add(min(places, key=lambda place: samples[place].everyone.available - samples[place].least))
    return [samples[place] for place in sorted(kept)]


def columns(samples: Sequence[Sample], names: Iterable[str], since: Instant) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each band its figures over time, one list a figure."""
    for name in names:
        held = [one.bands.get(name, NONE) for one in samples]
        yield name, {figure: [getattr(one, figure) for one in held] for figure in Figures._fields}


def told(samples: Sequence[Sample], since: Instant, until: Instant, now: Instant) -> dict[str, Any]:
    """The time axis and the limits."""
    return {
        "at": micro_timestamp(now),
        "since": micro_timestamp(since),
        "until": micro_timestamp(until),
        "after": [max(0, one.at - since) for one in samples],
        "desired": [one.desired for one in samples],
        "most": [one.most for one in samples],
        "least": [one.least for one in samples],
    }
