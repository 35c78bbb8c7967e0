"""The subresource proxy of nodes: what the kubelet of a node answers, as far as it answers here.

Follows ResourceLocation in pkg/registry/core/node/strategy.go and the routes of pkg/kubelet/server/server.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import orjson

from simulator import reading
from simulator.api.calls import Answer, Call
from simulator.api.options import flag
from simulator.engine import errors, exposition
from simulator.engine.errors import StatusError
from simulator.engine.kubelet import disk_fill, series, stats
from simulator.engine.kubelet.turn import COMPONENT
from simulator.engine.objects import name_of, status_of
from simulator.engine.registry import Body
from simulator.models import Memory

_PORTS = ("", "10250")
_TEXT = "text/plain; charset=utf-8"
_Handler = Callable[[Call, reading.SteadyReader, Body], Answer]


def proxy(call: Call, name: str, port: str) -> Answer:
    """Any verb. Raises StatusError."""
    reader = reading.SteadyReader(call.cluster)
    node = reader.get("nodes", "", name)
    if node is None:
        raise errors.not_found("nodes", name)
    if not call.route.rest:
        text = urlencode([(key, value) for key, values in call.values.items() for value in values])
        where = f"{call.prefix}/{call.path}/" + (f"?{text}" if text else "")
        return Answer(301, b"", _TEXT, {"Location": where})
    address = next(
        (one["address"] for one in status_of(node).get("addresses") or () if one["type"] == "InternalIP"), ""
    )
    if port not in _PORTS or not stats.is_reachable(node):
        detail = f"dial tcp {address}:{port or _PORTS[1]}: connect: connection refused"
        raise StatusError(503, "ServiceUnavailable", f"error trying to reach service: {detail}")
    handler = _PATHS.get(call.route.rest.rstrip("/") or "/")
    if handler is None:
        return Answer(404, b"404 page not found\n", _TEXT)
    if call.method not in ("GET", "HEAD"):
        return Answer(405, b"405: Method Not Allowed", _TEXT, {"Allow": "GET"})
    return handler(call, reader, node)


def _summary(call: Call, reader: reading.SteadyReader, node: Body) -> Answer:
    only = flag(call.query, "only_cpu_and_memory")
    rows = Memory.objects.filter(cluster=reader.cluster, component=COMPONENT, key=f"fill:{name_of(node)}")
    row = rows.exclude(note=None).first()
    fills = disk_fill.told(orjson.loads(row.note) if row is not None and row.note else None)
    body = stats.summary(reader, node, call.now, only_cpu_and_memory=only, fills=fills)
    return Answer(200, orjson.dumps(body, option=orjson.OPT_INDENT_2), "application/json")


def _cadvisor(call: Call, reader: reading.SteadyReader, node: Body) -> Answer:
    return Answer(200, series.cadvisor(reader, node, call.now).encode(), exposition.CONTENT_TYPE)


def _resource(call: Call, reader: reading.SteadyReader, node: Body) -> Answer:
    return Answer(200, series.resource(reader, node, call.now).encode(), exposition.CONTENT_TYPE)


def _pods(call: Call, reader: reading.SteadyReader, node: Body) -> Answer:
    return Answer(200, orjson.dumps(stats.pods_of(reader, node)), "application/json")


def _healthy(call: Call, reader: reading.SteadyReader, node: Body) -> Answer:
    return Answer(200, b"ok", _TEXT)


_PATHS: dict[str, _Handler] = {
    "/stats/summary": _summary,
    "/metrics/cadvisor": _cadvisor,
    "/metrics/resource": _resource,
    "/pods": _pods,
    "/healthz": _healthy,
}
