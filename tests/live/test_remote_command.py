"""exec and attach over the channels of a WebSocket, with processes of the tests' own."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.db import OperationalError

from simulator.models import Cluster
from tests.live import fake_processes
from tests.live.conftest import PATIENCE, Hand, talk
from tests.live.streams import socket_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_left")]

ALL = {"stdin": "true", "stdout": "true", "stderr": "true"}
SUCCESS = {"metadata": {}, "status": "Success"}
V4, V5 = "v4.channel.k8s.io", "v5.channel.k8s.io"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_processes.put_in(monkeypatch)


class Client:
    """A client of exec: what it got on each channel, once the server has closed the WebSocket."""

    def __init__(self, socket: WebsocketCommunicator) -> None:
        self.socket, self.protocol = socket, ""
        self.got: dict[int, bytes] = {}

    async def says(self, channel: int, data: bytes) -> None:
        await self.socket.send_to(bytes_data=bytes((channel,)) + data)

    async def next(self) -> tuple[int, bytes] | None:
        """The next message; None when the server has closed."""
        message = await self.socket.receive_output(PATIENCE)
        if message["type"] == "websocket.close":
            return None
        if "text" in message:
            channel, data = int(message["text"][0]), base64.b64decode(message["text"][1:])
        else:
            channel, data = message["bytes"][0], message["bytes"][1:]
        self.got[channel] = self.got.get(channel, b"") + data
        return channel, data

    async def end(self) -> Any:
        """Reads to the end; the Status on the error channel."""
        while await self.next() is not None:
            pass
        return json.loads(self.got[3]) if self.got.get(3) else None


@asynccontextmanager
async def client(cluster: Cluster, path: str, *command: str, protocol: str = V5, **query: str) -> AsyncIterator[Client]:
    asked = {**ALL, "command": list(command), **query}
    made = Client(socket_to(cluster, path, asked, [protocol] if protocol else []))
    connected, made.protocol = await made.socket.connect(timeout=PATIENCE)
    assert connected, made.protocol
    try:
        yield made
    finally:
        await made.socket.disconnect()


async def a_running_pod(hand: Hand) -> None:
    await hand.create("web")
    await hand.run(20)


def converse(hand: Hand, conversation: Callable[[], Any]) -> None:
    async def whole() -> None:
        await a_running_pod(hand)
        await conversation()

    talk(whole)


@pytest.mark.parametrize("protocol", [V5, V4])
def test_success(cluster: Cluster, hand: Hand, protocol: str) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "true", protocol=protocol) as one:
            assert one.protocol == protocol
            assert await one.next() == (1, b""), "an empty message says that the connection is established"
            assert await one.end() == SUCCESS

    converse(hand, conversation)


DETAILS = {
    V5: "command terminated with exit code 2",
    V4: "error executing command [exit 2], exit code 2",
}


@pytest.mark.parametrize("protocol", DETAILS)
def test_an_exit_code(cluster: Cluster, hand: Hand, protocol: str) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "exit", "2", protocol=protocol) as one:
            assert await one.end() == {
                "metadata": {},
                "status": "Failure",
                "message": f"command terminated with non-zero exit code: {DETAILS[protocol]}",
                "reason": "NonZeroExitCode",
                "details": {"causes": [{"reason": "ExitCode", "message": "2"}]},
            }
            assert (one.got[1], one.got[2]) == (b"", b"no good\n")

    converse(hand, conversation)


@pytest.mark.parametrize("protocol", ["channel.k8s.io", "base64.channel.k8s.io", ""])
def test_an_old_client_reads_words(cluster: Cluster, hand: Hand, protocol: str) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "exit", "2", protocol=protocol) as one:
            while await one.next() is not None:
                pass
            words = b"command terminated with non-zero exit code: error executing command [exit 2], exit code 2"
            assert (one.got[2], one.got[3]) == (b"no good\n", words)

    converse(hand, conversation)


def test_input_until_it_is_closed(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "cat") as one:
            await one.says(0, b"hello ")
            await one.says(7, b"nobody hears this")
            await one.says(4, b'{"Width":80,"Height":24}')
            await one.says(0, b"world")
            await one.says(255, b"\0")
            assert await one.end() == SUCCESS
            assert one.got[1] == b"hello world"

    converse(hand, conversation)


def test_base64_input(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "cat", protocol="v4.base64.channel.k8s.io") as one:
            await one.socket.send_to(text_data="0" + base64.b64encode(b"\xffhello").decode())
            await one.socket.send_to(text_data="0 not base64")
            assert await one.next() == (1, b"")
            assert await one.next() == (1, b"\xffhello")

    converse(hand, conversation)


def test_without_stdin_it_ends_at_once(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "cat", stdin="false") as one:
            assert await one.end() == SUCCESS

    converse(hand, conversation)


def test_much_output_comes_whole_in_parts(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "flood") as one:
            longest = 0
            while (message := await one.next()) is not None:
                longest = max(longest, len(message[1]))
            assert len(one.got[1]) == 1_000_000
            assert longest <= 32 * 1024

    converse(hand, conversation)


def test_a_sleep_is_in_virtual_time(cluster: Cluster, hand: Hand) -> None:
    """The cluster is paused: the process sleeps until somebody moves the clock."""

    async def conversation() -> None:
        async with client(cluster, "web/exec", "sleep", "30000000") as one:
            assert await one.next() == (1, b"")
            assert await one.socket.receive_nothing(timeout=0.3)
            await hand.run(29)
            assert await one.socket.receive_nothing(timeout=0.3)
            await hand.run(2)
            assert await one.next() == (1, b"awake")
            assert await one.end() == SUCCESS

    converse(hand, conversation)


def test_interrupt_on_a_terminal(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "sleep", "30000000", tty="true") as one:
            assert await one.next() == (1, b"")
            await one.says(0, b"typed before\x03")
            assert (await one.end())["details"]["causes"][0]["message"] == "130"
            assert one.got[1] == b"^C"

    converse(hand, conversation)


def test_on_a_terminal_all_is_stdout(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "exit", "1", tty="true") as one:
            await one.end()
            assert one.got[1] == b"no good\n"
            assert 2 not in one.got

    converse(hand, conversation)


@pytest.mark.parametrize("doing", ["cat", "sleep"])
def test_the_pod_goes(cluster: Cluster, hand: Hand, doing: str) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", doing, *(["30000000"] if doing == "sleep" else [])) as one:
            assert await one.next() == (1, b"")
            await hand.delete("web")
            assert (await one.end())["details"]["causes"][0]["message"] == "137"

    converse(hand, conversation)


def test_files_are_stored_at_a_pause_and_at_the_end(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", "touch") as one:
            assert await one.next() == (1, b"")
            assert await one.socket.receive_nothing(timeout=0.2)
            assert fake_processes.FILES[0].stored == ["saved"]
            await one.says(0, b"x")
            assert await one.end() == SUCCESS
            assert fake_processes.FILES[0].stored.count("saved") == 2

    converse(hand, conversation)


def test_the_client_goes(cluster: Cluster, hand: Hand) -> None:
    """Nobody is left who follows the log: the fixture says so."""

    async def conversation() -> None:
        async with client(cluster, "web/exec", "sleep", "30000000") as one:
            assert await one.next() == (1, b"")

    converse(hand, conversation)


def test_attach(cluster: Cluster, hand: Hand) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/attach") as one:
            await one.says(0, b"typed")
            await one.says(255, b"\0")
            assert await one.end() == SUCCESS
            assert one.got[1] == b"line\ntyped"

    converse(hand, conversation)


FAILURES = {
    "an unknown program": (
        ["nope"],
        {},
        r"Internal error occurred: Internal error occurred: error executing command in container: failed to exec in "
        r'container: failed to start exec "[0-9a-f]{64}": .*exec: "nope": executable file not found in \$PATH: unknown',
    ),
    "a bug": (["break"], {}, "Internal error occurred: the process could not be served; see the server's log"),
    "no stream": (
        ["true"],
        dict.fromkeys(ALL, "false"),
        "Internal error occurred: unable to upgrade connection: you must specify at least 1 of stdin, stdout, stderr",
    ),
}


@pytest.mark.parametrize(("command", "query", "words"), FAILURES.values(), ids=FAILURES.keys())
def test_what_goes_wrong_is_said(
    cluster: Cluster, hand: Hand, command: list[str], query: dict[str, str], words: str
) -> None:
    async def conversation() -> None:
        async with client(cluster, "web/exec", *command, **query) as one:
            status = await one.end()
            assert (status["status"], status["reason"], status["code"]) == ("Failure", "InternalError", 500)
            assert re.fullmatch(words, status["message"]), status["message"]

    converse(hand, conversation)


def test_a_full_disk_is_said_in_plain_words(cluster: Cluster, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    async def conversation() -> None:
        monkeypatch.setattr("simulator.store.write", full)
        async with client(cluster, "web/exec", "touch") as one:
            message = (await one.end())["message"]
            assert "nothing was written: the disk that holds" in message

    converse(hand, conversation)
