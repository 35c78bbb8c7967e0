"""The picture of a large cluster, held once per process: sketches of everything but its pods, and the crowd of those.

It is read whole when the first browser comes, and follows the log from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from django.utils import translation

from simulator import reading
from simulator.engine.journal import Change
from simulator.engine.registry import Body
from simulator.garbage import no_collection
from simulator.live import frames
from simulator.live.crowd import Array, Crowd, Difference, Mark, mark
from simulator.models import Cluster, KubeObject

LARGE, SMALL = 2000, 1500
"""Pods from which a cluster is large, and below which it is small again."""

_PODS = "pods"
_EVENTS = ("events", "events.events.k8s.io")
_EVENTS_SHOWN, _QUEUE_SHOWN = 300, 200
_EVERY = 2000
_CHUNK = 500

Progress = Callable[[int, int], None]


def pods_in(cluster: Cluster) -> int:
    return KubeObject.objects.filter(cluster=cluster, resource=_PODS).count()


class Update(NamedTuple):
    """What a run of changes did to the picture. pods: the changed pods' last changes, for those who look at them."""

    set: list[frames.Frame]
    gone: list[str]
    crowd: Difference
    pods: dict[str, Change]


class Picture:
    """One large cluster as of `revision`."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.revision = 0
        self.crowd = Crowd()
        self._sketches: dict[str, frames.Frame] = {}
        self._events: list[frames.Frame] = []
        self._queue: set[str] = set()  # keys of pods that all browsers have the sketches of
        self._encoded: tuple[int, str, bytes, list[Array]] | None = None

    @no_collection()
    def read(self, tell: Progress) -> None:
        """Reads the cluster as it is. Objects may be newer than the revision; what comes after it says so again."""
        fresh = Cluster.objects.get(pk=self.cluster.pk)
        whole = pods_in(fresh)
        self.revision = fresh.revision
        held = KubeObject.objects.filter(cluster=fresh).exclude(resource__in=(_PODS, *_EVENTS))
        for resource, text in held.values_list("resource", "text").iterator(chunk_size=_EVERY):
            self._keep(resource, orjson.loads(text))
        self.crowd.fill(_marks(fresh, whole, tell))
        told = KubeObject.objects.filter(cluster=fresh, resource__in=_EVENTS).order_by("-revision")[:_EVENTS_SHOWN]
        drawn = [frames.sketch(row.resource, row.body) for row in reversed(told)]
        self._events = [one for one in drawn if one is not None]
        self._queue = set(self.crowd.waiting(_QUEUE_SHOWN))

    def apply(self, changes: Sequence[Change]) -> Update:
        """Takes in the changes after `revision`, oldest first."""
        latest = {(change.resource, _text(change.key)): change for change in changes}
        drawn: list[frames.Frame] = []
        gone: list[str] = []
        marks: dict[str, Mark | None] = {}
        changed: dict[str, Change] = {}
        for (resource, key), change in latest.items():
            is_gone = change.operation == "DELETED"
            if resource == _PODS:
                marks[key], changed[key] = None if is_gone else mark(change.body), change
                self._follow_queue(key, change, drawn, gone)
            elif is_gone:
                gone.append(frames.object_id(resource, change.key))
                self._sketches.pop(gone[-1], None)
            elif (one := self._keep(resource, change.body)) is not None:
                drawn.append(one)
        self.revision = changes[-1].revision if changes else self.revision
        return Update(drawn, gone, self.crowd.apply(marks), changed)

    def snapshot(self, language: str) -> tuple[bytes, list[Array]]:
        """The inside of a JSON object, and the arrays beside it."""
        if self._encoded is None or self._encoded[:2] != (self.revision, language):
            said, arrays = self._snapshot(language)
            self._encoded = (self.revision, language, orjson.dumps(said)[1:-1], arrays)
        return self._encoded[2:]

    def _snapshot(self, language: str) -> tuple[frames.Frame, list[Array]]:
        named = self.crowd.whole()
        said = {
            "objects": [*self.snapshot_objects(), *self._events],
            "log": frames.latest(self.cluster, self.revision, language),
            "arrays": laid_out(named),
            "groups": self.crowd.groups,
            "nodes": self.crowd.nodes,
        }
        return said, list(named.values())

    def snapshot_objects(self) -> list[frames.Frame]:
        """The sketches of all objects but events, and of pods those that all browsers are told of."""
        return [*self._sketches.values(), *self.sketches_of(self._queue)]

    def sketches_of(self, keys: Iterable[str]) -> list[frames.Frame]:
        """The sketches of pods as they are now; of those that are gone none."""
        wanted = set(keys)
        names = sorted({key.rpartition("/")[2] for key in wanted})
        found = []
        for first in range(0, len(names), _CHUNK):
            rows = KubeObject.objects.filter(
                cluster=self.cluster, resource=_PODS, name__in=names[first : first + _CHUNK]
            )
            found += [frames.sketch(_PODS, row.body) for row in rows if f"{row.namespace}/{row.name}" in wanted]
        return [one for one in found if one is not None]

    def _keep(self, resource: str, body: Body) -> frames.Frame | None:
        one = frames.sketch(resource, body)
        if one is not None and resource in _EVENTS:
            self._events = [*self._events[1 - _EVENTS_SHOWN :], one]
        elif one is not None:
            self._sketches[one["id"]] = one
        return one

    def _follow_queue(self, key: str, change: Change, drawn: list[frames.Frame], gone: list[str]) -> None:
        """The first pods that wait for a node are told to all, until they have one."""
        waits = change.operation != "DELETED" and not change.body["spec"].get("nodeName")
        if key not in self._queue and (not waits or len(self._queue) >= _QUEUE_SHOWN):
            return
        (self._queue.add if waits else self._queue.discard)(key)
        if change.operation == "DELETED":
            gone.append(frames.object_id(_PODS, change.key))
        elif (one := frames.sketch(_PODS, change.body)) is not None:
            drawn.append(one)


def difference(update: Update, changes: Sequence[Change], language: str) -> tuple[bytes, list[Array]]:
    """A frame: the inside of a JSON object, and the arrays beside it."""
    with translation.override(language):
        lines = [frames.entry(change) for change in changes[-frames.LINES :]]
    named = update.crowd.arrays
    said = {
        "set": update.set,
        "gone": update.gone,
        "log": lines,
        "arrays": laid_out(named),
        "groups": update.crowd.groups,
        "nodes": update.crowd.nodes,
    }
    return orjson.dumps(said)[1:-1], list(named.values())


def _marks(cluster: Cluster, whole: int, tell: Progress) -> Iterator[tuple[str, Mark]]:
    for number, row in enumerate(reading.list_texts(cluster, _PODS)):
        if number % _EVERY == 0:
            tell(number, whole)
        yield _text(row.key), mark(orjson.loads(row.text))


def laid_out(named: dict[str, Array]) -> list[tuple[str, str, int]]:
    """Name, type and number of figures of each array, in the order in which they lie behind the header."""
    return [(name, array.dtype.name, array.size) for name, array in named.items()]


def packed(header: bytes, arrays: Iterable[Array]) -> bytes:
    """One message: the length of the header, the header, the arrays; each begins at a multiple of eight."""
    parts = [len(header).to_bytes(4, "little"), b"\0\0\0\0", header, _filling(len(header))]
    for array in arrays:
        parts += [np.ascontiguousarray(array).tobytes(), _filling(array.nbytes)]
    return b"".join(parts)


def parted(message: bytes, longest: int) -> Iterator[bytes]:
    """A binary message in parts; the first byte of each says whether more follow."""
    for first in range(0, len(message), longest):
        more = first + longest < len(message)
        yield (b"\1" if more else b"\0") + message[first : first + longest]


def _filling(length: int) -> bytes:
    return bytes(-length % 8)


def _text(key: Any) -> str:
    return f"{key.namespace}/{key.name}"
