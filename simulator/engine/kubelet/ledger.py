"""What each node has given away: requests and pod addresses. Derived from the pods that the kubelets remember."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network

from .. import pods
from ..registry import Body
from ..world import World
from .turn import COMPONENT


@lru_cache(maxsize=16_384)
def _range(cidr: str) -> tuple[int, int]:
    """The first address of a range, as a number, and how many there are; none of what is no range of IPv4."""
    try:
        network = IPv4Network(cidr)
    except ValueError:
        return 0, 0
    return int(network.network_address), network.num_addresses


@dataclass(slots=True)
class Account:
    """One node's. requests: by resource, pods among them; ports: (ip, protocol, port) that pods hold on the host."""

    requests: dict[str, int] = field(default_factory=lambda: {"pods": 0})
    addresses: set[str] = field(default_factory=set)
    ports: set[tuple[str, str, int]] = field(default_factory=set)
    _offer: tuple[Body, dict[str, int]] | None = None

    def offer(self, allocatable: Body) -> dict[str, int]:
        """What the node can give, as figures; worked out once for each allocatable that it reports."""
        if self._offer is None or self._offer[0] is not allocatable:
            self._offer = (allocatable, {name: pods.figure(name, text) for name, text in allocatable.items()})
        return self._offer[1]


class Ledger:
    """The accounts of all nodes, kept up to date as pods are admitted, get addresses and end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._accounts: dict[str, Account] = {}
        self.freed: set[str] = set()  # nodes that have got room since somebody looked

    def of(self, node: str) -> Account:
        account = self._accounts.get(node)
        if account is None:
            account = self._accounts[node] = Account()
        return account

    def forget(self) -> None:
        self._accounts = {}

    def admit(self, node: str, pod: Body) -> None:
        self._move(node, pod, 1)

    def release(self, node: str, pod: Body, ip: str) -> None:
        self._move(node, pod, -1)
        self.freed.add(node)
        self.of(node).addresses.discard(ip)

    def besides(self, node: str, pod: Body) -> Account:
        """The account of a node as it would be without one of its pods."""
        held = self.of(node)
        account = Account(dict(held.requests), held.addresses, held.ports)
        _count(account, pod, -1)
        return account

    def exchange(self, node: str, old: Body, new: Body) -> None:
        """A pod takes another part of its node than before."""
        self._move(node, old, -1)
        self._move(node, new, 1)
        self.freed.add(node)

    def hold(self, node: str, ip: str) -> None:
        self.of(node).addresses.add(ip)

    def assign(self, node: Body) -> str:
        """The next free address of the node's range, round and round; empty if there is none.

        Follows the host-local plugin of containernetworking/plugins: the first address is the bridge's.
        """
        name = node["metadata"]["name"]
        taken = self.of(name).addresses
        first, count = _range(node["spec"].get("podCIDR", ""))
        key = f"address:{name}"
        last = self._world.note(COMPONENT, key) or 1
        for step in range(1, count):
            offset = (last + step) % count
            if offset < 2 or offset == count - 1:
                continue
            address = str(IPv4Address(first + offset))
            if address not in taken:
                taken.add(address)
                self._world.set_note(COMPONENT, key, offset)
                return address
        return ""

    def _move(self, node: str, pod: Body, sign: int) -> None:
        _count(self.of(node), pod, sign)


def _count(account: Account, pod: Body, sign: int) -> None:
    held = account.requests
    for name, figure in pods.requests(pod["spec"]).items():
        held[name] = held.get(name, 0) + sign * figure
    held["pods"] += sign
    ports = host_ports(pod["spec"])
    if ports:
        account.ports = account.ports | ports if sign > 0 else account.ports - ports


def host_ports(spec: Body) -> set[tuple[str, str, int]]:
    """The ports that a pod takes on its host."""
    return {
        (port.get("hostIP") or "0.0.0.0", port.get("protocol", "TCP"), port["hostPort"])
        for container in spec["containers"]
        for port in container.get("ports") or ()
        if port.get("hostPort")
    }
