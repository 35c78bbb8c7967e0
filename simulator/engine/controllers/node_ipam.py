"""Node IPAM: gives each node a range of pod addresses, of 256 each, out of the cluster's.

Follows pkg/controller/nodeipam/ipam/range_allocator.go and cidrset/cidr_set.go, v1.34, for one range of IPv4 addresses:
the next range that nobody has, round and round, so that the one of a node that has gone is not given again at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import islice

from simulator.engine import events, node_addresses
from simulator.engine.causes import _
from simulator.engine.journal import Change
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

NAME = "node-ipam-controller"
_INDEX = "pod range"
_PREFIX = 24
_MOST = 256
"""Ranges of 256 addresses that one of a node is taken to cover: more is more than a small cluster has."""


def watch(world: World) -> None:
    """Keeps account of which ranges the nodes have; before `allocate`."""
    world.add_index("nodes", _INDEX, _covered)


def allocate(world: World) -> str:
    """The next range that no node has; empty if there is none."""
    network = _network(world)
    count = network.num_addresses >> (32 - _PREFIX)
    first = world.note(NAME, "next") or 0
    for step in range(count):
        place = (first + step) % count
        block = str(IPv4Network((int(network.network_address) + (place << (32 - _PREFIX)), _PREFIX)))
        if not world.indexed("nodes", _INDEX, block):
            world.set_note(NAME, "next", (place + 1) % count)
            return block
    return ""


def _network(world: World) -> IPv4Network:
    """The cluster's: as large as it was made for, which the range of its first node tells."""
    held = world.note(NAME, "network")
    if held is None:
        given = next((one for node in world.list("nodes") for one in _ranges(node)), None)
        small = node_addresses.pod_network(1)
        held = str(small if given is None or given.overlaps(small) else node_addresses.pod_network(1 << 16))
        world.set_note(NAME, "network", held)
    return IPv4Network(held)


def _covered(node: Body) -> Iterator[str]:
    for one in _ranges(node):
        if one.prefixlen >= _PREFIX:
            yield str(one.supernet(new_prefix=_PREFIX))
        else:
            yield from map(str, islice(one.subnets(new_prefix=_PREFIX), _MOST))


def _ranges(node: Body) -> Iterator[IPv4Network]:
    """Those of IPv4; what somebody wrote that is none takes nothing."""
    for text in node["spec"].get("podCIDRs") or ():
        try:
            yield IPv4Network(text, strict=False)
        except ValueError:
            continue


class NodeIpamController(Reconciler):
    """Its keys are nodes. Its notes: `next`, the place of the range to try first, and `network`, the cluster's."""

    name = NAME

    def __init__(self, world: World) -> None:
        super().__init__(world)
        watch(world)
        world.watch("nodes", self._node_changed)

    def reconcile(self, key: Key) -> None:
        node = self.world.get("nodes", *key)
        if node is None or node["spec"].get("podCIDRs"):
            return
        block = allocate(self.world)
        if not block:
            message = f"Node {key.name} status is now: CIDRNotAvailable"
            events.record(
                self.world, node, "Normal", "CIDRNotAvailable", message, component="cidrAllocator", led_by=self.led_by
            )
            return
        sentence = _("Node {node} has no addresses for its pods yet: {range} is the next range that is free.")
        cause = self.cause("AllocateOrOccupyCIDR", sentence, node=key.name, range=block)
        self.world.update("nodes", {**node, "spec": {**node["spec"], "podCIDR": block, "podCIDRs": [block]}}, cause)

    def _node_changed(self, change: Change) -> None:
        if change.operation != "DELETED" and not change.body["spec"].get("podCIDRs"):
            self.enqueue(change.key, led_by=change.revision)
