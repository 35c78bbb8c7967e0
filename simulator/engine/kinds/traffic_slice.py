"""TrafficSlice: some of the containers that answer the requests of a Traffic, which owns it. One of our own kinds.

As EndpointSlices do for a Service, several of them list what one object could not without being written whole whenever
one of many changes. Only the traffic-controller writes them.
"""

from __future__ import annotations

from ..definitions.traffic import TRAFFIC_SLICE
from ..objects import controller_of
from ..printing import AGE, NAME, NONE
from ..registry import Body, Column, Instant, Kind


def _traffic(body: Body, now: Instant) -> str:
    return str((controller_of(body) or {}).get("name") or NONE)


def _backends(body: Body, now: Instant) -> int:
    return sum(1 for one in body.get("backends") or () if one["shares"])


KIND = Kind(
    group="sim.k8sviz.io",
    version="v1",
    kind="TrafficSlice",
    plural="trafficslices",
    verbs=("delete", "get", "list", "watch"),
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column("Traffic", _traffic, description="Whose requests they answer."),
        Column("Backends", _backends, "integer", description="How many of them answer."),
        AGE,
    ),
    definition=TRAFFIC_SLICE,
)
