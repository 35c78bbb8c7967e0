"""The web server: Daphne, made to wait for clients that read slowly, and to drop those that stop reading.

Daphne alone keeps whatever an application sends to a client that does not read, without bound.
"""

import asyncio
from typing import Any

from daphne.cli import CommandLineInterface
from daphne.http_protocol import WebRequest
from daphne.server import Server
from django.conf import settings
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer


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


class PatientServer(Server):  # type: ignore[misc]
    """Sends the next part of a streamed answer only when the connection takes it."""

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        held = self.connections.get(protocol)
        if held is None or not isinstance(protocol, WebRequest) or message["type"] != "http.response.body":
            await super().handle_reply(protocol, message)
            return
        if "flow" in held:
            await self._wait(protocol, held["flow"])
        elif message.get("more_body"):
            held["flow"] = Flow()
            protocol.registerProducer(held["flow"], True)
        if not message.get("more_body") and held.pop("flow", None) and "disconnected" not in held:
            protocol.unregisterProducer()
        await super().handle_reply(protocol, message)

    async def _wait(self, protocol: Any, flow: Flow) -> None:
        try:
            await asyncio.wait_for(flow.open.wait(), settings.STALLED_AFTER)
        except TimeoutError:
            protocol.transport.abortConnection()


class CommandLine(CommandLineInterface):  # type: ignore[misc]
    server_class = PatientServer


if __name__ == "__main__":
    CommandLine.entrypoint()
