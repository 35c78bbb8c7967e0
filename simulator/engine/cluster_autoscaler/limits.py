"""How much CPU and memory a cluster may have and has to keep, whichever of its groups they are of.

Follows cluster-autoscaler/core/scaleup/resource/manager.go and core/scaledown/resource/limits.go, v1.34. A size or a
limit is cores by `cpu` and bytes by `memory`; what has no limit is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simulator.engine import node_groups, quantity
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.cluster_autoscaler.taints import TO_BE_DELETED, has_taint
from simulator.engine.cluster_autoscaler.templates import Template
from simulator.engine.objects import get_in, labels_of
from simulator.engine.registry import Bodies, Body

Amounts = dict[str, int]
_FLAGS = {"cpu": ("cores-total", 1), "memory": ("memory-total", 1 << 30)}


def size(node: Body) -> Amounts:
    """What a node has, in whole cores. Follows GetNodeCoresAndMemory."""
    held = get_in(node, "status", "capacity", default={})
    return {name: max(quantity.value(held.get(name, 0)), 0) for name in _FLAGS}


def left_to_grow(
    settings: Settings, groups: Mapping[str, Body], templates: Mapping[str, Template], nodes: Iterable[Body]
) -> Amounts:
    """How much may come: machines that are ordered count as if they were there. Follows ResourcesLeft."""
    totals = _total(node for node in nodes if _counts(node, groups))
    for name, group in groups.items():
        for resource, amount in size(templates[name].node).items():
            totals[resource] += node_groups.target(group) * amount
    return {name: max(most - totals[name], 0) for name, (_least, most) in _bounds(settings).items() if most > 0}


def left_to_shrink(settings: Settings, nodes: Bodies) -> Amounts:
    """How much may go. Follows LimitsLeft."""
    totals = _total(node for node in nodes if not has_taint(node, TO_BE_DELETED))
    return {name: max(totals[name] - least, 0) for name, (least, _most) in _bounds(settings).items() if least > 0}


def exceeded(left: Amounts, amounts: Amounts) -> list[str]:
    """The resources of which there is not so much left. Follows CheckDeltaWithinLimits."""
    return sorted(name for name, amount in amounts.items() if name in left and amount > left[name])


def take(left: Amounts, amounts: Amounts) -> bool:
    """Takes as much away, unless there is not so much left. Follows TryDecrementBy."""
    if exceeded(left, amounts):
        return False
    for name in left:
        left[name] -= amounts.get(name, 0)
    return True


def capped(wanted: int, left: Amounts, amounts: Amounts) -> int:
    """How many nodes of a size may come of those that are wanted. Follows ApplyLimits."""
    for name, amount in amounts.items():
        if name in left and wanted * amount > left[name]:
            wanted = left[name] // amount
    return wanted


def _bounds(settings: Settings) -> dict[str, tuple[int, int]]:
    found = {}
    for name, (flag, unit) in _FLAGS.items():
        least, most = settings.bounds(flag)
        found[name] = (least * unit, most * unit)
    return found


def _total(nodes: Iterable[Body]) -> Amounts:
    totals = dict.fromkeys(_FLAGS, 0)
    for node in nodes:
        for name, amount in size(node).items():
            totals[name] += amount
    return totals


def _counts(node: Body, groups: Mapping[str, Body]) -> bool:
    """Follows FilterOutNodesFromNotAutoscaledGroups, whose result is those without a group."""
    return labels_of(node).get("type") != "virtual-kubelet" and node_groups.group_of(node) not in groups
