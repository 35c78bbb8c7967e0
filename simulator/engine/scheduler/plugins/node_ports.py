"""NodePorts: the ports that a pod wants on its node's own addresses must be free there.

Follows pkg/scheduler/framework/plugins/nodeports/node_ports.go, GetHostPorts of pkg/scheduler/util/utils.go and
HostPortInfo of staging/src/k8s.io/kube-scheduler/framework/types.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from simulator.engine.pods import is_sidecar
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.nodes import Integers, NodeTable, Placed, Rows
from simulator.engine.scheduler.plugin import FilterPlugin, Refusal
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.tallies import Tally

_REASON = "node(s) didn't have free ports for the requested pod ports"
_EVERY_ADDRESS = "0.0.0.0"


class HostPort(NamedTuple):
    address: str
    protocol: str
    port: int

    def conflicts(self, other: HostPort) -> bool:
        same_address = self.address == other.address or _EVERY_ADDRESS in (self.address, other.address)
        return same_address and self.port == other.port and self.protocol == other.protocol


class NodePorts(FilterPlugin):
    name = "NodePorts"
    reads_pods = True

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._conflicts: WeakKeyDictionary[Shape, Tally] = WeakKeyDictionary()

    def filters(self, shape: Shape, nodes: NodeTable) -> bool:
        return bool(host_ports(shape))

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        conflicts = self._conflicts.get(shape)
        if conflicts is None:
            wanted = host_ports(shape)
            conflicts = self._conflicts[shape] = nodes.tally(lambda other: _conflicts(wanted, other))
        return (conflicts.by_row.take(rows) > 0).astype(np.int64)

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal((_REASON,), resolvable=True)

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        return before is None and after is not None

    def helped_by_pod(self, shape: Shape, before: Placed | None, after: Placed | None) -> bool:
        """If a pod went that held one of the ports."""
        return before is not None and after is None and _conflicts(host_ports(shape), before.shape) > 0


def host_ports(shape: Shape) -> tuple[HostPort, ...]:
    """What the containers want that run for as long as the pod does."""
    return shape.once(NodePorts.name, _host_ports)


def _host_ports(shape: Shape) -> tuple[HostPort, ...]:
    sidecars = [one for one in shape.spec.get("initContainers") or () if is_sidecar(one)]
    return tuple(
        HostPort(port.get("hostIP") or _EVERY_ADDRESS, port.get("protocol") or "TCP", port["hostPort"])
        for container in [*sidecars, *(shape.spec.get("containers") or ())]
        for port in container.get("ports") or ()
        if port.get("hostPort")
    )


def _conflicts(wanted: tuple[HostPort, ...], other: Shape) -> int:
    """How many pairs of their ports are in each other's way."""
    return sum(one.conflicts(held) for held in host_ports(other) for one in wanted)
