"""A cluster as a scenario: what people put into it, in an order in which it can be applied, and its machines.

What a client of the API wrote is people's; what controllers and kubelets made of it is not, and comes again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from simulator import reading
from simulator.engine.node_groups import group_of
from simulator.engine.objects import controller_of, is_deleting, labels_of, name_of, spec_of, status_of
from simulator.engine.registry import Body, Kind
from simulator.engine.topology import CONTROL_PLANE_TAINT
from simulator.exporting.applicable import applicable
from simulator.models import Cluster

_FIRST = (
    "Namespace", "CustomResourceDefinition", "NodeGroup", "PriorityClass", "StorageClass", "VolumeAttributesClass",
    "LimitRange", "ResourceQuota", "ServiceAccount", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding",
    "ConfigMap", "Secret", "PersistentVolume", "PersistentVolumeClaim", "Behavior", "Service", "NetworkPolicy",
)  # fmt: skip
_LAST = ("Pod", "HorizontalPodAutoscaler", "Traffic", "Fault")
_NEVER = frozenset(
    {
        "Binding", "ControllerRevision", "CSINode", "Endpoints", "EndpointSlice", "Event", "Lease", "Node",
        "NodeMetrics", "PodMetrics", "VolumeAttachment",
    }
)  # fmt: skip
_ZONE, _REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"
_MAIN = "node-role.kubernetes.io/control-plane"
_NODES_OWN = (
    _ZONE, _REGION, _MAIN, "beta.kubernetes.io/", "kubernetes.io/arch", "kubernetes.io/hostname", "kubernetes.io/os",
    "node.kubernetes.io/exclude-from-external-load-balancers",
)  # fmt: skip


def objects(cluster: Cluster) -> list[Body]:
    """What people put into the cluster, each as one would apply it, in the order of its kinds."""
    kinds = [kind for kind in reading.kinds_of(cluster) if kind.is_kept and kind.storage == kind.resource]
    found = []
    for kind in sorted({one.resource: one for one in kinds}.values(), key=_place):
        if kind.kind not in _NEVER:
            found += [applicable(body) for body in reading.DatabaseReader(cluster).list(kind.resource) if _theirs(body)]
    return found


def _place(kind: Kind) -> tuple[int, str]:
    if kind.kind in _FIRST:
        return _FIRST.index(kind.kind), ""
    late = _LAST.index(kind.kind) + 1 if kind.kind in _LAST else 0
    return len(_FIRST) + late, kind.kind


def _theirs(body: Body) -> bool:
    """Whether a client wrote it, and no controller looks after it, and it is not about to go."""
    written = any(not one.get("subresource") for one in body["metadata"].get("managedFields") or ())
    return written and controller_of(body) is None and not is_deleting(body)


def topology(cluster: Cluster) -> Body:
    """The machines, as `--topology` reads them. Those of NodeGroups are left out: they are booted again."""
    nodes = [node for node in reading.DatabaseReader(cluster).list("nodes") if not group_of(node)]
    return {"nodes": [_machine(node) for node in nodes]}


def _machine(node: Body) -> Body:
    capacity, labels = status_of(node).get("capacity") or {}, labels_of(node)
    main = _MAIN in labels
    taints = [one for one in spec_of(node).get("taints") or () if not one["key"].startswith("node.kubernetes.io/")]
    plain = {"cpu": "cpu", "memory": "memory", "storage": "ephemeral-storage"}
    entry: dict[str, Any] = {"name": name_of(node)}
    entry |= {field: str(capacity[held]) for field, held in plain.items() if held in capacity}
    entry |= {"pods": int(capacity["pods"])} if "pods" in capacity else {}
    known = {*plain.values(), "pods"}
    devices = {name: str(text) for name, text in capacity.items() if name not in known and str(text) != "0"}
    own = {key: text for key, text in labels.items() if not key.startswith(_NODES_OWN)}
    entry |= {
        "resources": devices,
        "zone": labels.get(_ZONE, ""),
        "region": labels.get(_REGION, ""),
        "labels": own,
        "taints": [{key: text for key, text in one.items() if key in ("key", "value", "effect")} for one in taints],
        "controlPlane": main,
    }
    # A control plane without an entry of its own taints gets the usual one.
    keep = {"taints"} if main and taints != [CONTROL_PLANE_TAINT] else set()
    if main and taints == [CONTROL_PLANE_TAINT]:
        del entry["taints"]
    return {key: value for key, value in entry.items() if value or key in keep}


# --- text ------------------------------------------------------------------------------------------------------------


_Fastest: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Fastest):  # type: ignore[misc, valid-type]
    """Texts of several lines stay lines."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def as_yaml(body: Any) -> str:
    written: str = yaml.dump(body, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return written


def documents(bodies: Iterable[Body]) -> str:
    """Many objects in one text."""
    return "---\n".join(as_yaml(body) for body in bodies)


def files(cluster: Cluster) -> dict[str, str]:
    """The scenario as a folder: its files by name. The machines lie beside the manifests, not among them."""
    held: dict[str, list[Body]] = {}
    for body in objects(cluster):
        held.setdefault(body["kind"], []).append(body)
    named = {
        f"manifests/{n:02}-{kind.lower()}.yaml": documents(bodies) for n, (kind, bodies) in enumerate(held.items(), 1)
    }
    return {"topology.yaml": as_yaml(topology(cluster)), **named}
