"""Which Faults are going on, and what they hit."""

from __future__ import annotations

from typing import NamedTuple

from . import selectors
from .objects import annotations_of, is_condition_true, labels_of, name_of, spec_of, status_of
from .registry import Body, Reader
from .renewal import HEARTBEAT

RESOURCE = "faults.sim.k8sviz.io"
KUBELET_PORT = 10250
_DIALS = {
    "NodeCrash": "connect: no route to host",
    "ZoneOutage": "connect: no route to host",
    "NodeShutdown": "connect: no route to host",
    "NetworkPartition": "i/o timeout",
    "KubeletStop": "connect: connection refused",
}
"""What the API server hears when it dials the kubelet of a node, by the Fault; the first that goes on counts."""
_ZONE = "topology.kubernetes.io/zone"
_DEAD = frozenset({"NodeCrash", "ZoneOutage"})
_ON_REGISTRIES = frozenset({"SlowRegistry", "RegistryOutage"})
DEAF = 90
"""From how many of a hundred lost packets on a kubelet and the API server hear nothing of each other any more."""


class Way(NamedTuple):
    """The way from one node to another. is_cut: nothing arrives; loss: how many of a hundred packets are lost."""

    is_cut: bool = False
    loss: int = 0


def is_active(fault: Body | None) -> bool:
    """Whether the Fault goes on now."""
    return fault is not None and is_condition_true(fault, "Active")


def hits(fault: Body, node: Body) -> bool:
    """Whether the Fault is about this node."""
    target = spec_of(fault).get("target") or {}
    if target.get("nodeName"):
        return bool(target["nodeName"] == name_of(node))
    if target.get("zone"):
        return bool(target["zone"] == labels_of(node).get(_ZONE))
    if target.get("nodeSelector") is not None:
        return selectors.of(target["nodeSelector"]).matches(labels_of(node))
    return False


def dial(reader: Reader, node: str) -> str:
    """Why the API server does not reach a node's kubelet, as Go says it; empty if it does."""
    body = reader.get("nodes", "", node)
    why = _dial(_active(reader), body) if body is not None else ""
    addresses = status_of(body).get("addresses") or () if body is not None else ()
    host = next((one["address"] for one in addresses if one.get("type") == "InternalIP"), node)
    return f"dial tcp {host}:{KUBELET_PORT}: {why}" if why else ""


def loss_of(fault: Body) -> int:
    """How many of a hundred packets a Fault loses."""
    spec = spec_of(fault)
    return int((spec.get("packetLoss") or {}).get("percent") or 0) if spec.get("type") == "PacketLoss" else 0


def takes_all(fault: Body) -> bool:
    """Whether a Fault cuts its nodes off from everything, and not only from the API server."""
    spec = spec_of(fault)
    scope = (spec.get("networkPartition") or {}).get("scope", "All")
    return spec.get("type") == "NetworkPartition" and scope == "All"


def way(reader: Reader, one: str, other: str) -> Way:
    """The way between two nodes, by their names; "" is the world outside. What stays on a node meets nothing."""
    active = _active(reader) if one != other else []
    bodies = [reader.get("nodes", "", name) for name in (one, other) if name] if active else []
    is_cut, passes = False, 100
    for body in bodies:
        hit = [fault for fault in active if body is not None and hits(fault, body)]
        is_cut = is_cut or any(spec_of(fault).get("type") in _DEAD or takes_all(fault) for fault in hit)
        passes = passes * (100 - max(map(loss_of, hit), default=0)) // 100
    return Way(is_cut, 100 - passes)


def on_registry(reader: Reader, *names: str) -> list[Body]:
    """The Faults that go on and are about a registry, by any of its names."""
    faults = [one for one in _active(reader) if spec_of(one).get("type") in _ON_REGISTRIES]
    return [one for one in faults if (spec_of(one).get("target") or {}).get("registry") in (None, "", *names)]


def silent(reader: Reader) -> set[str]:
    """The nodes whose kubelets nobody reaches."""
    active = _active(reader)
    return {name_of(node) for node in reader.list("nodes") if _dial(active, node)} if active else set()


def _active(reader: Reader) -> list[Body]:
    return [one for one in reader.list(RESOURCE) if is_active(one)]


def _dial(active: list[Body], node: Body) -> str:
    kinds = {
        "NetworkPartition" if loss_of(one) >= DEAF else spec_of(one).get("type") for one in active if hits(one, node)
    }
    if HEARTBEAT in annotations_of(node):
        kinds -= {"NodeShutdown"}  # It is about to go off.
    return next((said for kind, said in _DIALS.items() if kind in kinds), "")
