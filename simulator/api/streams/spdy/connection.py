"""The server's end of a SPDY/3.1 connection: streams that the client opens, each of which both sides may end.

Follows github.com/moby/spdystream, which speaks for kubectl and for kubelets: windows are not kept, a stream's reader
that does not read stops the whole connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from simulator.api.streams.spdy import frames
from simulator.api.streams.spdy.frames import Data, Frame, GoAway, Ping, Reset, SynReply, SynStream

_HELD = 1 << 20
"""Bytes that a stream holds for its reader."""
_PART = 32 * 1024
MOST_STREAMS = 1000


class Refused(Exception):
    """The stream is not wanted; it is reset."""


class Stream:
    """One stream of the client. Both directions end on their own."""

    def __init__(self, connection: Connection, opening: SynStream) -> None:
        self.id, self.headers = opening.stream, opening.headers
        self._connection = connection
        self._held = bytearray()
        self._changed = asyncio.Event()
        self._read_ends = opening.fin
        self._written_ends = opening.unidirectional
        self.is_reset = False

    @property
    def is_over(self) -> bool:
        return self.is_reset or (self._read_ends and self._written_ends)

    async def read(self) -> bytes:
        """What has come, b"" when no more will come."""
        while not self._held and not self.read_ends:
            await self._news()
        return self.taken()

    def taken(self) -> bytes:
        """What has come by now."""
        data = bytes(self._held)
        self._held.clear()
        self._changed.set()
        return data

    @property
    def read_ends(self) -> bool:
        """No more will come than has come."""
        return self._read_ends or self.is_reset

    async def write(self, data: bytes) -> None:
        """Sends data; after the end or a reset nothing is sent."""
        for start in range(0, len(data), _PART):
            if not (self._written_ends or self.is_reset):
                await self._connection.send(Data(self.id, data[start : start + _PART]))

    async def end(self) -> None:
        """Says that no more will be sent."""
        if not (self._written_ends or self.is_reset):
            self._written_ends = True
            await self._connection.send(Data(self.id, b"", fin=True))
            self._connection.forget(self)

    async def take(self, data: bytes, *, fin: bool) -> None:
        """What the client has sent; waits while the reader has not taken what came before."""
        while len(self._held) >= _HELD and not self.is_reset:
            await self._news()
        self._held += data
        self._read_ends = self._read_ends or fin
        self._changed.set()

    def drop(self) -> None:
        """The stream is reset: nobody waits for it any more."""
        self.is_reset = True
        self._held.clear()
        self._changed.set()

    async def _news(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class Connection:
    """Takes bytes of the client by `feed`, writes by `write`; `on_stream` hears of new streams or raises Refused."""

    def __init__(self, write: Callable[[bytes], Awaitable[None]], on_stream: Callable[[Stream], None]) -> None:
        self._write, self._on_stream = write, on_stream
        self._reader, self._writer = frames.Reader(), frames.Writer()
        self._streams: dict[int, Stream] = {}
        self._latest = 0
        self._sending = asyncio.Lock()
        self.gone_away = False

    async def feed(self, data: bytes) -> None:
        """Raises BrokenFrame, after which nothing of this connection can be understood."""
        for frame in self._reader.frames_of(data):
            await self._take(frame)

    async def send(self, frame: Frame) -> None:
        async with self._sending:  # the headers of all frames are compressed in the order of sending
            await self._write(self._writer.bytes_of(frame))

    async def go_away(self) -> None:
        if not self.gone_away:
            self.gone_away = True
            await self.send(GoAway(self._latest))

    def drop(self) -> None:
        """The client is gone: whoever waits for a stream goes on."""
        for stream in list(self._streams.values()):
            stream.drop()
        self._streams.clear()

    def forget(self, stream: Stream) -> None:
        if stream.is_over:
            self._streams.pop(stream.id, None)

    async def _take(self, frame: Frame) -> None:
        match frame:
            case SynStream():
                await self._open(frame)
            case Data() if stream := self._streams.get(frame.stream):
                await stream.take(frame.data, fin=frame.fin)
                self.forget(stream)
            case Reset() if stream := self._streams.pop(frame.stream, None):
                stream.drop()
            case Ping() if frame.id % 2:  # ours would be even
                await self.send(frame)
            case GoAway():
                self.gone_away = True
            case _:
                pass

    async def _open(self, frame: SynStream) -> None:
        if self.gone_away:
            return
        if frame.stream % 2 == 0 or frame.stream <= self._latest:
            await self.send(Reset(frame.stream, frames.PROTOCOL_ERROR))
            return
        self._latest = frame.stream
        if len(self._streams) >= MOST_STREAMS:
            await self.send(Reset(frame.stream, frames.REFUSED_STREAM))
            return
        stream = Stream(self, frame)
        try:
            self._on_stream(stream)
        except Refused:
            await self.send(Reset(frame.stream, frames.CANCEL))
            return
        self._streams[stream.id] = stream
        await self.send(SynReply(stream.id, {}))
