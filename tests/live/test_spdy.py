"""exec and port-forward over SPDY without a WebSocket, as kubectl before 1.31 and many programs in Go have it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.testing import ApplicationCommunicator

from k8sviz.asgi import application
from simulator.api.streams.spdy.frames import Data, Frame, GoAway, Reader, Reset, SynReply, SynStream, Writer
from simulator.models import Cluster
from tests.live import fake_processes
from tests.live.conftest import PATIENCE, Hand, talk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_left")]

V4 = "v4.channel.k8s.io"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_processes.put_in(monkeypatch)
    monkeypatch.setattr("simulator.api.streams.spdy.channels._LINGER", 0.05)  # the client here hangs up only later


class Spdy:
    """The client's end of an upgraded connection."""

    def __init__(self, cluster: Cluster, path: str, query: Any, protocols: list[str], **headers: str) -> None:
        sent = {"host": "127.0.0.1", "authorization": f"Bearer {cluster.token}", **headers}
        listed = [(name.encode(), value.encode()) for name, value in sent.items() if value]
        listed += [(b"x-stream-protocol-version", name.encode()) for name in protocols]
        where = f"/k8s/{cluster.name}/api/v1/namespaces/default/pods/{path}"
        scope = {
            "type": "spdy",
            "method": "POST",
            "path": where,
            "raw_path": where.encode(),
            "root_path": "",
            "query_string": urlencode(query, doseq=True).encode(),
            "headers": listed,
            "client": ["127.0.0.1", 40000],
            "server": ["127.0.0.1", 80],
            "extensions": {"websocket.http.response": {}},
        }
        self.connection = ApplicationCommunicator(application, scope)
        self.reader, self.writer = Reader(), Writer()
        self.waiting: list[Frame] = []

    async def answer(self) -> dict[str, Any]:
        await self.connection.send_input({"type": "websocket.connect"})
        message: dict[str, Any] = await self.connection.receive_output(PATIENCE)
        return message

    async def says(self, *frames: Frame) -> None:
        for frame in frames:
            data = self.writer.bytes_of(frame)
            await self.connection.send_input({"type": "websocket.receive", "bytes": data})

    async def next(self) -> Frame | None:
        """The next frame; None when the server has closed."""
        while not self.waiting:
            message = await self.connection.receive_output(PATIENCE)
            if message["type"] == "websocket.close":
                return None
            self.waiting += self.reader.frames_of(message["bytes"])
        return self.waiting.pop(0)

    async def opens(self, *types: str) -> None:
        for number, name in enumerate(types):
            await self.says(SynStream(2 * number + 1, {"streamtype": name}))
            assert await self.next() == SynReply(2 * number + 1, {})

    async def end(self) -> list[Frame]:
        """All frames to the end."""
        found = []
        while (frame := await self.next()) is not None:
            found.append(frame)
        return found


@asynccontextmanager
async def exec_(cluster: Cluster, *command: str, protocol: str = V4, **query: str) -> AsyncIterator[Spdy]:
    asked = {"stdin": "true", "stdout": "true", "stderr": "true", "command": list(command), **query}
    made = Spdy(cluster, "web/exec", asked, [protocol] if protocol else [])
    assert await made.answer() == {"type": "websocket.accept", "subprotocol": protocol or None}
    yield made
    await made.connection.send_input({"type": "websocket.disconnect", "code": 1006})
    await made.connection.wait(PATIENCE)


def converse(hand: Hand, conversation: Callable[[], Any]) -> None:
    async def whole() -> None:
        await hand.create("web")
        await hand.run(20)
        await conversation()

    talk(whole)


