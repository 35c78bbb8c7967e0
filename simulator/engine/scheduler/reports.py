"""What the scheduler tells people about a pod: its events, and the pod's condition PodScheduled.

Follows handleSchedulingFailure and finishBinding of pkg/scheduler/schedule_one.go, v1.34.
"""

from __future__ import annotations

from simulator.engine import events
from simulator.engine.causes import Cause, _
from simulator.engine.objects import condition, conditions_of, key_of, set_in, text_of, timestamp, with_condition
from simulator.engine.pods import node_of
from simulator.engine.registry import Body
from simulator.engine.world import World

NAME = "default-scheduler"
_LONGEST_NOTE = 1024
_NOWHERE = _("No node can take the pod: {message}")


def scheduled(world: World, pod: Body, *, led_by: int | None) -> None:
    message = f"Successfully assigned {text_of(key_of(pod))} to {node_of(pod)}"
    events.record(world, pod, "Normal", "Scheduled", message, component=NAME, led_by=led_by)


def skipped(world: World, pod: Body, *, led_by: int | None) -> None:
    message = f"skip schedule deleting pod: {text_of(key_of(pod))}"
    events.record(world, pod, "Warning", "FailedScheduling", message, component=NAME, led_by=led_by)


def failed(world: World, pod: Body, reason: str, message: str, *, led_by: int | None) -> None:
    """An event for every attempt; the condition is written when it says something new."""
    shown = message if len(message) <= _LONGEST_NOTE else f"{message[: _LONGEST_NOTE - 4]} ..."
    events.record(world, pod, "Warning", "FailedScheduling", shown, component=NAME, led_by=led_by)
    held = condition(pod, "PodScheduled") or {}
    new: Body = {"type": "PodScheduled", "status": "False", "reason": reason, "message": message}
    if all(held.get(name) == value for name, value in new.items()):
        return
    since = held.get("lastTransitionTime") if held.get("status") == "False" else None
    new |= {"lastProbeTime": None, "lastTransitionTime": since or timestamp(world.now)}
    changed = set_in(pod, ("status", "conditions"), with_condition(conditions_of(pod), new))
    world.update_status("pods", changed, Cause(NAME, "FitError", _NOWHERE, {"message": message}, led_by))
