"""NodeUnschedulable: a cordoned node takes only pods that tolerate the taint of being cordoned.

Follows pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go, v1.34.
"""

from __future__ import annotations

import numpy as np

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import FilterPlugin, Refusal
from simulator.engine.scheduler.shape import Shape
from simulator.engine.tolerations import tolerates

_TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


class NodeUnschedulable(FilterPlugin):
    name = "NodeUnschedulable"

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        if shape.once(self.name, _tolerates_cordon):
            return np.zeros(len(rows), dtype=np.int64)
        return nodes.unschedulable[rows].astype(np.int64)

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal(("node(s) were unschedulable",))

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        return after is not None and not _cordoned(after) and (before is None or _cordoned(before))

    def helped_by_own(self, before: Shape, after: Shape) -> bool:
        return before.tolerations != after.tolerations and after.once(self.name, _tolerates_cordon)


def _cordoned(node: Body) -> bool:
    return bool((node.get("spec") or {}).get("unschedulable"))


def _tolerates_cordon(shape: Shape) -> bool:
    return tolerates(shape.tolerations, _TAINT)
