"""Celery's tasks: thin shells over the runner. Lease, load, run, commit, tell; then book the next tick."""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.db import DatabaseError
from django.db.models import F, Max, Min, Q

from simulator import clusters, news, past_rows, store
from simulator.lobby import sandboxes
from simulator.models import Change, Cluster
from simulator.runner import Halted, Runner

log = logging.getLogger(__name__)

_BREATH = 0.004
"""Seconds in which API writes get at the lock between two slices of a busy cluster."""
_FAR = 30_000_000
"""Beyond this many microseconds the sweep wakes a cluster, not a message that waits."""
_KEEP = 50_000
"""Changes that a cluster's log holds before its oldest are forgotten."""

_runner = Runner()
_booked: dict[int, int] = {}


@shared_task(ignore_result=True)
def advance(pk: int) -> None:
    """Runs a cluster as far as it should be by now, and books the instant at which it should go on."""
    booked = _booked.get(pk)
    if booked is not None and booked <= store.wall() + 1000:
        del _booked[pk]
    shard = Cluster.objects.filter(pk=pk).values_list("shard", flat=True).first() or 0
    try:
        outcome = _runner.tick(pk)
    except DatabaseError as error:
        log.error("cluster %s did not move: %s", pk, store.trouble_of(error))
        return
    except Halted as error:
        log.exception("cluster %s stopped", pk)
        clusters.halt(pk, error.told)
        return
    if outcome.more:
        time.sleep(_BREATH)
        news.wake_up(pk, shard)
    elif outcome.wait is not None and outcome.wait < _FAR:
        at = store.wall() + outcome.wait
        booked = _booked.get(pk)
        if booked is None or at < booked:
            _booked[pk] = at
            news.wake_up(pk, shard, delay=outcome.wait / 1_000_000)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Wakes the clusters that should have moved and have not: the safety net under lost messages and dead workers."""
    now = store.wall()
    running = Cluster.objects.filter(paused=False).exclude(speed=0)
    late = running.filter(due__isnull=False, anchor__lt=now - (F("due") - F("now")) / F("speed") + _FAR // 6)
    stepping = Cluster.objects.filter(until__isnull=False)
    flat_out = Cluster.objects.filter(paused=False, speed=0, due__isnull=False)
    unheard = Cluster.objects.filter(revision__gt=F("heard"), halted__isnull=True)
    for found in (late, stepping, flat_out, unheard):
        for pk, shard in found.values_list("pk", "shard"):
            news.wake_up(pk, shard)


@shared_task(ignore_result=True)
def compact() -> None:
    """Forgets the oldest changes of long logs; a watch from before them is told that they are gone (410).

    As in etcd, what each object was at the oldest revision that can still be asked about is kept.
    """
    for cluster in Cluster.objects.filter(Q(revision__gt=F("compacted") + _KEEP + _KEEP // 10)):
        with store.locked(cluster.pk) as held:
            held.compacted = min(held.revision - _KEEP, held.heard)
            old = Change.objects.filter(cluster=held, revision__lte=held.compacted)
            latest = old.values("resource", "namespace", "name").annotate(latest=Max("revision")).values("latest")
            old.exclude(Q(revision__in=latest) & ~Q(operation="DELETED")).delete()
            held.save(update_fields=["compacted"])
            past_rows.forget(held, _KEEP)
    for cluster in Cluster.objects.annotate(first=Min("ticks_held__number")).filter(
        ticks__gt=F("first") + _KEEP + _KEEP // 10
    ):
        with store.locked(cluster.pk) as held:
            past_rows.forget(held, _KEEP)


@shared_task(ignore_result=True)
def clear() -> None:
    """Deletes the clusters of guests who are gone."""
    sandboxes.clear()
