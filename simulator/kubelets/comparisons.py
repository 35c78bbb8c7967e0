"""The same cluster twice, from an instant on: with a node's hard thresholds alone, and with a soft one as well.

Nothing of it is written: both runs are copies in memory. They go on until both have evicted somebody and a while
longer, but no longer than asked, nor than the wall clock allows.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from simulator import ahead
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
from simulator.states import State

MINUTES = 60
_AFTERWARDS = 120 * SECOND
_LEAST = 300 * SECOND


@no_collection()
def compare(state: State, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Both runs. Raises NotUnderstood, with `errors` by field, and Http404."""
    minutes, planes = ahead.minutes(asked, MINUTES), ahead.twice(state)
    found = _read(planes[0], name, asked)
    sides = [
        Ahead(plane, name, found.signal, side.fields)
        for plane, side in zip(planes, (found.hard, found.soft), strict=True)
    ]
    start = sides[0].start
    latest = start + minutes * 60 * SECOND
    end, complete = ahead.run(sides, lambda: _end(sides, latest))
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


def _read(plane: ControlPlane, name: str, asked: dict[str, Any]) -> Asked:
    node: Body | None = plane.world.get("nodes", "", name)
    if node is None:
        raise Http404(f'nodes "{name}" not found')
    return thresholds_asked.read(asked, configuration.running(plane.world, name), node)


def _end(sides: list[Ahead], latest: Instant) -> Instant:
    """When there is no more to see: a while after both have evicted."""
    if any(one.is_busy for one in sides):
        return latest
    first = [one.evicted for one in sides if one.evicted is not None]
    if len(first) < len(sides):
        return latest
    return min(latest, max(max(first) + _AFTERWARDS, sides[0].start + _LEAST))
