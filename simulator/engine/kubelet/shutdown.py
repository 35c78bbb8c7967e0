"""Graceful node shutdown: before a machine goes off, its kubelet ends the pods, those of low priority first.

Follows pkg/kubelet/nodeshutdown/nodeshutdown_manager.go, v1.34. Without shutdownGracePeriod in the node's
KubeletConfiguration nothing of this happens: the machine goes off as if it lost power.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ..causes import Cause, _
from ..clock import SECOND
from ..cron import duration
from ..objects import conditions_of, key_of, status_of, text_of, timestamp, with_condition
from ..pods import is_terminal
from ..registry import Body
from ..world import World
from . import configuration, node_status
from .admission import Refusal
from .turn import COMPONENT, identity

Group = list[int]
"""The least priority of a group of pods, and the seconds that it is given."""

REFUSAL = Refusal("NodeShutdown", "Pod was rejected as the node is shutting down.")
_CRITICAL = 2_000_000_000
_MESSAGE = "Pod was terminated in response to imminent node shutdown."


def groups(world: World, node: str) -> list[Group]:
    """The groups of a node's configuration, those of low priority first; empty if it has none."""
    held = configuration.of(world, node)
    listed = held.get("shutdownGracePeriodByPodPriority")
    if isinstance(listed, list) and listed:
        found = [one for one in map(_group, listed) if one is not None]
        return sorted(found) if len(found) == len(listed) and _differ(found) else []
    whole, critical = (_seconds(held.get(f"shutdownGracePeriod{what}")) for what in ("", "CriticalPods"))
    if whole <= 0 or not 0 <= critical <= whole:
        return []
    return [[0, whole - critical], [_CRITICAL, critical]]


def _group(one: Any) -> Group | None:
    if not isinstance(one, dict):
        return None
    figures = [one.get("priority", 0), one.get("shutdownGracePeriodSeconds", 0)]
    return figures if all(type(figure) is int for figure in figures) and figures[1] >= 0 else None


def _differ(found: list[Group]) -> bool:
    return all(one[0] != other[0] for one, other in pairwise(sorted(found)))


def _seconds(text: Any) -> int:
    try:
        return duration(text) // (1000 * SECOND) if isinstance(text, str) else 0
    except ValueError:
        return 0


def place(groups: list[Group], priority: int) -> int:
    """The index of the group of pods of this priority."""
    index = next((at for at, group in enumerate(groups) if group[0] >= priority), len(groups) - 1)
    return index - 1 if index > 0 and groups[index][0] > priority else index


def begin(world: World, node: str, led_by: int | None) -> None:
    """The shutdown is heard of: the node is ready no more."""
    body = world.get("nodes", "", node)
    if body is None:
        return
    node_status.tell(world, body, "NodeShutdown", "Shutdown manager detected shutdown event", led_by)
    now = timestamp(world.now)
    ready = {
        "lastHeartbeatTime": now,
        "lastTransitionTime": now,
        "message": node_status.SHUTTING_DOWN,
        "reason": "KubeletNotReady",
        "status": "False",
        "type": "Ready",
    }
    status = {**status_of(body), "conditions": with_condition(conditions_of(body), ready)}
    cause = Cause(f"{COMPONENT}/{node}", "syncNodeStatus", _("{node} is shutting down."), {"node": node}, led_by)
    world.update_status("nodes", {**body, "status": status}, cause)
    node_status.tell(world, body, "NodeNotReady", f"Node {node} status is now: NodeNotReady", led_by)


def cancelled(world: World, node: str, led_by: int | None) -> None:
    body = world.get("nodes", "", node)
    if body is not None:
        node_status.tell(world, body, "NodeShutdown", "Shutdown manager detected shutdown cancellation", led_by)


def active(world: World, node: str, groups: list[Group], index: int) -> list[Body]:
    """The pods of a group of which something is left on the node."""
    found = []
    for pod in world.indexed("pods", "node", node):
        note = world.note(COMPONENT, text_of(key_of(pod)))
        alive = note is not None and note["uid"] == identity(pod) and note["step"] != "killed"
        if alive and not is_terminal(pod) and place(groups, pod["spec"].get("priority") or 0) == index:
            found.append(pod)
    return found


def kill(world: World, pods: list[Body], seconds: int, led_by: int | None) -> None:
    """Ends pods, each within its own grace period if that is shorter."""
    for pod in pods:
        text, own = text_of(key_of(pod)), pod["spec"].get("terminationGracePeriodSeconds", 30)
        verdict = {"reason": "Terminated", "message": _MESSAGE, "grace": min(own, seconds)}
        world.set_note(COMPONENT, text, {**world.note(COMPONENT, text), "verdict": verdict})
        world.clock.move(COMPONENT, text, world.now, led_by=led_by)
