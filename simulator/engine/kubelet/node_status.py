"""What a node reports of itself later on: the images that lie on it.

Follows pkg/kubelet/nodestatus/setters.go (Images) and pkg/kubelet/kubelet_node_status.go, v1.34. Renewals of the lease
and the heartbeats of the conditions are functions of time (see `node.py`), so nothing is booked for them.
"""

from __future__ import annotations

from ..causes import Cause, _
from ..clock import SECOND
from ..objects import status_of
from ..registry import Body, Instant
from ..workloads import references
from ..world import World
from . import images
from .turn import COMPONENT

_PERIOD = 10 * SECOND
_MOST_IMAGES = 50


def due(world: World, node: str) -> Instant:
    """The next time that the node's kubelet looks at its status, each 10 s in its own phase."""
    phase = world.hash("status", node) % _PERIOD
    return world.now + _PERIOD - (world.now - phase) % _PERIOD


def report_images(world: World, node: str, led_by: int | None) -> None:
    """Writes the list of images, if it is another."""
    body = world.get("nodes", "", node)
    if body is None:
        return
    listed = listing(images.cached(world, node))
    if listed != status_of(body).get("images"):
        sentence = _("{node} reports the {count} images that lie on it.")
        inputs = {"node": node, "count": len(listed)}
        cause = Cause(f"{COMPONENT}/{node}", "syncNodeStatus", sentence, inputs, led_by)
        world.update_status("nodes", {**body, "status": {**status_of(body), "images": listed}}, cause)


def listing(held: dict[str, int]) -> list[Body]:
    """Images as a node's status lists them: the largest first, at most 50."""
    ordered = sorted(held.items(), key=lambda one: (-one[1], one[0]))
    return [{"names": _names(name), "sizeBytes": size} for name, size in ordered[:_MOST_IMAGES]]


def _names(name: str) -> list[str]:
    reference = references.parse(name)
    return [reference.by_digest, reference.name] if reference.tag else [reference.by_digest]
