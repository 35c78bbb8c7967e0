"""The subprotocols of Kubernetes' WebSockets: every message begins with the number of its channel.

Follows staging/src/k8s.io/apimachinery/pkg/util/httpstream/wsstream/conn.go and pkg/util/remotecommand/constants.go,
v1.34.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.api.streams.socket import Socket

STDIN, STDOUT, STDERR, ERROR, RESIZE = range(5)
_CLOSE = 255
_LARGEST = 32 * 1024
"""Bytes of one message; more is sent in several, as upstream's copying does."""


class Protocol(NamedTuple):
    """A subprotocol. plain: the error channel carries words instead of a Status; closes: a channel can be closed."""

    name: str
    base64: bool = False
    plain: bool = False
    closes: bool = False


V5 = Protocol("v5.channel.k8s.io", closes=True)
V4 = Protocol("v4.channel.k8s.io")
V4_BASE64 = Protocol("v4.base64.channel.k8s.io", base64=True)
V3 = Protocol("v3.channel.k8s.io", plain=True)
V2 = Protocol("v2.channel.k8s.io", plain=True)
V1 = Protocol("channel.k8s.io", plain=True)
V1_BASE64 = Protocol("base64.channel.k8s.io", base64=True, plain=True)
NONE = Protocol("", plain=True)


def negotiated(offered: Sequence[str], served: Sequence[Protocol]) -> Protocol | None:
    """The first that the client offers and we serve; a client that offers none speaks the nameless one."""
    known: Mapping[str, Protocol] = {one.name: one for one in served}
    return next((known[name] for name in offered or ("",) if name in known), None)


class Closed(NamedTuple):
    """The client closes a channel."""

    channel: int


class Data(NamedTuple):
    channel: int
    data: bytes


class Channels:
    """The channels of one WebSocket."""

    def __init__(self, socket: Socket, protocol: Protocol) -> None:
        self.socket, self.protocol = socket, protocol

    async def send(self, channel: int, data: bytes) -> None:
        """Sends data on a channel; no data is a message too."""
        for start in range(0, len(data) or 1, _LARGEST):
            part = data[start : start + _LARGEST]
            if self.protocol.base64:
                await self.socket.send_text(f"{channel}{base64.b64encode(part).decode()}")
            else:
                await self.socket.send(bytes((channel,)) + part)

    async def open(self, wanted: set[int]) -> None:
        """Says on the lowest channel that is wanted that the connection is established."""
        await self.send(min(wanted - {STDIN}), b"")

    async def close(self) -> None:
        await self.socket.close()

    async def receive(self) -> Data | Closed:
        """The next message that makes sense. Raises Gone."""
        while True:
            found = decoded(await self.socket.receive(), self.protocol)
            if found is not None:
                return found


def decoded(message: bytes, protocol: Protocol) -> Data | Closed | None:
    """What a message of the client says; None for one that says nothing."""
    if not message:
        return None
    channel, data = message[0], message[1:]
    if protocol.closes and channel == _CLOSE:
        return Closed(data[0]) if len(data) == 1 else None
    if not protocol.base64:
        return Data(channel, data)
    try:
        return Data(channel - ord("0"), base64.b64decode(data, validate=True))
    except binascii.Error:
        return None
