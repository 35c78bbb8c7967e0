"""Which Faults are going on, and what they hit."""

from __future__ import annotations

from . import selectors
from .objects import is_condition_true, labels_of, name_of, spec_of
from .registry import Body

RESOURCE = "faults.sim.k8sviz.io"
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
