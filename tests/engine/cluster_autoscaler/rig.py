"""A whole cluster with NodeGroups: real scheduler, controllers, kubelets, cloud provider and autoscaler."""

from __future__ import annotations

from typing import Any

from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import ControlPlane, boot
from simulator.engine.latency import PROFILES
from simulator.engine.node_groups import RESOURCE, group_of
from simulator.engine.objects import instant_of, set_in
from simulator.engine.registry import KINDS, Bodies, Body
from simulator.engine.topology import parse
from simulator.engine.world import World

T0 = instant_of("2026-01-01T00:00:00Z")
USER = Cause("kubectl", "apply", "Somebody asked for it.")
WORKER: list[dict[str, Any]] = [{"name": "worker", "cpu": "2", "memory": "4Gi"}]


class Cloud:
    """A control plane and one worker (2 CPUs, 4 GiB); NodeGroups boot in 20 s."""

    def __init__(self, *, seed: int = 1, **settings: str) -> None:
        self.world = World(seed=seed, now=T0, latency=PROFILES["realistic"])
        boot(self.world, parse({"nodes": WORKER}), until=T0 + 90 * SECOND)
        if settings:
            data = {flag.replace("_", "-"): value for flag, value in settings.items()}
            where = {"name": "cluster-autoscaler", "namespace": "kube-system"}
            self.create("configmaps", {"metadata": where, "data": data})

    def rebuild(self) -> None:
        """Replaces the world by one made from its objects and memories."""
        old = self.world
        self.world = World(seed=old.seed, now=old.now, revision=old.revision, latency=old.latency)
        for kind in KINDS:
            for body in old.list(kind.resource):
                self.world.load(kind.resource, body)
        plane = ControlPlane(self.world)
        for memory in old.memories():
            self.world.remember(memory)
        plane.start()

    def create(self, resource: str, body: Body) -> Body:
        return self.world.create(resource, body, USER, checked=True)

    def group(self, name: str = "small", *, least: int = 0, most: int = 3, cpu: str = "2", **spec: Any) -> Body:
        template = {"cpu": cpu, "memory": "4Gi", **spec.pop("template", {})}
        held = {"minSize": least, "maxSize": most, "bootSeconds": 20, "template": template, **spec}
        return self.create(RESOURCE, {"metadata": {"name": name}, "spec": held})

    def deployment(self, replicas: int, cpu: str, *, name: str = "web", grace: int = 1, **pod: Any) -> Body:
        container = {"name": "c", "image": "nginx:1.27", "resources": {"requests": {"cpu": cpu}}}
        template: Body = {
            "metadata": {"labels": {"app": name}, "annotations": pod.pop("annotations", {})},
            "spec": {"containers": [container], "terminationGracePeriodSeconds": grace, **pod},
        }
        spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
        return self.create("deployments.apps", {"metadata": {"name": name, "namespace": "default"}, "spec": spec})

    def scale(self, replicas: int, name: str = "web") -> None:
        held = self.world.get("deployments.apps", "default", name)
        assert held is not None
        self.world.update("deployments.apps", set_in(held, ("spec", "replicas"), replicas), USER)

    def budget(self, name: str = "web", **spec: Any) -> None:
        held = {"selector": {"matchLabels": {"app": name}}, **spec}
        self.create("poddisruptionbudgets.policy", {"metadata": {"name": name, "namespace": "default"}, "spec": held})

    def run(self, seconds: float) -> None:
        self.world.clock.run_until(self.world.now + int(seconds * SECOND))

    def size(self, name: str = "small") -> int:
        held = self.world.get(RESOURCE, "", name)
        assert held is not None
        return int(held["spec"]["size"])

    def nodes(self, name: str = "small") -> Bodies:
        """The Nodes of a group's machines."""
        return [node for node in self.world.list("nodes") if group_of(node) == name]

    def messages(self, reason: str) -> list[str]:
        held = [one for one in self.world.list("events") if one["reason"] == reason]
        return [one["message"] for one in held if one["source"]["component"] == "cluster-autoscaler"]

    def pending(self) -> int:
        return sum(not pod["spec"].get("nodeName") for pod in self.world.list("pods"))
