"""Extended resources of a node: what its capacity says of them is offered to pods.

Follows MachineInfo in pkg/kubelet/nodestatus/setters.go, v1.34: whoever advertises a resource writes the capacity (a
device plugin, or somebody with a patch of the status), and the kubelet copies it to what can be allocated.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..causes import Cause, _
from ..objects import status_of
from ..registry import Body
from ..validation.resources import is_extended
from ..world import World
from .turn import COMPONENT


def offered(node: Body) -> Mapping[str, str] | None:
    """What can be allocated on a node once its kubelet has looked at the capacity; None if that changes nothing."""
    status = status_of(node)
    capacity, allocatable = status.get("capacity") or {}, status.get("allocatable") or {}
    wanted = {name: text for name, text in capacity.items() if is_extended(name)}
    kept = {name: text for name, text in allocatable.items() if not is_extended(name) or name in wanted}
    new = {**kept, **wanted}
    return None if new == allocatable else new


def report(world: World, node: str, led_by: int | None) -> None:
    """Writes down what the node offers."""
    body = world.get("nodes", "", node)
    new = None if body is None else offered(body)
    if body is None or new is None:
        return
    cause = Cause(
        f"{COMPONENT}/{node}", "MachineInfo", _("{node} offers the devices that it has."), {"node": node}, led_by
    )
    world.update_status("nodes", {**body, "status": {**status_of(body), "allocatable": new}}, cause)
