"""nc, ping, nslookup: who is there."""

from __future__ import annotations

import re

from .... import faults
from ....clock import SECOND
from ....objects import name_of, status_of
from ....pods import node_of
from ... import packets, resolver, servers
from ...effects import Read, Sleep, Write
from ...nodes import FileError
from ...resolver import NoServer
from ..machine import CHUNK, Call, Failure, Program, Steps, out
from ..options import parse
from .fetching import DNS_TIMEOUT, ROUND_TRIP, Failed, address_of, duration, opened


def nc(call: Call) -> Steps[int]:
    options = parse(call.args, "zvnluk46Nq", "wpiqse")
    if len(options.operands) < 2 or not options.operands[1].isdecimal():
        raise Failure("usage: nc [OPTIONS] HOST PORT")
    host, port = options.operands[0], int(options.operands[1][:6])
    try:
        address = yield from address_of(call, host)
        backend = yield from opened(call, address, port, duration(options, "w", 120))
    except Failed as failed:
        if failed.kind == "resolve":
            yield call.complaint(f"bad address '{host}'")
        elif "v" in options or "z" not in options:
            words = "Connection refused" if failed.kind == "refused" else "Connection timed out"
            yield call.complaint(f"{host} ({failed.address}:{port}): {words}")
        return 1
    if "v" in options:
        yield Write("stderr", f"{host} ({address}:{port}) open\n".encode(errors="replace"))
    if "z" in options or backend.pod is None:
        return 0
    sent = b""
    machine = call.machine
    while data := (yield Read(CHUNK)):
        sent = (sent + data)[-(1 << 20) :]
        response = servers.respond(backend.pod, backend.port, sent, reader=machine.reader, now=machine.now)
        if response is not None:
            yield Write("stdout", response.data)
            sent = sent[response.consumed :]
            if response.close:
                return 0
    return 0


def ping(call: Call) -> Steps[int]:
    options = parse(call.args, "q46n", "cwWis")
    if not options.operands:
        raise Failure("usage: ping [OPTIONS] HOST")
    host, most = options.operands[0], options.count("c", 1 << 30)
    try:
        address = yield from address_of(call, host)
    except Failed:
        raise Failure(f"bad address '{host}'") from None
    yield out(f"PING {host} ({address}): 56 data bytes\n")
    machine, home = call.machine, _home(call, address)
    number = received = 0
    while number < most:
        way = faults.way(machine.reader, node_of(machine.pod), home or "")
        about = f"{machine.pod['metadata'].get('uid', '')}/{address}/{machine.now}/{number}"
        if home is not None and not way.is_cut and packets.is_answered(way.loss, about):
            received += 1
            yield out(f"64 bytes from {address}: seq={number} ttl=64 time=0.08{number % 10} ms\n")
        number += 1
        yield Sleep(SECOND)
    yield out(f"\n--- {host} ping statistics ---\n{number} packets transmitted, {received} packets received, ")
    yield out(f"{100 - 100 * received // max(number, 1)}% packet loss\n")
    return int(not received)


def _home(call: Call, address: str) -> str | None:
    """The node where an address is, "" for the world outside; None if nobody has it: services do not answer a ping."""
    machine = call.machine
    if address.startswith("127.") or address == status_of(machine.pod).get("podIP"):
        return node_of(machine.pod)
    for pod in machine.reader.list("pods"):
        if status_of(pod).get("podIP") == address:
            return node_of(pod)
    for node in machine.reader.list("nodes"):
        if address in [one["address"] for one in status_of(node).get("addresses") or ()]:
            return name_of(node)
    return "" if address.startswith("93.") else None


def nslookup(call: Call) -> Steps[int]:
    names = [word for word in call.args if not word.startswith("-")]
    if not names:
        raise Failure("usage: nslookup [HOST] [SERVER]")
    machine = call.machine
    server = re.search(r"^nameserver (\S+)", _resolv(call), re.MULTILINE)
    address = names[1] if len(names) > 1 else server[1] if server is not None else "127.0.0.1"
    try:
        found = resolver.query(names[0], machine.pod, machine.reader)
    except NoServer:
        yield Sleep(2 * DNS_TIMEOUT)
        yield out(";; connection timed out; no servers could be reached\n\n")
        return 1
    yield Sleep(ROUND_TRIP)
    yield out(f"Server:\t\t{address}\nAddress:\t{address}:53\n\n")
    if found is None:
        yield out(f"** server can't find {names[0]}: NXDOMAIN\n\n")
        return 1
    yield out("".join(f"Name:\t{found.name}\nAddress: {one}\n" for one in found.addresses) + "\n")
    return 0


def _resolv(call: Call) -> str:
    try:
        return call.files.read("/etc/resolv.conf").decode(errors="replace")
    except FileError:
        return ""


PROGRAMS: dict[str, Program] = {
    "nc": nc, "ping": ping, "nslookup": nslookup, "dig": nslookup,
}  # fmt: skip
