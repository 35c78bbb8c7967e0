"""port-forward: SPDY through a WebSocket as kubectl does it, and the channels of other clients; servers of our own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator

from simulator.api.streams.spdy.frames import Data, Frame, GoAway, Ping, Reader, Reset, SynReply, SynStream, Writer
from simulator.engine.workloads import processes
from simulator.engine.workloads.processes import Response
from simulator.models import Cluster
from tests.live.conftest import PATIENCE, Hand, talk
from tests.live.streams import socket_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_left")]

TUNNEL = "SPDY/3.1+portforward.k8s.io"
REFUSED = (
    r"error forwarding port 81 to pod ([0-9a-f]{64}), uid : failed to execute portforward in network namespace "
    r'"/var/run/netns/cni-[0-9a-f-]{36}": failed to connect to localhost:81 inside namespace "\1", '
    r"IPv4: dial tcp4 127\.0\.0\.1:81: connect: connection refused IPv6 dial tcp6: "
    r"address localhost: no suitable address "
)


@pytest.fixture(autouse=True)
def servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """On port 80 a server that answers each line in capitals, and hangs up after `bye`."""

    def respond(pod: Any, port: int, data: bytes, **more: Any) -> Response | None:
        line, end, _ = data.partition(b"\n")
        return Response(line.upper() + end, len(line) + 1, line == b"bye") if end else None

    monkeypatch.setattr(processes, "respond", respond)
    monkeypatch.setattr(processes, "is_listening", lambda pod, port, **more: port == 80)


class Spdy:
    """kubectl's end of the tunnel."""

    def __init__(self, socket: WebsocketCommunicator) -> None:
        self.socket, self.reader, self.writer = socket, Reader(), Writer()
        self.waiting: list[Frame] = []

    async def says(self, *frames: Frame) -> None:
        for frame in frames:
            await self.socket.send_to(bytes_data=self.writer.bytes_of(frame))

    async def next(self) -> Frame:
        while not self.waiting:
            self.waiting += self.reader.frames_of(await self.socket.receive_from(PATIENCE))
        return self.waiting.pop(0)

    async def told(self, number: int) -> list[Frame]:
        return [await self.next() for _ in range(number)]

    async def opens(self, first: int, port: int, request: int = 0) -> None:
        """A pair of streams, as for each connection to the local port."""
        about = {"port": str(port), "requestid": str(request)}
        await self.says(SynStream(first, {"streamtype": "error", **about}), Data(first, b"", fin=True))
        await self.says(SynStream(first + 2, {"streamtype": "data", **about}))
        assert await self.told(2) == [SynReply(first, {}), SynReply(first + 2, {})]


@asynccontextmanager
async def tunnel(cluster: Cluster) -> AsyncIterator[Spdy]:
    socket = socket_to(cluster, "web/portforward", {}, [TUNNEL])
    connected, protocol = await socket.connect(timeout=PATIENCE)
    assert (connected, protocol) == (True, TUNNEL)
    try:
        yield Spdy(socket)
    finally:
        await socket.disconnect()


def converse(hand: Hand, conversation: Callable[[], Any]) -> None:
    async def whole() -> None:
        await hand.create("web")
        await hand.run(20)
        await conversation()

    talk(whole)


