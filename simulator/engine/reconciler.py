"""A component that works through a queue of keys: the manners of a Kubernetes controller.

A watcher enqueues the key of an object when something about it changes; after the delay of a watch the component
reconciles it, once, however often it was enqueued. A refusal is tried again with upstream's back-off.
Follows staging/src/k8s.io/client-go/util/workqueue/default_rate_limiters.go, v1.34.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .causes import Cause
from .clock import MILLISECOND, SECOND, Entry
from .errors import StatusError
from .objects import key_from, text_of
from .registry import Key
from .world import World

FIRST_RETRY = 5 * MILLISECOND
_LAST_RETRY = 1000 * SECOND


class Reconciler:
    """Base of the components. Subclasses name themselves, register watchers in __init__ and define `reconcile`.

    `led_by` is the revision of the change that the present reconcile answers; `cause` fills it in.
    """

    name: ClassVar[str]
    housekeeping: ClassVar[bool] = False

    def __init__(self, world: World) -> None:
        self.world = world
        self.led_by: int | None = None
        world.clock.handle(self.name, self._due, housekeeping=self.housekeeping)

    def start(self) -> None:
        """Builds what is derived from the world's objects, after they are loaded. Books nothing: the agenda is kept."""

    def reconcile(self, key: Key) -> None:
        """Compares what is wanted with what is, and writes the difference."""
        raise NotImplementedError

    def enqueue(self, key: Key, *, after: int | None = None, led_by: int | None = None) -> None:
        """Queues a key. `after` is in microseconds, by default the delay with which a watch tells."""
        delay = self.world.latency.watch if after is None else after
        self.world.clock.at(self.name, text_of(key), self.world.now + delay, led_by=led_by)

    def cause(self, rule: str, sentence: str, **inputs: Any) -> Cause:
        return Cause(self.name, rule, sentence, inputs, self.led_by)

    def _due(self, text: str, entry: Entry) -> None:
        self.led_by = entry.led_by
        failures = f"retries/{text}"
        try:
            self.reconcile(key_from(text))
        except StatusError:
            tried = self.world.note(self.name, failures) or 0
            self.world.set_note(self.name, failures, tried + 1)
            delay = min(FIRST_RETRY << min(tried, 30), _LAST_RETRY)
            self.enqueue(key_from(text), after=delay, led_by=entry.led_by)
        else:
            self.world.set_note(self.name, failures, None)
        finally:
            self.led_by = None
