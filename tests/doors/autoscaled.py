"""A Deployment of which a Traffic asks, and its autoscaler."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.doors.conftest import post

API = "/k8s/demo/apis"
SIM, DEFAULT = f"{API}/sim.k8sviz.io/v1/namespaces/default", "/k8s/demo/api/v1/namespaces/default"
AUTOSCALERS = f"{API}/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
TRAFFIC = f"{SIM}/traffics/web"
MERGE = "application/merge-patch+json"


def policies(*held: tuple[str, int, int], window: int | None = None, choice: str = "Max") -> dict[str, Any]:
    found: dict[str, Any] = {
        "selectPolicy": choice,
        "policies": [{"type": kind, "value": value, "periodSeconds": period} for kind, value, period in held],
    }
    return found if window is None else {**found, "stabilizationWindowSeconds": window}


def serve(kubectl: Client, rate: str = "26", **spec: Any) -> None:
    """A Deployment `web` of which a request takes 5 ms of CPU, its Service, its Traffic, and its autoscaler."""
    labels = {"app": "web"}
    container = {
        "name": "main",
        "image": "nginx",
        "ports": [{"containerPort": 80}],
        "resources": {"requests": {"cpu": "200m"}},
    }
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
    }
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    for path, held in (
        (f"{SIM}/behaviors", {"selector": {"matchLabels": labels}, "cpu": {"idle": "10m", "perRequest": "5m"}}),
        (
            f"{API}/apps/v1/namespaces/default/deployments",
            {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
        ),
        (f"{DEFAULT}/services", {"selector": labels, "ports": [{"port": 80}]}),
        (f"{SIM}/traffics", {"target": {"service": {"name": "web"}}, "rate": rate, "clients": 20}),
        (AUTOSCALERS, {"scaleTargetRef": reference, "maxReplicas": 8, "metrics": [metric], **spec}),
    ):
        answer = post(kubectl, path, {"metadata": {"name": "web"}, "spec": held})
        assert answer.status_code == 201, answer.content


def load(kubectl: Client, rate: str) -> None:
    answer = kubectl.patch(TRAFFIC, {"spec": {"rate": rate}}, content_type=MERGE)
    assert answer.status_code == 200, answer.content
