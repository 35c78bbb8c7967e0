"""A probe by HTTP. Follows pkg/probe/http/{http,request}.go, v1.34."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

from ...registry import Body, Instant
from .. import pages, servers
from ..http import Reply, Request
from . import reach
from .target import NETWORK, Answer, Target, earliest, port_of

_MOST_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST = 10 * 1024
_AGENT = "kube-probe/1.34"


def path_of(action: Body) -> str:
    """The path that is asked for, without its query."""
    return urlsplit(_target(action)).path or "/"


def answer(target: Target, action: Body, at: Instant, timeout: int) -> Answer:
    host, port = action.get("host") or target.ip, port_of(action.get("port", 0), target.container)
    scheme = (action.get("scheme") or "HTTP").lower()
    first = url = f"{scheme}://{reach.address(host, port)}{_target(action)}"
    until: Instant | None = None
    for _redirect in range(_MOST_REDIRECTS + 1):
        found = reach.find(target, host, port, at, timeout)
        until = earliest(until, found.until)
        if found.server is None:
            if found.is_open:
                return Answer("Success", is_momentary=True)
            silent = found.fault == "i/o timeout"
            text = _TOO_LATE if silent else reach.dialled(host, port, found)
            return found.answer("Failure", f'Get "{url}": {text}', timeout)._replace(until=until)
        is_tls = servers.speaks_tls(port)
        if scheme == "https" and not is_tls:
            return _failed(url, "http: server gave HTTP response to HTTPS client", until)
        if found.server.serves in ("", "redis"):
            return _failed(url, "EOF", until)
        if is_tls and scheme == "http":
            return judged(400, "")._replace(until=until)
        request = _request(action, urlsplit(url), host, port)
        reply = servers.reply(target.pod, found.server, request, reader=target.reader, now=at)
        until = earliest(until, _until(target, found.server, at))
        place = next((value for name, value in reply.headers if name == "Location"), "")
        if reply.status not in _REDIRECTS or not place:
            return judged(reply.status, _shown(reply))._replace(until=until)
        url = urljoin(url, place)
        parts = urlsplit(url)
        if parts.hostname != urlsplit(first).hostname:
            return judged(reply.status, _shown(reply))._replace(until=until)
        scheme, port = parts.scheme, parts.port or (443 if parts.scheme == "https" else 80)
    return _failed(url, "stopped after 10 redirects", until)


def judged(status: int, body: str) -> Answer:
    """What the kubelet makes of a status: 2xx is a success, 3xx one with a warning."""
    if 200 <= status < 300:
        return Answer("Success")
    if 300 <= status < 400:
        return Answer("Warning", f"Probe terminated redirects, Response body: {body}")
    return Answer("Failure", f"HTTP probe failed with statuscode: {status}")


def answer_refused(target: Target, action: Body) -> Answer:
    host, port = action.get("host") or target.ip, port_of(action.get("port", 0), target.container)
    text = f"dial tcp {reach.address(host, port)}: connect: connection refused"
    return _failed(_url(target, action), text, None)


_TOO_LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"


def timed_out(target: Target, action: Body, timeout: int) -> Answer:
    return Answer("Failure", f'Get "{_url(target, action)}": {_TOO_LATE}', timeout)


def _failed(url: str, text: str, until: Instant | None) -> Answer:
    return Answer("Failure", f'Get "{url}": {text}', NETWORK, until)


def _url(target: Target, action: Body) -> str:
    host, port = action.get("host") or target.ip, port_of(action.get("port", 0), target.container)
    return f"{(action.get('scheme') or 'HTTP').lower()}://{reach.address(host, port)}{_target(action)}"


def _target(action: Body) -> str:
    """The path with its query, as it stands in a request."""
    path = quote(action.get("path") or "/", safe="/%?&=+:@,;~!$'()*#-._")
    return (path if path.startswith("/") else f"/{path}").partition("#")[0]


def _request(action: Body, url: object, host: str, port: int) -> Request:
    headers = {"host": reach.address(host, port), "user-agent": _AGENT, "accept": "*/*"}
    headers |= {one["name"].lower(): one.get("value") or "" for one in action.get("httpHeaders") or ()}
    path, query = getattr(url, "path", "/") or "/", getattr(url, "query", "")
    return Request("GET", f"{path}?{query}" if query else path, headers, b"", False, 0)


def _until(target: Target, server: servers.Server, at: Instant) -> Instant | None:
    return earliest(pages.changes(server.serves, server.container, server.since, at), target.files_change(at))


def _shown(reply: Reply) -> str:
    return reply.body[:_LONGEST].decode(errors="replace")
