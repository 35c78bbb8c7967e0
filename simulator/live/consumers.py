"""The browser's WebSocket: a snapshot, then numbered frames, at most twenty a second; a slow browser gets fewer.

A message is JSON; where pods come as arrays, or it is long, it is binary and begins with that JSON.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import orjson
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import HttpRequest
from django.utils import translation

from simulator import access, reading
from simulator.live import frames
from simulator.live.crowd import Array
from simulator.live.permission import Forbidden, Permission
from simulator.live.picture import packed, parted
from simulator.live.stream import Follower, Piece, Stream, follow
from simulator.models import Cluster

log = logging.getLogger(__name__)

_PROGRESS = 0.25
"""Seconds between two words about how far the reading has come."""
_LONGEST = 1_000_000
"""Bytes of one message: a server takes no longer ones than a mebibyte."""
_MOST_NODES, _MOST_PODS = 600, 3000
"""What one browser can see from near."""


class ClusterConsumer(AsyncWebsocketConsumer):
    """Follows one cluster for one browser. It only reads; the page writes through HTTP."""

    cluster: Cluster
    stream: Stream
    place: Follower
    follower: asyncio.Task[None] | None = None
    near: set[str] = set()  # names of nodes
    looked_at: set[str] = set()  # keys of pods
    known: set[str] = set()  # keys of the pods whose sketches this browser has

    async def connect(self) -> None:
        found = await database_sync_to_async(self._find)()
        await self.accept()
        if found is None:
            await self._end("forbidden")
            return
        self.cluster = found
        self.language = self._language()
        self.permission = Permission(self.scope, lambda: self.place.woken.set())
        self.follower = asyncio.create_task(self._follow())

    async def disconnect(self, code: int) -> None:
        if self.follower is not None:
            self.follower.cancel()
            with suppress(asyncio.CancelledError):
                await self.follower
            await self.permission.end()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        with suppress(orjson.JSONDecodeError, AttributeError, TypeError):
            said = orjson.loads(text_data or b"{}")
            match said.get("t"):
                case "resync":
                    self.place.begin_anew()
                case "near":
                    await self._look_near(said.get("nodes", ()), said.get("pods", ()))

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
        async with follow(self.cluster) as (self.stream, self.place):
            while True:
                try:
                    await self._tell_all()
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

    async def _tell_all(self) -> None:
        """One snapshot and its frames, until the browser asks for another or is too far behind."""
        await self._ready()
        async with self.stream.working:
            self.place.pieces.clear()
            self.place.again = False
            beginning = await database_sync_to_async(self.stream.beginning)(self.language)
        revision, clock, inside, arrays = beginning
        large = self.stream.picture is not None
        head = {"t": "snapshot", "seq": 0, "revision": revision, "clock": clock, "large": large}
        await self._send(head, inside, arrays)
        seq = 0
        while not self.place.again:
            for piece in self.place.taken():
                await self.permission.check(piece.cluster)
                seq += 1
                await self._tell(piece, seq, revision)
                revision = max(revision, piece.revision)
            await self.place.woken.wait()
            self.permission.hold()

    async def _ready(self) -> None:
        """Waits for the stream; how far the reading of a large cluster has come is said meanwhile."""
        while not self.stream.ready.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_PROGRESS):
                    await self.stream.ready.wait()
            done, of = self.stream.progress
            if of and not self.stream.ready.is_set():
                await self._send({"t": "reading", "done": done, "of": of})
        if self.stream.end is not None:
            raise self.stream.end

    async def _tell(self, piece: Piece, seq: int, revision: int) -> None:
        """A frame; where the browser knows the piece's changes from its snapshot, only the clock."""
        head = {"t": "frame", "seq": seq, "revision": max(revision, piece.revision), "clock": piece.clock}
        if piece.changes and piece.revision <= revision:
            await self._send({**head, "set": [], "gone": [], "log": []})
            return
        inside, arrays = await piece.encoded(self.language)
        seen, gone = self._nearby(piece)
        more = {"near": seen, "nearGone": gone} if seen or gone else {}
        await self._send({**head, **more}, inside, arrays)

    # --- pods seen from near ---

    async def _look_near(self, nodes: Any, pods: Any) -> None:
        """From now on this browser gets the sketches of the pods on these nodes, and of these pods."""
        self.near = {one for one in nodes[:_MOST_NODES] if isinstance(one, str)}
        self.looked_at = {one for one in pods[:_MOST_NODES] if isinstance(one, str)}
        async with self.stream.working:
            if (large := self.stream.picture) is None:
                return
            keys = {*large.crowd.on(self.near), *self.looked_at}
            found = await database_sync_to_async(large.sketches_of)(sorted(keys)[:_MOST_PODS])
            self.known = {_key(one) for one in found}
            await self._send({"t": "near", "set": found})

    def _nearby(self, piece: Piece) -> tuple[list[frames.Frame], list[str]]:
        """The sketches of changed pods that this browser looks at, and the ids of those that are not there any more."""
        if piece.update is None or not (self.near or self.looked_at):
            return [], []
        seen, gone = [], []
        for key, change in piece.update.pods.items():
            here = change.body["spec"].get("nodeName") in self.near or key in self.looked_at
            if not here and key not in self.known:
                continue
            if change.operation == "DELETED" or not here:
                self.known.discard(key)
                gone.append(frames.object_id("pods", change.key))
            elif (one := piece.sketch(key)) is not None:
                self.known.add(key)
                seen.append(one)
        return seen, gone

    async def _send(self, head: dict[str, Any], inside: bytes = b"", arrays: Sequence[Array] = ()) -> None:
        """One message: JSON, of which `inside` was written before; with arrays, or where it is long, a binary one."""
        text = orjson.dumps(head)
        if inside:
            text = b"%b,%b}" % (text[:-1], inside)
        if not arrays and len(text) < _LONGEST:
            await self.send(text_data=text.decode())
            return
        for part in parted(packed(text, arrays), _LONGEST):
            await self.send(bytes_data=part)


def _key(sketch: frames.Frame) -> str:
    return f"{sketch['namespace']}/{sketch['name']}"
