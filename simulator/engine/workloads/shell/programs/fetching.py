"""How wget and curl get an answer: a name, a connection, a request."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from ....clock import MILLISECOND, SECOND
from ... import connections, resolver, servers
from ...connections import Backend, Refused, Unreachable
from ...effects import Sleep
from ...nodes import FileError
from ...resolver import NoServer
from ..machine import Call, Failure, Steps, raw
from ..options import Options

ROUND_TRIP = MILLISECOND
DNS_TIMEOUT = 5 * SECOND
REDIRECTS = 10
_OUTSIDE = b"<html><body><p>The simulated world outside: %s</p></body></html>\n"


class Failed(Exception):
    """A request that came to nothing. kind: `resolve`, `refused`, `timeout`, `stalled`, `tls`, `empty`.

    `timeout`: there was no connection in time, `stalled`: no answer over one.
    """

    def __init__(self, kind: str, address: str = "") -> None:
        super().__init__(kind)
        self.kind, self.address = kind, address


class Url(NamedTuple):
    host: str
    port: int
    target: str
    secure: bool


class Answer(NamedTuple):
    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes
    address: str


def parse_url(text: str) -> Url:
    parts = urlsplit(text if "://" in text else f"http://{text}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if not parts.hostname:
        raise ValueError(text)
    query = f"?{parts.query}" if parts.query else ""
    target = re.sub(r"[^!-~]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace")),
                    f"{parts.path or '/'}{query}")  # fmt: skip
    return Url(parts.hostname, port, target, parts.scheme == "https")


def _hosts(call: Call) -> str:
    try:
        return call.files.read("/etc/hosts").decode(errors="replace")
    except FileError:
        return ""


def address_of(call: Call, host: str) -> Steps[str]:
    """The first address of a name. Raises Failed."""
    machine = call.machine
    try:
        found = resolver.resolve(host, machine.pod, machine.reader, _hosts(call))
    except NoServer:
        yield Sleep(DNS_TIMEOUT)
        found = None
    if found is None:
        raise Failed("resolve")
    return found.addresses[0]


def opened(call: Call, address: str, port: int, timeout: int) -> Steps[Backend]:
    """A connection. Raises Failed."""
    machine = call.machine
    yield Sleep(ROUND_TRIP)
    try:
        found = connections.connect(
            machine.pod, address, port, reader=machine.reader, now=machine.now, draw=machine.draw()
        )
    except Refused:
        raise Failed("refused", address) from None
    except (Unreachable, ValueError):
        yield Sleep(timeout)
        raise Failed("timeout", address) from None
    if found.late:
        yield Sleep(min(found.late, timeout))
    if found.late >= timeout:
        raise Failed("timeout", address)
    return found


def request(
    call: Call, url: Url, head: str, body: bytes, timeout: int, *, connecting: int | None = None
) -> Steps[Answer]:
    """Sends one request and waits for its answer. Raises Failed. connecting: how long a connection may take."""
    address = yield from address_of(call, url.host)
    backend = yield from opened(call, address, url.port, timeout if connecting is None else min(timeout, connecting))
    yield Sleep(ROUND_TRIP)
    if backend.pod is None:
        page = _OUTSIDE % url.host.encode(errors="replace")
        return Answer(200, "OK", [("Content-Type", "text/html"), ("Content-Length", str(len(page)))], page, address)
    if url.secure:
        raise Failed("tls", address)
    sent = raw(head) + body
    machine = call.machine
    took = servers.latency(backend.pod, backend.port, reader=machine.reader, now=machine.now)
    if timeout and took > timeout:
        yield Sleep(timeout)
        raise Failed("stalled", address)
    if took:
        yield Sleep(took)
    response = servers.respond(backend.pod, backend.port, sent, reader=machine.reader, now=machine.now)
    if response is None or not response.data.startswith(b"HTTP/"):
        raise Failed("empty", address)
    top, _, content = response.data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    _, status, reason = ([*first.split(" ", 2), "", ""])[:3]
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return Answer(int(status), reason, headers, content, address)


def head_of(method: str, url: Url, agent: str, headers: list[str], body: bytes) -> str:
    default = 443 if url.secure else 80
    host = url.host if url.port == default else f"{url.host}:{url.port}"
    own = {line.partition(":")[0].strip().lower() for line in headers}
    lines = [f"{method} {url.target} HTTP/1.1"]
    for name, value in (("Host", host), ("User-Agent", agent), ("Accept", "*/*")):
        if name.lower() not in own:
            lines.append(f"{name}: {value}")
    lines += [re.sub(r"[\r\n]+", " ", line) for line in headers if ":" in line]
    if body:
        lines += [f"Content-Length: {len(body)}"]
        lines += [] if "content-type" in own else ["Content-Type: application/x-www-form-urlencoded"]
    return "\r\n".join([*lines, "Connection: close", "", ""])


def duration(options: Options, letter: str, default: int) -> int:
    try:
        return int(min(float(options.value(letter, str(default))), 86_400) * SECOND)
    except ValueError:
        raise Failure(f"invalid number '{options.value(letter)}'") from None


def joined(url: Url, location: str) -> Url:
    if location.startswith("/"):
        return url._replace(target=location)
    try:
        return parse_url(location)
    except ValueError:
        return url
