"""CSI volumes as nodes know them: whether they have to be attached, and what they are called there.

Follows pkg/volume/csi/csi_plugin.go, and GetUniqueVolumeName and IsPodTerminated in pkg/volume/util/util.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from .objects import annotations_of, get_in, is_deleting, name_of, namespace_of, spec_of, status_of
from .pods import is_terminal, node_of
from .registry import Body, Reader

DRIVERS = "csidrivers.storage.k8s.io"
PLUGIN = "kubernetes.io/csi/"
_MANAGED = "volumes.kubernetes.io/controller-managed-attach-detach"


def unique_name(volume: Body) -> str:
    """What a node calls a CSI volume that is attached to it."""
    csi = spec_of(volume)["csi"]
    return f"{PLUGIN}{csi['driver']}^{csi['volumeHandle']}"


def is_attachable(reader: Reader, volume: Body) -> bool:
    """True for a CSI volume, unless its driver says that its volumes need not be attached."""
    csi = spec_of(volume).get("csi")
    driver = reader.get(DRIVERS, "", csi.get("driver") or "") if csi else None
    return bool(csi) and (driver is None or spec_of(driver).get("attachRequired", True))


def is_managed(node: Body) -> bool:
    """True for a node whose kubelet leaves it to the control plane to attach volumes."""
    return annotations_of(node).get(_MANAGED) == "true"


def is_attached(node: Body, volume: Body) -> bool:
    """True if the status of a node says that the volume is attached to it."""
    name = unique_name(volume)
    return any(one["name"] == name for one in status_of(node).get("volumesAttached") or ())


def of_volume(reader: Reader, pod: Body, volume: Body) -> Body | None:
    """The PersistentVolume behind a volume of a pod, if it is one that has to be attached."""
    name = (volume.get("persistentVolumeClaim") or {}).get("claimName") or ""
    if volume.get("ephemeral") is not None:
        name = f"{name_of(pod)}-{volume['name']}"
    claim = reader.get("persistentvolumeclaims", namespace_of(pod), name) if name else None
    held = reader.get("persistentvolumes", "", spec_of(claim).get("volumeName") or "") if claim else None
    return held if held is not None and is_attachable(reader, held) else None


def in_use(reader: Reader, pods: Iterable[Body]) -> list[str]:
    """What a node calls the volumes that these pods, which it has, need."""
    found = {
        unique_name(held)
        for pod in pods
        if needs_on(pod)
        for volume in pod["spec"].get("volumes") or ()
        if (held := of_volume(reader, pod, volume)) is not None
    }
    return sorted(found)


def needs_on(pod: Body) -> str:
    """The node on which a pod needs its volumes; empty for one that has no node or has ended."""
    statuses = status_of(pod).get("containerStatuses") or ()
    has_stopped = all(get_in(one, "state", "running") is None for one in statuses)
    return "" if is_terminal(pod) or (is_deleting(pod) and has_stopped) else node_of(pod)
