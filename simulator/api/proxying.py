"""The subresource proxy of pods and services: an HTTP request to what listens there, and its answer.

Follows ResourceLocation in pkg/registry/core/pod/strategy.go and pkg/registry/core/service/storage/storage.go, and
apimachinery/pkg/util/proxy, v1.34. The links in pages are left as they are. Pages come from this server's own address,
where a browser has cookies: they are put into a sandbox.
"""

from __future__ import annotations

import http.client
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlencode

from simulator import reading
from simulator.api import node_proxy
from simulator.api.calls import Answer, Call
from simulator.engine import errors
from simulator.engine.errors import StatusError
from simulator.engine.objects import spec_of, status_of
from simulator.engine.registry import Body
from simulator.engine.workloads import processes

_OURS = frozenset(
    ("authorization", "connection", "content-length", "cookie", "host", "transfer-encoding", "upgrade", "x-csrftoken")
)
"""Headers of the client that are not passed on."""
_THEIRS = frozenset(("connection", "content-length", "content-type", "keep-alive", "transfer-encoding", "set-cookie"))
_SANDBOX = {"Content-Security-Policy": "sandbox allow-forms allow-popups allow-scripts"}


class Name(NamedTuple):
    """`web`, `web:80` or `https:web:443`, which is `text`."""

    text: str

    scheme: str
    name: str
    port: str


class Location(NamedTuple):
    """Where the request goes. pod: None if nobody has the address any more."""

    pod: Body | None
    ip: str
    port: int


def proxy(call: Call) -> Answer:
    """Any verb of the subresource proxy. Raises StatusError."""
    kind = call.route.kind.kind.lower()
    name = _name(call.route.name)
    if name is None:
        raise errors.bad_request(f'invalid {kind} request "{call.route.name}"')
    if kind == "node":
        return node_proxy.proxy(call, name.name, name.port)
    reader = reading.DatabaseReader(call.cluster)
    place = (_pod if kind == "pod" else _service)(reader, call.route.namespace or "", name)
    if not call.route.rest:
        text = urlencode([(key, value) for key, values in call.values.items() for value in values])
        where = f"{call.prefix}/{call.path}/" + (f"?{text}" if text else "")
        return Answer(301, b"", "text/plain; charset=utf-8", {"Location": where})
    if place.pod is None or not processes.is_listening(place.pod, place.port, reader=reader, now=call.now):
        raise _unreachable(f"dial tcp {place.ip}:{place.port}: connect: connection refused")
    answer = processes.respond(place.pod, place.port, _request(call, place), reader=reader, now=call.now)
    if answer is None:
        raise _unreachable("EOF")
    return _answer(answer.data, call.method)


def _name(text: str) -> Name | None:
    parts = text.split(":")
    if not 1 <= len(parts) <= 3:
        return None
    scheme, name, port = ("", *parts, "") if len(parts) == 1 else ("", *parts) if len(parts) == 2 else parts
    return Name(text, scheme, name, port) if name and scheme in ("", "http", "https") else None


def _pod(reader: reading.DatabaseReader, namespace: str, asked: Name) -> Location:
    """Raises StatusError."""
    pod = reader.get("pods", namespace, asked.name)
    if pod is None:
        raise errors.not_found("pods", asked.name)
    declared = (str(one["containerPort"]) for each in spec_of(pod)["containers"] for one in each.get("ports") or ())
    ip, port = status_of(pod).get("podIP", ""), asked.port or next(declared, "80")
    if not ip:
        raise errors.bad_request("address not allowed")
    if not (port.isascii() and port.isdecimal() and len(port) <= 5):
        shown = port if port.isprintable() else "?"
        raise _unreachable(f"dial tcp: lookup tcp/{shown}: unknown port")
    return Location(pod, ip, int(port))


def _service(reader: reading.DatabaseReader, namespace: str, asked: Name) -> Location:
    """The first ready address behind a service. Raises StatusError."""
    wanted = asked.port
    if wanted.isascii() and wanted.isdecimal():
        service = reader.get("services", namespace, asked.name)
        if service is None:
            raise errors.not_found("services", asked.name)
        names = [one.get("name", "") for one in spec_of(service).get("ports") or () if str(one["port"]) == wanted]
        if not names:
            raise _unavailable(f'no service port {wanted} found for service "{asked.name}"')
        wanted = names[0]
    endpoints = reader.get("endpoints", namespace, asked.name)
    if endpoints is None:
        raise errors.not_found("endpoints", asked.name)
    for address, port in _addresses(endpoints, wanted):
        target = address.get("targetRef") or {}
        pod = reader.get("pods", namespace, target["name"]) if target.get("kind") == "Pod" else None
        return Location(pod, address["ip"], port)
    shown = asked.text if endpoints.get("subsets") else asked.name
    raise _unavailable(f'no endpoints available for service "{shown}"')


def _addresses(endpoints: Body, port: str) -> Iterator[tuple[Body, int]]:
    for subset in endpoints.get("subsets") or ():
        for one in subset.get("ports") or ():
            if one.get("name", "") == port:
                yield from ((address, one["port"]) for address in subset.get("addresses") or ())


def _request(call: Call, place: Location) -> bytes:
    """The request as HTTP/1.1 carries it to the pod."""
    text = urlencode([(key, value) for key, values in call.values.items() for value in values])
    target = quote(call.route.rest, safe="/:@!$&'()*+,;=~") + (f"?{text}" if text else "")
    lines = [f"{call.method} {target} HTTP/1.1", f"Host: {place.ip}:{place.port}"]
    lines += [f"{name}: {value}" for name, value in call.headers.items() if name.lower() not in _OURS]
    if call.body:
        lines.append(f"Content-Length: {len(call.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + call.body


@dataclass
class _Wire:
    """Bytes as http.client reads them from a socket."""

    data: bytes

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.data)


def _answer(data: bytes, method: str) -> Answer:
    """What the pod has answered. Raises StatusError where that is no HTTP."""
    response = http.client.HTTPResponse(_Wire(data), method=method)  # type: ignore[arg-type]
    try:
        response.begin()
        body = response.read()
    except (http.client.HTTPException, ValueError):
        raise _unreachable("malformed HTTP response") from None
    kept = {name: value for name, value in response.getheaders() if name.lower() not in _THEIRS} | _SANDBOX
    return Answer(response.status, body, response.getheader("Content-Type") or "text/plain; charset=utf-8", kept)


def _unavailable(message: str) -> StatusError:
    return StatusError(503, "ServiceUnavailable", message)


def _unreachable(detail: str) -> StatusError:
    return _unavailable(f"error trying to reach service: {detail}")
