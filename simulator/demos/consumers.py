"""The WebSocket of a presentation: all hear its state; the presenter sends orders, the others their answers."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import orjson
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from simulator import access
from simulator.clusters import NotUnderstood
from simulator.demos import halls, presentations
from simulator.demos.models import Follower, Presentation

_POINTS = 1 / 15
"""Seconds between two places of the pointer that are passed on."""
_LONGEST = 60_000


class PresentConsumer(AsyncWebsocketConsumer):
    """One browser at a presentation. Slow ones lose what is out of date, never the state."""

    presentation: Presentation
    work: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        found, self.leads = await database_sync_to_async(self._find)()
        await self.accept()
        if found is None:
            await self.send(text_data='{"t":"unknown"}')
            await self.close(code=4404)
            return
        self.presentation = found
        self.counted = not self.leads and b"preview" not in self.scope.get("query_string", b"")
        self.console = ""
        self._waiting: dict[str, str] = {}
        self._wake = asyncio.Event()
        self._pointed = 0.0
        self.work = asyncio.create_task(self._follow())

    async def disconnect(self, code: int) -> None:
        if self.work is None:
            return
        self.work.cancel()
        with suppress(asyncio.CancelledError):
            await self.work
        await database_sync_to_async(self._leave)()
        await halls.tell(self.presentation.pk, {})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.work is None or text_data is None or len(text_data) > _LONGEST:
            return
        with suppress(orjson.JSONDecodeError):
            said = orjson.loads(text_data)
            if isinstance(said, dict):
                await self._heard(said)

    async def _heard(self, said: dict[str, Any]) -> None:
        pk, do = self.presentation.pk, said.get("do")
        try:
            if do == "answer":
                moved = await database_sync_to_async(presentations.vote)(pk, self._session(), said.get("choice"))
            elif not self.leads or not isinstance(do, str):
                return
            elif do == "point":
                await self._point(said)
                return
            else:
                moved = await database_sync_to_async(self._order)(do, said)
        except NotUnderstood as error:
            self._hear_own({"t": "refused", "message": str(error)})
        except Presentation.DoesNotExist:
            self._hear_own({"t": "ended"})
        else:
            if moved:
                await halls.tell(pk, {})

    def _order(self, do: str, said: dict[str, Any]) -> bool:
        """Only the console that has the lead gives orders; another one may take it."""
        console = str(said.get("console") or "")[:64]
        if do != "take":
            held = Presentation.objects.values_list("state", flat=True).get(pk=self.presentation.pk).get("console")
            if held and held != console:
                return False
        self.console = console
        return presentations.order(self.presentation.pk, do, said)

    async def _point(self, said: dict[str, Any]) -> None:
        """The pointer is shown and forgotten; of many moves the last of each moment is passed on."""
        place = {key: said[key] for key in ("x", "y") if isinstance(said.get(key), int | float)}
        on = str(said.get("on") or "")[:600]
        now = time.monotonic()
        if place and now - self._pointed < _POINTS:
            return
        self._pointed = now
        told = orjson.dumps({"t": "point", "on": on, **place}).decode()
        await halls.tell(self.presentation.pk, {"relay": told})

    def _find(self) -> tuple[Presentation | None, bool]:
        found = presentations.by_code(self.scope["url_route"]["kwargs"]["code"])
        if found is None:
            return None, False
        leads = access.may_see(self.scope, found.cluster) and self._owner().has(found)
        if leads and b"preview" not in self.scope.get("query_string", b""):
            return found, True
        if not leads:
            if not Follower.objects.filter(presentation=found, session=self._session()).exists():
                return None, False
            Follower.objects.filter(presentation=found, session=self._session()).update(here=True, exploring=False)
        return found, False

    def _owner(self) -> presentations.Owner:
        user = self.scope.get("user")
        return presentations.Owner(user if user is not None and user.is_authenticated else None, self._session())

    def _session(self) -> str:
        return getattr(self.scope.get("session"), "session_key", None) or ""

    def _leave(self) -> None:
        if self.counted:
            Follower.objects.filter(presentation=self.presentation, session=self._session()).update(here=False)
        if self.leads and self.console:
            held = Presentation.objects.filter(pk=self.presentation.pk).values_list("state", flat=True).first()
            if held and held.get("console") == self.console:
                with suppress(Presentation.DoesNotExist):
                    presentations.order(self.presentation.pk, "take", {"console": ""})

    def _hear(self, whom: str, text: str) -> None:
        """Keeps the newest of each sort until it can be sent."""
        if whom == "crew" and not self.leads:
            return
        kind = text[6 : text.index('"', 6)]
        self._waiting[kind] = text
        self._wake.set()

    def _hear_own(self, message: dict[str, Any]) -> None:
        self._hear("all", orjson.dumps(message).decode())

    async def _follow(self) -> None:
        async with halls.enter(self.presentation, self._hear):
            if self.counted:
                await halls.tell(self.presentation.pk, {})
            while True:
                await self._wake.wait()
                self._wake.clear()
                waiting, self._waiting = self._waiting, {}
                for text in waiting.values():
                    await self.send(text_data=text)
                if "ended" in waiting:
                    await self.close(code=4410)
                    return
