"""Dead containers of a node: all of them are removed when its disk is short, and with them what they wrote.

Follows DeleteAllUnusedContainers in pkg/kubelet/container/container_gc.go and kuberuntime/kuberuntime_gc.go, v1.34.
What the API shows of them stays. The note `containers:NODE` is the instant at which they were last removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..objects import instant_of, key_of, text_of
from ..pods import is_terminal
from ..registry import Body
from ..workloads.containers import statuses
from ..world import World
from .loads import Loads
from .turn import COMPONENT, Box, Note, identity


def remove_dead(world: World, loads: Loads, node: str) -> None:
    """Removes all containers of a node that do not run."""
    world.set_note(COMPONENT, f"containers:{node}", world.now)
    for pod in world.indexed("pods", "node", node):
        text = text_of(key_of(pod))
        note: Note | None = world.note(COMPONENT, text)
        if note is None or note["uid"] != identity(pod):
            continue
        boxes = {name: _without_dead(box) for name, box in note["boxes"].items()}
        if boxes != note["boxes"]:
            note = {**note, "boxes": boxes}
            world.set_note(COMPONENT, text, note)
            loads.put(node, text, loads.of(pod, note))


def _without_dead(box: Box) -> Box:
    if box["last"]:
        box = {**box, "last": {**box["last"], "removed": True}}
    return {**box, "removed": True} if box["state"] == "exited" else box


def images_in_use(world: World, node: str) -> Iterator[str]:
    """The images of the containers of a node, running or not, as their specs have them."""
    removed = world.note(COMPONENT, f"containers:{node}") or 0
    for pod in world.indexed("pods", "node", node):
        note: Note | None = world.note(COMPONENT, text_of(key_of(pod)))
        if note is not None and note["uid"] == identity(pod):
            for box in note["boxes"].values():
                if box["state"] and not box.get("removed"):
                    yield box["image"]
        elif is_terminal(pod):
            yield from _of_ended(pod, removed)


def images_of(pod: Body) -> list[str]:
    """The images of the containers that a pod's status shows."""
    return [one["image"] for one in statuses(pod) if one.get("containerID")]


def _of_ended(pod: Body, removed: int) -> Iterator[str]:
    """The images of a pod that has ended: its containers stay until it is deleted or the disk is short."""
    for one in statuses(pod):
        ended = (one.get("state") or {}).get("terminated") or {}
        if one.get("containerID") and ended.get("finishedAt") and instant_of(ended["finishedAt"]) > removed:
            yield one["image"]
