"""Two copies of a cluster as it is or was that run ahead in memory, side by side. Nothing of them is written.

They go no further than asked, nor than the wall clock allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from django.http import Http404
from django.utils.translation import gettext as _

from simulator import replay, runner, store
from simulator.clusters import NotUnderstood
from simulator.engine.control_plane import ControlPlane
from simulator.engine.registry import Instant
from simulator.models import Cluster
from simulator.states import State

MOST_MINUTES = 240
_WALL = 6_000_000


class Side(Protocol):
    """One of the two runs. advance: goes on to its next look; False if `stop()` came in between."""

    @property
    def now(self) -> Instant: ...

    def advance(self, stop: Callable[[], bool]) -> bool: ...


def minutes(asked: Mapping[str, Any], default: int) -> int:
    """For how long both run at most. Raises NotUnderstood."""
    given = asked.get("minutes", default)
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= MOST_MINUTES:
        said = _("This must be a number of minutes from 1 to {most}.").format(most=MOST_MINUTES)
        raise NotUnderstood(said, errors=[{"field": "minutes", "message": said}])
    return given


def twice(state: State) -> tuple[ControlPlane, ControlPlane]:
    """The cluster as it is or was, in memory, twice. Raises NotUnderstood and Http404."""
    cluster = state.cluster
    replay.check_size(cluster)
    if state.is_past:
        return replay.plane_at(cluster, state.now), replay.plane_at(cluster, state.now)
    try:
        with store.locked(cluster.pk) as held:
            now = store.instant(held, store.wall())
            return _present(held, now), _present(held, now)
    except Cluster.DoesNotExist:
        raise Http404(_("There is no cluster of this name for you.")) from None


def _present(cluster: Cluster, now: Instant) -> ControlPlane:
    plane = runner.load(cluster)
    runner.catch_up(plane, cluster)
    plane.world.clock.run_until(now)
    return plane


def run(sides: Sequence[Side], end: Callable[[], Instant]) -> tuple[Instant, bool]:
    """Runs both up to `end()`; until which instant both have got, and whether that is as far as it should be."""
    deadline = store.wall() + _WALL

    def is_late() -> bool:
        return store.wall() > deadline

    while True:
        goal = end()
        behind = min(sides, key=lambda one: one.now)
        if behind.now >= goal:
            return goal, True
        if not behind.advance(is_late):
            return behind.now, False
