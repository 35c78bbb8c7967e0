"""The revisions of a workload's template: how two differ, and the patch that brings one back."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.test import Client

from simulator.engine.objects import annotations_of
from simulator.models import Cluster
from simulator.reading import DatabaseReader
from tests.doors.conftest import post, run
from tests.doors.workloads import APPS, DOOR, deploy, patch, roll, template, told

pytestmark = pytest.mark.django_db

CAUSE = "kubernetes.io/change-cause"


def annotate(kubectl: Client, cause: str) -> None:
    body = {"metadata": {"annotations": {CAUSE: cause}}}
    answer = kubectl.patch(f"{APPS}/deployments/web", body, content_type="application/merge-patch+json")
    assert answer.status_code == 200


def revisions(guest: Client, path: str = DOOR) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(guest, f"{path}/history.json")["revisions"]
    return found


def undo(kubectl: Client, guest: Client, revision: int, about: str = "deployments/web", path: str = DOOR) -> None:
    one = next(one for one in revisions(guest, path) if one["revision"] == revision)
    kind = one["undo"]["contentType"]
    answer = kubectl.patch(f"{APPS}/{about}", orjson.dumps(one["undo"]["patch"]), content_type=kind)
    assert answer.status_code == 200, answer.content


def test_back_to_an_earlier_revision(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl, 2)
    annotate(kubectl, "as it was")
    run(demo, 30)
    annotate(kubectl, "a newer one")
    roll(kubectl, "nginx:1.28")
    run(demo, 60)
    second, first = revisions(guest)
    assert (second["revision"], second["current"], second["undo"], second["pods"]) == (2, True, None, 2)
    assert (first["revision"], first["images"], first["changeCause"]) == (1, ["nginx:1.27"], "as it was")
    undo(kubectl, guest, 1)
    run(demo, 60)
    third, second = revisions(guest)
    assert (third["revision"], third["earlier"], third["name"], third["images"]) == (
        3,
        "1",
        first["name"],
        ["nginx:1.27"],
    )
    assert (third["changeCause"], second["changeCause"], second["current"]) == ("as it was", "a newer one", False)
    web = DatabaseReader(demo).get("deployments.apps", "default", "web")
    assert web is not None and annotations_of(web)["deployment.kubernetes.io/revision"] == "3"
    assert web["spec"]["template"]["metadata"]["labels"] == {"app": "web"}
    assert "deployment.kubernetes.io/desired-replicas" not in annotations_of(web)


def test_the_lines_that_differ(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl, 1)
    run(demo, 10)
    roll(kubectl, "nginx:1.28")
    run(demo, 10)
    lines = told(guest, f"{DOOR}/diff.json?from=1&to=2")["lines"]
    assert [(one["sign"], one["text"].strip()) for one in lines if one["sign"] in "+-"] == [
        ("-", "- image: nginx:1.27"),
        ("+", "- image: nginx:1.28"),
    ]
    assert not any("pod-template-hash" in one["text"] for one in lines)
    assert told(guest, f"{DOOR}/diff.json?from=1&to=1")["lines"] == []
    missing = guest.get(f"{DOOR}/diff.json?from=1&to=7")
    assert (missing.status_code, missing.json()["message"]) == (404, "web has no revision 7.")


def test_a_rollback_is_written_as_any_change(guest: Client, demo: Cluster, kubectl: Client) -> None:
    deploy(kubectl, 1)
    run(demo, 10)
    patch(kubectl, {"template": {"spec": {"nodeSelector": {"disk": "fast"}}}})
    run(demo, 10)
    undo(kubectl, guest, 1)
    web = DatabaseReader(demo).get("deployments.apps", "default", "web")
    assert web is not None and "nodeSelector" not in web["spec"]["template"]["spec"]


def test_a_statefulset_may_make_do_without_several(guest: Client, demo: Cluster, kubectl: Client) -> None:
    spec = {
        "replicas": 5,
        "serviceName": "web",
        "podManagementPolicy": "Parallel",
        "updateStrategy": {"rollingUpdate": {"maxUnavailable": "40%"}},
        "selector": {"matchLabels": {"app": "web"}},
        "template": template("nginx:1.27"),
    }
    assert post(kubectl, f"{APPS}/statefulsets", {"metadata": {"name": "web"}, "spec": spec}).status_code == 201
    run(demo, 60)
    patch(kubectl, {"template": template("nginx:1.28")}, "statefulsets/web")
    run(demo, 120)
    body = told(guest, "/c/demo/workload/statefulsets.apps/default/web/rollout.json")
    assert (body["maxUnavailable"], body["partition"], body["least"][-1]) == ("40%", 0, 3)
    assert (min(body["available"]), body["done"]) == (3, True)


@pytest.mark.parametrize("plural", ["statefulsets", "daemonsets"])
def test_by_controller_revisions(guest: Client, demo: Cluster, kubectl: Client, plural: str) -> None:
    spec: dict[str, Any] = {"selector": {"matchLabels": {"app": "web"}}, "template": template("nginx:1.27")}
    if plural == "statefulsets":
        spec |= {"replicas": 2, "serviceName": "web"}
    assert post(kubectl, f"{APPS}/{plural}", {"metadata": {"name": "web"}, "spec": spec}).status_code == 201
    run(demo, 60)
    path = f"/c/demo/workload/{plural}.apps/default/web"
    patch(kubectl, {"template": template("nginx:1.28")}, f"{plural}/web")
    run(demo, 120)
    body = told(guest, f"{path}/rollout.json")
    assert (body["done"], body["waits"], body["desired"][-1], body["least"][-1]) == (True, [], 2, 1)
    assert (body["updated"][-1], body["outdated"][-1], body["available"][-1]) == (2, 0, 2)
    assert min(body["available"]) >= 1 and body["outdated"][0] == 2
    spans = [span for lane in body["lanes"] for span in lane["spans"] if span["state"] == "available"]
    assert len(spans) == 4 and sum(span["revision"] in body["newestLabels"] for span in spans) == 2
    assert len(body["lanes"]) == (2 if plural == "statefulsets" else 4)
    assert [step["kind"] for step in body["steps"]].count("scale") == 2
    waits = [said for step in body["steps"] for said in step["waits"]]
    if plural == "statefulsets":
        assert waits == [
            "web-1 is created again when the old one has ended: both have the same name.",
            "The update goes on to web-0 when web-1 is available.",
            "web-0 is created again when the old one has ended: both have the same name.",
        ]
    else:
        assert waits == ["1 pod(s) are not available, and no more than 1 may be."]
    second, first = revisions(guest, path)
    assert (second["images"], first["images"], first["pods"]) == (["nginx:1.28"], ["nginx:1.27"], None)
    undo(kubectl, guest, first["revision"], f"{plural}/web", path)
    run(demo, 120)
    third = revisions(guest, path)[0]
    assert (third["revision"], third["images"], third["name"]) == (3, ["nginx:1.27"], first["name"])


def test_a_partition_keeps_pods_as_they_are(guest: Client, demo: Cluster, kubectl: Client) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    spec = {
        "selector": {"matchLabels": {"app": "web"}},
        "template": template("nginx:1.27"),
        "replicas": 2,
        "serviceName": "web",
        "updateStrategy": strategy,
    }
    assert post(kubectl, f"{APPS}/statefulsets", {"metadata": {"name": "web"}, "spec": spec}).status_code == 201
    run(demo, 60)
    patch(kubectl, {"template": template("nginx:1.28")}, "statefulsets/web")
    run(demo, 120)
    body = told(guest, "/c/demo/workload/statefulsets.apps/default/web/rollout.json")
    assert (body["partition"], body["updated"][-1], body["outdated"][-1]) == (1, 1, 1)
    assert body["waits"] == ["Partition 1: pods below ordinal 1 keep their revision."]


def test_a_job_to_its_end(guest: Client, demo: Cluster, kubectl: Client) -> None:
    box = {"name": "main", "image": "busybox", "command": ["sleep", "5"]}
    spec = {
        "completions": 4,
        "parallelism": 2,
        "template": {"spec": {"restartPolicy": "Never", "containers": [box]}},
    }
    jobs = "/k8s/demo/apis/batch/v1/namespaces/default/jobs"
    assert post(kubectl, jobs, {"metadata": {"name": "web"}, "spec": spec}).status_code == 201
    run(demo, 60)
    body = told(guest, "/c/demo/workload/jobs.batch/default/web/rollout.json")
    assert body["done"] and body["kind"] == "Job"
    assert (body["succeeded"][-1], body["failed"][-1], body["active"][-1]) == (4, 0, 0)
    assert max(body["active"]) == 2 == body["most"][0]
    assert sorted(step["kind"] for step in body["steps"]).count("scale") == 4
    assert [lane["spans"][-1]["state"] for lane in body["lanes"]] == ["succeeded"] * 4
    waits = [said for step in body["steps"] for said in step["waits"]]
    assert set(waits) == {"2 pod(s) run, and no more than 2 may: the next waits for one to end."}
    assert guest.get("/c/demo/workload/jobs.batch/default/web/history.json").status_code == 404
