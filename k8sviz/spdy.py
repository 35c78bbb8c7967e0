"""Connections that clients upgrade to SPDY/3.1, as kubectl before 1.31 does for exec, attach, cp and port-forward.

An application gets them as a scope of type `spdy` with the messages of a WebSocket: what differs is the wire. The bytes
that it gets and sends are SPDY's frames, which `simulator.api.streams.spdy` understands.
"""

from typing import Any
from urllib.parse import unquote

import daphne.server
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.utils import HEADER_NAME_RE, INVALID_HEADER_VALUE_BYTES
from twisted.internet.protocol import Protocol
from twisted.protocols.policies import ProtocolWrapper

Message = dict[str, Any]


class SpdyProtocol(Protocol):
    """One upgraded connection."""

    application_type = "spdy"
    transport: Any

    def __init__(self, server: Any) -> None:
        self.server = server
        self.inbox: Any = None

    def begin(self, scope: Message) -> None:
        self.server.protocol_connected(self)
        self.inbox = self.server.create_application(self, scope)
        self.inbox.put_nowait({"type": "websocket.connect"})

    # --- what Twisted says ---

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        self.inbox.put_nowait({"type": "websocket.receive", "bytes": data})

    def connectionLost(self, reason: Any = None) -> None:  # noqa: N802
        if self.inbox is not None:
            self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})
            self.server.protocol_disconnected(self)

    # --- what Daphne's server asks of its protocols ---

    def handle_reply(self, message: Message) -> None:
        match message["type"]:
            case "websocket.accept":
                lines = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: SPDY/3.1"]
                if message.get("subprotocol"):
                    lines.append(f"X-Stream-Protocol-Version: {message['subprotocol']}")
                self.sendData("\r\n".join([*lines, "", ""]).encode())
            case "websocket.send":
                self.sendData(message["bytes"])
            case "websocket.close":
                self.dropConnection()

    def handle_exception(self, exception: Exception) -> None:
        self.dropConnection(abort=True)

    def check_timeouts(self) -> None:
        pass

    # --- as a WebSocket has it ---

    def sendData(self, data: bytes) -> None:  # noqa: N802 - Autobahn's name
        self.transport.write(data)

    def dropConnection(self, abort: bool = False) -> None:  # noqa: N802
        self.transport.unregisterProducer()  # TLS waits for a producer before it ends
        if abort:
            self.transport.abortConnection()
        else:
            self.transport.loseConnection()


class UpgradingRequest(WebRequest):  # type: ignore[misc]
    """Hands a connection over, as Daphne's own request does for a WebSocket."""

    def process(self) -> Any:
        if self.requestHeaders.getRawHeaders(b"Upgrade", [b""])[0].lower() != b"spdy/3.1" or not self._is_sound():
            return super().process()
        protocol = SpdyProtocol(self.server)
        scope = self._scope()
        transport: Any = self.transport  # type: ignore[has-type]
        self.transport = None
        if isinstance(transport, ProtocolWrapper):  # TLS
            transport.wrappedProtocol = protocol  # type: ignore[assignment]
        else:
            transport.protocol = protocol
        protocol.makeConnection(transport)  # type: ignore[no-untyped-call]
        protocol.begin(scope)
        self.server.protocol_disconnected(self)
        self.channel._networkProducer.resumeProducing()
        return None

    def _is_sound(self) -> bool:
        """Nothing that Daphne would refuse, which its own `process` then does."""
        return self.uri.isascii() and all(
            HEADER_NAME_RE.fullmatch(name) and not any(INVALID_HEADER_VALUE_BYTES.intersection(one) for one in values)
            for name, values in self.requestHeaders.getAllRawHeaders()
        )

    def _scope(self) -> Message:
        headers = [
            (name.lower(), value)
            for name, values in self.requestHeaders.getAllRawHeaders()
            if b"_" not in name  # CVE-2015-0219
            for value in values
        ]
        transport: Any = self.transport
        peer, host = transport.getPeer(), transport.getHost()
        return {
            "type": "spdy",
            "method": self.method.decode("ascii"),
            "path": unquote(self.path.decode("ascii")),
            "raw_path": self.path,
            "root_path": self.server.root_path,
            "query_string": self.uri.partition(b"?")[2],
            "headers": headers,
            "client": [str(peer.host), peer.port],
            "server": [str(host.host), host.port],
        }


class UpgradingFactory(HTTPFactory):  # type: ignore[misc]
    """Makes HTTP connections whose requests may upgrade to SPDY."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's name
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = UpgradingRequest
        return protocol


daphne.server.HTTPFactory = UpgradingFactory  # Daphne has no other way to be told which factory to use
