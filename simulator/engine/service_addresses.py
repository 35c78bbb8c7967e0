"""The ranges that Services get their addresses and node ports from, and who may take which.

Follows pkg/registry/core/service/ipallocator and portallocator, v1.34: the lower part of each range is left to those
who ask for one by number.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from hashlib import blake2b
from ipaddress import IPv4Network, ip_address

NETWORK = IPv4Network("10.96.0.0/12")
NODE_PORTS = range(30000, 32768)
_STATIC_ADDRESSES = 256
_STATIC_PORTS = 86

NOT_IN_RANGE = "the provided IP ({ip}) is not in the valid range. The range of valid IPs is {range}"
TAKEN = "provided IP is already allocated"
PORT_NOT_IN_RANGE = "provided port is not in the valid range. The range of valid ports is 30000-32767"
PORT_TAKEN = "provided port is already allocated"


def free_address(wish: str, taken: Container[str]) -> str | None:
    """A free address by the hash of `wish`, the next one where that is taken; None when the range is used up."""
    size = NETWORK.num_addresses
    found = _probe(wish, _STATIC_ADDRESSES + 1, size - 1, lambda offset: str(NETWORK[offset]) in taken)
    if found is None:
        found = _probe(wish, 1, _STATIC_ADDRESSES + 1, lambda offset: str(NETWORK[offset]) in taken)
    return None if found is None else str(NETWORK[found])


def free_port(wish: str, taken: Container[int]) -> int | None:
    """A free node port by the hash of `wish`; None when the range is used up."""
    middle = NODE_PORTS.start + _STATIC_PORTS
    found = _probe(wish, middle, NODE_PORTS.stop, lambda port: port in taken)
    return found if found is not None else _probe(wish, NODE_PORTS.start, middle, lambda port: port in taken)


def is_in_network(address: str) -> bool:
    """True for an address that a Service may have: in the range, and neither its first nor its last."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    ends = (NETWORK.network_address, NETWORK.broadcast_address)
    return parsed.version == 4 and parsed in NETWORK and parsed not in ends


def _probe(wish: str, low: int, high: int, is_taken: Callable[[int], bool]) -> int | None:
    """The first free number of [low, high) from the one that `wish` hashes to, round the range."""
    size = high - low
    start = int.from_bytes(blake2b(wish.encode(), digest_size=8).digest(), "big") % size
    for step in range(size):
        number = low + (start + step) % size
        if not is_taken(number):
            return number
    return None
