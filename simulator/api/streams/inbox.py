"""What a client has typed and a process has not read yet."""

from __future__ import annotations

import asyncio

_LARGEST = 1 << 20
_INTERRUPT = b"\x03"


class Inbox:
    """The standard input of one process: bounded, and on a terminal with an ear for ^C."""

    def __init__(self, *, tty: bool) -> None:
        self._tty = tty
        self._held = bytearray()
        self._ended = False
        self._news = asyncio.Condition()

    @property
    def is_ready(self) -> bool:
        """A read would not wait."""
        return bool(self._held) or self._ended

    async def put(self, data: bytes) -> None:
        """Takes what the client has sent; waits while too much has not been read."""
        async with self._news:
            await self._news.wait_for(lambda: self._ended or len(self._held) < _LARGEST or self._is_interrupted)
            if not self._ended:
                self._held += data
            self._news.notify_all()

    async def end(self) -> None:
        async with self._news:
            self._ended = True
            self._news.notify_all()

    async def read(self, most: int) -> bytes:
        """At most so many bytes, as soon as there are some; b"" at the end."""
        async with self._news:
            await self._news.wait_for(lambda: self.is_ready)
            data = bytes(self._held[:most])
            del self._held[:most]
            self._news.notify_all()
            return data

    async def interrupted(self) -> None:
        """Waits for ^C on a terminal; what was typed before it is forgotten, as a terminal does."""
        async with self._news:
            await self._news.wait_for(lambda: self._is_interrupted)
            del self._held[: self._held.rindex(_INTERRUPT) + 1]
            self._news.notify_all()

    @property
    def _is_interrupted(self) -> bool:
        return self._tty and _INTERRUPT in self._held
