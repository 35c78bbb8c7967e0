"""Servers: which container of a pod listens on a port, and what it answers to a request."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ..clock import SECOND
from ..objects import get_in, instant_of, is_deleting, spec_of
from ..registry import Body, Instant, Reader
from . import behaved, catalogue, http, nginx, pages, programs, references
from .containers import status_of_container
from .effects import Response
from .files import Files
from .http import Malformed, Reply
from .pages import Look

_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_TLS = frozenset({6443, 10250, 10257, 10259})
_PORT_FLAG = re.compile(r"--?(?:http-port|port|listen|listen-address)[= ]?(?:\S*:)?(\d{1,5})")
_PYTHON = re.compile(r"\bpython3? -m (?:http\.server|SimpleHTTPServer)(?: (\d{1,5}))?")
_BUSYBOX = re.compile(r"\bhttpd\b(?=.* -f\b)(?:.* -p (?:\S*:)?(\d{1,5}))?")


class Server(NamedTuple):
    """What listens on a port: the container, how it answers (a name of `pages.py`), since when, and its files."""

    container: Body
    serves: str
    port: int
    since: Instant
    look: Look


def is_listening(pod: Body, port: int, *, reader: Reader, now: Instant) -> bool:
    """Whether a connection to the port is accepted."""
    return find(pod, port, reader=reader, now=now) is not None


def find(pod: Body, port: int, *, reader: Reader, now: Instant) -> Server | None:
    """The server behind a port of a pod; None if nothing listens there."""
    spec = spec_of(pod)
    for part in ("containers", "initContainers", "ephemeralContainers"):
        for container in spec.get(part) or ():
            started = (status_of_container(pod, container["name"]).get("state") or {}).get("running")
            if started is None:
                continue
            since = instant_of(started["startedAt"])
            if since + _startup(pod, container, reader) > now and not is_deleting(pod):
                continue
            found = of_container(pod, container, port, since, reader=reader, now=now)
            if found is not None:
                return found
    return None


def of_container(
    pod: Body, container: Body, port: int, since: Instant, *, reader: Reader, now: Instant
) -> Server | None:
    """The server behind a port of a container that runs, which serves "" if by no protocol that is known."""
    look = cache(lambda: Files(pod, container["name"], reader=reader, now=now))
    found = (how for how, number in _ports(container, _image(container), look) if number == port)
    how = next(found, None)
    return None if how is None else Server(container, how, port, since, look)


def speaks_tls(port: int) -> bool:
    return port in _TLS


def reply(pod: Body, server: Server, request: http.Request, *, reader: Reader, now: Instant) -> Reply:
    """What a server answers to a request."""
    here = pages.Place(pod, server.container, server.port, server.since, reader, now, server.look)
    return nginx.reply(request, here) if server.serves == "nginx" else pages.reply(server.serves, request, here)


def respond(pod: Body, port: int, data: bytes, *, reader: Reader, now: Instant) -> Response | None:
    """What the program behind a port sends back for the first request in the bytes; None: it needs more of them."""
    server = find(pod, port, reader=reader, now=now)
    if server is None:
        return Response(b"", len(data), True)
    if server.serves == "redis":
        return pages.redis(data)
    if not server.serves:
        return Response(b"", len(data), True)
    if port in _TLS:
        refusal = Reply(400, b"Client sent an HTTP request to an HTTPS server.\n")
        return http.response(None, refusal, server="", now=now, consumed=len(data))
    name = pages.SERVERS.get(server.serves, "")
    if server.serves == "nginx":
        name = nginx.banner(server.container)
    try:
        request = http.request_of(data)
    except Malformed as fault:
        body = nginx.error_page(fault.status, name) if server.serves == "nginx" else b""
        refusal = Reply(fault.status, body, "text/html")
        return http.response(None, refusal, server=name, now=now, consumed=len(data))
    if request is None:
        return None
    given = behaved.spec(pod, server.container["name"], reader).get("response")
    found = behaved.reply(given, request, now) if given else None
    found = found or reply(pod, server, request, reader=reader, now=now)
    return http.response(request, found, server=name, now=now, consumed=request.size)


def latency(pod: Body, port: int, *, reader: Reader, now: Instant) -> int:
    """How much longer the program behind a port takes to answer than its network does."""
    server = find(pod, port, reader=reader, now=now)
    given = behaved.spec(pod, server.container["name"], reader).get("response") if server is not None else None
    return behaved.latency(given) if given else 0


def _startup(pod: Body, container: Body, reader: Reader) -> int:
    """How long the container's program takes until it listens, after the second in which it started."""
    given = get_in(behaved.spec(pod, container["name"], reader), "startup", "durationSeconds")
    return _image(container).startup - SECOND if given is None else int(given) * SECOND


def _image(container: Body) -> catalogue.Image:
    try:
        return catalogue.of(references.parse(container["image"]))
    except ValueError:
        return catalogue.Image(0)


def _ports(container: Body, image: catalogue.Image, look: Look) -> list[tuple[str, int]]:
    """(how it answers, port) of all that the container's program listens on."""
    text = " ".join([*(container.get("command") or ()), *(container.get("args") or ())])
    for pattern, usual in ((_PYTHON, "8000"), (_BUSYBOX, "80")):
        found = pattern.search(text)
        if found is not None and not image.serves:
            return [("python" if pattern is _PYTHON else "httpd", int(found[1] or usual))]
    declared = [port["containerPort"] for port in container.get("ports") or () if port.get("protocol", "TCP") == "TCP"]
    if not _runs_own(container, image):
        return [("default", port) for port in declared] if _is_unknown(container) else []
    if image.serves == "nginx":
        return [("nginx", port) for port in nginx.ports(look())]
    flag = _PORT_FLAG.search(text) if image.serves in ("agnhost", "http-echo", "whoami") else None
    if flag is not None:
        return [(image.serves, int(flag[1]))]
    if image.serves == "agnhost":
        return pages.agnhost_ports(container)
    if image.ports:
        serves = image.serves or ("redis" if 6379 in image.ports else "")
        return [(serves, port) for port in image.ports]
    known = catalogue.is_known(references.parse(container["image"]))
    return [] if known else [("default", port) for port in declared]


def _runs_own(container: Body, image: catalogue.Image) -> bool:
    """Whether the container runs the image's own program, by name if it is given a command."""
    if image.entry == "shell":
        return False
    words = [*(container.get("command") or ()), *(() if image.entrypoint else container.get("args") or ())]
    if not words:
        return True
    name = words[0].rpartition("/")[2]
    if name in _SHELLS:
        return any(re.search(rf"\b{re.escape(program)}\b", " ".join(words[1:])) for program in image.programs)
    return name in image.programs or (bool(image.ports) and _is_unknown(container)) or name.startswith("docker-")


def _is_unknown(container: Body) -> bool:
    """Whether nobody knows what the container's command does, so that it may well be a server."""
    return programs.of(container).lasts is None and not programs.is_idle(container)
