"""What an autoscaler saw and did over time."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.test import Client

from simulator.models import Cluster
from tests.doors.autoscaled import AUTOSCALERS, MERGE, SIM, load, policies, serve
from tests.doors.conftest import post, run

pytestmark = pytest.mark.django_db

CHART = "/c/demo/autoscaler/default/web/chart.json"


def told(guest: Client, path: str = CHART) -> dict[str, Any]:
    answer = guest.get(path)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_load_that_comes_and_goes(guest: Client, demo: Cluster, kubectl: Client) -> None:
    serve(kubectl, "5", behavior={"scaleUp": policies(("Pods", 2, 60))})
    run(demo, 120)
    load(kubectl, "120")
    run(demo, 300)
    load(kubectl, "5")
    run(demo, 700)
    chart = told(guest)
    assert (chart["target"], chart["least"], chart["most"]) == ({"kind": "Deployment", "name": "web"}, 1, 8)
    assert (chart["complete"], chart["ownBehavior"], chart["current"], chart["desired"]) == (True, True, 1, 1)
    assert chart["behavior"]["scaleUp"]["policies"] == [{"type": "Pods", "value": 2, "periodSeconds": 60}]
    steps = chart["steps"]
    assert [one["at"] for one in steps] == sorted(one["at"] for one in steps)
    assert chart["since"] <= steps[0]["at"] and steps[-1]["at"] <= chart["until"]
    assert "unable to compute the replica count: failed to get cpu utilization: " in steps[1]["failed"]
    capped = next(one for one in steps if one["limit"] == "ScaleUpLimit")
    assert (capped["current"], capped["recommended"], capped["stabilized"], capped["replicas"]) == (1, 7, 7, 3)
    assert capped["policy"] == {"type": "Pods", "value": 2, "periodSeconds": 60}
    (metric,) = capped["metrics"]
    assert metric["value"] > 300
    assert {**metric, "value": 0} == {
        "name": "cpu",
        "resource": "cpu",
        "form": "Utilization",
        "value": 0,
        "target": 50.0,
        "replicas": 7,
    }
    held = next(one for one in steps if one["window"] is not None)
    assert (held["recommended"], held["stabilized"], held["replicas"], held["window"]) == (1, 7, 7, 300)
    released = next(one for one in steps if one["at"] > held["at"] and one["replicas"] == 1)
    assert 270_000_000 <= released["at"] - held["at"] <= 315_000_000
    applied = [one["replicas"] for one in steps if one["replicas"] is not None]
    assert [one for n, one in enumerate(applied) if n == 0 or applied[n - 1] != one] == [1, 3, 5, 7, 1]


def test_a_span_begins_with_what_held_there(guest: Client, demo: Cluster, kubectl: Client) -> None:
    serve(kubectl)
    run(demo, 600)
    chart = told(guest, f"{CHART}?last=60")
    assert chart["until"] - chart["since"] == 60_000_000
    (step,) = chart["steps"]
    assert step["at"] < chart["since"] and step["replicas"] == 2


def test_a_change_of_the_bounds_is_a_step(guest: Client, demo: Cluster, kubectl: Client) -> None:
    serve(kubectl)
    run(demo, 120)
    before = told(guest)["steps"][-1]
    answer = kubectl.patch(f"{AUTOSCALERS}/web", {"spec": {"maxReplicas": 5}}, content_type=MERGE)
    assert answer.status_code == 200
    after = told(guest)["steps"][-1]
    assert (before["most"], after["most"], after["looked"]) == (8, 5, False)
    assert (after["recommended"], after["replicas"]) == (before["recommended"], before["replicas"])


def test_no_more_steps_than_can_be_drawn(
    guest: Client, demo: Cluster, kubectl: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(kubectl)
    run(demo, 120)
    whole = told(guest)["steps"]
    monkeypatch.setattr("simulator.autoscaling.charts.MOST_STEPS", 2)
    chart = told(guest)
    assert (chart["complete"], chart["steps"]) == (False, whole[-3:])


def test_what_loads_it(guest: Client, demo: Cluster, kubectl: Client) -> None:
    serve(kubectl)
    for name, spec in (
        ("waits", {"target": {"service": {"name": "web"}}, "pauseMilliseconds": 100}),
        ("elsewhere", {"target": {"service": {"name": "other"}}, "rate": "1"}),
    ):
        assert post(kubectl, f"{SIM}/traffics", {"metadata": {"name": name}, "spec": spec}).status_code == 201
    run(demo, 60)
    loads = told(guest)["loads"]
    assert [(one["resource"], one["name"], one["text"], one["value"], one["waits"]) for one in loads] == [
        ("traffics.sim.k8sviz.io", "waits", "", None, True),
        ("traffics.sim.k8sviz.io", "web", "26", 26.0, False),
        ("behaviors.sim.k8sviz.io", "web", "10m", 0.01, False),
    ]


METRICS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an average amount": (
        {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Mi"}}},
        {"name": "memory", "resource": "memory", "form": "AverageValue", "target": 1048576.0},
    ),
    "of one container": (
        {
            "type": "ContainerResource",
            "containerResource": {
                "name": "cpu",
                "container": "main",
                "target": {"type": "Utilization", "averageUtilization": 80},
            },
        },
        {"name": "cpu (main)", "resource": "cpu", "form": "Utilization", "target": 80.0},
    ),
    "of pods": (
        {"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "5"}}},
        {"name": "hits", "resource": "", "form": "AverageValue", "target": 5.0},
    ),
    "of an object": (
        {
            "type": "Object",
            "object": {
                "metric": {"name": "hits"},
                "describedObject": {"apiVersion": "v1", "kind": "Service", "name": "web"},
                "target": {"type": "Value", "value": "500m"},
            },
        },
        {"name": "hits (Service/web)", "resource": "", "form": "Value", "target": 0.5},
    ),
    "from outside": (
        {
            "type": "External",
            "external": {"metric": {"name": "queue"}, "target": {"type": "AverageValue", "averageValue": "30"}},
        },
        {"name": "queue", "resource": "", "form": "AverageValue", "target": 30.0},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("metric", "shown"), METRICS.values(), ids=METRICS)
def test_metrics_of_each_source(
    guest: Client, demo: Cluster, kubectl: Client, metric: dict[str, Any], shown: dict[str, Any]
) -> None:
    serve(kubectl, metrics=[metric])
    run(demo, 90)
    (found,) = told(guest)["steps"][-1]["metrics"]
    assert shown.items() <= found.items()
    assert (found["value"] is None) == (found["name"] in ("hits", "queue", "hits (Service/web)"))


def test_the_list(guest: Client, demo: Cluster, kubectl: Client) -> None:
    assert guest.get("/c/demo/autoscaler/").json() == {"autoscalers": []}
    serve(kubectl)
    run(demo, 120)
    (one,) = guest.get("/c/demo/autoscaler/").json()["autoscalers"]
    assert one == {
        "namespace": "default",
        "name": "web",
        "target": {"kind": "Deployment", "name": "web"},
        "least": 1,
        "most": 8,
        "current": 2,
        "desired": 2,
    }


def test_a_target_that_is_not_there(guest: Client, demo: Cluster, kubectl: Client) -> None:
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "nothing"}
    body = {"metadata": {"name": "web"}, "spec": {"scaleTargetRef": reference, "maxReplicas": 3}}
    assert post(kubectl, AUTOSCALERS, body).status_code == 201
    run(demo, 60)
    chart = told(guest)
    assert 'deployments.apps "nothing" not found' in chart["steps"][-1]["failed"]
    assert chart["loads"] == []


@pytest.mark.parametrize("last", ["", "0", "-1", "x", "99999999", "1.5", "\u0663"])
def test_a_span_that_makes_no_sense(guest: Client, demo: Cluster, kubectl: Client, last: str) -> None:
    answer = guest.get(CHART, {"last": last})
    assert answer.status_code == 400
    assert answer.json()["message"] == "last must be a number of seconds, up to a day."


def test_what_is_not_there(guest: Client, demo: Cluster) -> None:
    assert guest.get(CHART).status_code == 404
    assert guest.post(CHART).status_code == 405
    assert guest.get(CHART.replace("demo", "other")).status_code == 404
    assert guest.get("/c/other/autoscaler/").status_code == 404


def test_a_cluster_of_somebody_else(guest: Client, private: Cluster) -> None:
    for answer in (
        guest.get(CHART.replace("demo", "private")),
        post(guest, "/c/private/autoscaler/default/web/compare/", {}),
    ):
        assert answer.status_code == 404
        assert orjson.loads(answer.content)["message"] == "There is no cluster of this name for you."
