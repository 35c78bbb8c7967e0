"""Pods and configurations for the scheduler's doors."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.doors.conftest import post

PODS, TRACE = "/k8s/demo/api/v1/namespaces/default/pods", "/c/demo/trace/default"
MAPS = "/k8s/demo/api/v1/namespaces/kube-system/configmaps"
HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
PACKING = f"""{HEAD}profiles:
- schedulerName: default-scheduler
  pluginConfig:
  - name: NodeResourcesFit
    args:
      scoringStrategy:
        type: MostAllocated
        resources: [{{name: cpu, weight: 1}}]
"""


def pod(name: str = "web", cpu: str = "1", **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"containers": [container], **spec}}


def create(kubectl: Client, body: dict[str, Any]) -> None:
    assert post(kubectl, PODS, body).status_code == 201


def configure(kubectl: Client, text: str) -> None:
    body = {"metadata": {"name": "kube-scheduler-config"}, "data": {"config.yaml": text}}
    if post(kubectl, MAPS, body).status_code == 409:
        data = {"data": {"config.yaml": text}}
        path = f"{MAPS}/kube-scheduler-config"
        assert kubectl.patch(path, data, content_type="application/merge-patch+json").status_code == 200
