"""One WebSocket as the streams see it: whole messages in and out, and the client may be gone."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Gone(Exception):
    """The client has hung up."""


class Socket:
    """The server's end of a WebSocket whose handshake the client has begun. `idle`: seconds without a message."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._last = time.monotonic()

    @property
    def idle(self) -> float:
        return time.monotonic() - self._last

    async def accept(self, subprotocol: str) -> None:
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol or None})

    async def receive(self) -> bytes:
        """The next message, a text as its bytes. Raises Gone."""
        message = await self._receive()
        self._last = time.monotonic()
        if message["type"] != "websocket.receive":
            raise Gone
        data: bytes | None = message.get("bytes")
        return data if data is not None else (message.get("text") or "").encode()

    async def send(self, data: bytes) -> None:
        self._last = time.monotonic()
        await self._send({"type": "websocket.send", "bytes": data})

    async def send_text(self, text: str) -> None:
        self._last = time.monotonic()
        await self._send({"type": "websocket.send", "text": text})

    async def close(self) -> None:
        await self._send({"type": "websocket.close", "code": 1000})
