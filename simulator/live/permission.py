"""Whether a browser may still look at the cluster that it follows. An answer is good for a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async

from simulator import access
from simulator.models import Cluster

_GOOD = 1.0
"""Seconds after which it is asked again, while frames go on."""
_STALE = 5.0
"""Seconds after which no frame is sent before the answer is there."""


class Forbidden(Exception):
    """The cluster is no longer this browser's to see."""


class Permission:
    """Asks for one browser. `lost` is called when an answer that nobody waited for was no."""

    def __init__(self, scope: Mapping[str, Any], lost: Callable[[], None]) -> None:
        self._scope = scope
        self._lost = lost
        self._whose: tuple[Any, ...] = ()
        self._asked = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._is_lost = False

    async def check(self, cluster: Cluster) -> None:
        """Before a frame is sent. Asks at once where the cluster has become another's. Raises Forbidden."""
        self.hold()
        whose, age = (cluster.owner_id, cluster.session, cluster.shared), time.monotonic() - self._asked
        if whose != self._whose or age >= _STALE:
            await self._ask(cluster, whose)
        elif age >= _GOOD and self._asking is None:
            self._asking = asyncio.create_task(self._ask_meanwhile(cluster, whose))

    def hold(self) -> None:
        """Raises Forbidden where an answer has meanwhile been no."""
        if self._is_lost:
            raise Forbidden

    async def end(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            with suppress(asyncio.CancelledError):
                await self._asking

    async def _ask_meanwhile(self, cluster: Cluster, whose: tuple[Any, ...]) -> None:
        try:
            await self._ask(cluster, whose)
        except Forbidden:
            self._is_lost = True
            self._lost()
        finally:
            self._asking = None

    async def _ask(self, cluster: Cluster, whose: tuple[Any, ...]) -> None:
        now = time.monotonic()
        if not await database_sync_to_async(access.may_see)(self._scope, cluster):
            raise Forbidden
        self._whose, self._asked = whose, now
