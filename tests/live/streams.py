"""A client of the streams of pods that needs no server: a WebSocket through the whole ASGI application."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
from channels.testing import WebsocketCommunicator

from k8sviz.asgi import application
from simulator.models import Cluster
from tests.live.conftest import PATIENCE


def socket_to(cluster: Cluster, path: str, query: Any, protocols: list[str], **headers: str) -> WebsocketCommunicator:
    """A WebSocket of a pod of namespace default: `web/exec`. Headers that are empty are left out."""
    sent = {"host": "127.0.0.1", "authorization": f"Bearer {cluster.token}", **headers}
    url = f"/k8s/{cluster.name}/api/v1/namespaces/default/pods/{path}?{urlencode(query, doseq=True)}"
    pairs = [(name.encode(), value.encode()) for name, value in sent.items() if value]
    return WebsocketCommunicator(application, url, headers=pairs, subprotocols=protocols)


class Refusal(NamedTuple):
    code: int
    text: str

    @property
    def message(self) -> str:
        return str(orjson.loads(self.text)["message"])


async def refused(cluster: Cluster, path: str, query: Any, protocols: list[str], **headers: str) -> Refusal:
    """What a server that can say why answers to a handshake."""
    socket = socket_to(cluster, path, query, protocols, **headers)
    socket.scope["extensions"] = {"websocket.http.response": {}}
    await socket.send_input({"type": "websocket.connect"})
    head = await socket.receive_output(PATIENCE)
    assert head["type"] == "websocket.http.response.start", head
    body = await socket.receive_output(PATIENCE)
    await socket.wait()
    return Refusal(head["status"], body["body"].decode())
