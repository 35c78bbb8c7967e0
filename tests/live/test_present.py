"""The WebSocket of presentations: orders go in at one end, all the audience hears at the other, over a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import orjson
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.backends.db import SessionStore

from k8sviz.asgi import application
from simulator import runner
from simulator.demos import halls, presentations
from simulator.demos.models import Follower, Presentation
from simulator.demos.presentations import Owner
from tests.doors.test_presentations import FILES

PATIENCE = 4.0


def _session() -> str:
    made = SessionStore()
    made.create()
    assert made.session_key
    return made.session_key


class Seat:
    """One browser at a presentation; `said` is the newest of each sort that it heard."""

    def __init__(self, code: str, session: str) -> None:
        headers = [(b"host", b"127.0.0.1"), (b"origin", b"http://127.0.0.1")]
        headers.append((b"cookie", f"sessionid={session}".encode()))
        self.socket = WebsocketCommunicator(application, f"/ws/present/{code}/", headers=headers)
        self.said: dict[str, dict[str, Any]] = {}

    async def send(self, **what: Any) -> None:
        await self.socket.send_to(text_data=orjson.dumps(what).decode())

    async def hear(self, sort: str, wanted: Callable[[dict[str, Any]], Any] = bool) -> dict[str, Any]:
        """The first message of this sort that is wanted."""
        while True:
            message: dict[str, Any] = orjson.loads(await self.socket.receive_from(PATIENCE))
            self.said[message["t"]] = message
            if message["t"] == sort and wanted(message):
                return message


@asynccontextmanager
async def seated(code: str, session: str) -> AsyncIterator[Seat]:
    seat = Seat(code, session)
    connected, reason = await seat.socket.connect(timeout=PATIENCE)
    assert connected, reason
    try:
        yield seat
    finally:
        await seat.socket.disconnect()


@pytest.fixture
def owner(transactional_db: None, news: None) -> Owner:
    return Owner(None, _session(), "Lin Wei")


@pytest.fixture
def presentation(owner: Owner) -> Iterator[Presentation]:
    yield presentations.start("small", FILES, owner)
    assert halls._halls == {}, "whoever leaves last closes the hall"


def talk(conversation: Callable[[], Awaitable[None]]) -> None:
    async_to_sync(conversation)()


async def follower(presentation: Presentation) -> str:
    session = await sync_to_async(_session)()
    await sync_to_async(presentations.seat)(presentation, session)
    return session


async def work(presentation: Presentation) -> None:
    """Plays the worker for a while: the cluster goes on as its clock says."""
    worker = runner.Runner("test")
    for _round in range(40):
        await sync_to_async(worker.tick)(presentation.cluster_id)
        await asyncio.sleep(0.1)


def test_an_order_reaches_the_audience_and_a_wait_comes_true_by_itself(
    presentation: Presentation, owner: Owner
) -> None:
    async def conversation() -> None:
        session = await follower(presentation)
        async with seated(presentation.code, owner.session) as lead, seated(presentation.code, session) as other:
            start = await other.hear("state")
            assert (start["phase"], start["presenter"]) == ("start", "Lin Wei")
            await lead.hear("crew", lambda one: one["following"] == 1)
            await lead.send(do="next")
            assert (await other.hear("state", lambda one: one["phase"] != "start"))["caption"]["en"] == "A pod is made."
            running = asyncio.create_task(work(presentation))
            done = await other.hear("state", lambda one: one["phase"] == "done")
            running.cancel()
            assert done["lit"] == ["nodes//worker", "pods/default/web"]
            assert "crew" not in other.said

    talk(conversation)


def test_fifty_follow(presentation: Presentation, owner: Owner) -> None:
    async def conversation() -> None:
        sessions = [await follower(presentation) for _number in range(50)]
        async with AsyncExitStack() as everybody:
            lead = await everybody.enter_async_context(seated(presentation.code, owner.session))
            seats = [await everybody.enter_async_context(seated(presentation.code, one)) for one in sessions]
            await asyncio.gather(*(seat.hear("state") for seat in seats))
            await lead.send(do="show", black=True)
            heard = await asyncio.gather(*(seat.hear("state", lambda one: one["black"]) for seat in seats))
            assert len(heard) == 50
            assert len(halls._halls) == 1
            assert (await lead.hear("crew", lambda one: one["following"] == 50))["away"] == 0

    talk(conversation)


def test_a_follower_answers_but_gives_no_orders(presentation: Presentation, owner: Owner) -> None:
    async def conversation() -> None:
        session = await follower(presentation)
        await sync_to_async(presentations.order)(presentation.pk, "jump", {"step": 1})
        async with seated(presentation.code, owner.session) as lead, seated(presentation.code, session) as other:
            running = asyncio.create_task(work(presentation))
            await lead.hear("state", lambda one: one["phase"] == "asked")
            running.cancel()
            for nonsense in ("next", "end", "show", None, 5, {"a": 1}):
                await other.send(do=nonsense, black=True)
            await other.socket.send_to(text_data="no json")
            await other.socket.send_to(text_data='["next"]')
            await other.send(do="answer", choice=1)
            crew = await lead.hear("crew", lambda one: one["tallies"] == [0, 1])
            assert crew["following"] == 1 and not lead.said["state"]["black"]

    talk(conversation)


def test_the_pointer_is_relayed_at_most_so_often(presentation: Presentation, owner: Owner) -> None:
    async def conversation() -> None:
        session = await follower(presentation)
        async with seated(presentation.code, owner.session) as lead, seated(presentation.code, session) as other:
            await other.hear("state")
            for place in range(100):
                await lead.send(do="point", on="nodes//worker", x=place / 100, y=0.5)
            first = await other.hear("point")
            assert (first["on"], first["y"]) == ("nodes//worker", 0.5)
            await lead.send(do="point", on="")
            heard = [await other.hear("point")]
            while "x" in heard[-1]:
                heard.append(await other.hear("point"))
            assert len(heard) < 30

    talk(conversation)


def test_two_consoles_the_second_is_told_and_may_take_over(presentation: Presentation, owner: Owner) -> None:
    async def conversation() -> None:
        async with (
            seated(presentation.code, owner.session) as first,
            seated(presentation.code, owner.session) as second,
        ):
            await first.send(do="take", console="one")
            assert (await second.hear("crew", lambda crew: crew["console"]))["console"] == "one"
            await second.send(do="show", black=True, console="two")
            await second.send(do="take", console="two")
            await first.hear("crew", lambda crew: crew["console"] == "two")
            assert not first.said.get("state", {}).get("black")
            await second.send(do="show", large=True, console="two")
            await first.hear("state", lambda state: state["large"] and not state["black"])

    talk(conversation)


def test_a_console_that_goes_away_leaves_the_lead_to_the_next(presentation: Presentation, owner: Owner) -> None:
    async def conversation() -> None:
        async with seated(presentation.code, owner.session) as second:
            async with seated(presentation.code, owner.session) as first:
                await first.send(do="take", console="one")
                await second.hear("crew", lambda crew: crew["console"] == "one")
            await second.hear("crew", lambda crew: crew["console"] == "")

    talk(conversation)


def test_the_end_is_told_to_all(presentation: Presentation, owner: Owner) -> None:
    async def conversation() -> None:
        session = await follower(presentation)
        async with seated(presentation.code, session) as other:
            await other.hear("state")
            await sync_to_async(presentations.end)(presentation)
            await halls.tell(presentation.pk, {})
            await other.hear("ended")
            assert (await other.socket.receive_output(PATIENCE))["code"] == 4410

    talk(conversation)


@pytest.mark.parametrize("code", ["000000", "nothing"])
def test_a_wrong_code_is_told(owner: Owner, code: str) -> None:
    async def conversation() -> None:
        async with seated(code, owner.session) as seat:
            await seat.hear("unknown")

    talk(conversation)


def test_who_has_no_seat_hears_nothing(presentation: Presentation) -> None:
    async def conversation() -> None:
        stranger = await sync_to_async(_session)()
        async with seated(presentation.code, stranger) as seat:
            await seat.hear("unknown")
        assert not await sync_to_async(Follower.objects.exists)()

    talk(conversation)
