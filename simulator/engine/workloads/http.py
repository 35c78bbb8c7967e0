"""HTTP/1.x as the simulated servers and clients speak it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from ..clock import SECOND
from ..objects import timestamp
from ..registry import Instant
from .effects import Response

_LONGEST_HEAD = 32_768
_LONGEST_BODY = 1 << 20
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/1\.([01])")
REASONS = {
    200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified",
    400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Not Allowed", 408: "Request Timeout",
    413: "Request Entity Too Large", 418: "I'm a teapot", 431: "Request Header Fields Too Large",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
}  # fmt: skip
_DAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Malformed(Exception):
    """A request that no server takes. `status` is the answer's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Request:
    """headers: by their names in lower case. size: how many bytes it took."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    keeps: bool
    size: int

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path) or "/"

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True, max_num_fields=100))


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes = b""
    type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


def request_of(data: bytes) -> Request | None:
    """The first request in the bytes; None if they end too early. Raises Malformed."""
    start = len(data) - len(data.lstrip(b"\r\n"))
    end, width = _end_of_head(data, start)
    if end < 0:
        if len(data) - start > _LONGEST_HEAD:
            raise Malformed(431)
        if not _may_begin(data[start:]):
            raise Malformed(400)
        return None
    line, *lines = data[start:end].replace(b"\r\n", b"\n").split(b"\n")
    found = _LINE.fullmatch(line)
    if found is None:
        raise Malformed(400)
    headers = _headers(lines)
    method, target = found[1].decode(), found[2].decode("latin-1")
    try:
        urlsplit(target)
    except ValueError:
        raise Malformed(400) from None
    body, size = _body(data, end + width, headers)
    if body is None:
        return None
    wish = headers.get("connection", "").lower()
    keeps = wish == "keep-alive" if found[3] == b"0" else wish != "close"
    return Request(method, target, headers, body, keeps, size)


def _end_of_head(data: bytes, start: int) -> tuple[int, int]:
    found = re.compile(rb"\r?\n\r?\n").search(data, start)
    return (found.start(), len(found[0])) if found is not None else (-1, 0)


def _may_begin(data: bytes) -> bool:
    """Whether bytes may be the beginning of a request."""
    return not data[:24].strip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ-") or b" " in data[:24]


def _headers(lines: Iterable[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or name != name.strip() or not name:
            raise Malformed(400)
        headers[name.decode("latin-1").lower()] = value.strip().decode("latin-1")
    return headers


def _body(data: bytes, at: int, headers: dict[str, str]) -> tuple[bytes | None, int]:
    """The body and where it ends; None if it is not all there."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _chunked(data, at)
    text = headers.get("content-length", "0")
    if not text.isdecimal() or len(text) > 12:
        raise Malformed(400)
    size = int(text)
    if size > _LONGEST_BODY:
        raise Malformed(413)
    return (data[at : at + size], at + size) if len(data) >= at + size else (None, 0)


def _chunked(data: bytes, at: int) -> tuple[bytes | None, int]:
    parts, total = list[bytes](), 0
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return None, 0
        text = data[at:end].partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,8}", text):
            raise Malformed(400)
        size = int(text, 16)
        total += size
        if total > _LONGEST_BODY:
            raise Malformed(413)
        if len(data) < end + 2 + size + 2:
            return None, 0
        if not size:
            return b"".join(parts), end + 4
        parts.append(data[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


def response(request: Request | None, reply: Reply, *, server: str, now: Instant, consumed: int) -> Response:
    """The bytes of an answer. request: None for one that was malformed."""
    close = request is None or not request.keeps
    lines = [f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Unknown')}"]
    if server:
        lines.append(f"Server: {server}")
    lines += [f"Date: {date(now)}", f"Content-Type: {reply.type}", f"Content-Length: {len(reply.body)}"]
    lines += [f"{name}: {_line(value)}" for name, value in reply.headers]
    lines.append(f"Connection: {'close' if close else 'keep-alive'}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    body = b"" if request is not None and request.method == "HEAD" else reply.body
    return Response(head + body, consumed, close)


def _line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def date(now: Instant) -> str:
    """As HTTP writes it: `Thu, 01 Jan 2026 00:00:00 GMT`."""
    text = timestamp(now)
    day = _DAYS[now // SECOND // 86_400 % 7]
    return f"{day}, {text[8:10]} {_MONTHS[int(text[5:7]) - 1]} {text[:4]} {text[11:19]} GMT"
