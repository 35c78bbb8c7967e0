"""What the browsers of one cluster are told in this process: read once, drawn once, encoded once, for all of them.

A stream turns the log into numbered pieces. Of a small cluster they hold the sketches of all objects; of a large one
(`picture.LARGE` pods) the pods come as arrays, and as sketches only to those who look at them from near.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async

from simulator import reading
from simulator.api import threads
from simulator.engine.journal import Change
from simulator.live import feed, frames, picture
from simulator.live.crowd import Array
from simulator.live.picture import Picture, Update
from simulator.models import Cluster

log = logging.getLogger(__name__)

_PACE = 0.05
"""Seconds between two pieces: at most twenty a second."""
_ALIVE = 20.0
_LINGERS = 600.0
"""Seconds for which a large cluster's picture is kept when nobody looks at it: it takes long to read."""
_MOST_BEHIND = 60
"""Pieces that a browser may be behind before it gets a fresh snapshot instead."""


class Piece:
    """What became of a cluster from one moment to the next. Its parts are encoded when the first browser asks."""

    def __init__(self, cluster: Cluster, revision: int, changes: list[Change], update: Update | None) -> None:
        self.cluster = cluster
        self.revision = revision
        self.changes = changes
        self.update = update
        self.clock = frames.clock(cluster)
        self._encoded: dict[str, tuple[bytes, list[Array]]] = {}
        self._encoding = asyncio.Lock()
        self._sketches: dict[str, frames.Frame | None] = {}

    async def encoded(self, language: str) -> tuple[bytes, list[Array]]:
        """The inside of a JSON object, and the arrays beside it."""
        if language not in self._encoded:
            async with self._encoding:
                if language not in self._encoded:
                    self._encoded[language] = await sync_to_async(self._encode)(language)
        return self._encoded[language]

    def _encode(self, language: str) -> tuple[bytes, list[Array]]:
        if self.update is None:
            return orjson.dumps(frames.difference(self.changes, language))[1:-1], []
        return picture.difference(self.update, self.changes, language)

    def sketch(self, key: str) -> frames.Frame | None:
        """The sketch of a pod that changed, after the change."""
        if key not in self._sketches and self.update is not None:
            change = self.update.pods[key]
            self._sketches[key] = frames.sketch(change.resource, change.body)
        return self._sketches.get(key)


class Follower:
    """One browser's place in the stream. `again`: it needs a fresh snapshot; `woken`: something is there for it."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.again = True
        self.woken = asyncio.Event()

    def give(self, piece: Piece) -> None:
        self.pieces.append(piece)
        if len(self.pieces) > _MOST_BEHIND:
            self.begin_anew()
        self.woken.set()

    def taken(self) -> list[Piece]:
        """The pieces that have come since the last call."""
        self.woken.clear()
        taken, self.pieces = self.pieces, []
        return taken

    def begin_anew(self) -> None:
        self.pieces.clear()
        self.again = True
        self.woken.set()


class Stream:
    """The pieces of one cluster. `ready` when it is known whether the cluster is large, and a large one is read."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.followers: set[Follower] = set()
        self.ready = asyncio.Event()
        self.progress = (0, 0)
        self.picture: Picture | None = None
        self.end: BaseException | None = None
        self.working = asyncio.Lock()
        self._pods = 0
        self._revision = 0
        self._task = asyncio.create_task(self._run())
        self._leaving: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        """Until the cluster is gone; what goes wrong is for the followers to tell."""
        try:
            async with feed.follow(self.cluster) as tail:
                while True:
                    with suppress(reading.Compacted):
                        await self._follow(tail)
        except Exception as error:
            if not isinstance(error, Cluster.DoesNotExist):
                log.exception("the frames of cluster %s broke", self.cluster.name)
            self.end = error
            self.ready.set()
            for follower in self.followers:
                follower.begin_anew()

    async def _follow(self, tail: feed.Tail) -> None:
        """From a beginning until the log is cut under us, or the cluster has become large or small."""
        moves = tail.moves
        await self._begin()
        while True:
            seen, moves = moves, await tail.changed(moves, _ALIVE)
            changes = await tail.read(self._revision)
            async with self.working:
                piece = await database_sync_to_async(self._piece)(changes)
                for follower in self.followers:
                    follower.give(piece)
            if self._revision < tail.revision:
                moves = seen
            if self._is_of_another_size(changes):
                return
            await asyncio.sleep(_PACE)

    async def _begin(self) -> None:
        self.ready.clear()
        async with self.working:
            self.picture = await threads.run(self._read)
        self.ready.set()
        for follower in self.followers:
            follower.begin_anew()

    def _read(self) -> Picture | None:
        fresh = Cluster.objects.get(pk=self.cluster.pk)
        self.progress = (0, 0)
        self._pods, self._revision = picture.pods_in(fresh), fresh.revision
        if self._pods < picture.LARGE:
            return None
        large = Picture(fresh)
        large.read(self._tell)
        self._revision = large.revision
        return large

    def _tell(self, done: int, of: int) -> None:
        self.progress = (done, of)

    def _piece(self, changes: list[Change]) -> Piece:
        fresh = Cluster.objects.get(pk=self.cluster.pk)
        update = None if self.picture is None else self.picture.apply(changes)
        self._revision = changes[-1].revision if changes else self._revision
        return Piece(fresh, self._revision, changes, update)

    def _is_of_another_size(self, changes: list[Change]) -> bool:
        if self.picture is not None:
            return len(self.picture.crowd) < picture.SMALL
        operations = [change.operation for change in changes if change.resource == "pods"]
        self._pods += operations.count("ADDED") - operations.count("DELETED")
        return self._pods >= picture.LARGE

    # --- those who follow ---

    def join(self, follower: Follower) -> None:
        self.followers.add(follower)
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    async def leave(self, follower: Follower) -> None:
        """The last one ends the stream; that of a large cluster after a while."""
        self.followers.discard(follower)
        if self.followers:
            return
        if self.picture is None or self.end is not None:
            await _end(self)
        else:
            self._leaving = asyncio.create_task(self._end_later())

    async def _end_later(self) -> None:
        await asyncio.sleep(_LINGERS)
        await _end(self)

    def beginning(self, language: str) -> tuple[int, dict[str, Any], bytes, list[Array]]:
        """Revision, clock and inside of a fresh snapshot, and the arrays beside it. The caller holds `working`."""
        if self.picture is None:
            revision, said = frames.snapshot(self.cluster, language)
            clock = said["clock"]
            inside = {key: said[key] for key in ("objects", "log")}
            return revision, clock, orjson.dumps(inside)[1:-1], []
        fresh = Cluster.objects.get(pk=self.cluster.pk)
        return self.picture.revision, frames.clock(fresh), *self.picture.snapshot(language)


_streams: dict[int, Stream] = {}


async def _end(stream: Stream) -> None:
    if _streams.get(stream.cluster.pk) is stream:
        del _streams[stream.cluster.pk]
    await stream.stop()


@asynccontextmanager
async def follow(cluster: Cluster) -> AsyncIterator[tuple[Stream, Follower]]:
    """The shared stream of a cluster, and the caller's place in it, for as long as the caller follows it."""
    stream = _streams.get(cluster.pk)
    if stream is None or stream.end is not None:
        stream = _streams[cluster.pk] = Stream(cluster)
    follower = Follower()
    stream.join(follower)
    try:
        yield stream, follower
    finally:
        await stream.leave(follower)
