"""A probe that opens a connection. Follows pkg/probe/tcp/tcp.go, v1.34."""

from __future__ import annotations

from ...registry import Body, Instant
from .. import servers
from . import reach
from .target import Answer, Target, port_of


def answer(target: Target, action: Body, at: Instant, timeout: int) -> Answer:
    host, port = action.get("host") or target.ip, port_of(action.get("port", 0), target.container)
    found = reach.find(target, host, port, at, timeout)
    if isinstance(found.server, servers.Server) or found.is_open:
        return found.answer("Success")
    return found.answer("Failure", reach.dialled(host, port, found), timeout)


def answer_refused(target: Target, action: Body) -> Answer:
    host, port = action.get("host") or target.ip, port_of(action.get("port", 0), target.container)
    return Answer("Failure", f"dial tcp {reach.address(host, port)}: connect: connection refused")


def timed_out(target: Target, action: Body, timeout: int) -> Answer:
    host, port = action.get("host") or target.ip, port_of(action.get("port", 0), target.container)
    return Answer("Failure", f"dial tcp {reach.address(host, port)}: i/o timeout", timeout)
