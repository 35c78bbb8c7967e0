"""What a question is about: a cluster as it is now, or as it was at an instant gone by."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import orjson

from simulator import reading, replay, store
from simulator.engine.registry import Instant, Reader
from simulator.models import Cluster, Memory
from simulator.past import PastReader, revision_at

_CHUNK = 500

Notes = dict[str, Any]


class Present:
    """The cluster now. Its objects are read when they are asked for, and may change between two questions."""

    is_past = False

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.now: Instant = store.instant(cluster, store.wall())
        self.reader: Reader = reading.DatabaseReader(cluster)

    @cached_property
    def revision(self) -> int:
        return reading.revision_of(self.cluster)

    @cached_property
    def whole(self) -> Reader:
        """All objects as of `revision`; of each resource that is asked for, all are read."""
        return PastReader(self.cluster, self.revision)

    def notes(self, component: str, keys: Iterable[str] | None = None) -> Notes:
        """What a component remembers about these keys, or about all, by key, sorted."""
        rows = Memory.objects.filter(cluster=self.cluster, component=component, note__isnull=False).order_by("key")
        if keys is None:
            return _read(rows)
        wanted, found = sorted(set(keys)), Notes()
        for first in range(0, len(wanted), _CHUNK):
            found |= _read(rows.filter(key__in=wanted[first : first + _CHUNK]))
        return found


class Past:
    """The cluster at an instant gone by; what components remembered is worked out again when it is asked for.

    Raises NotUnderstood, when it is made and when notes are asked for, and reading.Compacted.
    """

    is_past = True

    def __init__(self, cluster: Cluster, at: Instant) -> None:
        self.cluster, self.now = cluster, at
        self.revision = revision_at(cluster, at)
        self.reader: Reader = PastReader(cluster, self.revision)
        self.whole = self.reader

    def notes(self, component: str, keys: Iterable[str] | None = None) -> Notes:
        """What a component remembered about these keys, or about all, by key, sorted."""
        held = replay.shown_at(self.cluster, self.now).world.notes(component)
        wanted = sorted(held if keys is None else held.keys() & set(keys))
        return {key: held[key] for key in wanted}


State = Present | Past


def of(cluster: Cluster, at: Instant | None) -> State:
    """The state at an instant; None, or the present instant: the present."""
    present = Present(cluster)
    if at is None or at == present.now:
        return present
    cluster.now = present.now
    return Past(cluster, at)


def _read(rows: Any) -> Notes:
    return {key: orjson.loads(note) for key, note in rows.values_list("key", "note")}