def test_an_exit_code(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with exec_(cluster, "exit", "2") as spdy:
            await spdy.opens("error", "stdin", "stdout", "stderr")
            said, status, *ends = await spdy.end()
            assert said == Data(7, b"no good\n")
            assert isinstance(status, Data)
            assert status.stream == 1
            assert json.loads(status.data)["details"]["causes"] == [{"reason": "ExitCode", "message": "2"}]
            assert ends == [*(Data(number, b"", fin=True) for number in (1, 3, 5, 7)), GoAway(7)]

    converse(hand, conversation)


def test_input_until_it_is_closed(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with exec_(cluster, "cat", stderr="false") as spdy:
            await spdy.opens("error", "stdin", "stdout", "resize")
            await spdy.says(Data(7, b'{"Width":80,"Height":24}\n'), Data(3, b"hel"))
            assert await spdy.next() == Data(5, b"hel")
            await spdy.says(Data(3, b"lo"), Data(3, b"", fin=True))
            assert await spdy.next() == Data(5, b"lo")
            assert await spdy.next() == Data(1, b'{"metadata":{},"status":"Success"}')

    converse(hand, conversation)


@pytest.mark.parametrize("protocol", ["v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io", ""])
def test_an_old_client_reads_words(cluster: Cluster, hand: Hand, protocol: str) -> None:
    async def conversation() -> None:
        async with exec_(cluster, "exit", "2", protocol=protocol, stdin="false") as spdy:
            await spdy.opens("error", "stdout", "stderr")
            words = b"command terminated with non-zero exit code: error executing command [exit 2], exit code 2"
            assert Data(1, words) in await spdy.end()

    converse(hand, conversation)


def test_a_stream_that_is_not_wanted(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with exec_(cluster, "true") as spdy:
            await spdy.opens("error")
            await spdy.says(SynStream(3, {"streamtype": "error"}), SynStream(5, {"streamtype": "data"}))
            assert [await spdy.next(), await spdy.next()] == [Reset(3, 5), Reset(5, 5)]

    converse(hand, conversation)


REFUSED = {
    "no such pod": ("nope/exec", [V4], {}, 404, 'pods "nope" not found'),
    "a protocol that nobody knows": (
        "web/exec",
        ["v9.channel.k8s.io"],
        {},
        403,
        "unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], "
        "server accepts [v4.channel.k8s.io v3.channel.k8s.io v2.channel.k8s.io channel.k8s.io]",
    ),
    "another protocol for port-forward": (
        "web/portforward",
        [V4],
        {},
        403,
        f"unable to upgrade: unable to negotiate protocol: client supports [{V4}], server accepts [portforward.k8s.io]",
    ),
    "a wrong token": ("web/exec", [V4], {"authorization": "Bearer wrong"}, 401, "Unauthorized"),
    "one who may only get": (
        "web/exec",
        [V4],
        {"impersonate-user": "bob"},
        403,
        'pods "web" is forbidden: User "bob" cannot create resource "pods/exec" in API group "" '
        'in the namespace "default"',
    ),
    "one who may only get, port-forward": (
        "web/portforward",
        ["portforward.k8s.io"],
        {"impersonate-user": "bob"},
        403,
        'User "bob" cannot create resource "pods/portforward" in API group "" in the namespace "default"',
    ),
    "nobody": ("web/exec", [V4], {"authorization": ""}, 403, "the CSRF token is missing or wrong"),
}


@pytest.mark.parametrize(("path", "protocols", "headers", "code", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(
    cluster: Cluster, hand: Hand, path: str, protocols: list[str], headers: dict[str, str], code: int, says: str
) -> None:
    async def conversation() -> None:
        await hand.allow("bob", [("get", "pods/exec"), ("get", "pods/portforward"), ("create", "pods/attach")])
        spdy = Spdy(cluster, path, {"command": "true", "stdout": "true"}, protocols, **headers)
        assert (await spdy.answer())["status"] == code
        body = (await spdy.connection.receive_output(PATIENCE))["body"].decode()
        assert says in (json.loads(body)["message"] if body.startswith("{") else body)
        await spdy.connection.wait(PATIENCE)

    converse(hand, conversation)
