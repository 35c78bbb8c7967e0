"""Where a connection that a pod opens ends: at a pod, behind a service or a node port, or outside of the cluster.

A service's backend is drawn by hash, as kube-proxy draws it at random.
"""

from __future__ import annotations

from hashlib import blake2b
from ipaddress import ip_address
from typing import NamedTuple

from ..objects import spec_of, status_of
from ..pods import is_terminal
from ..registry import Body, Instant, Reader
from . import resolver, servers


class Backend(NamedTuple):
    """A port of a pod; outside: something that is not in the cluster, and always answers."""

    pod: Body | None
    port: int
    outside: bool = False


class Refused(Exception):
    """Connection refused."""


class Unreachable(Exception):
    """Nobody answers, not even with a refusal."""


def connect(pod: Body, address: str, port: int, *, reader: Reader, now: Instant, draw: int = 0) -> Backend:
    """The end of a connection from a pod. draw: tells apart the connections of one instant.

    Raises Refused or Unreachable.
    """
    found = ip_address(address)
    if found.is_loopback or address == status_of(pod).get("podIP"):
        return _at(pod, port, reader, now)
    service = _by(reader.list("services"), address)
    if service is not None:
        listed = next((one for one in service["spec"].get("ports") or () if one["port"] == port), None)
        if listed is None:
            raise Unreachable
        return _behind(service, listed, reader, now, draw)
    other = next((one for one in reader.list("pods") if _has(one, address, port, reader, now)), None)
    if other is not None:
        return _at(other, port, reader, now)
    if any(
        address in [one["address"] for one in status_of(node).get("addresses") or ()] for node in reader.list("nodes")
    ):
        return _node_port(port, reader, now, draw)
    if not found.is_private:
        return Backend(None, port, outside=True)
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


def _at(pod: Body, port: int, reader: Reader, now: Instant) -> Backend:
    if not servers.is_listening(pod, port, reader=reader, now=now):
        raise Refused
    return Backend(pod, port)


def _behind(service: Body, listed: Body, reader: Reader, now: Instant, draw: int) -> Backend:
    """One of the endpoints of a service's port that are ready."""
    namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
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
    figure = blake2b(f"{namespace}/{name}/{now}/{draw}".encode(), digest_size=4).digest()
    endpoint, number = ends[int.from_bytes(figure, "big") % len(ends)]
    target = endpoint.get("targetRef") or {}
    pod = reader.get("pods", target.get("namespace", ""), target.get("name", ""))
    return _at(pod, number, reader, now) if pod is not None else _pod_at(endpoint["addresses"][0], number, reader, now)


def _pod_at(address: str, port: int, reader: Reader, now: Instant) -> Backend:
    pod = next((one for one in reader.list("pods") if _has(one, address, port, reader, now)), None)
    if pod is None:
        raise Unreachable
    return Backend(pod, port)


def _node_port(port: int, reader: Reader, now: Instant, draw: int) -> Backend:
    for service in reader.list("services"):
        for listed in service["spec"].get("ports") or ():
            if listed.get("nodePort") == port:
                return _behind(service, listed, reader, now, draw)
    raise Refused
