# ruff: noqa: E501 - the tables have a line for each case
"""custom.metrics.k8s.io and external.metrics.k8s.io, as adapters serve them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.objects import timestamp
from simulator.engine.registry import Body
from simulator.models import Cluster
from tests.api.conftest import NOW, Api

CUSTOM, EXTERNAL = "apis/custom.metrics.k8s.io", "apis/external.metrics.k8s.io"
IN_DEFAULT = f"{CUSTOM}/v1beta2/namespaces/default"
SIM = "apis/sim.k8sviz.io/v1/namespaces/default"
LEAK = {"type": "Leak", "leak": {"perSecond": "500m"}}
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


def run(api: Api, name: str, **labels: str) -> None:
    """A pod that has run for a minute."""
    spec = {"containers": [{"name": "c", "image": "nginx"}]}
    made = api.post("api/v1/namespaces/default/pods", {"metadata": {"name": name, "labels": labels}, "spec": spec})
    assert made.code == 201, made.body
    running = {
        "name": "c", "image": "nginx", "imageID": "x", "ready": True, "restartCount": 0,
        "state": {"running": {"startedAt": timestamp(NOW - 60 * SECOND)}},
    }  # fmt: skip
    status = {**made.body["status"], "phase": "Running", "containerStatuses": [running]}
    put = api("PUT", f"api/v1/namespaces/default/pods/{name}/status", {**made.body, "status": status})
    assert put.code == 200, put.body


def create(api: Api, plural: str, called: str, /, **spec: Any) -> None:
    made = api.post(f"{SIM}/{plural}", {"metadata": {"name": called}, "spec": spec})
    assert made.code == 201, made.body


@pytest.fixture
def exporting(api: Api) -> Api:
    """Two pods that export, one that does not, an Ingress and a node that are told of, and two queues outside."""
    run(api, "web-1", app="web", tier="front")
    run(api, "web-2", app="web")
    run(api, "db", app="db")
    service = {"metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}
    assert api.post("api/v1/namespaces/default/services", service).code == 201
    packets = {"name": "packets-per-second", "value": "10", "labels": {"verb": "GET"}, "curves": [LEAK]}
    create(api, "behaviors", "web", selector={"matchLabels": {"app": "web"}}, metrics=[packets])
    ingress = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"}
    create(api, "metrics", "asked", name="requests-per-second", value="2k", describedObject=ingress)
    node = {"apiVersion": "v1", "kind": "Node", "name": "node-1"}
    create(api, "metrics", "heat", name="temperature", value="41500m", describedObject=node)
    create(api, "metrics", "low", name="queue-length", labels={"queue": "low"}, value="5", curves=[LEAK])
    create(api, "metrics", "high", name="queue-length", labels={"queue": "high"}, value="7")
    return api


def pods(*names: str) -> list[Body]:
    return [{"kind": "Pod", "name": name, "apiVersion": "/v1", "namespace": "default"} for name in names]


def test_a_metric_of_pods(exporting: Api) -> None:
    reply = exporting.get(f"{IN_DEFAULT}/pods/web-1/packets-per-second")
    assert (reply.code, reply.body) == (
        200,
        {
            "kind": "MetricValueList",
            "apiVersion": "custom.metrics.k8s.io/v1beta2",
            "metadata": {},
            "items": [
                {
                    "describedObject": pods("web-1")[0],
                    "metric": {"name": "packets-per-second", "selector": None},
                    "timestamp": timestamp(NOW),
                    "value": "40",
                }
            ],
        },
    )


def test_the_older_version(exporting: Api) -> None:
    reply = exporting.get(
        f"{CUSTOM}/v1beta1/namespaces/default/pods/web-1/packets-per-second?metricLabelSelector=verb%3DGET"
    )
    assert reply.body["apiVersion"] == "custom.metrics.k8s.io/v1beta1"
    assert reply.body["items"] == [
        {
            "describedObject": pods("web-1")[0],
            "metricName": "packets-per-second",
            "timestamp": timestamp(NOW),
            "selector": {"matchLabels": {"verb": "GET"}},
            "value": "40",
        }
    ]


@pytest.mark.parametrize(
    ("name", "path", "found"),
    [
        ("all pods that have it", f"{IN_DEFAULT}/pods/*/packets-per-second", [("web-1", "40"), ("web-2", "40")]),
        ("pods by their labels", f"{IN_DEFAULT}/pods/*/packets-per-second?labelSelector=tier%3Dfront", [("web-1", "40")]),
        ("pods without it", f"{IN_DEFAULT}/pods/*/packets-per-second?labelSelector=app%3Ddb", []),
        ("labels of the metric", f"{IN_DEFAULT}/pods/*/packets-per-second?metricLabelSelector=verb%20in%20(PUT)", []),
        ("a Service", f"{IN_DEFAULT}/services/web/packets-per-second", [("web", "80")]),
        ("the namespace", f"{IN_DEFAULT}/metrics/packets-per-second", [("default", "80")]),
        ("an Ingress", f"{IN_DEFAULT}/ingresses.networking.k8s.io/main/requests-per-second", [("main", "2k")]),
        ("an Ingress, without its group", f"{IN_DEFAULT}/ingresses/main/requests-per-second", [("main", "2k")]),
        ("Ingresses that exist", f"{IN_DEFAULT}/ingresses.networking.k8s.io/*/requests-per-second", []),
        ("a node", f"{CUSTOM}/v1beta2/nodes/node-1/temperature", [("node-1", "41500m")]),
        ("all namespaces", f"{CUSTOM}/v1beta2/namespaces/*/metrics/packets-per-second", [("default", "80")]),
    ],
)  # fmt: skip
def test_what_is_found(exporting: Api, name: str, path: str, found: list[tuple[str, str]]) -> None:
    reply = exporting.get(path)
    assert reply.code == 200, (name, reply.body)
    assert [(one["describedObject"]["name"], one["value"]) for one in reply.body["items"]] == found, name


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        (f"{IN_DEFAULT}/pods/*/nothing", 404, "the server could not find the metric nothing for pods"),
        (f"{IN_DEFAULT}/pods/db/packets-per-second", 404, "the server could not find the metric packets-per-second for pods db"),
        (f"{IN_DEFAULT}/pods/web-1/packets-per-second?metricLabelSelector=verb%3DPUT", 404, "the server could not find the metric packets-per-second for pods web-1 with selector verb=PUT"),
        (f"{IN_DEFAULT}/deployments.apps/web/packets-per-second", 404, "the server could not find the metric packets-per-second for deployments.apps"),
        (f"{IN_DEFAULT}/gadgets/web/packets-per-second", 404, "the server could not find the metric packets-per-second for gadgets"),
        (f"{CUSTOM}/v1beta2/pods/web-1/packets-per-second", 404, "the server could not find the metric packets-per-second for pods"),
        (f"{IN_DEFAULT}/pods/*/packets-per-second?labelSelector=a%3D%3D%3Db", 400, "unable to parse requirement: found '=', expected: identifier"),
        (f"{IN_DEFAULT}/pods/*/packets-per-second?metricLabelSelector=a%3E1", 400, "\"gt\" isn't supported in label selectors"),
        (f"{IN_DEFAULT}/pods/web-1", 404, "the server could not find the requested resource"),
        (f"{CUSTOM}/v1/namespaces/default/pods/web-1/packets-per-second", 404, "the server could not find the requested resource"),
        (f"{EXTERNAL}/v1beta1/namespaces/default/nothing", 404, "the server could not find the metric nothing for namespaces"),
        (f"{EXTERNAL}/v1beta1/namespaces/kube-system/nothing", 404, "the server could not find the metric nothing for "),
        (f"{EXTERNAL}/v1beta1/queue-length", 404, "the server could not find the requested resource"),
    ],
)  # fmt: skip
def test_what_is_not_found(exporting: Api, path: str, code: int, said: str) -> None:
    reply = exporting.get(path)
    assert (reply.code, reply.message) == (code, said)


def test_metrics_are_only_read(exporting: Api) -> None:
    for path in (f"{IN_DEFAULT}/pods/web-1/packets-per-second", f"{EXTERNAL}/v1beta1/namespaces/default/queue-length"):
        assert exporting.post(path, {}).code == 405


def test_external_metrics(exporting: Api, cluster: Cluster) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(now=NOW + 3 * SECOND + 7)
    queues = f"{EXTERNAL}/v1beta1/namespaces/default/queue-length"
    at = timestamp(NOW + 3 * SECOND)
    low = {"metricName": "queue-length", "metricLabels": {"queue": "low"}, "timestamp": at, "value": "6500m"}
    high = {"metricName": "queue-length", "metricLabels": {"queue": "high"}, "timestamp": at, "value": "7"}
    assert exporting.get(queues).body == {
        "kind": "ExternalMetricValueList",
        "apiVersion": "external.metrics.k8s.io/v1beta1",
        "metadata": {},
        "items": [high, low],
    }
    assert exporting.get(f"{queues}?labelSelector=queue%3Dlow").body["items"] == [low]
    assert exporting.get(f"{EXTERNAL}/v1beta1/namespaces/kube-system/queue-length").body["items"] == []


def test_discovery(exporting: Api) -> None:
    groups = {one["name"]: one for one in exporting.get("apis").body["groups"]}
    assert [one["version"] for one in groups["custom.metrics.k8s.io"]["versions"]] == ["v1beta2", "v1beta1"]
    assert exporting.get(EXTERNAL).body["preferredVersion"]["version"] == "v1beta1"
    assert f"/{EXTERNAL}/v1beta1" in exporting.get("").body["paths"]
    listed = exporting.get(f"{CUSTOM}/v1beta1").body["resources"]
    assert [(one["name"], one["namespaced"]) for one in listed] == [
        ("ingresses.networking.k8s.io/requests-per-second", True),
        ("namespaces/packets-per-second", False),
        ("nodes/temperature", False),
        ("pods/packets-per-second", True),
        ("services/packets-per-second", True),
    ]
    assert all((one["kind"], one["verbs"]) == ("MetricValueList", ["get"]) for one in listed)
    (queue,) = exporting.get(f"{EXTERNAL}/v1beta1").body["resources"]
    assert queue == {
        "name": "queue-length", "singularName": "", "namespaced": True, "kind": "ExternalMetricValueList", "verbs": ["get"],
    }  # fmt: skip


def test_discovery_in_one_answer(exporting: Api) -> None:
    items = {one["metadata"]["name"]: one for one in exporting.get("apis", Accept=AGGREGATED).body["items"]}
    custom, external = items["custom.metrics.k8s.io"]["versions"], items["external.metrics.k8s.io"]["versions"]
    assert [one["version"] for one in custom] == ["v1beta2", "v1beta1"]
    of_pods = next(one for one in custom[0]["resources"] if one["resource"] == "pods")
    listed = {"group": "", "version": "", "kind": "MetricValueList"}
    assert of_pods["scope"] == "Namespaced"
    assert of_pods["subresources"] == [
        {"subresource": "packets-per-second", "responseKind": listed, "verbs": ["get"]},
    ]
    assert [one["resource"] for one in external[0]["resources"]] == ["queue-length"]


@pytest.mark.parametrize(
    "path",
    [
        CUSTOM,
        f"{CUSTOM}/v1beta2",
        f"{IN_DEFAULT}/pods/*/packets-per-second",
        f"{EXTERNAL}/v1beta1/namespaces/default/q",
    ],
)
def test_without_metrics_there_is_no_adapter(api: Api, path: str) -> None:
    reply = api.get(path)
    assert (reply.code, reply.message) == (404, "the server could not find the requested resource")
    assert not any("metrics.k8s.io" in one["name"] for one in api.get("apis").body["groups"] if "custom" in one["name"])


PARTS = st.sampled_from(
    ["namespaces", "default", "metrics", "pods", "*", "web-1", "packets-per-second", "..", "\x00", "é", "", "nodes"]
)
QUERIES = st.sampled_from(["", "labelSelector=%3D", "metricLabelSelector=!a", "labelSelector=a%20in%20(", "watch=1"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    version=st.sampled_from([f"{CUSTOM}/v1beta2", f"{CUSTOM}/v1beta1", f"{EXTERNAL}/v1beta1", f"{EXTERNAL}/v9"]),
    parts=st.lists(PARTS, max_size=6),
    query=QUERIES,
)
def test_any_path_is_answered(exporting: Api, version: str, parts: list[str], query: str) -> None:
    reply = exporting.get(f"{'/'.join([version, *parts])}?{query}")
    assert reply.code in (200, 400, 404), reply.body
    assert reply.body["kind"] in ("APIResourceList", "ExternalMetricValueList", "MetricValueList", "Status")


RULES = [
    {"verbs": ["get"], "apiGroups": ["custom.metrics.k8s.io"], "resources": ["pods/packets-per-second"]},
    {"verbs": ["list"], "apiGroups": ["external.metrics.k8s.io"], "resources": ["queue-length"]},
]


def test_who_may_read_them(exporting: Api) -> None:
    role = {"metadata": {"name": "scaler"}, "rules": RULES}
    subject = {"kind": "User", "name": "jane", "apiGroup": "rbac.authorization.k8s.io"}
    reference = {"kind": "Role", "name": "scaler", "apiGroup": "rbac.authorization.k8s.io"}
    rbac = "apis/rbac.authorization.k8s.io/v1/namespaces/default"
    jane = {"Impersonate-User": "jane"}
    path = f"{IN_DEFAULT}/pods/*/packets-per-second"
    refused = exporting.get(path, **jane)
    assert (refused.code, refused.message) == (
        403,
        'pods.custom.metrics.k8s.io "*" is forbidden: User "jane" cannot get resource "pods/packets-per-second" in API '
        'group "custom.metrics.k8s.io" in the namespace "default"',
    )
    assert exporting.post(f"{rbac}/roles", role).code == 201
    binding = {"metadata": {"name": "scaler"}, "subjects": [subject], "roleRef": reference}
    assert exporting.post(f"{rbac}/rolebindings", binding).code == 201
    assert exporting.get(path, **jane).code == 200
    assert exporting.get(f"{EXTERNAL}/v1beta1/namespaces/default/queue-length", **jane).code == 200
    assert exporting.get(f"{IN_DEFAULT}/services/web/packets-per-second", **jane).code == 403
