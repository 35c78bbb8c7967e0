"""The same cluster twice, from now on: with a node's hard thresholds alone, and with a soft one as well.

Nothing of it is written: both runs are copies in memory. They go on until both have evicted somebody and a while
longer, but no longer than asked, nor than the wall clock allows.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from simulator import runner, store
from simulator.clusters import NotUnderstood
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import ControlPlane
from simulator.engine.kubelet import configuration
from simulator.engine.kubelet.eviction.thresholds import RESOURCES
from simulator.engine.objects import micro_timestamp
from simulator.engine.registry import Body, Instant
from simulator.garbage import no_collection
from simulator.kubelets import thresholds_asked
from simulator.kubelets.ahead import Ahead
from simulator.kubelets.thresholds_asked import Asked
from simulator.models import Cluster, KubeObject
from simulator.reading import changes

MINUTES, _MOST_MINUTES = 60, 240
_MOST_OBJECTS = 12_000
_WALL = 6_000_000
_AFTERWARDS = 120 * SECOND
_LEAST = 300 * SECOND


@no_collection()
def compare(cluster: Cluster, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Both runs. Raises NotUnderstood, with `errors` by field, and Http404."""
    minutes = _minutes(asked)
    if KubeObject.objects.filter(cluster=cluster).count() > _MOST_OBJECTS:
        raise NotUnderstood(_("This cluster is too large to be run ahead twice."))
    try:
        with store.locked(cluster.pk) as held:
            now = store.instant(held, store.wall())
            planes = [_present(held, now), _present(held, now)]
    except Cluster.DoesNotExist:
        raise Http404(_("There is no cluster of this name for you.")) from None
    found = _read(planes[0], name, asked)
    sides = [
        Ahead(plane, name, found.signal, side.fields)
        for plane, side in zip(planes, (found.hard, found.soft), strict=True)
    ]
    start = sides[0].start
    end, complete = _run(sides, start + minutes * 60 * SECOND, store.wall() + _WALL)
    return {
        "node": name,
        "at": micro_timestamp(start),
        "signal": found.signal,
        "resource": RESOURCES[found.signal],
        "lastMicroseconds": end - start,
        "complete": complete,
        "hard": {**sides[0].told(end), "asked": found.hard.asked},
        "soft": {**sides[1].told(end), "asked": found.soft.asked},
    }


def _minutes(asked: dict[str, Any]) -> int:
    minutes = asked.get("minutes", MINUTES)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= _MOST_MINUTES:
        said = _("This must be a number of minutes from 1 to {most}.").format(most=_MOST_MINUTES)
        raise NotUnderstood(said, errors=[{"field": "minutes", "message": said}])
    return minutes


def _present(cluster: Cluster, now: Instant) -> ControlPlane:
    """The cluster as it is, in memory."""
    plane = runner.load(cluster)
    for change in changes(cluster, plane.world.revision):
        plane.world.apply(change)
    plane.world.clock.run_until(now)
    return plane


def _read(plane: ControlPlane, name: str, asked: dict[str, Any]) -> Asked:
    node: Body | None = plane.world.get("nodes", "", name)
    if node is None:
        raise Http404(f'nodes "{name}" not found')
    return thresholds_asked.read(asked, configuration.running(plane.world, name), node)


def _run(sides: list[Ahead], latest: Instant, deadline: int) -> tuple[Instant, bool]:
    """Runs both side by side; until which instant both have got, and whether that is as far as it should be."""

    def is_late() -> bool:
        return store.wall() > deadline

    while True:
        end = _end(sides, latest)
        behind = min(sides, key=lambda one: one.now)
        if behind.now >= end:
            return end, True
        if not behind.advance(is_late):
            return behind.now, False


def _end(sides: list[Ahead], latest: Instant) -> Instant:
    """When there is no more to see: a while after both have evicted."""
    if any(one.is_busy for one in sides):
        return latest
    first = [one.evicted for one in sides if one.evicted is not None]
    if len(first) < len(sides):
        return latest
    return min(latest, max(max(first) + _AFTERWARDS, sides[0].start + _LEAST))
