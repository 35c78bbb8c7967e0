"""Which volumes are to be attached to which nodes, and for which pods.

Follows pkg/volume/csi/csi_attacher.go, IsPodTerminated in pkg/volume/util/util.go and
pkg/controller/volume/attachdetach/util/util.go, v1.34.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from simulator.engine.controllers.pvc_protection import RESOURCE as CLAIMS
from simulator.engine.controllers.pvc_protection import claims_of
from simulator.engine.csi_volumes import PLUGIN, is_attachable, is_managed, needs_on
from simulator.engine.objects import (
    controller_of,
    get_in,
    name_of,
    namespace_of,
    spec_of,
    status_of,
    uid_of,
)
from simulator.engine.registry import Bodies, Body
from simulator.engine.world import World

VOLUMES = "persistentvolumes"
ATTACHMENTS = "volumeattachments.storage.k8s.io"
_NAME = re.compile(r"csi-[0-9a-f]{64}")


def attachment_name(unique: str, node: str) -> str:
    """The name of the VolumeAttachment of a volume and a node."""
    driver, _hat, handle = unique.removeprefix(PLUGIN).partition("^")
    return f"csi-{sha256(f'{handle}{driver}{node}'.encode()).hexdigest()}"


def is_attachment_name(name: str) -> bool:
    """True for a name that a VolumeAttachment of this controller may have, of whichever volume it is."""
    return _NAME.fullmatch(name) is not None


def is_shared(volume: Body) -> bool:
    """True for a volume that may be attached to several nodes."""
    modes = spec_of(volume).get("accessModes") or []
    return not modes or "ReadWriteMany" in modes or "ReadOnlyMany" in modes


def users(world: World, volume: Body) -> dict[str, Bodies]:
    """The pods that need a volume, by the nodes to which it therefore is to be attached."""
    reference = spec_of(volume).get("claimRef") or {}
    claim = world.get(CLAIMS, reference.get("namespace") or "", reference.get("name") or "")
    if claim is None or uid_of(claim) != reference.get("uid") or spec_of(claim).get("volumeName") != name_of(volume):
        return {}
    if status_of(claim).get("phase") != "Bound" or not is_attachable(world, volume):
        return {}
    found: dict[str, Bodies] = {}
    for pod in world.indexed("pods", "claim", (namespace_of(claim), name_of(claim))):
        node = world.get("nodes", "", needs_on(pod)) if needs_on(pod) and _may_use(pod, claim) else None
        if node is not None and is_managed(node):
            found.setdefault(name_of(node), []).append(pod)
    return found


def volume_names(world: World, pod: Body) -> Iterator[str]:
    """The names of the volumes to which a pod's claims are bound."""
    for namespace, name in claims_of(pod):
        claim = world.get(CLAIMS, namespace, name)
        if claim is not None and spec_of(claim).get("volumeName"):
            yield spec_of(claim)["volumeName"]


def _may_use(pod: Body, claim: Body) -> bool:
    """False for a pod whose ephemeral volume has a claim that belongs to another."""
    by_name = {get_in(one, "persistentVolumeClaim", "claimName") for one in pod["spec"].get("volumes") or ()}
    return name_of(claim) in by_name or (controller_of(claim) or {}).get("uid") == uid_of(pod)
