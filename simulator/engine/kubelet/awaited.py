"""What pods wait for: ConfigMaps and Secrets that are missing, services that their scripts look for."""

from __future__ import annotations

from typing import Protocol

from ..journal import Change
from ..objects import key_from, key_of, text_of
from ..registry import Key
from ..world import World
from . import creation
from .turn import COMPONENT, Note


class Enqueue(Protocol):
    def __call__(self, key: Key, *, after: int | None = None, led_by: int | None) -> None: ...


class Awaited:
    """Watches for what is awaited. A pod that may find it has a turn; those that wait for services are known by key."""

    def __init__(self, world: World, enqueue: Enqueue) -> None:
        self._world = world
        self._enqueue = enqueue
        self._looking: set[str] = set()
        for resource in ("configmaps", "secrets"):
            world.watch(resource, self._referenced)
        for resource in ("services", "endpointslices.discovery.k8s.io"):
            world.watch(resource, self._connected)

    def forget(self, pod: str | None = None) -> None:
        """Nothing is known of a pod any more; of none, without one."""
        if pod is None:
            self._looking.clear()
        else:
            self._looking.discard(pod)

    def know(self, pod: str, note: Note) -> None:
        """Takes note of what a pod waits for."""
        if creation.is_looking(note):
            self._looking.add(pod)
        else:
            self._looking.discard(pod)

    def _referenced(self, change: Change) -> None:
        """A ConfigMap or Secret is there, or another: pods that waited for it find it when they next try."""
        if change.operation == "DELETED":
            return
        for pod in self._world.list("pods", change.key.namespace):
            text = text_of(key_of(pod))
            note: Note | None = self._world.note(COMPONENT, text)
            if note is not None and note["step"] == "sync" and creation.is_waiting(note):
                spread = self._world.hash("resync", note["uid"])
                instant = creation.next_try(note, spread, self._world.now)
                self._world.set_note(COMPONENT, text, {**note, "act": min(note["act"] or instant, instant)})
                self._enqueue(key_of(pod), after=instant - self._world.now, led_by=change.revision)

    def _connected(self, change: Change) -> None:
        self.look(change.revision)

    def look(self, led_by: int | None) -> None:
        """Containers that wait for something on the network may find it now."""
        for text in sorted(self._looking):
            note: Note | None = self._world.note(COMPONENT, text)
            if note is not None:
                self._world.set_note(COMPONENT, text, {**note, "look": True})
                self._enqueue(key_from(text), after=0, led_by=led_by)
