"""What a NodeGroup says: its machines, what each of them is like, and how some are given back.

The words of cluster-autoscaler/cloudprovider/cloud_provider.go (NodeGroup), over objects of our own kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from . import quantity
from .objects import annotations_of, name_of, spec_of, status_of
from .registry import Body, Reader
from .topology import NodeSize

RESOURCE = "nodegroups.sim.k8sviz.io"
TERMINATE = "sim.k8sviz.io/terminate"
"""The annotation of a NodeGroup with the names of the machines that are given back next, joined by commas."""
_SCHEME = "sim://"


def provider_id(group: str, instance: str) -> str:
    """How the cloud calls a machine, in its Node's spec."""
    return f"{_SCHEME}{group}/{instance}"


def group_of(node: Body) -> str:
    """The name of the NodeGroup that a Node's machine is of; empty if it is of none."""
    identity = spec_of(node).get("providerID") or ""
    if not identity.startswith(_SCHEME):
        return ""
    group, _slash, _instance = identity.removeprefix(_SCHEME).partition("/")
    return group


def size_of(group: Body, name: str) -> NodeSize:
    """The machine of a group, under a name of its own."""
    template = spec_of(group)["template"]
    return NodeSize(
        name=name,
        cpu=quantity.milli(template["cpu"]),
        memory=quantity.value(template["memory"]),
        storage=quantity.value(template["storage"]),
        pods=template["pods"],
        resources={key: quantity.canonical(str(text)) for key, text in (template.get("resources") or {}).items()},
        zone=template.get("zone") or "",
        region=template.get("region") or "",
        labels=template.get("labels") or {},
        taints=tuple(template.get("taints") or ()),
    )


def minimum(group: Body) -> int:
    return int(spec_of(group).get("minSize") or 0)


def maximum(group: Body) -> int:
    return int(spec_of(group).get("maxSize") or 0)


def target(group: Body) -> int:
    """How many machines there are to be."""
    return int(spec_of(group).get("size") or 0)


def price(group: Body) -> Fraction:
    """What a machine costs in an hour."""
    return quantity.parse(spec_of(group).get("pricePerHour") or "0")[0]


def instances(group: Body) -> list[str]:
    """The names of the machines that there are, those that boot included."""
    return [one["name"] for one in status_of(group).get("instances") or ()]


def given_back(group: Body) -> list[str]:
    """The names of the machines that are to be given back."""
    return [name for name in annotations_of(group).get(TERMINATE, "").split(",") if name]


def resized(group: Body, size: int) -> Body:
    """The group with another size."""
    return {**group, "spec": {**spec_of(group), "size": size}}


def without(group: Body, names: Iterable[str]) -> Body:
    """The group smaller by these machines. Follows DeleteNodes: the size shrinks by as many."""
    gone = [name for name in names if name not in given_back(group)]
    asked = ",".join([*given_back(group), *gone])
    meta = {**group["metadata"], "annotations": {**annotations_of(group), TERMINATE: asked}}
    return resized({**group, "metadata": meta}, max(target(group) - len(gone), 0))


def is_gone(reader: Reader, node: Body) -> bool:
    """Whether the machine of a Node was given back to the cloud, by the word of its NodeGroup."""
    name = group_of(node)
    if not name:
        return False
    group = reader.get(RESOURCE, "", name)
    return group is None or name_of(node) not in instances(group)
