"""What the scheduler tells people about a pod: its events, and the pod's condition PodScheduled.

Follows handleSchedulingFailure and finishBinding of pkg/scheduler/schedule_one.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

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


class Trouble(NamedTuple):
    """Why a pod goes back. nominated: the node it is promised from now on, empty for none, None for no change."""

    reason: Literal["Unschedulable", "SchedulerError"]
    message: str
    nominated: str | None = ""
    why: Mapping[str, Any] = {}


def failed(world: World, pod: Body, trouble: Trouble, *, led_by: int | None) -> Body:
    """An event for every attempt; the condition when it says something new. Returns the pod as it is then."""
    message = trouble.message
    shown = message if len(message) <= _LONGEST_NOTE else f"{message[: _LONGEST_NOTE - 4]} ..."
    events.record(world, pod, "Warning", "FailedScheduling", shown, component=_reporter(pod), led_by=led_by)
    changed = _promised(pod, trouble.nominated)
    held = condition(pod, "PodScheduled") or {}
    new: Body = {"type": "PodScheduled", "status": "False", "reason": trouble.reason, "message": message}
    if any(held.get(name) != value for name, value in new.items()):
        since = held.get("lastTransitionTime") if held.get("status") == "False" else None
        new |= {"lastProbeTime": None, "lastTransitionTime": since or timestamp(world.now)}
        changed = set_in(changed, ("status", "conditions"), with_condition(conditions_of(pod), new))
    if changed is pod:
        return pod
    inputs = {"message": message, **trouble.why}
    return world.update_status("pods", changed, Cause(NAME, "FitError", _NOWHERE, inputs, led_by))


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
