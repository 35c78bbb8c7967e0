"""Objects to read, made in a few words: pods that run, Services with their endpoints, Traffics."""

from __future__ import annotations

from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.objects import timestamp
from simulator.engine.registry import Bodies, Body

START = 1_700_000_010 * SECOND


class Store:
    """Objects by resource. `run` and `serve` put some in."""

    def __init__(self) -> None:
        self.held: dict[str, Bodies] = {}

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        fits = (one for one in self.list(resource, namespace or None) if one["metadata"]["name"] == name)
        return next(fits, None)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        held = self.held.get(resource.partition(".")[0], [])
        return [one for one in held if namespace is None or one["metadata"].get("namespace", "") == namespace]

    def put(self, resource: str, body: Body) -> Body:
        key = (body["metadata"].get("namespace"), body["metadata"]["name"])
        held = [
            one for one in self.list(resource) if (one["metadata"].get("namespace"), one["metadata"]["name"]) != key
        ]
        self.held[resource] = [*held, body]
        return body

    def run(self, name: str, *, started: int = START, image: str = "nginx:1.27", **container: Any) -> Body:
        """A pod that runs on node n1."""
        running = {"name": "main", "state": {"running": {"startedAt": timestamp(started)}}}
        body = {
            "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}", "labels": {"app": "web"}},
            "spec": {"nodeName": "n1", "containers": [{"name": "main", "image": image, **container}]},
            "status": {
                "phase": "Running",
                "podIP": f"10.244.0.{len(self.list('pods')) + 2}",
                "containerStatuses": [running],
            },
        }
        return self.put("pods", body)

    def serve(
        self, ready: list[str], *, name: str = "web", target: int = 80, waiting: tuple[str, ...] = (), **spec: Any
    ) -> None:
        """A Service on port 80 and its endpoints."""
        ports = [{"port": 80, "targetPort": target, "name": "http"}]
        self.put("services", {"metadata": {"name": name, "namespace": "default"}, "spec": {"ports": ports, **spec}})
        ends = [
            {
                "addresses": ["10.244.0.2"],
                "conditions": {"ready": pod in ready},
                "targetRef": {"kind": "Pod", "name": pod, "namespace": "default"},
            }
            for pod in (*ready, *waiting)
        ]
        meta = {"name": f"{name}-1", "namespace": "default", "labels": {"kubernetes.io/service-name": name}}
        self.put("endpointslices", {"metadata": meta, "ports": [{"name": "http", "port": target}], "endpoints": ends})


def traffic(target: Body | None = None, *, name: str = "t", **spec: Any) -> Body:
    wanted = {"service": {"name": "web"}} if target is None else target
    return {
        "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}", "generation": 1},
        "spec": {"target": wanted, "rate": "10", "clients": 1, "timeoutSeconds": 10, **spec},
        "status": {},
    }
