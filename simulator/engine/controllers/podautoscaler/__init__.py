"""The HorizontalPodAutoscaler controller: as many replicas as the metrics of the pods ask for.

Follows pkg/controller/podautoscaler/horizontal.go, v1.34. Every autoscaler is looked at 15 seconds after it was seen
first, and then every 15 seconds, but for those of which `resting.py` knows that nothing can come of it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from simulator.engine.clock import Entry
from simulator.engine.controllers.podautoscaler import recommendations
from simulator.engine.controllers.podautoscaler.horizontal import RESOURCE, Look
from simulator.engine.controllers.podautoscaler.metrics import WorldMetrics
from simulator.engine.controllers.podautoscaler.readings import MetricsClient
from simulator.engine.controllers.podautoscaler.resting import PERIOD, Resting
from simulator.engine.controllers.podautoscaler.selecting import Selecting
from simulator.engine.controllers.podautoscaler.targets import place_of
from simulator.engine.journal import Change
from simulator.engine.objects import key_of, labels_of, text_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.validation import selector_text
from simulator.engine.world import World

_OF_NAMESPACE = frozenset(("behaviors.sim.k8sviz.io", "metrics.sim.k8sviz.io", "services"))
_OF_ALL = frozenset(
    (
        "nodes",
        "faults.sim.k8sviz.io",
        "traffics.sim.k8sviz.io",
        "trafficslices.sim.k8sviz.io",
        "customresourcedefinitions.apiextensions.k8s.io",
    )
)
"""What changes the figures, or what can be scaled: of autoscalers in the same namespace, and anywhere."""


class HorizontalController(Reconciler):
    """Scales what autoscalers name. `rests`: whether it skips looks of which nothing can come."""

    name = "horizontal-pod-autoscaler"
    rests: ClassVar[bool] = True

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.selecting = Selecting(world)
        self.resting = Resting(world, self.name)
        self.client: MetricsClient = WorldMetrics(world, self.selecting.pods)
        world.clock.handle(self.resting.names[1], self._looked, housekeeping=True)
        world.watch("*", self._changed)

    def start(self) -> None:
        self.selecting.clear()
        self.resting.clear()
        for autoscaler in self.world.list(RESOURCE):
            key, note = key_of(autoscaler), self._note(key_of(autoscaler))
            if note.get("selector"):
                self.selecting.put(key, selector_text.parse(note["selector"]))
            if note.get("rests"):
                self.resting.asleep[key] = note["synced"]
                self._look_at(autoscaler)

    def reconcile(self, key: Key) -> None:
        autoscaler = self.world.get(RESOURCE, *key)
        if autoscaler is None:
            self.world.set_note(self.name, text_of(key), None)
            self.selecting.drop(key)
            self.resting.forget(key)
            self.resting.asleep.pop(key, None)
            return
        note = self._note(key)
        memory = recommendations.of_note(note)
        if note.get("rests") and note["recommends"] is not None:
            last = max(self.world.now - PERIOD, note["synced"])
            memory = memory._replace(recommended={**memory.recommended, note["recommends"]: last})
        look = Look(self, autoscaler, memory, note.get("budget"), self.client, self.selecting)
        outlook = look.run()
        if not self.rests:
            outlook = outlook._replace(until=self.world.now)
        rests = self.resting.book(key, outlook, self.world.now)
        selector = self.selecting.of(key)
        self.world.set_note(
            self.name,
            text_of(key),
            {
                **look.memory.noted(),
                "synced": self.world.now,
                "rests": rests,
                "recommends": look.recommends,
                "budget": look.budget,
                "selector": selector.text() if selector is not None else None,
            },
        )
        self._look_at(autoscaler)
        self.resting.wake(look.others, self.led_by)

    def _look_at(self, autoscaler: Body) -> None:
        key = key_of(autoscaler)
        selector = self.selecting.of(key)
        pods = self.selecting.pods(key.namespace, selector) if selector is not None else []
        self.resting.look_at(key, place_of(self.world, autoscaler), pods)

    def _note(self, key: Key) -> dict[str, Any]:
        return self.world.note(self.name, text_of(key)) or {}

    def _looked(self, text: str, entry: Entry) -> None:
        self._due(text, entry)

    # --- watching ------------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        resource, key = change.resource, change.key
        if resource == RESOURCE:
            self._autoscaler_changed(change)
        elif not self.resting.asleep or resource == "events":
            return
        elif resource == "pods":
            self.resting.wake(self._of_pod(change), change.revision)
        elif resource in _OF_NAMESPACE:
            held = [one for one in self.resting.asleep if one.namespace == key.namespace]
            self.resting.wake(held, change.revision)
        elif resource in _OF_ALL:
            self.resting.wake(list(self.resting.asleep), change.revision)
        else:
            self.resting.wake(set(self.resting.scaling(resource, key)), change.revision)

    def _of_pod(self, change: Change) -> set[Key]:
        found = self.resting.beside(change.before, change.body)
        for body in (change.before, change.body):
            if body is not None:
                found |= self.selecting.selecting(change.key.namespace, labels_of(body))
        return found

    def _autoscaler_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            self.selecting.drop(change.key)
        if change.operation == "ADDED":
            self.resting.begin(change.key, change.revision)
        elif change.cause.component != self.name:
            self.resting.wake([change.key], change.revision)
