"""The browser's WebSocket: a snapshot, then numbered frames, at most twenty a second; a slow browser gets fewer."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

import orjson
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import HttpRequest
from django.utils import translation

from simulator import access, reading
from simulator.live import feed, frames
from simulator.models import Cluster

log = logging.getLogger(__name__)

_PACE = 0.05
_ALIVE = 20.0


class Forbidden(Exception):
    """The cluster is no longer this browser's to see."""


class ClusterConsumer(AsyncWebsocketConsumer):
    """Follows one cluster for one browser. It only reads; the page writes through HTTP."""

    cluster: Cluster
    follower: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        found = await database_sync_to_async(self._find)()
        await self.accept()
        if found is None:
            await self._end("forbidden")
            return
        self.cluster = found
        self.language = self._language()
        self.again = asyncio.Event()
        self.follower = asyncio.create_task(self._follow())

    async def disconnect(self, code: int) -> None:
        if self.follower is not None:
            self.follower.cancel()
            with suppress(asyncio.CancelledError):
                await self.follower

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        with suppress(orjson.JSONDecodeError, AttributeError):
            if orjson.loads(text_data or b"{}").get("t") == "resync":
                self.again.set()

    def _find(self) -> Cluster | None:
        cluster = reading.find_cluster(self.scope["url_route"]["kwargs"]["name"])
        return cluster if cluster is not None and access.may_see(self.scope, cluster) else None

    def _language(self) -> str:
        """The language of the page that this WebSocket belongs to."""
        page = HttpRequest()
        page.COOKIES = self.scope.get("cookies", {})
        page.META["HTTP_ACCEPT_LANGUAGE"] = dict(self.scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        return translation.get_language_from_request(page)

    async def _follow(self) -> None:
        async with feed.follow(self.cluster) as tail:
            while True:
                self.again.clear()
                try:
                    await self._stream(tail)
                except reading.Compacted:
                    continue
                except Cluster.DoesNotExist:
                    await self._end("deleted")
                    return
                except Forbidden:
                    await self._end("forbidden")
                    return
                except Exception:
                    log.exception("the frames of cluster %s broke", self.cluster.name)
                    await self.close(code=4500)
                    return

    async def _end(self, reason: str) -> None:
        await self._send({"t": "gone", "reason": reason})
        await self.close(code=4403 if reason == "forbidden" else 4404)

    async def _stream(self, tail: feed.Tail) -> None:
        """One snapshot and its frames, until the browser asks for another or the log has run ahead of us."""
        moves = tail.moves
        revision, body = await database_sync_to_async(frames.snapshot)(self.cluster, self.language)
        await self._send(body)
        seq = 0
        while not self.again.is_set():
            seen, moves = moves, await self._woken(tail, moves)
            if self.again.is_set():
                return
            changes = await tail.read(revision)
            clock = await database_sync_to_async(self._clock)()
            seq += 1
            part = frames.difference(changes, self.language)
            revision = changes[-1].revision if changes else revision
            await self._send({"t": "frame", "seq": seq, "revision": revision, "clock": clock, **part})
            if revision < tail.revision:
                moves = seen
            await asyncio.sleep(_PACE)

    async def _woken(self, tail: feed.Tail, moves: int) -> int:
        """Waits for news, for the browser's wish to begin anew, or long enough to show that we are alive."""
        news = asyncio.ensure_future(tail.changed(moves))
        wish = asyncio.ensure_future(self.again.wait())
        try:
            await asyncio.wait({news, wish}, timeout=_ALIVE, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            wish.cancel()
        return tail.moves

    def _clock(self) -> dict[str, Any]:
        """The cluster's time. Raises Cluster.DoesNotExist and Forbidden."""
        fresh = Cluster.objects.get(pk=self.cluster.pk)
        if not access.may_see(self.scope, fresh):
            raise Forbidden
        return frames.clock(fresh)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.send(text_data=orjson.dumps(message).decode())
