"""When Faults begin and end: the condition Active of each says it, and whatever goes wrong listens to that.

One of our own kinds, without a twin upstream. What goes wrong is for the components that a Fault is about.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.faults import RESOURCE, hits
from simulator.engine.journal import Change
from simulator.engine.objects import (
    condition,
    conditions_of,
    instant_of,
    name_of,
    spec_of,
    status_of,
    timestamp,
    with_condition,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.world import World

_NAMED = 10
_ON_REGISTRIES = ("SlowRegistry", "RegistryOutage")


class FaultController(Reconciler):
    """Its keys are Faults. The note of one is the instant of its creation, which its metadata rounds to seconds."""

    name = "fault-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch(RESOURCE, self._changed)

    def reconcile(self, key: Key) -> None:
        fault = self.world.get(RESOURCE, "", key.name)
        if fault is None:
            return
        spec, now = spec_of(fault), self.world.now
        created = self.world.note(self.name, key.name) or instant_of(fault["metadata"]["creationTimestamp"])
        begin = created + (spec.get("startAfterSeconds") or 0) * SECOND
        lasts = spec.get("durationSeconds")
        end = None if lasts is None else begin + lasts * SECOND
        if now < begin:
            self._say(fault, "Waiting", _("{fault} is yet to begin."))
            self._book(key, begin)
        elif end is None or now < end:
            self._say(fault, "Begun", _("{fault} begins."))
            self._book(key, end)
        else:
            self._say(fault, "Over", _("{fault} is over."))

    def _book(self, key: Key, instant: Instant | None) -> None:
        if instant is None:
            self.world.clock.cancel(self.name, key.name)
        else:
            self.world.clock.move(self.name, key.name, instant, led_by=self.led_by)

    def _say(self, fault: Body, reason: str, sentence: str) -> None:
        """Writes the status, unless it says this already."""
        known = condition(fault, "Active")
        generation = fault["metadata"].get("generation")
        if known is not None and known["reason"] == reason and known.get("observedGeneration") == generation:
            return
        active, now = "True" if reason == "Begun" else "False", timestamp(self.world.now)
        unchanged = known is not None and known["status"] == active
        new: Body = {
            "type": "Active",
            "status": active,
            "lastTransitionTime": known["lastTransitionTime"] if known is not None and unchanged else now,
            "reason": reason,
            "message": self._message(fault) if reason == "Begun" else "",
            "observedGeneration": generation,
        }
        status = {
            **status_of(fault),
            "conditions": with_condition(conditions_of(fault), new),
            "observedGeneration": generation,
        }
        if active == "True":
            status = {"startTime": now, **{key: held for key, held in status.items() if key != "completionTime"}}
        elif reason == "Over":
            status["completionTime"] = now
        cause = self.cause(reason, sentence, fault=name_of(fault))
        self.world.update_status(RESOURCE, {**fault, "status": status}, cause)

    def _message(self, fault: Body) -> str:
        if spec_of(fault)["type"] in _ON_REGISTRIES:
            return ""
        hit = [name_of(node) for node in self.world.list("nodes") if hits(fault, node)]
        if not hit:
            return "It hits no node."
        more = f" and {len(hit) - _NAMED} more" if len(hit) > _NAMED else ""
        return f"It hits {', '.join(hit[:_NAMED])}{more}."

    def _changed(self, change: Change) -> None:
        before = change.before
        if change.operation == "DELETED":
            self.world.set_note(self.name, change.key.name, None)
            self.world.clock.cancel(self.name, change.key.name)
        elif before is None:
            self.world.set_note(self.name, change.key.name, change.at)
            self.enqueue(change.key, after=0, led_by=change.revision)
        elif spec_of(before) != spec_of(change.body):
            self.enqueue(change.key, after=0, led_by=change.revision)
