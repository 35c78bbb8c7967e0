"""What bounds a namespace, what a LimitRange filled in, and what was refused, with the arithmetic."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator.api import refused_writes
from simulator.models import Cluster, Refusal
from simulator.quotas.refused import exceeded
from tests.doors.conftest import post, run

pytestmark = pytest.mark.django_db
TEAM = "/k8s/demo/api/v1/namespaces/team"

QUOTA = {"metadata": {"name": "small"}, "spec": {"hard": {"pods": "2", "requests.cpu": "1", "services": "0"}}}
RANGE = {
    "metadata": {"name": "usual"},
    "spec": {
        "limits": [
            {"type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "400m"}, "max": {"cpu": "2"}},
            {"type": "Pod", "max": {"cpu": "4"}},
        ]
    },
}


def pod(name: str, **container: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "main", "image": "nginx", **container}]}}


@pytest.fixture
def team(kubectl: Client, demo: Cluster) -> Client:
    assert post(kubectl, "/k8s/demo/api/v1/namespaces", {"metadata": {"name": "team"}}).status_code == 201
    run(demo, 2)
    return kubectl


def told(client: Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/c/demo/quotas/team.json").json()
    return answer


def test_used_against_hard_and_what_was_refused(team: Client, guest: Client, demo: Cluster) -> None:
    assert post(team, f"{TEAM}/resourcequotas", QUOTA).status_code == 201
    assert post(team, f"{TEAM}/limitranges", RANGE).status_code == 201
    run(demo, 2)
    for name in ("one", "two"):
        assert post(team, f"{TEAM}/pods", pod(name)).status_code == 201, name
    assert post(team, f"{TEAM}/pods", pod("three")).status_code == 403
    answer = told(guest)
    (quota,) = answer["quotas"]
    assert quota["rows"] == [
        {"resource": "pods", "used": "2", "hard": "2", "share": 1.0},
        {"resource": "requests.cpu", "used": "800m", "hard": "1", "share": 0.8},
        {"resource": "services", "used": "0", "hard": "0", "share": 1.0},
    ]
    container, whole = answer["limitRanges"][0]["limits"]
    assert container["type"] == "Container" and container["rows"] == [
        {"resource": "cpu", "min": None, "max": "2", "default": "500m", "defaultRequest": "400m",
         "maxLimitRequestRatio": None}
    ]  # fmt: skip
    assert (whole["type"], whole["rows"][0]["max"]) == ("Pod", "4")
    assert answer["filled"][0] == {
        "pod": "one",
        "text": "LimitRanger plugin set: cpu request for container main; cpu limit for container main",
    }
    (refusal,) = answer["refusals"]
    assert (refusal["name"], refusal["verb"], refusal["user"]) == ("three", "create", "client")
    assert refusal["exceeded"] == {
        "quota": "small",
        "rows": [
            {"resource": "pods", "requested": "1", "used": "2", "hard": "2"},
            {"resource": "requests.cpu", "requested": "400m", "used": "800m", "hard": "1"},
        ],
    }
    (space,) = [one for one in guest.get("/c/demo/quotas/").json()["namespaces"] if one["name"] == "team"]
    assert space == {"name": "team", "quotas": 1, "limitRanges": 1, "fullest": 1.0}


def test_what_a_controller_may_not_create_is_told_too(team: Client, guest: Client, demo: Cluster) -> None:
    post(team, f"{TEAM}/resourcequotas", {"metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}})
    run(demo, 2)
    labels = {"app": "web"}
    body = {
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod("x")["spec"]},
        },
    }
    assert post(team, "/k8s/demo/apis/apps/v1/namespaces/team/deployments", body).status_code == 201
    run(demo, 2)
    refusal = told(guest)["refusals"][0]
    assert refusal["reason"] == "FailedCreate" and refusal["name"].startswith("ReplicaSet web-")
    assert refusal["exceeded"]["rows"] == [{"resource": "pods", "requested": "1", "used": "0", "hard": "0"}]


def test_a_trial_and_a_strangers_write_are_no_refusals(team: Client, guest: Client, demo: Cluster) -> None:
    wrong = {"metadata": {"name": "No"}, "spec": {}}
    assert post(team, f"{TEAM}/pods?dryRun=All", wrong).status_code == 422
    assert post(Client(SERVER_NAME="127.0.0.1"), f"{TEAM}/pods", wrong).status_code == 403
    assert not Refusal.objects.exists()
    assert post(team, f"{TEAM}/pods", wrong).status_code == 422
    assert told(guest)["refusals"][0]["reason"] == "Invalid"


def test_only_the_latest_are_kept(team: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused_writes, "KEPT", 3)
    for number in range(6):
        post(team, f"{TEAM}/pods", {"metadata": {"name": f"No-{number}"}, "spec": {}})
    assert list(Refusal.objects.order_by("pk").values_list("name", flat=True)) == ["No-3", "No-4", "No-5"]


@pytest.mark.parametrize("name", ["nothing", "a%00b", "x" * 300])
def test_there_is_no_such_namespace(demo: Cluster, guest: Client, name: str) -> None:
    assert guest.get(f"/c/demo/quotas/{name}.json").status_code == 404


def test_scopes_are_shown(team: Client, guest: Client, demo: Cluster) -> None:
    quota = {
        "metadata": {"name": "urgent"},
        "spec": {
            "hard": {"pods": "5"},
            "scopeSelector": {
                "matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high", "higher"]}]
            },
        },
    }
    assert post(team, f"{TEAM}/resourcequotas", quota).status_code == 201
    assert told(guest)["quotas"][0]["isFresh"]
    run(demo, 2)
    (shown,) = told(guest)["quotas"]
    assert (shown["scopes"], shown["isFresh"]) == (["PriorityClass In (high, higher)"], False)


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("", None),
        ("exceeded quota", None),
        (
            'pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3',
            {"quota": "q", "rows": [{"resource": "pods", "requested": "1", "used": "3", "hard": "3"}]},
        ),
        (
            "exceeded quota: q, requested: requests.cpu=1,requests.memory=1Gi, used: requests.cpu=0,"
            "requests.memory=0, limited: requests.cpu=500m,requests.memory=512Mi",
            {
                "quota": "q",
                "rows": [
                    {"resource": "requests.cpu", "requested": "1", "used": "0", "hard": "500m"},
                    {"resource": "requests.memory", "requested": "1Gi", "used": "0", "hard": "512Mi"},
                ],
            },
        ),
    ],
)
def test_the_arithmetic_of_a_refusal(message: str, found: Any) -> None:
    assert exceeded(message) == found
