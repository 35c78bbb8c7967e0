"""Claims, volumes, classes and what drivers say, for the tests of the plugins that look at volumes."""

from __future__ import annotations

from typing import Any

from simulator.engine.registry import Body
from simulator.engine.world import World
from tests.engine.scheduler.builders import START, node, pod, resource_of

HOSTNAME = "kubernetes.io/hostname"
BOUND = {"pv.kubernetes.io/bind-completed": "yes"}
WAIT, NOW = "wait", "now"


def made(kind: str, name: str, version: str = "storage.k8s.io/v1", **fields: Any) -> Body:
    """An object of the cluster. labels, annotations, uid, namespace and deletionTimestamp are its metadata's."""
    own = {key: fields.pop(key) for key in (*_METADATA,) if key in fields}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **own}, **fields}


_METADATA = ("labels", "annotations", "uid", "namespace", "deletionTimestamp", "ownerReferences")


def claim(
    name: str,
    volume: str = "",
    *,
    storage_class: str | None = WAIT,
    size: str = "1Gi",
    modes: tuple[str, ...] = ("ReadWriteOnce",),
    node: str = "",
    phase: str = "",
    namespace: str = "default",
    owner: str = "",
    **spec: Any,
) -> Body:
    """A claim: with a volume it is bound. node: where its volume is to be made. owner: the uid of the pod it is for."""
    spec = {"accessModes": list(modes), "resources": {"requests": {"storage": size}}, **spec}
    if storage_class is not None:
        spec["storageClassName"] = storage_class
    annotations: dict[str, str] = {}
    if volume:
        spec["volumeName"] = volume
        annotations |= BOUND
    if node:
        annotations["volume.kubernetes.io/selected-node"] = node
    body = made("PersistentVolumeClaim", name, "v1", namespace=namespace, uid=f"uid-{name}", spec=spec)
    if annotations:
        body["metadata"]["annotations"] = annotations
    if owner:
        body["metadata"]["ownerReferences"] = [{"kind": "Pod", "name": "p", "uid": owner, "controller": True}]
    return {**body, "status": {"phase": phase or ("Bound" if volume else "Pending")}}


def volume(
    name: str,
    size: str = "1Gi",
    *,
    storage_class: str = WAIT,
    on: dict[str, list[str]] | None = None,
    to: Body | None = None,
    phase: str = "",
    modes: tuple[str, ...] = ("ReadWriteOnce",),
    labels: dict[str, str] | None = None,
    **spec: Any,
) -> Body:
    """A volume. on: the values of labels that a node must have. to: the claim that it is for."""
    spec = {"capacity": {"storage": size}, "accessModes": list(modes), "storageClassName": storage_class, **spec}
    if on is not None:
        expressions = [{"key": key, "operator": "In", "values": values} for key, values in on.items()]
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": expressions}]}}
    if to is not None:
        held = to["metadata"]
        spec["claimRef"] = {"namespace": held["namespace"], "name": held["name"], "uid": held["uid"]}
    phase = phase or ("Bound" if to is not None else "Available")
    return made("PersistentVolume", name, "v1", labels=labels or {}, spec=spec, status={"phase": phase})


def storage_class(name: str, provisioner: str = "driver", *, wait: bool = True, **fields: Any) -> Body:
    mode = "WaitForFirstConsumer" if wait else "Immediate"
    return made("StorageClass", name, provisioner=provisioner, volumeBindingMode=mode, **fields)


def csi_node(name: str, *, moved: str = "", **limits: int | None) -> Body:
    """limits: by driver, with `_` for `.`; None: no limit. moved: the plugins that the node has left to drivers."""
    drivers = [
        {"name": driver.replace("_", "."), "nodeID": name, **({} if n is None else {"allocatable": {"count": n}})}
        for driver, n in limits.items()
    ]
    annotations = {"storage.alpha.kubernetes.io/migrated-plugins": moved} if moved else {}
    return made("CSINode", name, annotations=annotations, spec={"drivers": drivers})


def attachment(name: str, volume: str, node: str, driver: str) -> Body:
    spec = {"attacher": driver, "nodeName": node, "source": {"persistentVolumeName": volume}}
    return made("VolumeAttachment", name, spec=spec)


def capacity(name: str, storage_class: str, topology: dict[str, Any] | None = None, **sizes: str) -> Body:
    fields: dict[str, Any] = {"storageClassName": storage_class, "namespace": "kube-system", **sizes}
    return made("CSIStorageCapacity", name, **fields, **({} if topology is None else {"nodeTopology": topology}))


def user(*claims: str, name: str = "p", on: str = "", namespace: str = "default", **spec: Any) -> Body:
    """A pod whose volumes are of these claims."""
    volumes = [{"name": f"v{n}", "persistentVolumeClaim": {"claimName": one}} for n, one in enumerate(claims)]
    return holder(*volumes, name=name, on=on, namespace=namespace, **spec)


def holder(*volumes: Body, name: str = "p", on: str = "", namespace: str = "default", **spec: Any) -> Body:
    """A pod with these volumes."""
    named = [{"name": f"v{number}", **one} for number, one in enumerate(volumes)]
    body = pod(name, on=on, volumes=named, **spec)
    return {**body, "metadata": {**body["metadata"], "namespace": namespace, "uid": f"uid-{name}"}}


HAND = "kubernetes.io/no-provisioner"
CLASSES = [storage_class(WAIT, HAND), storage_class("make", "driver")]
NODES = [node(name, labels={HOSTNAME: name}) for name in ("a", "b")]


def local(name: str, on: str = "a", size: str = "1Gi", **more: Any) -> Body:
    """A volume on one node's disk."""
    return volume(name, size, on={HOSTNAME: [on]}, **more)


def world_of(*objects: Body) -> World:
    """A world with two nodes, two classes and these objects."""
    made = World(seed=1, now=START)
    for number, body in enumerate([*NODES, *CLASSES, *objects], start=1):
        metadata = {"uid": f"uid-{number}", "resourceVersion": str(number), **body["metadata"]}
        made.load(resource_of(body), {**body, "metadata": metadata})
    made.revision = 1000
    return made


def zoned(*zones: str, **more: Any) -> Body:
    """The class `make`, for some values of the label `zone`."""
    terms = [{"matchLabelExpressions": [{"key": "zone", "values": list(zones)}]}]
    return storage_class("make", "driver", allowedTopologies=terms, **more)
