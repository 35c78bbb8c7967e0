"""Kinds that have another version or view, are computed, or are deprecated, as clients see them."""

from __future__ import annotations

from tests.api.conftest import Api

HPAS = "namespaces/default/horizontalpodautoscalers"
MERGE = "application/merge-patch+json"
SPEC = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": 5}
MEMORY = {
    "type": "Resource",
    "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 70}},
}
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


def test_an_autoscaler_has_two_versions(api: Api) -> None:
    made = api.post(
        f"apis/autoscaling/v1/{HPAS}",
        {"metadata": {"name": "web"}, "spec": {**SPEC, "targetCPUUtilizationPercentage": 60}},
    )
    assert (made.code, made.body["apiVersion"]) == (201, "autoscaling/v1")
    assert made.body["spec"] == {**SPEC, "minReplicas": 1, "targetCPUUtilizationPercentage": 60}
    second = api.get(f"apis/autoscaling/v2/{HPAS}/web").body
    assert second["spec"]["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 60}
    metrics = [MEMORY, *second["spec"]["metrics"]]
    assert api("PATCH", f"apis/autoscaling/v2/{HPAS}/web", {"spec": {"metrics": metrics}}, MERGE).code == 200
    changed = api("PATCH", f"apis/autoscaling/v1/{HPAS}/web", {"spec": {"maxReplicas": 9}}, MERGE)
    assert "autoscaling.alpha.kubernetes.io/metrics" in changed.body["metadata"]["annotations"]
    whole = api.get(f"apis/autoscaling/v2/{HPAS}/web").body
    assert (whole["spec"]["maxReplicas"], whole["spec"]["metrics"]) == (9, metrics)
    assert "annotations" not in whole["metadata"]
    for version in ("v1", "v2"):
        rows = api.get(f"apis/autoscaling/{version}/{HPAS}", Accept=TABLE).body["rows"]
        assert rows[0]["cells"][:3] == ["web", "Deployment/web", "memory: <unknown>/70%, cpu: <unknown>/60%"]


def test_an_annotation_of_v1_that_makes_no_sense_is_no_trouble(api: Api) -> None:
    notes = {f"autoscaling.alpha.kubernetes.io/{key}": "[[[" for key in ("metrics", "behavior", "conditions")}
    made = api.post(f"apis/autoscaling/v1/{HPAS}", {"metadata": {"name": "web", "annotations": notes}, "spec": SPEC})
    assert (made.code, made.body["spec"]["targetCPUUtilizationPercentage"]) == (201, 80)


def test_an_event_has_two_views(api: Api) -> None:
    event = {
        "metadata": {"name": "one"},
        "regarding": {"kind": "Pod", "name": "web", "namespace": "default"},
        "reason": "Scheduled",
        "action": "Binding",
        "note": "Done.",
        "type": "Normal",
        "eventTime": "2023-11-14T22:13:20.000000Z",
        "reportingController": "default-scheduler",
        "reportingInstance": "default-scheduler-1",
    }
    assert api.post("apis/events.k8s.io/v1/namespaces/default/events", event).code == 201
    core = api.get("api/v1/namespaces/default/events/one").body
    assert (core["apiVersion"], core["message"], core["involvedObject"]["name"]) == ("v1", "Done.", "web")
    found = api.get("apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=regarding.name%3Dweb").body
    assert (found["kind"], [one["note"] for one in found["items"]]) == ("EventList", ["Done."])
    other = api.get("api/v1/events?fieldSelector=involvedObject.name%3Dother").body
    assert other["items"] == []
    refused = api.get("apis/events.k8s.io/v1/events?fieldSelector=involvedObject.name%3Dweb")
    assert refused.code == 400


def test_what_is_deprecated_warns(api: Api) -> None:
    reply = api.get("api/v1/componentstatuses", Accept=TABLE)
    assert [row["cells"] for row in reply.body["rows"]] == [
        ["controller-manager", "Healthy", "ok", ""],
        ["etcd-0", "Healthy", "ok", ""],
        ["scheduler", "Healthy", "ok", ""],
    ]
    assert reply.headers["Warning"] == '299 - "v1 ComponentStatus is deprecated in v1.19+"'
    one = api.get("api/v1/componentstatuses/scheduler")
    assert one.body["conditions"] == [{"type": "Healthy", "status": "True", "message": "ok"}]
    assert api.get("api/v1/componentstatuses/kubelet").code == 404
    endpoints = {"metadata": {"name": "web"}}
    said = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'
    assert api.post("api/v1/namespaces/default/endpoints", endpoints).headers["Warning"] == said
    assert api.get("api/v1/namespaces/default/endpoints/web").headers["Warning"] == said
    assert api.get("api/v1/endpoints").headers["Warning"] == said
    assert "Warning" not in api.get("api/v1/namespaces/default/pods").headers


def test_our_own_kinds_are_explained(api: Api) -> None:
    schemas = api.get("openapi/v3/apis/sim.k8sviz.io/v1").body["components"]["schemas"]
    behavior = schemas["io.k8sviz.sim.v1.Behavior"]["properties"]["spec"]["properties"]
    assert behavior["cpu"]["properties"]["curves"]["items"]["properties"]["type"]["enum"] == [
        "Leak",
        "Ramp",
        "Sine",
        "Step",
    ]
    assert {"io.k8sviz.sim.v1.Traffic", "io.k8sviz.sim.v1.FaultList"} <= schemas.keys()


def test_unknown_fields_of_our_own_kinds_are_told(api: Api) -> None:
    body = {"metadata": {"name": "one"}, "spec": {"cpu": {"idel": "1"}}}
    reply = api.post("apis/sim.k8sviz.io/v1/namespaces/default/behaviors?fieldValidation=Strict", body)
    assert reply.code == 400 and 'unknown field "spec.cpu.idel"' in reply.message
    wrong = {"metadata": {"name": "one"}, "spec": {"priority": "high"}}
    assert api.post("apis/sim.k8sviz.io/v1/namespaces/default/behaviors", wrong).code == 400


def test_jobs_are_found_by_their_success(api: Api) -> None:
    pod = {"containers": [{"name": "c", "image": "busybox"}], "restartPolicy": "Never"}
    jobs = "apis/batch/v1/namespaces/default/jobs"
    made = api.post(jobs, {"metadata": {"name": "pi"}, "spec": {"template": {"spec": pod}}}).body
    uid = made["metadata"]["uid"]
    assert made["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert made["metadata"]["labels"]["job-name"] == "pi"
    for count, names in ((0, ["pi"]), (1, [])):
        found = api.get(f"{jobs}?fieldSelector=status.successful%3D{count}").body["items"]
        assert [one["metadata"]["name"] for one in found] == names
