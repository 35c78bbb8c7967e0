"""A whole small cluster, with its nodes' kubelets and all controllers, in which machines can fail."""

from __future__ import annotations

import json
from typing import Any

from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import BOOT, ControlPlane, boot
from simulator.engine.latency import PROFILES
from simulator.engine.objects import condition, instant_of
from simulator.engine.registry import KINDS, Body
from simulator.engine.topology import Topology, parse
from simulator.engine.world import World

T0 = instant_of("2026-01-01T00:00:00Z") + BOOT
USER = Cause("kubectl", "apply", "Somebody asked for it.")
NODES = [{"name": "a", "count": 2, "zone": "zone-a"}, {"name": "b", "count": 3, "zone": "zone-b"}]


class Cluster:
    """Nodes a-1, a-2, b-1, b-2, b-3 in two zones, and a control plane in the first. It runs since 90 s."""

    def __init__(self, nodes: list[dict[str, Any]] | None = None, *, seed: int = 1) -> None:
        self.world = World(seed=seed, now=T0 - BOOT, latency=PROFILES["realistic"])
        boot(self.world, _topology(nodes), until=T0)

    def rebuild(self) -> None:
        """Replaces the world by one made from what it would have written down, as a worker that takes over does."""
        old = self.world
        self.world = World(seed=old.seed, now=old.now, revision=old.revision, latency=old.latency)
        plane = ControlPlane(self.world)
        for kind in KINDS:
            for body in old.list(kind.resource):
                self.world.load(kind.resource, json.loads(json.dumps(body)))
        self.world.revision = old.revision
        for memory in old.memories():
            self.world.remember(memory._replace(note=json.loads(json.dumps(memory.note))))
        plane.start()

    def run(self, seconds: float) -> None:
        self.world.clock.run_until(self.world.now + int(seconds * SECOND))

    def until(self, seconds: float) -> None:
        """Runs until so many seconds after the beginning."""
        self.world.clock.run_until(T0 + int(seconds * SECOND))

    def fault(self, name: str, kind: str, target: Body, **spec: Any) -> None:
        body = {"metadata": {"name": name}, "spec": {"type": kind, "target": target, **spec}}
        self.world.create("faults.sim.k8sviz.io", body, USER, checked=True)

    def pod(self, name: str, node: str, *, image: str = "nginx:1.27", **spec: Any) -> Body:
        container = {"name": "main", "image": image}
        if "command" in spec:
            container["command"] = spec.pop("command")
        meta = {"name": name, "namespace": "default"}
        body = {"metadata": meta, "spec": {"nodeName": node, "containers": [container], **spec}}
        return self.world.create("pods", body, USER, checked=True)

    def get(self, resource: str, name: str, namespace: str = "") -> Body:
        body = self.world.get(resource, namespace, name)
        assert body is not None, f"no {resource} {name}"
        return body

    def the_pod(self, name: str) -> Body:
        return self.get("pods", name, "default")

    def ready(self, node: str) -> str:
        return str((condition(self.get("nodes", node), "Ready") or {})["status"])

    def taints(self, node: str) -> list[str]:
        held = self.get("nodes", node)["spec"].get("taints") or ()
        return sorted(f"{one['key'].removeprefix('node.kubernetes.io/')}:{one['effect']}" for one in held)

    def said(self, name: str, reason: str = "") -> list[str]:
        """What events say about an object, in the order in which they first came."""
        events = sorted(self.world.list("events"), key=lambda one: int(one["metadata"]["resourceVersion"]))
        about = [one for one in events if one["involvedObject"]["name"] == name]
        return [one["message"] for one in about if not reason or one["reason"] == reason]

    def everything(self) -> str:
        """All that is and all that is remembered, but for the order of the agenda."""
        objects = {kind.resource: self.world.list(kind.resource) for kind in KINDS}
        return json.dumps([objects, [memory[:3] for memory in self.world.memories()]], sort_keys=True, default=str)


def _topology(nodes: list[dict[str, Any]] | None) -> Topology:
    return parse({"nodes": NODES if nodes is None else nodes})
