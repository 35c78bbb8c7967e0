"""One tail of a cluster's log per web process, shared by all who follow it there: browsers and kubectl's watches.

News from the channel layer says "look again"; the log is then read once and handed to every follower. Without Redis the
tail looks by itself every few seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import takewhile
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from simulator import news, reading
from simulator.engine.journal import Change
from simulator.models import Cluster

log = logging.getLogger(__name__)

_LOOK = 5.0
_RECENT = 5000
_PAGE = 2000
_PACE = 0.03
"""Seconds between two rounds of telling: each round wakes every follower."""


class Tail:
    """The end of one cluster's log. `moves` counts news, so that a follower sees clock changes too."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.revision = cluster.revision
        self.moves = 0
        self.followers = 0
        self._gone = False
        self._recent: deque[Change] = deque(maxlen=_RECENT)
        self._reaches = cluster.revision
        self._reading = asyncio.Lock()
        self._news = asyncio.Condition()
        self._told = 0.0
        self._pause: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        for task in (self._task, self._pause):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def changed(self, moves: int, timeout: float | None = None) -> int:
        """Waits until there is news beyond the `moves` that the caller has seen; returns the count now."""
        async with self._news:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):  # wait_for would lose a cancellation that meets the news
                    await self._news.wait_for(lambda: self.moves > moves)
        return self.moves

    async def read(self, after: int) -> list[Change]:
        """The changes above revision `after`, oldest first. Raises reading.Compacted and Cluster.DoesNotExist."""
        if self._gone:
            raise Cluster.DoesNotExist
        async with self._reading:
            oldest = self._recent[0].revision - 1 if self._recent else self._reaches
            if after < oldest:
                older: list[Change] = await database_sync_to_async(reading.changes)(self.cluster, after, _PAGE)
                return older
            if self._reaches < self.revision:
                await self._read_on()
            return self._newer(after)

    def _newer(self, after: int) -> list[Change]:
        """What is known above a revision; it takes as long as there is news, however much is kept."""
        found = list(takewhile(lambda change: change.revision > after, reversed(self._recent)))
        found.reverse()
        return found

    async def _read_on(self) -> None:
        """Reads what is new; after a cut beyond what we know, goes on from there. Raises reading.Compacted."""
        try:
            fresh = await database_sync_to_async(reading.changes)(self.cluster, self._reaches, _PAGE)
        except reading.Compacted as gone:
            self._recent.clear()
            self._reaches = gone.oldest
            raise
        self._recent.extend(fresh)
        if fresh:
            self._reaches = fresh[-1].revision

    async def _listen(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(news.group(self.cluster.pk), channel)
                try:
                    await self._look()  # what was written before we could hear of it
                    while True:
                        await self._hear(layer, channel)
                finally:
                    await layer.group_discard(news.group(self.cluster.pk), channel)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("no news of cluster %s, looking every %s s: %s", self.cluster.name, _LOOK, error)
                await asyncio.sleep(1.0)
                await self._look()

    async def _hear(self, layer: Any, channel: str) -> None:
        try:
            async with asyncio.timeout(_LOOK):
                message = await layer.receive(channel)
        except TimeoutError:
            await self._look()
        else:
            await self._moved(message["revision"])

    async def _look(self) -> None:
        newest = await database_sync_to_async(reading.revision_of)(self.cluster)
        self._gone = newest == 0 < self.revision
        if newest != self.revision:
            await self._moved(newest)

    async def _moved(self, revision: int) -> None:
        """Tells the followers: at once, or, where news comes fast, of several changes together."""
        self.revision = max(self.revision, revision)
        now = asyncio.get_running_loop().time()
        if self._pause is None:
            self._pause = asyncio.create_task(self._tell(max(0.0, self._told + _PACE - now)))

    async def _tell(self, wait: float) -> None:
        await asyncio.sleep(wait)
        self._pause, self._told = None, asyncio.get_running_loop().time()
        async with self._news:
            self.moves += 1
            self._news.notify_all()


_tails: dict[int, Tail] = {}


@asynccontextmanager
async def follow(cluster: Cluster) -> AsyncIterator[Tail]:
    """The shared tail of a cluster, for as long as the caller follows it."""
    tail = _tails.get(cluster.pk)
    if tail is None:
        tail = _tails[cluster.pk] = Tail(cluster)
        tail.start()
    tail.followers += 1
    try:
        yield tail
    finally:
        tail.followers -= 1
        if tail.followers == 0:
            _tails.pop(cluster.pk, None)
            await tail.stop()
