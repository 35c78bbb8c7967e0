"""A cluster is taken out as a scenario, and run again it comes to the same; an object as one would apply it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from django.contrib.auth.models import User
from django.test import Client

from simulator import manifests
from simulator.engine import topology
from simulator.engine.objects import controller_of
from simulator.models import Cluster, KubeObject
from simulator.simulation import simulate
from tests.doors.conftest import post, run, signed_in

MINUTE = 60_000_000
POD_SPEC = {"containers": [{"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "100m"}}}]}
LABELS = {"app": "web"}
WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": LABELS},
        "template": {"metadata": {"labels": LABELS}, "spec": POD_SPEC},
    },
}


def _body(kind: str, name: str, *, version: str = "v1", **rest: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **rest}


PUT_IN = (
    ("api/v1/namespaces", _body("Namespace", "shop")),
    ("apis/apps/v1/namespaces/shop/deployments", WEB),
    ("api/v1/namespaces/shop/services", _body("Service", "web", spec={"selector": LABELS, "ports": [{"port": 80}]})),
    ("api/v1/namespaces/shop/services", _body("Service", "head", spec={"clusterIP": "None", "selector": LABELS})),
    ("api/v1/namespaces/default/configmaps", _body("ConfigMap", "notes", data={"text": "one\ntwo\n", "name": "值"})),
    ("api/v1/namespaces/default/secrets", _body("Secret", "login", stringData={"password": "x"})),
    ("api/v1/namespaces/default/pods", _body("Pod", "alone", spec=POD_SPEC)),
    ("api/v1/namespaces/default/pods", _body("Pod", "pinned", spec={**POD_SPEC, "nodeName": "worker-1"})),
    (
        "apis/batch/v1/namespaces/default/jobs",
        _body(
            "Job", "sum", version="batch/v1", spec={"template": {"spec": {**POD_SPEC, "restartPolicy": "Never"}}}
        ),
    ),
    (
        "apis/sim.k8sviz.io/v1/nodegroups",
        _body(
            "NodeGroup", "extra", version="sim.k8sviz.io/v1", spec={"size": 1, "maxSize": 2, "bootSeconds": 5}
        ),
    ),
)  # fmt: skip


@pytest.fixture
def filled(demo: Cluster, kubectl: Client) -> Cluster:
    for path, body in PUT_IN:
        answer = post(kubectl, f"/k8s/demo/{path}", body)
        assert answer.status_code == 201, answer.content
        run(demo, 1)
    run(demo, 60)
    return demo


def _scenario(guest: Client) -> dict[str, str]:
    answer = guest.get("/c/demo/export/scenario.zip")
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _wished_for(bodies: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """What there is of the kinds that people think of, pods of controllers by the controller's name."""
    wanted = set()
    for body in bodies:
        meta = body["metadata"]
        owner = controller_of(body)
        if body["kind"] in ("Pod", "Deployment", "Service", "ConfigMap", "Secret", "Job", "Namespace", "NodeGroup"):
            name = f"of {owner['kind']}" if owner else meta["name"]
            wanted.add((body["kind"], meta.get("namespace", ""), name))
    return wanted


def test_it_works(guest: Client, filled: Cluster, tmp_path: Path) -> None:
    held = _scenario(guest)
    for name, text in held.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    read = manifests.read([str(tmp_path / "demo" / "manifests")])
    assert read.troubles == []
    machines = topology.parse(yaml.safe_load(held["demo/topology.yaml"]))
    again = simulate(read.manifests, nodes=machines, until=3 * MINUTE)
    assert again.troubles == []
    now = _all(filled)
    then = [body for kind in again.world.kinds for body in again.world.list(kind.resource)]
    assert _wished_for(then) == _wished_for(now)
    nodes = {body["metadata"]["name"] for body in then if body["kind"] == "Node"}
    assert {"control-plane", "worker-1", "worker-2"} < nodes and len(nodes) == 4


def _all(cluster: Cluster) -> list[dict[str, Any]]:
    return [orjson.loads(text) for text in KubeObject.objects.filter(cluster=cluster).values_list("text", flat=True)]


def test_what_the_system_made_is_not_taken_along(guest: Client, filled: Cluster) -> None:
    answer = guest.get("/c/demo/export/manifests.yaml")
    bodies = list(yaml.safe_load_all(answer.content))
    assert [(body["kind"], body["metadata"]["name"]) for body in bodies] == [
        ("Namespace", "shop"),
        ("NodeGroup", "extra"),
        ("ConfigMap", "notes"),
        ("Secret", "login"),
        ("Service", "head"),
        ("Service", "web"),
        ("Deployment", "web"),
        ("Job", "sum"),
        ("Pod", "alone"),
        ("Pod", "pinned"),
    ]
    texts = answer.content.decode()
    for word in ("status:", "uid", "resourceVersion", "managedFields", "creationTimestamp", "kube-api-access"):
        assert word not in texts
    assert "text: |\n    one\n    two\n" in texts and "name: 值" in texts


CLEAN = [
    pytest.param("services/shop/web", lambda body: "clusterIP" not in body["spec"], id="given address"),
    pytest.param("services/shop/head", lambda body: body["spec"]["clusterIP"] == "None", id="headless"),
    pytest.param("pods/default/alone", lambda body: "nodeName" not in body["spec"], id="put by the scheduler"),
    pytest.param("pods/default/pinned", lambda body: body["spec"]["nodeName"] == "worker-1", id="put by a person"),
    pytest.param("jobs.batch/default/sum", lambda body: "selector" not in body["spec"], id="selector of a Job"),
    pytest.param("namespaces/-/shop", lambda body: set(body) == {"apiVersion", "kind", "metadata"}, id="Namespace"),
    pytest.param(
        "nodes/-/control-plane", lambda body: body["spec"]["taints"][0]["effect"] == "NoSchedule", id="own taint"
    ),
]


@pytest.mark.parametrize(("about", "holds"), CLEAN)
def test_an_object_as_one_would_apply_it(guest: Client, filled: Cluster, about: str, holds: Any) -> None:
    answer = guest.get(f"/c/demo/export/object/{about}.yaml")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/yaml"
    body = yaml.safe_load(answer.content)
    assert holds(body)
    assert "status" not in body and not {"uid", "managedFields"} & set(body["metadata"])


def test_an_empty_cluster_has_machines_and_no_manifests(guest: Client, demo: Cluster) -> None:
    assert list(_scenario(guest)) == ["demo/topology.yaml"]
    assert guest.get("/c/demo/export/manifests.yaml").content == b""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("export/object/pods/default/none.yaml", id="no object"),
        pytest.param("export/object/nonsense/default/x.yaml", id="no kind"),
    ],
)
def test_what_is_not_there(guest: Client, demo: Cluster, path: str) -> None:
    answer = guest.get(f"/c/demo/{path}")
    assert answer.status_code == 404 and "not found" in answer.json()["message"]


@pytest.mark.parametrize("what", ["manifests.yaml", "scenario.zip", "object/pods/default/x.yaml"])
def test_others_do_not_get_it(guest: Client, private: Cluster, what: str) -> None:
    path = f"/c/private/export/{what}"
    assert guest.get(path).status_code == 404
    assert signed_in(User.objects.create(username="bob")).get(path).status_code == 404
    assert guest.post(f"/c/private/export/{what}").status_code == 405
