"""Two nodes under pressure: pods that use what is said of them, kubelets that are configured, disks that fill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from simulator.engine.controllers.fault import FaultController
from simulator.engine.kubelet.eviction import state
from simulator.engine.kubelet.eviction.manager import Evictions
from simulator.engine.objects import condition
from simulator.engine.registry import Body
from tests.engine.kubelet.lab import USER, Lab

BEHAVIORS, FAULTS, CLASSES = "behaviors.sim.k8sviz.io", "faults.sim.k8sviz.io", "priorityclasses.scheduling.k8s.io"
PRIORITIES = {"high": 1000, "low": -10, "system-node-critical": 2_000_001_000}


def leak(idle: str, per_second: str, since: int = 0) -> Body:
    return {"idle": idle, "curves": [{"type": "Leak", "fromSeconds": since, "leak": {"perSecond": per_second}}]}


def step(idle: str, by: str, since: int, lasts: int | None = None) -> Body:
    held: Body = {"by": by} if lasts is None else {"by": by, "durationSeconds": lasts}
    return {"idle": idle, "curves": [{"type": "Step", "fromSeconds": since, "step": held}]}


class Pressed(Lab):
    """Nodes of 4 GiB of memory, 100 GiB of disk and 32,768 process IDs; 350 MiB of memory are the system's."""

    def __init__(self, seed: int = 1, *, always: bool = False) -> None:
        super().__init__(seed)
        FaultController(self.world)
        self.manager: Evictions = self.kubelets.house.evictions
        self.manager.always = always
        self.world.create("namespaces", {"metadata": {"name": "kube-system"}}, USER)
        for name, value in PRIORITIES.items():
            self.world.create(CLASSES, {"metadata": {"name": name}, "value": value}, USER)

    def use(self, name: str, *, limits: Mapping[str, str] | None = None, **fields: Any) -> Body:
        """A pod of one container `main` that uses `memory`, `disk` or `cpu` as said; `requests` are its requests."""
        said = {key: fields.pop(key) for key in ("memory", "disk", "cpu") if key in fields}
        behavior = {"metadata": {"name": name, "namespace": "default"}, "spec": {"selector": _labels(name), **said}}
        self.world.create(BEHAVIORS, behavior, USER)
        resources = {"requests": fields.pop("requests", None), "limits": limits}
        container = {"name": "main", "image": fields.pop("image", "nginx:1.27"), "resources": _given(resources)}
        meta = {"name": name, "namespace": "default", "labels": {"app": name}, **fields.pop("metadata", {})}
        spec = {"nodeName": fields.pop("node", "n1"), "containers": [container], **fields}
        return self.world.create("pods", {"metadata": meta, "spec": spec}, USER)

    def configure(self, node: str = "", **fields: Any) -> None:
        """Writes the ConfigMap of all kubelets, or of one."""
        name = f"kubelet-config-{node}" if node else "kubelet-config"
        text = yaml.safe_dump({"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields})
        body = {"metadata": {"name": name, "namespace": "kube-system"}, "data": {"kubelet": text}}
        if self.world.get("configmaps", "kube-system", name) is None:
            self.world.create("configmaps", body, USER)
        else:
            self.world.update("configmaps", body, USER)

    def fill(self, percent: int, *, seconds: int = 0, lasts: int | None = None) -> None:
        spec: Body = {
            "type": "DiskFill",
            "target": {"nodeName": "n1"},
            "diskFill": {"percent": percent, "durationSeconds": seconds},
        }
        self.world.create(
            FAULTS, {"metadata": {"name": "full"}, "spec": {**spec, **_given({"durationSeconds": lasts})}}, USER
        )

    def evicted(self) -> list[str]:
        """The names of evicted pods in the order in which they went."""
        seen = [one for one in self.world.list("events") if one["reason"] == "Evicted"]
        seen.sort(key=lambda one: int(one["metadata"]["resourceVersion"]))
        return [one["involvedObject"]["name"] for one in seen]

    def pressure(self, node: str = "n1") -> list[str]:
        """The conditions of pressure that the node reports."""
        body = self.world.get("nodes", "", node)
        assert body is not None
        kinds = ("MemoryPressure", "DiskPressure", "PIDPressure")
        return [kind for kind in kinds if (condition(body, kind) or {})["status"] == "True"]

    def held(self, node: str = "n1") -> list[str]:
        """The conditions of pressure that the kubelet itself sees."""
        return state.conditions(self.world, node)


def _labels(name: str) -> Body:
    return {"matchLabels": {"app": name}}


def _given(held: Mapping[str, Any]) -> Body:
    return {key: one for key, one in held.items() if one is not None}
