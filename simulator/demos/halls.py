"""One presentation in one process: all who follow it there share one reading of its state, encoded once per change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from simulator.demos import presentations, telling
from simulator.demos.models import Presentation
from simulator.live import feed
from simulator.models import Cluster

log = logging.getLogger(__name__)

_PACE = 0.1
"""Seconds between two looks at a cluster that moves: what is lit and what is counted follows it so closely."""
_LOOK = 5.0

Hear = Callable[[str, str], None]
"""Takes (to whom, what): `all` or `crew`, and the message's text. It must not wait."""


def group(pk: int) -> str:
    """The channel group of the processes in which somebody follows a presentation."""
    return f"present.{pk}"


async def tell(pk: int, message: dict[str, Any]) -> None:
    """Says something to all processes; whoever misses that something changed looks by themselves a little later."""
    try:
        await get_channel_layer().group_send(group(pk), {"type": "present.told", **message})
    except Exception as error:
        log.warning("could not tell the followers of presentation %s: %s", pk, error)


class Hall:
    """The seats of a presentation in this process."""

    def __init__(self, presentation: Presentation) -> None:
        self.presentation = presentation
        self.seats: set[Hear] = set()
        self.said: dict[str, str] = {}
        self.ended = asyncio.Event()
        self._again = asyncio.Event()
        self._again.set()
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        self._tasks = [asyncio.create_task(work()) for work in (self._listen, self._watch, self._read_on)]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _listen(self) -> None:
        """Hears of orders, answers and the pointer, in whichever process they came in."""
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(group(self.presentation.pk), channel)
                try:
                    self._again.set()
                    while True:
                        self._hear(await layer.receive(channel))
                finally:
                    await layer.group_discard(group(self.presentation.pk), channel)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("no news of presentation %s: %s", self.presentation.pk, error)
                await asyncio.sleep(1.0)

    def _hear(self, message: dict[str, Any]) -> None:
        if "relay" in message:
            self._spread("all", message["relay"])
        else:
            self._again.set()

    async def _watch(self) -> None:
        """When the cluster moves, what was waited for may have come."""
        async with feed.follow(self.presentation.cluster) as tail:
            moves = tail.moves
            while not self.ended.is_set():
                moves = await tail.changed(moves, _LOOK)
                self._again.set()
                await asyncio.sleep(_PACE)

    async def _read_on(self) -> None:
        while not self.ended.is_set():
            await self._again.wait()
            self._again.clear()
            try:
                everybody, crew = await database_sync_to_async(self._look)()
            except (Presentation.DoesNotExist, Cluster.DoesNotExist):
                self._end()
                return
            except Exception:
                log.exception("presentation %s could not be read", self.presentation.pk)
                await asyncio.sleep(1.0)
                continue
            for whom, text in (("all", everybody.decode()), ("crew", crew.decode())):
                if self.said.get(whom) != text:
                    self.said[whom] = text
                    self._spread(whom, text)

    def _look(self) -> tuple[bytes, bytes]:
        pk = self.presentation.pk
        presentations.advance(pk)
        return telling.picture(Presentation.objects.select_related("cluster").get(pk=pk))

    def _end(self) -> None:
        self.ended.set()
        self._spread("all", '{"t":"ended"}')

    def _spread(self, whom: str, text: str) -> None:
        for hear in list(self.seats):
            hear(whom, text)


_halls: dict[int, Hall] = {}


@asynccontextmanager
async def enter(presentation: Presentation, hear: Hear) -> AsyncIterator[Hall]:
    """The shared hall of a presentation, for as long as the caller sits in it; what was said last is heard at once."""
    hall = _halls.get(presentation.pk)
    if hall is None:
        hall = _halls[presentation.pk] = Hall(presentation)
        hall.open()
    hall.seats.add(hear)
    for whom, text in hall.said.items():
        hear(whom, text)
    try:
        yield hall
    finally:
        hall.seats.discard(hear)
        if not hall.seats and _halls.get(presentation.pk) is hall:
            del _halls[presentation.pk]
            await hall.close()
