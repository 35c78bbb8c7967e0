"""Daphne's server with what the streams of pods need: a refused handshake says why, neither side floods the other.

It offers the ASGI extension `websocket.http.response` (a handshake refused with a status and a body), stops reading
from a client whose messages are not taken, and lets an application wait while its client does not read.
"""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Any

from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from django.conf import settings
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from k8sviz.spdy import SpdyProtocol

Message = dict[str, Any]

_STREAMS = (WebSocketProtocol, SpdyProtocol)
MANY, FEW = 64, 16
"""Messages that wait for the application when reading stops, and when it goes on."""
_TURNS = 3


@implementer(IPushProducer)
class Flow:
    """Whether a connection takes more at the moment: its transport says so when its buffer fills and empties."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        self.open.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.open.set()

    def stopProducing(self) -> None:  # noqa: N802
        self.open.set()

    async def wait(self, protocol: Any) -> None:
        """Waits until the connection takes more; one that does not for too long is dropped."""
        try:
            async with asyncio.timeout(settings.STALLED_AFTER):
                await self.open.wait()
        except TimeoutError:
            protocol.transport.abortConnection()


class Inbox(asyncio.Queue[Message]):
    """The messages of one client that the application has yet to take."""

    def __init__(self, protocol: Any) -> None:
        super().__init__()
        self._protocol, self._stopped = protocol, False

    def put_nowait(self, item: Message) -> None:
        super().put_nowait(item)
        if not self._stopped and self.qsize() >= MANY:
            self._stopped = True
            self._protocol.transport.pauseProducing()

    async def get(self) -> Message:
        message = await super().get()
        if self._stopped and self.qsize() <= FEW:
            self._stopped = False
            self._protocol.transport.resumeProducing()
        return message


class WebSocketServer(Server):  # type: ignore[misc]
    """What differs from Daphne's own server is about WebSockets, and what is treated as one, only."""

    def create_application(self, protocol: Any, scope: Message) -> Any:
        if not isinstance(protocol, _STREAMS):
            return super().create_application(protocol, scope)
        if protocol not in self.connections:
            return None
        inbox = Inbox(protocol)
        scope.setdefault("asgi", {"version": "3.0"})
        scope["extensions"] = {"websocket.http.response": {}}
        running = self.application(scope=scope, receive=inbox.get, send=partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(running)
        return inbox

    async def handle_reply(self, protocol: Any, message: Message) -> None:
        held = self.connections.get(protocol)
        if held is None or not isinstance(protocol, _STREAMS) or "disconnected" in held:
            await super().handle_reply(protocol, message)
            return
        match message["type"]:
            case "websocket.http.response.start":
                held["refusal"] = _head(message)
            case "websocket.http.response.body":
                self._refuse(protocol, held.pop("refusal") + message.get("body", b""))
            case "websocket.accept":
                await super().handle_reply(protocol, message)
                held["flow"] = Flow()
                protocol.transport.unregisterProducer()  # that of the HTTP request which became this
                protocol.transport.registerProducer(held["flow"], True)
            case _:
                await super().handle_reply(protocol, message)
                await _sent()
                if "flow" in held:
                    await held["flow"].wait(protocol)

    def _refuse(self, protocol: Any, answer: bytes) -> None:
        if isinstance(protocol, WebSocketProtocol):
            del protocol.handshake_deferred
        protocol.sendData(answer)
        protocol.dropConnection(abort=False)
        self.protocol_disconnected(protocol)


async def _sent() -> None:
    """Lets the transport send what it has been given before more comes.

    TLS makes one record of what is written in one turn, and some clients, Python's among them, look for a message only
    when a record comes: a second message in it would wait for the third.
    """
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _head(message: Message) -> bytes:
    status = HTTPStatus(message["status"])
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
    lines += [name + b": " + value for name, value in message.get("headers", [])]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])
