"""The admin: staff see every kind and the log, steer clusters, and edit objects through the store like all."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
import yaml
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from simulator import clusters, store
from simulator.engine.causes import Cause
from simulator.engine.custom_resources.kinds import DEFINITIONS
from simulator.engine.registry import KINDS
from simulator.models import Change, Cluster, KubeObject

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)


@pytest.fixture
def cluster() -> Cluster:
    return clusters.create("lab")


@pytest.fixture
def staff() -> Client:
    User.objects.create_superuser("admin", password="secret")
    client = Client()
    assert client.login(username="admin", password="secret")
    return client


def test_it_works(staff: Client, cluster: Cluster) -> None:
    index = staff.get("/admin/").content.decode()
    for word in ("Clusters", "Change log", "Pod", "Node", "Deployment", "Service"):
        assert word.lower() in index.lower()


@pytest.mark.parametrize("resource", [kind.resource for kind in KINDS])
def test_every_kind_has_a_list_that_searches_and_filters(staff: Client, cluster: Cluster, resource: str) -> None:
    url = reverse(f"admin:objects_{KINDS[resource].kind.lower()}_changelist")
    assert staff.get(url).status_code == 200
    assert staff.get(url, {"q": "kube", "cluster__id__exact": cluster.pk}).status_code == 200


def test_the_pod_list_shows_kubectls_columns(staff: Client, cluster: Cluster) -> None:
    page = staff.get(reverse("admin:objects_pod_changelist"), {"q": "coredns"}).content.decode()
    assert "Running" in page
    assert "1/1" in page


def test_the_change_log_is_searchable(staff: Client, cluster: Cluster) -> None:
    url = reverse("admin:simulator_change_changelist")
    assert "coredns" in staff.get(url, {"q": "coredns"}).content.decode()
    assert "coredns" not in staff.get(url, {"q": "no-such-thing"}).content.decode().split("result_list", 1)[-1]


@pytest.mark.parametrize(("action", "paused"), [("pause", True), ("resume", False)])
def test_actions_steer_clusters(staff: Client, cluster: Cluster, action: str, paused: bool) -> None:
    Cluster.objects.update(paused=not paused)
    url = reverse("admin:simulator_cluster_changelist")
    staff.post(url, {"action": action, "_selected_action": [cluster.pk]})
    assert Cluster.objects.get(pk=cluster.pk).paused is paused


def test_reset_starts_the_cluster_again(staff: Client, cluster: Cluster) -> None:
    before = Cluster.objects.get(pk=cluster.pk)
    KubeObject.objects.filter(cluster=cluster, resource="pods").delete()
    url = reverse("admin:simulator_cluster_changelist")
    staff.post(url, {"action": "reset", "_selected_action": [cluster.pk]})
    after = Cluster.objects.get(pk=cluster.pk)
    assert after.revision > before.revision, "watchers must never see a revision twice"
    assert after.token == before.token
    assert KubeObject.objects.filter(cluster=cluster, resource="pods").exists()


def _form(row: KubeObject, body: object) -> dict[str, str]:
    return {"text": json.dumps(body)}


def test_an_edit_goes_through_the_store(staff: Client, cluster: Cluster) -> None:
    row = KubeObject.objects.get(cluster=cluster, resource="deployments.apps", name="coredns")
    body = {**row.body, "spec": {**row.body["spec"], "replicas": 3}}
    answer = staff.post(reverse("admin:objects_deployment_change", args=[row.pk]), _form(row, body))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    changed = KubeObject.objects.get(pk=row.pk)
    assert changed.body["spec"]["replicas"] == 3
    logged = Change.objects.get(cluster=cluster, revision=changed.revision)
    assert (logged.component, logged.rule) == ("admin", "update")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a broken rule", {"spec": {"replicas": -1}}, "must be greater than or equal to 0"),
        ("no JSON", "{", "valid JSON"),
        ("no object", "[1]", "not an object"),
    ],
)
def test_a_bad_edit_is_said_at_the_field(staff: Client, cluster: Cluster, name: str, text: object, said: str) -> None:
    row = KubeObject.objects.get(cluster=cluster, resource="deployments.apps", name="coredns")
    if isinstance(text, dict):
        body = row.body
        text = json.dumps({**body, "spec": {**body["spec"], **text["spec"]}})
    answer = staff.post(reverse("admin:objects_deployment_change", args=[row.pk]), {"text": text})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert KubeObject.objects.get(pk=row.pk).text == row.text


def test_a_delete_goes_through_the_store(staff: Client, cluster: Cluster) -> None:
    row = KubeObject.objects.get(cluster=cluster, resource="configmaps", namespace="kube-system", name="coredns")
    staff.post(reverse("admin:objects_configmap_delete", args=[row.pk]), {"post": "yes"})
    assert not KubeObject.objects.filter(pk=row.pk).exists()
    assert Change.objects.filter(cluster=cluster, operation="DELETED", name="coredns", component="admin").exists()


def test_strangers_are_sent_to_sign_in(cluster: Cluster) -> None:
    answer = Client().get(reverse("admin:objects_pod_changelist"))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_custom_resources_have_a_page_of_their_own(staff: Client, cluster: Cluster) -> None:
    crontab = yaml.safe_load((Path(__file__).parents[1] / "crontab.yaml").read_text())
    cause = Cause("test", "create", "")

    def fill(work: store.Transaction) -> None:
        made = work.create(KINDS[DEFINITIONS], crontab, cause)
        told = {"acceptedNames": made["spec"]["names"], "conditions": [{"type": "Established", "status": "True"}]}
        work.update(KINDS[DEFINITIONS], {**made, "status": told}, cause, subresource="status")
        body = {"metadata": {"name": "one", "namespace": "default"}, "spec": {"cronSpec": "* * * * *"}}
        work.create(work.kinds["crontabs.stable.example.com"], body, cause)

    store.write(cluster, fill)
    listed = staff.get(reverse("admin:objects_customobject_changelist")).content.decode()
    assert "crontabs.stable.example.com" in listed
    assert "coredns" not in listed
    row = KubeObject.objects.get(cluster=cluster, resource="crontabs.stable.example.com")
    page = reverse("admin:objects_customobject_change", args=[row.pk])
    bad = staff.post(page, _form(row, {**row.body, "spec": {"cronSpec": "never"}}))
    assert "spec.cronSpec in body should match" in html.unescape(bad.content.decode())
    assert staff.post(page, _form(row, {**row.body, "spec": {"cronSpec": "0 0 * * *"}})).status_code == 302
    assert KubeObject.objects.get(pk=row.pk).body["spec"] == {"cronSpec": "0 0 * * *", "replicas": 1}
    staff.post(reverse("admin:objects_customobject_delete", args=[row.pk]), {"post": "yes"})
    assert not KubeObject.objects.filter(pk=row.pk).exists()
