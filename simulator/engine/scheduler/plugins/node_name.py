"""NodeName: a pod that names its node goes nowhere else.

Follows pkg/scheduler/framework/plugins/nodename/node_name.go, v1.34.
"""

from __future__ import annotations

import numpy as np

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import FilterPlugin, Refusal
from simulator.engine.scheduler.shape import Shape


class NodeName(FilterPlugin):
    name = "NodeName"

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        return bool(shape.node_name)

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        elsewhere: Integers = (rows != nodes.row_of.get(shape.node_name, -1)).astype(np.int64)
        return elsewhere

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal(("node(s) didn't match the requested node name",))

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        return before is None and after is not None
