"""The way from a node to the registries of images: how fast it is, and what the runtime says when it leads nowhere.

Follows internal/cri/server/images/image_pull.go and core/remotes/docker/{fetcher,resolver}.go in containerd, v2.1: a
registry that does not answer is dialled for 30 s, and a pull that has begun is given up after five minutes without a
byte. Of several Faults at once the worst counts.
"""

from __future__ import annotations

from math import isqrt
from typing import NamedTuple

from .. import faults, quantity
from ..clock import MILLISECOND, SECOND
from ..objects import spec_of
from ..registry import Reader
from ..workloads import catalogue, resolver
from ..workloads.references import Reference

DIAL_TIMEOUT = 30 * SECOND
STALL = 300 * SECOND
_HUB = {"docker.io": "registry-1.docker.io"}
_SEGMENT = 1460
_ROUND_TRIP = 20 * MILLISECOND


class Way(NamedTuple):
    """bandwidth: bytes per second of one pull, 0: nothing arrives, None: as many as you like; extra: microseconds that
    each pull takes longer to begin."""

    bandwidth: int | None
    extra: int = 0


def way(reader: Reader, node: str, reference: Reference, bandwidth: int) -> Way:
    """The way to the registry of an image; bandwidth: what one pull gets if nothing is wrong, 0 for no limit."""
    speeds, extra = ([bandwidth] if bandwidth else []), 0
    between = faults.way(reader, node, "")
    if between.is_cut or between.loss >= 100:
        return Way(0)
    if between.loss:
        speeds.append(_lossy(between.loss))
    for fault in faults.on_registry(reader, reference.domain, reference.host):
        if spec_of(fault)["type"] == "RegistryOutage":
            return Way(0)
        slow = spec_of(fault).get("slowRegistry") or {}
        speeds.append(max(1, quantity.value(slow.get("bandwidth", "1Mi"))))
        extra = max(extra, int(slow.get("latencyMilliseconds") or 0) * MILLISECOND)
    return Way(min(speeds, default=None), extra)


def _lossy(percent: int) -> int:
    """What TCP reaches when so many of a hundred packets are lost: segment / round trip * sqrt(3 / 2 / share).

    M. Mathis, J. Semke, J. Mahdavi, T. Ott: The macroscopic behavior of the TCP congestion avoidance algorithm, 1997.
    """
    return isqrt((_SEGMENT * SECOND // _ROUND_TRIP) ** 2 * 150 // percent)


def unreachable(reference: Reference) -> str:
    """What is said of a registry that does not answer."""
    named = catalogue.refusal(reference)
    if named:
        return named
    host, port = _HUB.get(reference.domain, reference.domain), ""
    if reference.host != reference.domain:
        port = reference.domain.rpartition(":")[2]
    manifest = reference.tag or reference.digest
    return (
        f'failed to pull and unpack image "{reference.name}": failed to resolve reference "{reference.name}": failed '
        f'to do request: Head "https://{host}/v2/{reference.path}/manifests/{manifest}": dial tcp '
        f"{resolver.address_outside(host.removesuffix(f':{port}'))}:{port or 443}: i/o timeout"
    )


def stalled(reference: Reference) -> str:
    """What is said of a pull that was given up."""
    return f'rpc error: code = Canceled desc = failed to pull and unpack image "{reference.name}": context canceled'
