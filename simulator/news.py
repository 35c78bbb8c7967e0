"""Telling the rest of the house that a cluster has moved: its worker (Celery) and those who watch it (Channels).

News carries no state, only "look again": whoever misses it finds the same in the database. So a Redis that is away
costs delay, never data: the sweep wakes clusters that nobody woke, and watchers look by themselves every few seconds.
"""

from __future__ import annotations

import asyncio
import logging
import threading

from channels.layers import get_channel_layer
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from simulator.models import Cluster

log = logging.getLogger(__name__)


def group(pk: int) -> str:
    """The channel group of those who watch a cluster."""
    return f"cluster.{pk}"


class _Outage:
    """Says once that Redis is away, and once that it is back."""

    def __init__(self, meanwhile: str) -> None:
        self._meanwhile = meanwhile
        self._away = False

    def began(self, error: Exception) -> None:
        if not self._away:
            self._away = True
            log.warning("Redis is away, %s: %s", self._meanwhile, error)

    def ended(self) -> None:
        if self._away:
            self._away = False
            log.warning("Redis is back")


_unheard = _Outage("watchers will look by themselves")
_unwoken = _Outage("the sweep will wake clusters")


class _Post:
    """A thread with an event loop of its own, so that synchronous code can hand over a message and go on."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def send(self, pk: int, revision: int) -> None:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="news", daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._send(pk, revision), self._loop)

    async def _send(self, pk: int, revision: int) -> None:
        try:
            await get_channel_layer().group_send(group(pk), {"type": "cluster.moved", "revision": revision})
        except (OSError, RedisError) as error:
            _unheard.began(error)
        except Exception:
            log.exception("could not tell the watchers of cluster %s", pk)
        else:
            _unheard.ended()


_post = _Post()


def tell(cluster: Cluster, *, wake: bool) -> None:
    """Says that a cluster has a new revision or a new clock; with `wake`, that its worker has something to do."""
    _post.send(cluster.pk, cluster.revision)
    if wake:
        wake_up(cluster.pk, cluster.shard)


def wake_up(pk: int, shard: int, *, delay: float = 0.0) -> None:
    """Has the cluster's worker look at it, `delay` seconds from now. Fewer shards than before share the queues left."""
    from simulator.tasks import advance

    try:
        advance.apply_async((pk,), queue=f"sim.{shard % settings.SHARDS}", countdown=delay or None, retry=False)
    except (OperationalError, OSError, RedisError) as error:
        _unwoken.began(error)
    else:
        _unwoken.ended()
