"""What a node reports of its pressure, and which pods its kubelet then does not take.

Follows Admit in pkg/kubelet/eviction/eviction_manager.go and {Memory,Disk,PID}PressureCondition in
pkg/kubelet/nodestatus/setters.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ... import pods
from ...objects import conditions_of, name_of, spec_of, status_of, timestamp
from ...registry import Body
from ...tolerations import tolerates
from ...world import World
from ..admission import Refusal
from . import messages, ranking, state

_TAINT = {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"}


class Words(NamedTuple):
    """What is said of a condition: its reason, its message, and the reason of the Event."""

    reason: str
    message: str
    event: str


PRESSED = {
    "MemoryPressure": Words(
        "KubeletHasInsufficientMemory", "kubelet has insufficient memory available", "NodeHasInsufficientMemory"
    ),
    "DiskPressure": Words("KubeletHasDiskPressure", "kubelet has disk pressure", "NodeHasDiskPressure"),
    "PIDPressure": Words(
        "KubeletHasInsufficientPID", "kubelet has insufficient PID available", "NodeHasInsufficientPID"
    ),
}
RELIEVED = {
    "MemoryPressure": Words(
        "KubeletHasSufficientMemory", "kubelet has sufficient memory available", "NodeHasSufficientMemory"
    ),
    "DiskPressure": Words("KubeletHasNoDiskPressure", "kubelet has no disk pressure", "NodeHasNoDiskPressure"),
    "PIDPressure": Words("KubeletHasSufficientPID", "kubelet has sufficient PID available", "NodeHasSufficientPID"),
}


def reported(world: World, node: Body) -> Body:
    """The node with its conditions of pressure as its kubelet sees them; the node itself if it says so already."""
    held = state.conditions(world, name_of(node))
    new = [_reported(world, one, one["type"] in held) for one in conditions_of(node)]
    if new == conditions_of(node):
        return node
    return {**node, "status": {**status_of(node), "conditions": new}}


def _reported(world: World, one: Body, is_pressed: bool) -> Body:
    status = "True" if is_pressed else "False"
    if one["type"] not in PRESSED or one["status"] == status:
        return one
    words, now = (PRESSED if is_pressed else RELIEVED)[one["type"]], timestamp(world.now)
    said = {"status": status, "reason": words.reason, "message": words.message}
    return {**one, **said, "lastHeartbeatTime": now, "lastTransitionTime": now}


def said(before: Body, after: Body) -> list[str]:
    """The reasons of the Events about conditions of pressure that are others than before."""
    old = {one["type"]: one["status"] for one in conditions_of(before)}
    return [
        (PRESSED if one["status"] == "True" else RELIEVED)[one["type"]].event
        for one in conditions_of(after)
        if one["type"] in PRESSED and old.get(one["type"]) not in (None, one["status"])
    ]


def refuse(pod: Body, conditions: Sequence[str]) -> Refusal | None:
    """Why a node with these conditions does not take a pod, None if it does."""
    if not conditions or ranking.is_critical(pod):
        return None
    if list(conditions) == ["MemoryPressure"]:
        spec = spec_of(pod)
        if pods.qos(spec) != "BestEffort" or tolerates(spec.get("tolerations") or (), _TAINT):
            return None
    return Refusal(messages.REASON, messages.PRESSED.format(f"[{' '.join(conditions)}]"))
