"""Who follows the tail of a log can be stopped at any moment, also at that in which there is news."""

from __future__ import annotations

import asyncio

import pytest

from simulator.live.feed import Tail
from simulator.models import Cluster
from tests.live.conftest import talk


@pytest.mark.parametrize("turns", range(8))
def test_a_follower_is_stopped_while_news_comes(turns: int) -> None:
    """The end of a session is often news itself: it stores what its process has written, and stops."""

    async def conversation() -> None:
        tail = Tail(Cluster(name="demo", revision=1))

        async def follow() -> None:
            while True:
                await tail.changed(tail.moves, timeout=15)

        follower = asyncio.create_task(follow())
        await asyncio.sleep(0.01)
        async with tail._news:
            tail.moves += 1
            tail._news.notify_all()
        for _ in range(turns):
            await asyncio.sleep(0)
        follower.cancel()
        await asyncio.wait({follower}, timeout=1)
        assert follower.cancelled()

    talk(conversation)
