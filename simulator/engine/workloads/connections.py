"""Where a connection that a pod opens ends: at a pod, behind a service or a node port, or outside of the cluster.

A service's backend is drawn by hash, as kube-proxy draws it at random. Between nodes a Fault may cut the way or lose
packets; what stays on a node does not meet it.
"""

from __future__ import annotations

from hashlib import blake2b
from ipaddress import ip_address
from typing import NamedTuple

from .. import faults
from ..objects import name_of, spec_of, status_of
from ..pods import is_terminal, node_of
from ..registry import Body, Instant, Reader
from . import packets, resolver, servers


class Backend(NamedTuple):
    """A port of a pod; outside: something that is not in the cluster, and always answers; late: how much longer an
    exchange with it takes, because packets are lost."""

    pod: Body | None
    port: int
    outside: bool = False
    late: int = 0


class Refused(Exception):
    """Connection refused."""


class Unreachable(Exception):
    """Nobody answers, not even with a refusal."""


class _Call(NamedTuple):
    """Who opens a connection, and when. draw: tells apart the connections of one instant."""

    pod: Body
    reader: Reader
    now: Instant
    draw: int

    def late(self, node: str) -> int:
        """How much longer an exchange with a node takes, "" for the world outside. Raises Unreachable."""
        way = faults.way(self.reader, node_of(self.pod), node)
        about = f"{self.pod['metadata'].get('uid', '')}/{node}/{self.now}/{self.draw}"
        late = None if way.is_cut else packets.delay(way.loss, about)
        if late is None:
            raise Unreachable
        return late


def connect(pod: Body, address: str, port: int, *, reader: Reader, now: Instant, draw: int = 0) -> Backend:
    """The end of a connection from a pod. draw: tells apart the connections of one instant.

    Raises Refused or Unreachable.
    """
    found, call = ip_address(address), _Call(pod, reader, now, draw)
    if found.is_loopback or address == status_of(pod).get("podIP"):
        return _at(pod, port, call)
    service = _by(reader.list("services"), address)
    if service is not None:
        listed = next((one for one in service["spec"].get("ports") or () if one["port"] == port), None)
        if listed is None:
            raise Unreachable
        return _behind(service, listed, call)
    other = next((one for one in reader.list("pods") if _has(one, address, port, reader, now)), None)
    if other is not None:
        return _at(other, port, call)
    for node in reader.list("nodes"):
        if address in [one["address"] for one in status_of(node).get("addresses") or ()]:
            return _node_port(name_of(node), port, call)
    if not found.is_private:
        return Backend(None, port, outside=True, late=call.late(""))
    raise Unreachable


def _by(services: list[Body], address: str) -> Body | None:
    for service in services:
        spec = service["spec"]
        balanced = (status_of(service).get("loadBalancer") or {}).get("ingress") or ()
        if address == spec.get("clusterIP") or address in (spec.get("externalIPs") or ()):
            return service
        if any(one.get("ip") == address for one in balanced):
            return service
    return None


def _has(pod: Body, address: str, port: int, reader: Reader, now: Instant) -> bool:
    """Whether the address is the pod's; of pods on a node's own network, whether it has the port."""
    if status_of(pod).get("podIP") != address or is_terminal(pod):
        return False
    return not spec_of(pod).get("hostNetwork") or servers.is_listening(pod, port, reader=reader, now=now)


def _at(pod: Body, port: int, call: _Call) -> Backend:
    late = call.late(node_of(pod))
    if not servers.is_listening(pod, port, reader=call.reader, now=call.now):
        raise Refused
    return Backend(pod, port, late=late)


def _behind(service: Body, listed: Body, call: _Call) -> Backend:
    """One of the endpoints of a service's port that are ready."""
    namespace, name, reader = service["metadata"]["namespace"], service["metadata"]["name"], call.reader
    ends: list[tuple[Body, int]] = []
    for part in resolver.slices(reader, namespace, name):
        number = next(
            (one["port"] for one in part.get("ports") or () if one.get("name", "") == listed.get("name", "")), None
        )
        if number is not None:
            ends += [(one, number) for one in part.get("endpoints") or () if resolver.endpoint_ready(one)]
    if not ends:
        raise Refused
    ends.sort(key=lambda end: str(end[0]["addresses"]))
    figure = blake2b(f"{namespace}/{name}/{call.now}/{call.draw}".encode(), digest_size=4).digest()
    endpoint, number = ends[int.from_bytes(figure, "big") % len(ends)]
    target = endpoint.get("targetRef") or {}
    pod = reader.get("pods", target.get("namespace", ""), target.get("name", ""))
    return _at(pod, number, call) if pod is not None else _pod_at(endpoint["addresses"][0], number, call)


def _pod_at(address: str, port: int, call: _Call) -> Backend:
    reader, now = call.reader, call.now
    pod = next((one for one in reader.list("pods") if _has(one, address, port, reader, now)), None)
    if pod is None:
        raise Unreachable
    return Backend(pod, port, late=call.late(node_of(pod)))


def _node_port(node: str, port: int, call: _Call) -> Backend:
    late = call.late(node)
    for service in call.reader.list("services"):
        for listed in service["spec"].get("ports") or ():
            if listed.get("nodePort") == port:
                found = _behind(service, listed, call)
                return found._replace(late=found.late + late)
    raise Refused
