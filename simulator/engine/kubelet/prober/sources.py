"""What may change what the probes of a pod come to, besides what its own worker does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ...journal import Change
from ...kinds.file_system import RESOURCE
from ...objects import key_of, labels_of, spec_of, text_of
from ...registry import Body, Key
from ...world import World
from ..turn import COMPONENT

_BEHAVIORS = "behaviors.sim.k8sviz.io"


class Enqueue(Protocol):
    def __call__(self, key: Key, *, led_by: int | None) -> None: ...


class Sources:
    """Watches Behaviors, ConfigMaps, Secrets, the labels of pods and what is written in them.

    A pod that may be concerned has a turn in which its probes are worked out anew.
    """

    def __init__(self, world: World, enqueue: Enqueue) -> None:
        self._world = world
        self._enqueue = enqueue
        for resource in (_BEHAVIORS, "configmaps", "secrets"):
            world.watch(resource, self._changed)
        world.watch("pods", self._labelled)
        world.watch(RESOURCE, self._written)

    def _changed(self, change: Change) -> None:
        for pod in self._world.list("pods", change.key.namespace):
            if _depends(pod, change):
                self._look_again(key_of(pod), change.revision)

    def _labelled(self, change: Change) -> None:
        if change.before is not None and labels_of(change.body) != labels_of(change.before):
            self._look_again(change.key, change.revision)

    def _written(self, change: Change) -> None:
        self._look_again(change.key, change.revision)

    def _look_again(self, key: Key, led_by: int) -> None:
        note = self._world.note(COMPONENT, text_of(key))
        if note is not None and note.get("probes"):
            self._world.set_note(COMPONENT, text_of(key), {**note, "stale": True})
            self._enqueue(key, led_by=led_by)


def _depends(pod: Body, change: Change) -> bool:
    """Whether an object of a pod's namespace that has changed may say what the pod's probes come to."""
    if change.resource == _BEHAVIORS:
        return True
    return any(change.key.name in _sources(volume, change.resource) for volume in spec_of(pod).get("volumes") or ())


def _sources(volume: Body, resource: str) -> Iterator[str]:
    """The names of the ConfigMaps or Secrets that a volume is made from."""
    part, name = ("configMap", "name") if resource == "configmaps" else ("secret", "secretName")
    yield (volume.get(part) or {}).get(name, "")
    for one in (volume.get("projected") or {}).get("sources") or ():
        yield (one.get(part) or {}).get("name", "")
