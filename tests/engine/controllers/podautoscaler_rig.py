"""A world for autoscalers: a Deployment whose pods run at once, and whose use of CPU a Behavior says."""

from __future__ import annotations

from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler.horizontal import RESOURCE
from simulator.engine.objects import is_deleting, status_of, timestamp
from simulator.engine.registry import Body
from tests.engine.controllers.rig import USER, Rig, workload

DEPLOYMENTS, BEHAVIORS, METRICS = "deployments.apps", "behaviors.sim.k8sviz.io", "metrics.sim.k8sviz.io"


class Autoscaled(Rig):
    """A rig whose pods' containers have statuses, as the metrics server needs them."""

    def load(self, name: str, cpu: str, *curves: Body, **more: Any) -> Body:
        """Says what each pod of an application uses."""
        selector = {"matchLabels": {"app": name}}
        spec = {"selector": selector, "cpu": {"idle": cpu, "curves": list(curves)}, **more}
        return self.create(BEHAVIORS, {"metadata": {"namespace": "default", "name": name}, "spec": spec})

    def use(self, name: str, cpu: str) -> None:
        self.edit(BEHAVIORS, name, ("spec", "cpu", "idle"), cpu)

    def target(self, name: str, replicas: int, cpu: str = "100m") -> Body:
        body = workload(name, replicas=replicas)
        container = body["spec"]["template"]["spec"]["containers"][0]
        body["spec"]["template"]["spec"]["containers"] = [{**container, "resources": {"requests": {"cpu": cpu}}}]
        return self.create(DEPLOYMENTS, body)

    def autoscaler(self, name: str, *metrics: Body, target: str = "", kind: str = "Deployment", **spec: Any) -> Body:
        reference = {"apiVersion": "apps/v1", "kind": kind, "name": target or name}
        held = {"scaleTargetRef": reference, "maxReplicas": 10, "metrics": list(metrics), **spec}
        return self.create(RESOURCE, {"metadata": {"namespace": "default", "name": name}, "spec": held})

    def run(self, seconds: float) -> None:
        end = self.world.now + int(seconds * SECOND)
        while (due := self.world.clock.next_due()) is not None and due <= end:
            self.world.clock.step()
            self._start_containers()
        self.world.clock.run_until(end)

    def _start_containers(self) -> None:
        for pod in self.world.list("pods", "default"):
            status = status_of(pod)
            if status.get("phase") == "Running" and not status.get("containerStatuses") and not is_deleting(pod):
                at = timestamp(self.world.now)
                container = {"name": "c", "state": {"running": {"startedAt": at}}, "ready": True}
                new = {**status, "startTime": at, "containerStatuses": [container]}
                self.world.update_status("pods", {**pod, "status": new}, USER)

    def replicas(self, name: str) -> int:
        figure: int = self.get(DEPLOYMENTS, name)["spec"]["replicas"]
        return figure

    def status(self, name: str) -> Body:
        return status_of(self.get(RESOURCE, name))

    def condition(self, name: str, kind: str) -> tuple[str, str, str]:
        found = next(one for one in self.status(name)["conditions"] if one["type"] == kind)
        return found["status"], found["reason"], found["message"]

    def said(self, name: str) -> list[tuple[str, str]]:
        """The events about an autoscaler: reason and message, in the order of their creation."""
        events = [one for one in self.world.list("events") if one["involvedObject"]["name"] == name]
        events = [one for one in events if one["involvedObject"]["kind"] == "HorizontalPodAutoscaler"]
        events.sort(key=lambda one: one["metadata"]["uid"] and int(one["metadata"]["resourceVersion"]))
        return [(one["reason"], one["message"]) for one in events]


def cpu(percent: int) -> Body:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def rules(*policies: tuple[str, int, int], window: int | None = None, choice: str = "Max") -> Body:
    held = [{"type": kind, "value": value, "periodSeconds": period} for kind, value, period in policies]
    body: Body = {"policies": held, "selectPolicy": choice}
    return body if window is None else {**body, "stabilizationWindowSeconds": window}
