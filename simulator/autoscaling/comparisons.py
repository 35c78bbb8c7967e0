"""The same cluster twice, from now on: an autoscaler with one behavior, and with another; with a step of load or none.

Nothing of it is written: both runs are copies in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404

from simulator import ahead, states
from simulator.autoscaling import asked_behaviors, charts, loads, steps
from simulator.autoscaling.asked_behaviors import Asked, Load
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import ControlPlane
from simulator.engine.controllers.podautoscaler.horizontal import RESOURCE
from simulator.engine.journal import Change
from simulator.engine.objects import set_in, uid_of
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.world import World
from simulator.garbage import no_collection
from simulator.models import Cluster
from simulator.reading import DatabaseReader

MINUTES = 15
_LOOK = 15 * SECOND
_BY_PAGE = Cause("dashboard", "compare", "")


class Ahead:
    """One run. before: the changes of the autoscaler with which it begins."""

    def __init__(self, plane: ControlPlane, key: Key, spec: Body, load: Load | None, before: list[Change]) -> None:
        self._world: World = plane.world
        self._key, self._load = key, load
        self.start = self.now
        self._changes = list(before)
        self._rewrite(RESOURCE, key, lambda body: set_in(body, ("spec",), spec))
        self._hear()

    @property
    def now(self) -> Instant:
        return self._world.now

    def advance(self, stop: Callable[[], bool]) -> bool:
        """Goes on to the next look, or to the step of load; False if `stop()` came in between."""
        load, goal = self._load, self.now + _LOOK
        if load is not None:
            goal = min(goal, max(self.now, self.start + load.after))
        finished = self._world.clock.run_until(goal, stop=stop)
        if finished and load is not None and self.now >= self.start + load.after:
            self._load = None
            self._rewrite(load.resource, load.key, lambda body: loads.loaded(load.resource, body, load.value))
        self._hear()
        return finished

    def told(self, uid: str, until: Instant) -> list[steps.Step]:
        """The steps up to an instant; that which held at the start is put there."""
        found = [one for one in steps.of(self._changes, uid) if one["at"] <= until]
        before = [one for one in found if one["at"] < self.start][-1:]
        return [{**one, "at": self.start} for one in before] + [one for one in found if one["at"] >= self.start]

    def _rewrite(self, resource: str, key: Key, change: Callable[[Body], Body]) -> None:
        held = self._world.get(resource, *key)
        if held is not None:
            self._world.update(resource, change(held), _BY_PAGE)

    def _hear(self) -> None:
        drained = self._world.drain().changes
        self._changes += [one for one in drained if one.resource == RESOURCE and one.key == self._key]


@no_collection()
def compare(cluster: Cluster, key: Key, asked: dict[str, Any]) -> dict[str, Any]:
    """Both runs. Raises NotUnderstood, with `errors` by field, and Http404."""
    minutes = ahead.minutes(asked, MINUTES)
    body = DatabaseReader(cluster).get(RESOURCE, *key)
    if body is None:
        raise Http404(f'{RESOURCE} "{key.name}" not found')
    found: Asked = asked_behaviors.read(cluster, body, asked, minutes)
    planes = ahead.twice(states.of(cluster, None))
    before = charts.last_look(cluster, key)
    sides = [
        Ahead(plane, key, side["spec"], found.load, before)
        for plane, side in zip(planes, (found.first, found.second), strict=True)
    ]
    start = sides[0].start
    latest = start + minutes * 60 * SECOND
    end, complete = ahead.run(sides, lambda: latest)
    first, second = (one.told(uid_of(body), end) for one in sides)
    return {
        "namespace": key.namespace,
        "name": key.name,
        "since": start,
        "until": end,
        "complete": complete,
        "load": None if found.load is None else start + found.load.after,
        "first": {"behavior": charts.behavior_of(found.first), "steps": first},
        "second": {"behavior": charts.behavior_of(found.second), "steps": second},
    }
