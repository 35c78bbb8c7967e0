"""CSI volumes as nodes know them: whether they have to be attached, and what they are called there.

Follows pkg/volume/csi/csi_plugin.go and GetUniqueVolumeName in pkg/volume/util/util.go, v1.34.
"""

from __future__ import annotations

from .objects import annotations_of, spec_of, status_of
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
