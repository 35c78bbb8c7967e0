"""The "Why?" tells a story: from what is seen back to the person who asked for it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from simulator.models import Cluster
from tests.doors.conftest import post, run

pytestmark = pytest.mark.django_db

PODS = "/k8s/demo/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/k8s/demo/apis/apps/v1/namespaces/default/deployments"
DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "main", "image": "nginx:1.27"}]},
        },
    },
}


@pytest.fixture
def kubectl(demo: Cluster) -> Client:
    return Client(headers={"Authorization": f"Bearer {demo.token}", "User-Agent": "kubectl/v1.34.0"})


@pytest.fixture
def pod(demo: Cluster, kubectl: Client) -> str:
    """A running pod of a Deployment."""
    assert post(kubectl, DEPLOYMENTS, DEPLOYMENT).status_code == 201
    run(demo, 30)
    name: str = kubectl.get(PODS).json()["items"][0]["metadata"]["name"]
    return name


def test_a_running_pod_leads_back_to_who_created_its_deployment(client: Client, demo: Cluster, pod: str) -> None:
    answer = client.get(f"/c/demo/why/pods/default/{pod}.json").json()
    assert answer["id"] == f"pods/default/{pod}"
    assert answer["question"] == "Why is this Pod Running?"
    for step in answer["steps"]:
        print(step)
    told = [(step["id"].split("/")[0], step["op"], step["component"].split("/")[0]) for step in answer["steps"]]
    assert told == [
        ("pods", "MODIFIED", "kubelet"),
        ("pods", "MODIFIED", "kubelet"),
        ("pods", "MODIFIED", "default-scheduler"),
        ("pods", "ADDED", "replicaset-controller"),
        ("replicasets.apps", "ADDED", "deployment-controller"),
        ("deployments.apps", "ADDED", "kubectl"),
    ]
    revisions = [step["revision"] for step in answer["steps"]]
    assert revisions == sorted(revisions, reverse=True)
