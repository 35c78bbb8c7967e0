"""Which Faults are going on, and what they hit."""

from __future__ import annotations

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


def silent(reader: Reader) -> set[str]:
    """The nodes whose kubelets nobody reaches."""
    active = _active(reader)
    return {name_of(node) for node in reader.list("nodes") if _dial(active, node)} if active else set()


def _active(reader: Reader) -> list[Body]:
    return [one for one in reader.list(RESOURCE) if is_active(one)]


def _dial(active: list[Body], node: Body) -> str:
    kinds = {spec_of(one).get("type") for one in active if hits(one, node)}
    if HEARTBEAT in annotations_of(node):
        kinds -= {"NodeShutdown"}  # It is about to go off.
    return next((said for kind, said in _DIALS.items() if kind in kinds), "")
