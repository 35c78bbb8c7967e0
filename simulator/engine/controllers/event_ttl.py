"""Events do not stay: each leaves an hour after it was last seen.

Follows the --event-ttl of kube-apiserver (pkg/registry/core/event/storage/storage.go, v1.34), where etcd's lease does
it. Only the oldest event is booked, so that a cluster with many events has one entry on its agenda.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import instant_of, key_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.world import World

_TTL = 3600 * SECOND
_OLDEST = Key("", "oldest")


class EventTTL(Reconciler):
    """Removes Event objects an hour after their last occurrence."""

    name = "event-ttl"
    housekeeping = True

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._ends: list[tuple[Instant, Key]] = []
        world.watch("events", self._event_changed)

    def start(self) -> None:
        self._ends = [(_end(event), key_of(event)) for event in self.world.list("events")]
        heapify(self._ends)

    def reconcile(self, key: Key) -> None:
        while self._ends:
            end, event_key = self._ends[0]
            event = self.world.get("events", *event_key)
            if event is None or _end(event) != end:
                heappop(self._ends)
            elif end > self.world.now:
                self.enqueue(_OLDEST, after=end - self.world.now)
                return
            else:
                heappop(self._ends)
                cause = self.cause("TTL", _("This event was last seen an hour ago."))
                self.world.delete("events", *event_key, cause)

    def _event_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            return
        end = _end(change.body)
        heappush(self._ends, (end, change.key))
        if self.world.clock.booked(self.name, _OLDEST.name) is None:
            self.enqueue(_OLDEST, after=max(0, end - self.world.now))


def _end(event: Body) -> Instant:
    seen = event.get("lastTimestamp") or event.get("eventTime") or event["metadata"]["creationTimestamp"]
    return instant_of(seen) + _TTL