def test_a_connection(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with tunnel(cluster) as spdy:
            await spdy.opens(1, 80)
            await spdy.says(Data(3, b"hel"), Data(3, b"lo\nagain\n"))
            assert await spdy.told(2) == [Data(3, b"HELLO\n"), Data(3, b"AGAIN\n")]
            await spdy.says(Data(3, b"bye\n"))
            assert await spdy.told(3) == [Data(3, b"BYE\n"), Data(3, b"", fin=True), Data(1, b"", fin=True)]

    converse(hand, conversation)


def test_the_client_hangs_up_and_comes_again(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with tunnel(cluster) as spdy:
            await spdy.opens(1, 80)
            await spdy.says(Data(3, b"one\n", fin=True))
            assert await spdy.told(3) == [Data(3, b"ONE\n"), Data(3, b"", fin=True), Data(1, b"", fin=True)]
            await spdy.opens(5, 80, 1)
            await spdy.says(Reset(7, 5))
            assert await spdy.next() == Data(5, b"", fin=True)
            await spdy.opens(9, 80, 2)
            await spdy.says(Data(11, b"two\n"))
            assert await spdy.next() == Data(11, b"TWO\n")

    converse(hand, conversation)


def test_connections_at_once(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with tunnel(cluster) as spdy:
            for number in range(5):
                await spdy.opens(1 + 4 * number, 80, number)
            for number in reversed(range(5)):
                await spdy.says(Data(3 + 4 * number, f"line {number}\n".encode()))
                assert await spdy.next() == Data(3 + 4 * number, f"LINE {number}\n".encode())

    converse(hand, conversation)


def test_nobody_listens(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with tunnel(cluster) as spdy:
            await spdy.opens(1, 81)
            said, *ends = await spdy.told(3)
            assert isinstance(said, Data)
            assert said.stream == 1
            assert re.fullmatch(REFUSED, said.data.decode())
            assert ends == [Data(3, b"", fin=True), Data(1, b"", fin=True)]

    converse(hand, conversation)


def test_the_pod_goes(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with tunnel(cluster) as spdy:
            await spdy.opens(1, 80)
            await spdy.says(Data(3, b"there?\n"))
            assert await spdy.next() == Data(3, b"THERE?\n")
            await hand.delete("web")
            await spdy.says(Data(3, b"hello\n"))
            assert await spdy.told(2) == [Data(3, b"", fin=True), Data(1, b"", fin=True)]
            await spdy.opens(5, 80, 1)
            said = await spdy.next()
            assert isinstance(said, Data)
            assert re.search(r'failed to find sandbox "[0-9a-f]{64}" in store: not found$', said.data.decode())

    converse(hand, conversation)


STRANGE = {
    "no type": (SynStream(1, {"port": "80"}), Reset(1, 5)),
    "another type": (SynStream(1, {"port": "80", "streamtype": "resize"}), Reset(1, 5)),
    "no port": (SynStream(1, {"streamtype": "data"}), Reset(1, 5)),
    "port 0": (SynStream(1, {"streamtype": "data", "port": "0"}), Reset(1, 5)),
    "an even number": (SynStream(2, {"streamtype": "data", "port": "80"}), Reset(2, 1)),
}


@pytest.mark.parametrize(("sent", "answer"), STRANGE.values(), ids=STRANGE.keys())
def test_a_stream_that_is_not_wanted(cluster: Cluster, hand: Hand, sent: Frame, answer: Frame) -> None:
    async def conversation() -> None:
        async with tunnel(cluster) as spdy:
            await spdy.says(sent)
            assert await spdy.next() == answer

    converse(hand, conversation)


def test_pings_come_back_and_going_away_ends_it(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with tunnel(cluster) as spdy:
            await spdy.says(Data(99, b"for nobody"), Ping(1))
            assert await spdy.next() == Ping(1)
            await spdy.says(GoAway(0))
            assert (await spdy.socket.receive_output(PATIENCE))["type"] == "websocket.close"

    converse(hand, conversation)


def test_nonsense_ends_it(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with tunnel(cluster) as spdy:
            await spdy.socket.send_to(bytes_data=b"GET / HTTP/1.1\r\n\r\n")
            await spdy.socket.send_to(bytes_data=b"\xff" * 100)
            assert (await spdy.socket.receive_output(PATIENCE))["type"] == "websocket.close"

    converse(hand, conversation)


@pytest.mark.parametrize("query", [{"ports": ["80", "81"]}, {"ports": "80,81"}], ids=["repeated", "listed"])
def test_two_channels_for_each_port(cluster: Cluster, hand: Hand, query: Any) -> None:
    async def conversation() -> None:
        socket = socket_to(cluster, "web/portforward", query, ["v4.channel.k8s.io"])
        assert await socket.connect(timeout=PATIENCE) == (True, "v4.channel.k8s.io")
        ports = [await socket.receive_from(PATIENCE) for _ in range(4)]
        assert ports == [b"\0P\0", b"\1P\0", b"\2Q\0", b"\3Q\0"]
        refusal = await socket.receive_from(PATIENCE)
        assert refusal[0] == 3
        assert re.fullmatch(REFUSED, refusal[1:].decode())
        await socket.send_to(bytes_data=b"\0hello\n")
        assert await socket.receive_from(PATIENCE) == b"\0HELLO\n"
        await socket.send_to(bytes_data=b"\0bye\n")
        assert await socket.receive_from(PATIENCE) == b"\0BYE\n"
        assert (await socket.receive_output(PATIENCE))["type"] == "websocket.close"
        await socket.wait()

    converse(hand, conversation)
