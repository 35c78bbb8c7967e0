"""kubectl's port-forward: SPDY frames inside the messages of a WebSocket; each connection is a pair of streams.

Follows staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/httpstream.go, v1.34.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from simulator.api.streams.forwarding import Broken, Forwarder
from simulator.api.streams.socket import Gone, Socket
from simulator.api.streams.spdy.connection import Connection, Refused, Stream
from simulator.api.streams.spdy.frames import BrokenFrame

log = logging.getLogger(__name__)

_TYPES = ("error", "data")
_PAIRING = 30.0
"""Seconds in which the second stream of a pair must come."""
_IDLE = 4 * 3600.0


@dataclass
class Pair:
    """The streams of one forwarded connection, as far as they have come."""

    error: Stream | None = None
    data: Stream | None = None


class Tunnel:
    """One client's port-forward."""

    def __init__(self, forwarder: Forwarder, socket: Socket) -> None:
        self._forwarder, self._socket = forwarder, socket
        self._connection = Connection(socket.send, self._opened)
        self._pairs: dict[str, Pair] = {}
        self._jobs: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Until the client goes, speaks nonsense or is idle for too long."""
        try:
            while not self._connection.gone_away:
                async with asyncio.timeout(_IDLE):
                    await self._connection.feed(await self._socket.receive())
        except (Gone, BrokenFrame, TimeoutError):
            pass
        finally:
            self._connection.drop()
            for job in self._jobs:
                job.cancel()
            await asyncio.gather(*self._jobs, return_exceptions=True)
        with suppress(Gone):
            await self._socket.close()

    def _opened(self, stream: Stream) -> None:
        """Puts a new stream with its partner. Raises Refused."""
        kind = stream.headers.get("streamtype", "")
        if kind not in _TYPES or _port(stream) is None:
            raise Refused
        request = stream.headers.get("requestid") or str(stream.id - 2 * (kind == "data"))
        pair = self._pairs.get(request)
        if pair is None:
            pair = self._pairs[request] = Pair()
            self._start(self._expire(request, pair))
        if getattr(pair, kind) is not None:
            self._start(
                self._say(pair, f"error processing stream for request {request}: {kind} stream already assigned")
            )
            return
        setattr(pair, kind, stream)
        if pair.error is not None and pair.data is not None:
            del self._pairs[request]
            self._start(self._forward(pair.error, pair.data))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        job = asyncio.create_task(work)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _expire(self, request: str, pair: Pair) -> None:
        """Tells a client that opens one stream of a pair only."""
        await asyncio.sleep(_PAIRING)
        if self._pairs.get(request) is pair:
            del self._pairs[request]
            await self._say(pair, f"(request={request}) timed out waiting for streams")

    async def _say(self, pair: Pair, text: str) -> None:
        if pair.error is not None:
            await pair.error.write(text.encode())

    async def _forward(self, error: Stream, data: Stream) -> None:
        port = _port(data) or 0
        try:
            await self._forwarder.forward(port, data.read, data.write)
        except Broken as refusal:
            await error.write(str(refusal).encode())
        except Exception:
            log.exception("a connection to port %s broke", port)
            await error.write(self._forwarder.refusal(port, "the connection broke; see the server's log").encode())
        finally:
            await data.end()
            await error.end()


def _port(stream: Stream) -> int | None:
    """The port that a stream is for."""
    text = stream.headers.get("port", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) <= 65535):
        return None
    return int(text)
