"""A rig with a volume that is bound to a claim, a driver for it, and three nodes to attach it to."""

from __future__ import annotations

from typing import Any

from simulator.engine.objects import get_in, name_of, spec_of, status_of
from simulator.engine.registry import Body

from .rig import USER, Rig

ATTACHMENTS, VOLUMES, CLAIMS = "volumeattachments.storage.k8s.io", "persistentvolumes", "persistentvolumeclaims"
DRIVER = "ebs.csi.aws.com"
UNIQUE = f"kubernetes.io/csi/{DRIVER}^vol-disk"
MANAGED = {"volumes.kubernetes.io/controller-managed-attach-detach": "true"}
ONCE, MANY = ["ReadWriteOnce"], ["ReadWriteMany"]


class Storage(Rig):
    """A rig with three nodes, a driver, and a volume `disk` that is bound to a claim `data`."""

    def __init__(self, modes: list[str] | None = None, *, driver: Body | None = None, known: bool = True) -> None:
        super().__init__(0, kubelet=False)
        for number in range(3):
            node = self.create("nodes", {"metadata": {"name": f"node-{number}", "annotations": MANAGED}})
            self.node_status(name_of(node), conditions=[{"type": "Ready", "status": "True"}])
        if known:
            self.create("csidrivers.storage.k8s.io", {"metadata": {"name": DRIVER}, "spec": driver or {}})
        spec = {"accessModes": modes or ONCE, "resources": {"requests": {"storage": "1Gi"}}, "volumeName": "disk"}
        claim = self.create(CLAIMS, {"metadata": {"namespace": "default", "name": "data"}, "spec": spec})
        self.world.update_status(CLAIMS, {**claim, "status": {"phase": "Bound"}}, USER)
        reference = {"namespace": "default", "name": "data", "uid": claim["metadata"]["uid"]}
        csi = {"driver": DRIVER, "volumeHandle": "vol-disk"}
        held = {"accessModes": modes or ONCE, "capacity": {"storage": "1Gi"}, "csi": csi, "claimRef": reference}
        self.create(VOLUMES, {"metadata": {"name": "disk"}, "spec": held})
        self.settle()

    def node_status(self, name: str, **status: Any) -> None:
        node = self.get("nodes", name, "")
        self.world.update_status("nodes", {**node, "status": {**status_of(node), **status}}, USER)

    def put(self, name: str = "web", node: int = 0, namespace: str = "default", **volume: Any) -> Body:
        source = volume or {"persistentVolumeClaim": {"claimName": "data"}}
        volumes = [{"name": "d", **source}]
        spec = {"containers": [{"name": "c", "image": "x"}], "nodeName": f"node-{node}", "volumes": volumes}
        return self.create("pods", {"metadata": {"namespace": namespace, "name": name}, "spec": spec})

    def says(self, name: str, **status: Any) -> None:
        pod = self.get("pods", name)
        self.world.update_status("pods", {**pod, "status": {**status_of(pod), **status}}, USER)

    def attached(self) -> list[str]:
        """The nodes to which the volume is attached, as the nodes say."""
        return [name_of(node) for node in self.world.list("nodes") if status_of(node).get("volumesAttached")]

    def attachments(self) -> list[tuple[str, bool]]:
        held = self.world.list(ATTACHMENTS)
        return sorted((spec_of(one)["nodeName"], bool(get_in(one, "status", "attached"))) for one in held)
