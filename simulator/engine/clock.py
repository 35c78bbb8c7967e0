"""Virtual time and the agenda: what is due when, and nothing else.

An entry of the agenda is plain data (component, key, due), so that a cluster's whole state can be written down and
taken up again elsewhere. A component is called with the key when its entry is due. An entry is unique: booking one that
is already booked keeps the earlier instant, as a Kubernetes work queue does.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from .registry import Instant

SECOND = 1_000_000
MILLISECOND = 1_000

Handler = Callable[[str, "Entry"], None]


class Entry(NamedTuple):
    """One thing that is due. `order` breaks ties; `led_by` is the revision of the change that booked it."""

    component: str
    key: str
    due: Instant
    order: int
    led_by: int | None = None


_Item = tuple[Instant, int, str, str, int, Entry]
"""An entry on the heap: those of one instant by their order, those that are first then by key and component."""


class Clock:
    """The cluster's clock. `now` only moves by `step`, `run_until` and `move_to`; all units are microseconds."""

    def __init__(self, now: Instant) -> None:
        self.now = now
        self.changed: set[tuple[str, str]] = set()
        self._entries: dict[tuple[str, str], Entry] = {}
        self._heap: list[_Item] = []
        self._order = 0
        self._pushed = 0
        self._handlers: dict[str, Handler] = {}
        self._idle: frozenset[str] = frozenset()
        # What was handed to its component last.
        self.taken: Entry | None = None

    def handle(self, component: str, handler: Handler, *, housekeeping: bool = False) -> None:
        """Registers who is called for a component's entries. Housekeeping does not count as unsettled work."""
        self._handlers[component] = handler
        if housekeeping:
            self._idle |= {component}

    def at(self, component: str, key: str, due: Instant, *, led_by: int | None = None, first: bool = False) -> None:
        """Books an entry, or moves it if the new instant is earlier.

        first: it comes before all that is due at the same instant but others of this kind, whenever it was booked.
        """
        due = max(due, self.now)
        known = self._entries.get((component, key))
        if known is not None and known.due <= due:
            return
        self._put(component, key, due, led_by, first=first)

    def move(self, component: str, key: str, due: Instant, *, led_by: int | None = None) -> None:
        """Books an entry at exactly this instant, whether it was booked earlier or later before."""
        self._put(component, key, max(due, self.now), led_by)

    def cancel(self, component: str, key: str) -> None:
        if self._entries.pop((component, key), None) is not None:
            self.changed.add((component, key))

    def booked(self, component: str, key: str) -> Entry | None:
        return self._entries.get((component, key))

    def next_due(self, *, housekeeping: bool = True) -> Instant | None:
        """When something is next due; without housekeeping, when something is that people would wait for."""
        self._skip_stale()
        if not self._heap:
            return None
        if housekeeping or self._heap[0][-1].component not in self._idle:
            return self._heap[0][0]
        dues = [entry.due for entry in self._entries.values() if entry.component not in self._idle]
        return min(dues, default=None)

    def settled(self, *, besides: Container[tuple[str, str]] = ()) -> bool:
        """True when nothing is due any more but housekeeping, and these entries by component and key."""
        return all(place[0] in self._idle or place in besides for place in self._entries)

    def step(self) -> bool:
        """Moves to the next entry and hands it to its component. False when the agenda is empty."""
        self._skip_stale()
        if not self._heap:
            return False
        self._take_first()
        return True

    def run_until(self, instant: Instant, *, stop: Callable[[], bool] | None = None) -> bool:
        """Runs all that is due up to and including `instant`, then moves to it. False if `stop()` ended it early."""
        while (due := self.next_due()) is not None and due <= instant:
            if stop is not None and stop():
                return False
            self._take_first()
        self.now = max(self.now, instant)
        return True

    def move_to(self, instant: Instant) -> None:
        """Moves to an instant before which nothing is due."""
        self.now = max(self.now, instant)

    def entries(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def restore(self, entry: Entry) -> None:
        """Puts back an entry that was written down, with its own order."""
        self._order = max(self._order, entry.order)
        self._entries[entry.component, entry.key] = entry
        self._push(entry)

    def _put(self, component: str, key: str, due: Instant, led_by: int | None, *, first: bool = False) -> None:
        self._order += 1
        place = component, key
        self._entries[place] = entry = Entry(component, key, due, 0 if first else self._order, led_by)
        self.changed.add(place)
        self._push(entry)

    def _push(self, entry: Entry) -> None:
        self._pushed += 1
        heapq.heappush(self._heap, (entry.due, entry.order, entry.key, entry.component, self._pushed, entry))

    def _skip_stale(self) -> None:
        """Leaves at the head of the heap the next entry that still stands."""
        while self._heap:
            entry = self._heap[0][-1]
            if self._entries.get(entry[:2]) is entry:
                return
            heapq.heappop(self._heap)

    def _take_first(self) -> None:
        """Hands the entry at the head of the heap, which is not stale, to its component."""
        self.taken = entry = heapq.heappop(self._heap)[-1]
        due = entry.due
        place = component, key = entry[:2]
        del self._entries[place]
        self.changed.add(place)
        if due > self.now:
            self.now = due
        self._handlers[component](key, entry)
