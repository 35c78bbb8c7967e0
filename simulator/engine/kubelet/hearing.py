"""Which changes of a pod, and of what its programs do, its kubelet answers.

Follows pkg/kubelet/config/config.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable

from ..journal import Change
from ..kinds.file_system import RESOURCE as FILE_SYSTEMS
from ..objects import key_of, text_of
from ..pods import is_terminal
from ..registry import Body, Key
from ..workloads.behaviors import RESOURCE as BEHAVIORS
from ..workloads.traffic.flows import RESOURCE as TRAFFICS
from ..workloads.traffic.flows import SLICES
from ..world import World
from . import conditions
from .loads import Loads
from .turn import COMPONENT


def concerns(before: Body, body: Body) -> bool:
    """Whether a change is one that the kubelet answers: not its own status, not labels."""
    old, new = before["metadata"], body["metadata"]
    if old.get("deletionTimestamp") != new.get("deletionTimestamp"):
        return True
    if old.get("deletionGracePeriodSeconds") != new.get("deletionGracePeriodSeconds"):
        return True
    if is_terminal(body) and not is_terminal(before):
        return True
    spec = body["spec"]
    if spec is not before["spec"] and spec != before["spec"]:
        return True
    return bool(spec.get("readinessGates")) and _foreign(before) != _foreign(body)


def _foreign(pod: Body) -> list[Body]:
    held = (pod.get("status") or {}).get("conditions") or ()
    return [one for one in held if one["type"] not in conditions.OWNED]


class Programs:
    """Hears of Behaviors, of the requests of Traffics and of files that people store: pods that change have a turn."""

    def __init__(self, world: World, loads: Loads, enqueue: Callable[..., None]) -> None:
        self._world = world
        self._loads = loads
        self._enqueue = enqueue
        world.watch(FILE_SYSTEMS, self._written)
        world.watch(BEHAVIORS, self._behaves)
        world.watch(TRAFFICS, self._asks)
        world.watch(SLICES, self._asks)

    def labelled(self, change: Change) -> None:
        """A pod has got other labels, by which Behaviors select."""
        if self._world.list(BEHAVIORS, change.key.namespace):
            self._behaves_anew(change.key, change.revision)

    def _written(self, change: Change) -> None:
        """Files of a pod were stored: they take room, and may say that a container has ended."""
        text = text_of(change.key)
        self._loads.drop(text)
        if any("exitCode" in one for one in change.body.get("containers") or ()):
            self._enqueue(change.key, led_by=change.revision)
        elif self._world.note(COMPONENT, text) is not None:
            self._enqueue(change.key, after=0, led_by=change.revision)

    def _behaves(self, change: Change) -> None:
        """A Behavior is there, another or gone: what its pods use is another from now on."""
        self._loads.changed(change.key.namespace)
        for pod in self._world.list("pods", change.key.namespace):
            self._behaves_anew(key_of(pod), change.revision)

    def _behaves_anew(self, key: Key, led_by: int) -> None:
        note = self._world.note(COMPONENT, text_of(key))
        if note is not None:
            self._world.set_note(COMPONENT, text_of(key), {**note, "behaves": True})
            self._enqueue(key, after=0, led_by=led_by)

    def _asks(self, change: Change) -> None:
        """Requests of a Traffic reach other pods, or at another rate, from now on."""
        for key in self._loads.flows(change):
            if self._world.note(COMPONENT, text_of(key)) is not None:
                self._enqueue(key, after=0, led_by=change.revision)
