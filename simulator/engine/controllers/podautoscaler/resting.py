"""When an autoscaler is next looked at: every 15 seconds, unless nothing can have changed what it would do.

An autoscaler rests until the instant at which a course of its figures stops being level, if there is one, or until
something changes that it looks at; then it is looked at on its own 15 second grid again, as if it never had rested.
Housekeeping is what nobody waits for: looks at an autoscaler of which nothing is expected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from simulator.engine.clock import SECOND
from simulator.engine.objects import text_of
from simulator.engine.pods import node_of
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.engine.world import World

PERIOD = 15 * SECOND
_Place = tuple[str, Key]


class Outlook(NamedTuple):
    """What is expected after a look: is_busy: more is about to come; until: nothing changes by itself before."""

    is_busy: bool
    until: Instant


class Resting:
    """The agenda of the autoscalers, and which of them look at what."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.names = name, f"{name}/resting"
        self.clear()

    def clear(self) -> None:
        self.asleep: dict[Key, Instant] = {}
        self._targets: defaultdict[_Place, set[Key]] = defaultdict(set)
        self._nodes: defaultdict[str, set[Key]] = defaultdict(set)
        self._seen: dict[Key, tuple[_Place | None, frozenset[str]]] = {}

    def look_at(self, key: Key, place: _Place | None, pods: Bodies) -> None:
        """Notes which object and which nodes an autoscaler looks at."""
        nodes = frozenset(map(node_of, pods)) - {""}
        if self._seen.get(key) == (place, nodes):
            return
        self.forget(key)
        self._seen[key] = place, nodes
        if place is not None:
            self._targets[place].add(key)
        for node in nodes:
            self._nodes[node].add(key)

    def forget(self, key: Key) -> None:
        place, nodes = self._seen.pop(key, (None, frozenset()))
        if place is not None:
            self._targets[place].discard(key)
        for node in nodes:
            self._nodes[node].discard(key)

    def scaling(self, resource: str, key: Key) -> set[Key]:
        """The autoscalers of an object."""
        return self._targets.get((resource, key), set())

    def beside(self, *bodies: Body | None) -> set[Key]:
        """The autoscalers with pods on the nodes of these pods."""
        return {key for body in bodies if body is not None for key in self._nodes.get(node_of(body), ())}

    # --- the agenda ----------------------------------------------------------------------------------------------

    def book(self, key: Key, outlook: Outlook, now: Instant) -> bool:
        """Books the next look after one at `now`; True if it rests until then."""
        busy, resting = self.names if outlook.is_busy else self.names[::-1]
        self.world.clock.cancel(resting, text_of(key))
        first = now + PERIOD
        if outlook.until <= first:
            self.asleep.pop(key, None)
            self.world.clock.at(busy, text_of(key), first, first=True)
            return False
        self.asleep[key] = now
        if outlook.until < 1 << 62:
            due = now - -(outlook.until - now) // PERIOD * PERIOD
            self.world.clock.at(busy, text_of(key), due, first=True)
        return True

    def begin(self, key: Key, led_by: int) -> None:
        """Books the first look at an autoscaler that was just made."""
        due = self.world.now + self.world.latency.watch + PERIOD
        self.world.clock.at(self.names[0], text_of(key), due, led_by=led_by, first=True)

    def wake(self, keys: Iterable[Key], led_by: int | None) -> None:
        """Has autoscalers that rest looked at at the next instant of their grid."""
        for key in sorted(keys):
            since = self.asleep.pop(key, None)
            if since is not None:
                due = since + ((self.world.now - since) // PERIOD + 1) * PERIOD
                self.world.clock.cancel(self.names[1], text_of(key))
                self.world.clock.at(self.names[0], text_of(key), due, led_by=led_by, first=True)
