"""The web server: Daphne, made to wait for clients that read slowly, and to drop those that stop reading.

Daphne alone keeps whatever an application sends to a client that does not read, without bound.
"""

from typing import Any

from daphne.cli import CommandLineInterface
from daphne.http_protocol import WebRequest

from k8sviz.websockets import Flow, WebSocketServer


class PatientServer(WebSocketServer):
    """Sends the next part of a streamed answer only when the connection takes it."""

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        held = self.connections.get(protocol)
        if held is None or not isinstance(protocol, WebRequest) or message["type"] != "http.response.body":
            await super().handle_reply(protocol, message)
            return
        if "flow" in held:
            await held["flow"].wait(protocol)
        elif message.get("more_body"):
            held["flow"] = Flow()
            protocol.registerProducer(held["flow"], True)
        if not message.get("more_body") and held.pop("flow", None) and "disconnected" not in held:
            protocol.unregisterProducer()
        await super().handle_reply(protocol, message)


class CommandLine(CommandLineInterface):  # type: ignore[misc]
    server_class = PatientServer


if __name__ == "__main__":
    CommandLine.entrypoint()
