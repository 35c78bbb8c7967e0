"""What the scheduler tells people about a pod: its events, and the pod's condition PodScheduled.

Follows handleSchedulingFailure and finishBinding of pkg/scheduler/schedule_one.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from simulator.engine import events
from simulator.engine.causes import Cause, _
from simulator.engine.objects import (
    condition,
    conditions_of,
    drop_in,
    key_of,
    set_in,
    status_of,
    text_of,
    timestamp,
    with_condition,
)
from simulator.engine.pods import node_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.queue import Queued
from simulator.engine.world import World

NAME = "default-scheduler"
_LONGEST_NOTE = 1024
_NOWHERE = _("No node can take the pod: {message}")


def scheduled(world: World, pod: Body, *, led_by: int | None) -> None:
    message = f"Successfully assigned {text_of(key_of(pod))} to {node_of(pod)}"
    events.record(world, pod, "Normal", "Scheduled", message, component=_reporter(pod), led_by=led_by)


def skipped(world: World, pod: Body, *, led_by: int | None) -> None:
    message = f"skip schedule deleting pod: {text_of(key_of(pod))}"
    events.record(world, pod, "Warning", "FailedScheduling", message, component=_reporter(pod), led_by=led_by)


def failed(
    world: World, pod: Body, queued: Queued, message: str, *, nominated: str | None, why: dict[str, Any]
) -> Body:
    """An event for every attempt; the condition is written when it says something new. Returns the pod as it is then.

    nominated: the node that the pod is promised from now on, empty for none, None for no change.
    """
    reason = "Unschedulable" if queued.queue == "unschedulable" else "SchedulerError"
    shown = message if len(message) <= _LONGEST_NOTE else f"{message[: _LONGEST_NOTE - 4]} ..."
    events.record(world, pod, "Warning", "FailedScheduling", shown, component=_reporter(pod), led_by=queued.led_by)
    changed = _promised(pod, nominated)
    held = condition(pod, "PodScheduled") or {}
    new: Body = {"type": "PodScheduled", "status": "False", "reason": reason, "message": message}
    if any(held.get(name) != value for name, value in new.items()):
        since = held.get("lastTransitionTime") if held.get("status") == "False" else None
        new |= {"lastProbeTime": None, "lastTransitionTime": since or timestamp(world.now)}
        changed = set_in(changed, ("status", "conditions"), with_condition(conditions_of(pod), new))
    if changed is pod:
        return pod
    inputs = {"message": message, **why}
    return world.update_status("pods", changed, Cause(NAME, "FitError", _NOWHERE, inputs, queued.led_by))


def _promised(pod: Body, node: str | None) -> Body:
    """The pod with the node it is promised written into its status."""
    held = status_of(pod).get("nominatedNodeName") or ""
    if node is None or node == held:
        return pod
    where = ("status", "nominatedNodeName")
    return set_in(pod, where, node) if node else drop_in(pod, where)


def _reporter(pod: Body) -> str:
    name: str = pod["spec"].get("schedulerName") or NAME
    return name
