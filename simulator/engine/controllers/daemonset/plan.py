"""A DaemonSet as one reconcile sees it: its nodes, the verdict on each, and its pods by node."""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine.controllers.daemonset.placement import Verdict
from simulator.engine.objects import is_deleting, name_of
from simulator.engine.registry import Body


class Plan(NamedTuple):
    """`hash` is the template's; `on_nodes` has the pods by the name of the node they are on or meant for."""

    ds: Body
    hash: str
    nodes: list[tuple[Body, Verdict]]
    on_nodes: dict[str, list[Body]]

    @property
    def wanting(self) -> list[str]:
        """The names of the nodes that should run a pod."""
        return [name_of(node) for node, verdict in self.nodes if verdict.run]

    @property
    def patience(self) -> int:
        """Seconds for which a pod must be ready before it counts as available."""
        return self.ds["spec"].get("minReadySeconds") or 0

    def homeless(self) -> list[Body]:
        """Pods that wait for a node that is gone."""
        present = {name_of(node) for node, _verdict in self.nodes}
        return [
            pod
            for node in sorted(self.on_nodes)
            if node not in present
            for pod in self.on_nodes[node]
            if not pod["spec"].get("nodeName") and not is_deleting(pod)
        ]
