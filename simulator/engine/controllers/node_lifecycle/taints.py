"""A node's taints as its controller sets them: for what its conditions say, and to drive pods off.

Follows doNoScheduleTaintingPass in pkg/controller/nodelifecycle/node_lifecycle_controller.go,
pkg/controller/util/node/controller_utils.go (SwapNodeControllerTaint) and pkg/util/taints/taints.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from simulator.engine.causes import Cause
from simulator.engine.objects import conditions_of, key_of, set_in, spec_of, timestamp
from simulator.engine.registry import Body
from simulator.engine.world import World


class Taint(NamedTuple):
    """What tells one taint of a node from another."""

    key: str
    effect: str


NOT_READY = Taint("node.kubernetes.io/not-ready", "NoExecute")
UNREACHABLE = Taint("node.kubernetes.io/unreachable", "NoExecute")
_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
_OF_CONDITIONS = {
    ("Ready", "False"): NOT_READY.key,
    ("Ready", "Unknown"): UNREACHABLE.key,
    ("MemoryPressure", "True"): "node.kubernetes.io/memory-pressure",
    ("DiskPressure", "True"): "node.kubernetes.io/disk-pressure",
    ("NetworkUnavailable", "True"): "node.kubernetes.io/network-unavailable",
    ("PIDPressure", "True"): "node.kubernetes.io/pid-pressure",
}
_OURS = frozenset({*_OF_CONDITIONS.values(), _UNSCHEDULABLE})


def held(node: Body) -> list[Taint]:
    return [Taint(one.get("key") or "", one.get("effect") or "") for one in spec_of(node).get("taints") or ()]


def difference(node: Body) -> tuple[list[Taint], list[Taint]]:
    """The NoSchedule taints that a node lacks and those that it should not have."""
    states = ((one.get("type"), one.get("status")) for one in conditions_of(node))
    keys = [_OF_CONDITIONS[state] for state in states if state in _OF_CONDITIONS]
    if spec_of(node).get("unschedulable"):
        keys.append(_UNSCHEDULABLE)
    wanted = [Taint(key, "NoSchedule") for key in keys]
    ours = [one for one in held(node) if one.effect == "NoSchedule" and one.key in _OURS]
    return [one for one in wanted if one not in ours], [one for one in ours if one not in wanted]


def swap(world: World, node: Body, cause: Cause, *, add: Iterable[Taint] = (), remove: Iterable[Taint] = ()) -> Body:
    """Adds taints in one write and takes others away in the next; returns the node as it is then."""
    now, gone = timestamp(world.now), set(remove)
    new = [{"effect": one.effect, "key": one.key, "timeAdded": now} for one in add]
    taints = list(spec_of(node).get("taints") or ())
    for one in new:
        same = [taint for taint in taints if _names(taint) == _names(one)]
        taints = [one if taint in same else taint for taint in taints] if same else [*taints, one]
    if new:
        node = _write(world, node, taints, cause)
    if gone & set(held(node)):
        node = _write(world, node, [one for one in taints if _names(one) not in gone], cause)
    return node


def _names(taint: Body) -> Taint:
    return Taint(taint.get("key") or "", taint.get("effect") or "")


def _write(world: World, node: Body, taints: list[Body], cause: Cause) -> Body:
    new = set_in(world.held("nodes", key_of(node)), ("spec", "taints"), taints)
    if not taints:
        new = {**new, "spec": {key: value for key, value in new["spec"].items() if key != "taints"}}
    return world.update("nodes", new, cause)
