"""Going back: a cluster as it was at an instant, as a branch that goes on from there, or the same cluster rewound.

A tick commits objects, log, memories and clock together, and between two ticks only the API writes. So the state at an
instant is that at the end of the last tick before it, with the API's writes up to it; from there the engine runs on
exactly as it did.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from zlib import crc32

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from simulator import news, past_rows, store
from simulator.clusters import NotUnderstood
from simulator.engine.objects import micro_timestamp
from simulator.engine.registry import Instant
from simulator.models import Change, Cluster, Gap, Tick


class Moment(NamedTuple):
    """A state that can be gone back to: the end of a tick, and the API's writes after it, up to `revision`.

    now: where the clock stood; from there the engine runs until `until`, if it did anything up to the instant.
    """

    tick: Tick
    revision: int
    now: Instant
    until: Instant | None


def moment(cluster: Cluster, at: Instant, revision: int | None = None) -> Moment:
    """What there is to go back to for an instant. Raises NotUnderstood where the log does not reach there.

    revision: of what the API wrote at that very instant, as to a cluster that was paused, the last that counts.
    """
    present = store.instant(cluster, store.wall())
    if at > present:
        raise NotUnderstood(_("The cluster has not got there yet: it is {now}.").format(now=micro_timestamp(present)))
    reach = Tick.objects.filter(cluster=cluster, revision__gte=cluster.compacted)
    if revision is not None:
        reach = reach.filter(revision__lte=revision)
    tick = reach.filter(now__lte=at).order_by("-number").first()
    if tick is None:
        raise NotUnderstood(_("That was too long ago: the log of the cluster no longer reaches back so far."))
    after = Tick.objects.filter(cluster=cluster, number=tick.number + 1).first()
    began, start = (after.began, after.start) if after else (cluster.revision, cluster.now)
    written = Change.objects.filter(cluster=cluster, revision__gt=tick.revision, revision__lte=began)
    counts = written.filter(at__lte=at, revision__lte=began if revision is None else revision)
    last = _newest(counts) or tick.revision
    if at < start or _newest(written) not in (None, last):
        return Moment(tick, last, at, None)
    return Moment(tick, last, start, at)


def reach(cluster: Cluster) -> Instant | None:
    """The earliest instant that one can go back to, None if there is none."""
    held = Tick.objects.filter(cluster=cluster, revision__gte=cluster.compacted)
    return held.order_by("number").values_list("now", flat=True).first()


def _newest(changes: QuerySet[Change]) -> int | None:
    return changes.order_by("-revision").values_list("revision", flat=True).first()


def branch(
    cluster: Cluster,
    at: Instant,
    *,
    revision: int | None = None,
    name: str = "",
    owner: Any = None,
    session: str = "",
) -> Cluster:
    """A new cluster that goes on from what `cluster` was at an instant, paused there. Raises NotUnderstood.

    revision: see `moment`. Its log begins with what its parent's held, as far as it may be taken along.
    """
    with store.locked(cluster.pk) as held:
        then = moment(held, at, revision)
        made = Cluster.objects.create(
            name=name or next_name(held.name),
            shard=0,
            owner=owner,
            session=session,
            seed=held.seed,
            latency=held.latency,
            parent=held,
            branched_at=at,
            born=held.born,
            speed=held.speed or 1.0,
            skipped=held.skipped - past_rows.skipped_after(held, then.revision),
            now=then.now,
            anchor=store.wall(),
            revision=then.revision,
            heard=then.tick.revision,
            ticks=then.tick.number,
        )
        made.shard = crc32(made.name.encode()) % settings.SHARDS
        made.compacted = past_rows.copy_log(held, made, then.revision, then.tick.number)
        past_rows.copy_state(held, made, then.revision, then.tick.number)
        _go_on(made, then)
    return made


def rewind(cluster: Cluster, at: Instant, *, revision: int | None = None) -> Cluster:
    """Takes the cluster itself back to an instant, paused there; what came after is gone. Raises NotUnderstood.

    revision: see `moment`. The cluster's own does not fall back: whoever follows the log finds it cut, and begins anew.
    """
    with store.locked(cluster.pk) as held:
        then = moment(held, at, revision)
        upto = held.revision + 1
        held.skipped += upto - then.revision - past_rows.skipped_after(held, then.revision)
        past_rows.take_back(held, then.revision, then.tick.number)
        Gap.objects.create(cluster=held, after=then.revision, upto=upto)
        held.revision, held.heard, held.ticks = upto, then.tick.revision, then.tick.number
        held.holder, held.fence = "", held.fence + 1
        _go_on(held, then)
    return held


def _go_on(cluster: Cluster, then: Moment) -> None:
    """The engine runs from the moment to the instant that was asked for, and pauses there."""
    cluster.now, cluster.anchor, cluster.due = then.now, store.wall(), then.now
    cluster.paused, cluster.until, cluster.halted, cluster.access = True, then.until, None, ""
    cluster.save()
    transaction.on_commit(lambda: news.tell(cluster, wake=True))


def next_name(name: str) -> str:
    """The name of another branch: `demo-2` after `demo`, `demo-3` after `demo-2`."""
    stem = re.sub(r"-[0-9]{1,6}$", "", name)
    taken = set(Cluster.objects.filter(name__startswith=stem).values_list("name", flat=True))
    number = 2
    while (found := f"{stem[: 62 - len(str(number))].rstrip('-')}-{number}") in taken:
        number += 1
    return found


def family(cluster: Cluster) -> list[Cluster]:
    """The cluster, what it was branched from, and all other branches, by when they were made."""
    root = cluster
    while root.parent_id is not None:
        root = Cluster.objects.get(pk=root.parent_id)
    found = [root]
    for one in found:
        found.extend(one.branches.order_by("pk"))
    return found
