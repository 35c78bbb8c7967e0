"""The "Why?" tells a story: from what is seen back to the person who asked for it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from simulator.engine.objects import instant_of
from simulator.models import Cluster
from simulator.reading import DatabaseReader
from tests.doors.conftest import post, run

pytestmark = pytest.mark.django_db

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
    return str(DatabaseReader(demo).list("pods", "default")[0]["metadata"]["name"])


def steps(guest: Client, about: str) -> list[tuple[str, str, str]]:
    """(resource, operation, component) of each step of an object's chain; each of its sentences is whole."""
    chain = guest.get(f"/c/demo/why/{about}.json").json()["steps"]
    for step in chain:
        assert step["title"] and step["sentence"], step
        assert not re.search(r"\{\w*\}", step["title"] + step["sentence"]), step
    revisions = [step["revision"] for step in chain]
    assert revisions == sorted(set(revisions), reverse=True)
    return [(step["id"].split("/")[0], step["op"], step["component"].split("/")[0]) for step in chain]


def test_a_running_pod_leads_back_to_who_created_its_deployment(guest: Client, demo: Cluster, pod: str) -> None:
    answer = guest.get(f"/c/demo/why/pods/default/{pod}.json").json()
    assert answer["id"] == f"pods/default/{pod}"
    assert answer["question"] == "Why is this Pod Running?"
    assert answer["steps"][-1]["sentence"] == "kubectl created Deployment web."
    assert steps(guest, f"pods/default/{pod}") == [
        ("pods", "MODIFIED", "kubelet"),
        ("pods", "MODIFIED", "kubelet"),
        ("pods", "MODIFIED", "default-scheduler"),
        ("pods", "ADDED", "replicaset-controller"),
        ("replicasets.apps", "ADDED", "deployment-controller"),
        ("deployments.apps", "ADDED", "kubectl"),
    ]


def test_a_pod_of_a_scaled_deployment_leads_back_to_who_scaled_it(
    guest: Client, demo: Cluster, kubectl: Client, pod: str
) -> None:
    patch = {"spec": {"replicas": 3}}
    merge = "application/merge-patch+json"
    assert kubectl.patch(f"{DEPLOYMENTS}/web", patch, content_type=merge).status_code == 200
    run(demo, 30)
    pods = DatabaseReader(demo).list("pods", "default")
    newest = max(pods, key=lambda one: instant_of(one["metadata"]["creationTimestamp"]))
    told = steps(guest, f"pods/default/{newest['metadata']['name']}")
    assert told[-2:] == [
        ("replicasets.apps", "MODIFIED", "deployment-controller"),
        ("deployments.apps", "MODIFIED", "kubectl"),
    ]


def test_a_pod_that_is_gone_says_who_deleted_it(guest: Client, demo: Cluster, kubectl: Client, pod: str) -> None:
    assert kubectl.delete(f"/k8s/demo/api/v1/namespaces/default/pods/{pod}").status_code == 200
    run(demo, 60)
    answer = guest.get(f"/c/demo/why/pods/default/{pod}.json").json()
    assert answer["question"] == "Why is this Pod gone?"
    assert answer["steps"][0]["op"] == "DELETED"
    assert answer["steps"][-1]["sentence"] == f"kubectl deleted Pod {pod}."


def test_a_pod_that_fits_nowhere_says_what_every_node_lacks(guest: Client, demo: Cluster, kubectl: Client) -> None:
    container = {"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "64"}}}
    body = {"metadata": {"name": "large"}, "spec": {"containers": [container]}}
    assert post(kubectl, "/k8s/demo/api/v1/namespaces/default/pods", body).status_code == 201
    run(demo, 5)
    first, *_, last = guest.get("/c/demo/why/pods/default/large.json").json()["steps"]
    assert (first["component"], first["rule"]) == ("default-scheduler", "FitError")
    assert "2 Insufficient cpu" in first["sentence"]
    assert last["sentence"] == "kubectl created Pod large."


def test_chains_come_in_the_readers_language(demo: Cluster, pod: str) -> None:
    reader = Client(SERVER_NAME="127.0.0.1", headers={"Accept-Language": "zh-hans"})
    chain = reader.get(f"/c/demo/why/pods/default/{pod}.json").json()
    english = Client(SERVER_NAME="127.0.0.1").get(f"/c/demo/why/pods/default/{pod}.json").json()
    assert chain["question"] != english["question"]
    for here, there in zip(chain["steps"], english["steps"], strict=True):
        assert here["sentence"] != there["sentence"], there["sentence"]
        assert not re.search(r"\{\w*\}", here["title"] + here["sentence"]), here


@pytest.mark.parametrize(
    "about", ["nodes/-/worker-1", "namespaces/-/default", "leases.coordination.k8s.io/kube-node-lease/worker-1"]
)
def test_what_the_cluster_came_with_has_a_chain_too(guest: Client, demo: Cluster, about: str) -> None:
    assert steps(guest, about)


@pytest.mark.parametrize("about", ["pods/default/nobody", "nonsense/-/x", "pods/-/coredns"])
def test_what_is_not_known_is_not_found(guest: Client, demo: Cluster, about: str) -> None:
    answer = guest.get(f"/c/demo/why/{about}.json")
    assert answer.status_code == 404
    assert "not found" in answer.json()["message"]


def test_every_chain_ends_with_somebodys_wish(guest: Client, demo: Cluster, pod: str) -> None:
    told = [one for one in DatabaseReader(demo).list("events", "default") if one["involvedObject"]["kind"] != "Node"]
    asked = [f"events/default/{event['metadata']['name']}" for event in told]
    assert len(asked) > 8
    for about in [*asked, f"pods/default/{pod}", "deployments.apps/default/web"]:
        assert steps(guest, about)[-1][2] == "kubectl", about
