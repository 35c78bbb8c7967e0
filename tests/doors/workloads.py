"""Deployments and the like for the workloads' doors."""

from __future__ import annotations

from typing import Any

from django.test import Client

from simulator.engine.objects import controller_of, is_deleting, status_of
from simulator.engine.pods import is_available, is_ready
from simulator.engine.registry import Body, Instant
from simulator.models import Change, Cluster
from tests.doors.conftest import post

APPS = "/k8s/demo/apis/apps/v1/namespaces/default"
DOOR = "/c/demo/workload/deployments.apps/default/web"
STRATEGIC = "application/strategic-merge-patch+json"


def template(image: str, app: str = "web", **container: Any) -> dict[str, Any]:
    return {
        "metadata": {"labels": {"app": app}},
        "spec": {"containers": [{"name": "main", "image": image, **container}]},
    }


def deploy(kubectl: Client, replicas: int = 4, image: str = "nginx:1.27", **spec: Any) -> None:
    body = {
        "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": template(image),
            **spec,
        },
    }
    answer = post(kubectl, f"{APPS}/deployments", body)
    assert answer.status_code == 201, answer.content


def patch(kubectl: Client, spec: dict[str, Any], path: str = "deployments/web") -> None:
    answer = kubectl.patch(f"{APPS}/{path}", {"spec": spec}, content_type=STRATEGIC)
    assert answer.status_code == 200, answer.content


def roll(kubectl: Client, image: str) -> None:
    patch(kubectl, {"template": {"spec": {"containers": [{"name": "main", "image": image}]}}})


def told(guest: Client, path: str = f"{DOOR}/rollout.json") -> dict[str, Any]:
    answer = guest.get(path)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def recount(cluster: Cluster, replicaset: Body, at: Instant) -> tuple[int, int, int]:
    """Pods of a ReplicaSet that were there, ready and available at an instant, one by one from the log."""
    pods: dict[str, Body] = {}
    for row in Change.objects.filter(cluster=cluster, resource="pods", at__lte=at).order_by("revision"):
        if row.operation == "DELETED":
            pods.pop(row.name, None)
        elif (controller_of(row.body) or {}).get("uid") == replicaset["metadata"]["uid"]:
            pods[row.name] = row.body
    alive = [one for one in pods.values() if not is_deleting(one) and status_of(one).get("phase") not in ENDED]
    ready = [one for one in alive if is_ready(one)]
    patience = replicaset["spec"].get("minReadySeconds", 0)
    return len(alive), len(ready), sum(is_available(one, patience, at) for one in ready)


ENDED = ("Succeeded", "Failed")
