"""exec and attach over SPDY: the channels of a WebSocket are streams here, which the client opens.

Follows staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand/httpstream.go, v1.34.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from simulator.api.streams.channels import ERROR, RESIZE, STDERR, STDIN, STDOUT, Closed, Data, Protocol
from simulator.api.streams.socket import Gone, Socket
from simulator.api.streams.spdy.connection import Connection, Refused, Stream
from simulator.api.streams.spdy.frames import BrokenFrame

_TYPES = {"stdin": STDIN, "stdout": STDOUT, "stderr": STDERR, "error": ERROR, "resize": RESIZE}
_CREATION, _LINGER = 30.0, 2.0
"""Seconds in which the client must open its streams, and in which it may hang up at the end."""


class SpdyChannels:
    """The streams of one exec or attach."""

    def __init__(self, socket: Socket, protocol: Protocol) -> None:
        self.socket, self.protocol = socket, protocol
        self._connection = Connection(socket.send, self._opened)
        self._streams: dict[int, Stream] = {}
        self._input_ended = False

    async def open(self, wanted: set[int]) -> None:
        """Waits for the client's streams. Raises Gone if it does not open them."""
        try:
            async with asyncio.timeout(_CREATION):
                while not wanted <= set(self._streams):
                    await self._feed()
        except TimeoutError:
            raise Gone from None

    async def send(self, channel: int, data: bytes) -> None:
        if channel in self._streams:
            await self._streams[channel].write(data)

    async def receive(self) -> Data | Closed:
        """What comes for the standard input. Raises Gone."""
        while True:
            stdin = self._streams.get(STDIN)
            if stdin is not None and (data := stdin.taken()):
                return Data(STDIN, data)
            if stdin is not None and stdin.read_ends and not self._input_ended:
                self._input_ended = True
                return Closed(STDIN)
            await self._feed()

    async def close(self) -> None:
        """Ends all streams and the connection."""
        for stream in self._streams.values():
            await stream.end()
        await self._connection.go_away()
        with suppress(Gone, TimeoutError):
            async with asyncio.timeout(_LINGER):  # the client hangs up when it has read all
                while True:
                    await self.socket.receive()
        await self.socket.close()

    async def _feed(self) -> None:
        try:
            await self._connection.feed(await self.socket.receive())
        except BrokenFrame:
            raise Gone from None
        if self._connection.gone_away:
            raise Gone
        for number, stream in self._streams.items():
            if number != STDIN:
                stream.taken()

    def _opened(self, stream: Stream) -> None:
        channel = _TYPES.get(stream.headers.get("streamtype", ""))
        if channel is None or channel in self._streams:
            raise Refused
        self._streams[channel] = stream
