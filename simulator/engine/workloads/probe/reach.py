"""Where a connection ends that a kubelet opens for a probe: at its own pod, or somewhere else."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from ...registry import Instant
from .. import connections, servers
from .target import NETWORK, Answer, Outcome, Target

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Reached:
    """server: what answers, if it is one of the pod's own. is_open: something else accepts the connection.

    fault: why nothing does, in the system's words; until: from when the pod's own server listens.
    """

    server: servers.Server | None = None
    is_open: bool = False
    fault: str = ""
    until: Instant | None = None
    is_elsewhere: bool = False

    def answer(self, outcome: Outcome, text: str = "", timeout: int = NETWORK) -> Answer:
        took = timeout if self.fault == "i/o timeout" else NETWORK
        return Answer(outcome, text, took, self.until, self.is_elsewhere)


def find(target: Target, host: str, port: int, at: Instant, timeout: int) -> Reached:
    """Who answers at a host's port. The kubelet opens its connections from the node, not from inside the pod."""
    is_loopback = host in _LOOPBACK
    if host == target.ip or is_loopback:
        own = target.server(port, at, loopback=is_loopback)
        if isinstance(own, servers.Server):
            return Reached(own)
        return Reached(fault="connect: connection refused", until=own)
    try:
        ip_address(host)
    except ValueError:
        return Reached(fault="no such host", is_elsewhere=True)
    try:
        found = connections.connect(target.pod, host, port, reader=target.reader, now=at)
    except connections.Refused:
        return Reached(fault="connect: connection refused", is_elsewhere=True)
    except connections.Unreachable:
        return Reached(fault="i/o timeout", is_elsewhere=True)
    if found.late >= timeout:
        return Reached(fault="i/o timeout", is_elsewhere=True)
    return Reached(is_open=True, is_elsewhere=True)


def dialled(host: str, port: int, found: Reached) -> str:
    """Why a connection was not opened, as Go says it."""
    if found.fault == "no such host":
        return f"dial tcp: lookup {host}: no such host"
    return f"dial tcp {address(_number(host), port)}: {found.fault}"


def address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _number(host: str) -> str:
    return "127.0.0.1" if host == "localhost" else host
