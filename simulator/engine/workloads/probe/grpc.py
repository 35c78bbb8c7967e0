"""A probe by the gRPC health protocol. Follows pkg/probe/grpc/grpc.go, v1.34."""

from __future__ import annotations

from ...registry import Body, Instant
from .. import catalogue, references
from . import reach
from .target import Answer, Target, port_of, seconds

SERVING = Answer("Success")
NOT_SERVING = Answer("Failure", 'service unhealthy (responded with "NOT_SERVING")')
_SPEAKERS = frozenset({"agnhost", "default"})


def answer(target: Target, action: Body, at: Instant, timeout: int) -> Answer:
    port = port_of(action.get("port", 0), target.container)
    found = reach.find(target, target.ip, port, at, timeout)
    if found.server is None:
        return unreachable(target, action, timeout)._replace(until=found.until)
    if not _speaks(found.server.container, found.server.serves):
        return unreachable(target, action, timeout)
    return SERVING


def _speaks(container: Body, serves: str) -> bool:
    """Whether a server knows the protocol: etcd does, agnhost's and those of which nothing is known."""
    reference = references.parse(container["image"])
    return serves in _SPEAKERS or reference.path.endswith("etcd") or not catalogue.is_known(reference)


def unreachable(target: Target, action: Body, timeout: int) -> Answer:
    """The connection is tried again and again until the time is up."""
    place = reach.address(target.ip, port_of(action.get("port", 0), target.container))
    text = f'timeout: failed to connect service "{place}" within {seconds(timeout)}: context deadline exceeded'
    return Answer("Failure", text, timeout)


def timed_out(timeout: int) -> Answer:
    return Answer("Failure", f"timeout: health rpc did not complete within {seconds(timeout)}", timeout)
