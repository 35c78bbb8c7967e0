"""A cluster worked out again, in memory, as it was at an instant gone by: to ask it what the log does not tell.

It is what a branch from that instant would be (`branches.moment`), and nothing of it is written.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import orjson
from django.utils.translation import gettext as _

from simulator import branches, past_rows, reading, runner, store
from simulator.clusters import NotUnderstood
from simulator.engine.control_plane import ControlPlane
from simulator.engine.registry import Instant
from simulator.garbage import no_collection
from simulator.models import Cluster, KubeObject

MOST_OBJECTS = 12_000
"""Larger clusters are not loaded to answer a question."""

_KEPT = 2
_kept: OrderedDict[tuple[int, int, Instant], ControlPlane] = OrderedDict()
_working = Lock()


def shown_at(cluster: Cluster, at: Instant) -> ControlPlane:
    """The cluster as it was at an instant, for reading alone: others read it too. Raises as `plane_at`."""
    then = branches.moment(cluster, at)
    about = (then.tick.pk, then.revision, at)
    with _working:  # a view asks several questions about one instant
        plane = _kept.pop(about, None) or plane_at(cluster, at)
        _kept[about] = plane
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return plane


@no_collection()
def plane_at(cluster: Cluster, at: Instant) -> ControlPlane:
    """The cluster as it was at an instant, for the caller alone.

    Raises NotUnderstood where the log does not reach there and for a cluster of more than `MOST_OBJECTS`.
    """
    check_size(cluster)
    with store.locked(cluster.pk) as held:  # for as long as it takes to read
        then = branches.moment(held, at)
        objects = past_rows.objects_at(held.pk, then.tick.revision)
        memories = past_rows.memories_at(held.pk, then.tick.number)
        written = reading.changes(held, then.tick.revision, upto=then.revision)
        skipped = held.skipped - past_rows.skipped_after(held, then.revision)
    plane = runner.rebuilt(
        held,
        then.now,
        then.tick.revision,
        [(resource, orjson.loads(text)) for resource, _namespace, _name, _revision, text in sorted(objects)],
        [runner.memory(*row) for row in sorted(memories, key=lambda row: row[:2])],
        skipped=skipped,
    )
    runner.hear(plane, written, then.revision)
    if then.until is not None:
        plane.world.clock.run_until(then.until)
    return plane


def check_size(cluster: Cluster) -> None:
    """Raises NotUnderstood for a cluster that is too large to be loaded to answer a question."""
    if KubeObject.objects.filter(cluster=cluster).count() > MOST_OBJECTS:
        raise NotUnderstood(_("This cluster is too large for that: to answer, it would be copied into memory."))
