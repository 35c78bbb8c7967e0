"""Which addresses the nodes have and which range of pod addresses each gets."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from itertools import islice

_HOSTS = IPv4Address("192.168.0.10")
_SMALL = IPv4Network("10.244.0.0/16")
_LARGE = IPv4Network("10.128.0.0/9")
_NODE_PREFIX = 24


def pod_network(nodes: int) -> IPv4Network:
    """The cluster's range of pod addresses: the usual one for up to 256 nodes, a larger one beyond."""
    return _SMALL if nodes <= _SMALL.num_addresses >> (32 - _NODE_PREFIX) else _LARGE


def pod_ranges(nodes: int) -> list[str]:
    """One range of 256 pod addresses a node, in order."""
    return [str(one) for one in islice(pod_network(nodes).subnets(new_prefix=_NODE_PREFIX), nodes)]


def host(position: int) -> str:
    """The address of the node at this position: 192.168.0.10, .11, ... without the first and last of each 256."""
    rows, column = divmod(position + 9, 254)
    return str(IPv4Address(int(_HOSTS) - 10 + 256 * rows + column + 1))
