# ruff: noqa: E501 - the tables have a line for each case
"""Who manages what: how managers begin, are reset, handed over and capped, and those of status and scale."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import Api
from tests.api.test_apply import APPLY, DEPLOYMENTS, MAPS, MERGE, PATCH, apply, config, deployment, fields, managers


def test_before_the_first_apply_somebody_had_it(api: Api) -> None:
    api.post(MAPS, config(a="1"))
    api("PATCH", f"{MAPS}/one", {"metadata": {"managedFields": [{}]}}, MERGE)
    assert managers(api.get(f"{MAPS}/one").body) == []
    changed = api("PATCH", f"{MAPS}/one", {"data": {"b": "1"}}, MERGE)
    assert managers(changed.body) == [], "who is not tracked stays so until somebody applies"
    refused = apply(api, f"{MAPS}/one", config(a="2"))
    assert refused.message == ('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a')
    shared = apply(api, f"{MAPS}/one", config(a="1"))
    assert managers(shared.body) == [("me", "Apply", ""), ("before-first-apply", "Update", "")]


@pytest.mark.parametrize("how", ["[{}] by merge patch", "[] by json patch", "[] by update", "[{}] by update"])
def test_a_client_may_reset_the_managers(api: Api, how: str) -> None:
    made = api.post(MAPS, config(a="1")).body
    value: list[Any] = [{}] if how.startswith("[{}]") else []
    if "merge" in how:
        reply = api("PATCH", f"{MAPS}/one", {"metadata": {"managedFields": value}}, MERGE)
    elif "json" in how:
        reply = api(
            "PATCH", f"{MAPS}/one", [{"op": "replace", "path": "/metadata/managedFields", "value": value}], PATCH
        )
    else:
        reply = api("PUT", f"{MAPS}/one", {**made, "metadata": {**made["metadata"], "managedFields": value}})
    assert reply.code == 200
    assert "managedFields" not in reply.body["metadata"]
    assert int(reply.body["metadata"]["resourceVersion"]) > int(made["metadata"]["resourceVersion"])


def test_a_client_may_hand_its_fields_to_another_manager(api: Api) -> None:
    made = api.post(f"{MAPS}?fieldManager=kubectl-client-side-apply", config(a="1")).body
    entry = {**made["metadata"]["managedFields"][0], "manager": "kubectl", "operation": "Apply"}
    operations = [
        {"op": "replace", "path": "/metadata/managedFields", "value": [entry]},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": made["metadata"]["resourceVersion"]},
    ]
    handed = api("PATCH", f"{MAPS}/one", operations, PATCH)
    assert (handed.code, managers(handed.body)) == (200, [("kubectl", "Apply", "")])
    stale = api("PATCH", f"{MAPS}/one", operations, PATCH)
    assert (stale.code, stale.body["reason"]) == (409, "Conflict")
    dropped = apply(api, f"{MAPS}/one", config(b="1"), "kubectl")
    assert dropped.body["data"] == {"b": "1"}


@pytest.mark.parametrize(
    "entries",
    [
        [{"manager": "x"}],
        [{"manager": "x", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"x": {}}}],
        [{"manager": "x", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV2", "fieldsV1": {}}],
        [{"manager": "x", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"k:[": {}}}],
    ],
)
def test_managers_that_nobody_can_read_count_as_not_sent(api: Api, entries: Any) -> None:
    made = api.post(MAPS, config(a="1")).body
    kept = api("PATCH", f"{MAPS}/one", {"metadata": {"managedFields": entries}}, MERGE)
    assert (kept.code, kept.body["metadata"]["managedFields"]) == (200, made["metadata"]["managedFields"])
    fresh = {**config(a="1"), "metadata": {"name": "two", "managedFields": entries}}
    assert managers(api.post(MAPS, fresh).body) == [("kubectl", "Update", "")]


def test_the_oldest_of_many_updaters_become_one(api: Api) -> None:
    api.post(f"{MAPS}?fieldManager=m00", config(a="1"))
    for number in range(1, 13):
        api("PATCH", f"{MAPS}/one?fieldManager=m{number:02}", {"data": {f"k{number}": "1"}}, MERGE)
    body = api.get(f"{MAPS}/one").body
    assert len(managers(body)) == 10
    assert ("ancient-changes", "Update", "") in managers(body)
    assert {"f:k1", "f:k2", "f:a"} <= set(fields(body, "ancient-changes", "Update")["f:data"])


def test_apply_as_kubectl_takes_over_what_it_applied_on_its_own_side(api: Api) -> None:
    last = json.dumps(config(a="1", b="1"))
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": last}
    body = {**config(a="1", b="other"), "metadata": {"name": "one", "annotations": annotations}}
    api.post(f"{MAPS}?fieldManager=kubectl-client-side-apply", body)
    other = apply(api, f"{MAPS}/one", config(a="2"), "me")
    assert other.code == 409
    refused = apply(api, f"{MAPS}/one", config(a="2", b="2"), "kubectl")
    assert refused.message == (
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.b'
    )
    taken = apply(api, f"{MAPS}/one", config(a="2"), "kubectl")
    assert (taken.code, taken.body["data"]) == (200, {"a": "2", "b": "other"})
    written = taken.body["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
    assert written == '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"one"}}\n'


def test_the_status_has_managers_of_its_own(api: Api) -> None:
    apply(api, f"{DEPLOYMENTS}/web", deployment(replicas=2))
    status = {
        **deployment(replicas=7),
        "status": {"observedGeneration": 1, "conditions": [{"type": "Available", "status": "True"}]},
    }
    done = apply(api, f"{DEPLOYMENTS}/web/status", status, "controller")
    assert (done.code, done.body["spec"]["replicas"]) == (200, 2)
    assert done.body["status"]["conditions"][0]["status"] == "True"
    assert managers(done.body) == [("controller", "Apply", "status"), ("me", "Apply", "")]
    assert fields(done.body, "controller", subresource="status") == {
        "f:status": {
            "f:conditions": {'k:{"type":"Available"}': {".": {}, "f:status": {}, "f:type": {}}},
            "f:observedGeneration": {},
        }
    }
    through_main = apply(api, f"{DEPLOYMENTS}/web", {**deployment(replicas=2), "status": {"observedGeneration": 9}})
    assert through_main.body["status"]["observedGeneration"] == 1
    assert "f:status" not in fields(through_main.body, "me")
    other = {**status, "status": {"observedGeneration": 5}}
    refused = apply(api, f"{DEPLOYMENTS}/web/status", other, "someone")
    assert refused.message == (
        'Apply failed with 1 conflict: conflict with "controller" with subresource "status": .status.observedGeneration'
    )
    merged = api("PATCH", f"{DEPLOYMENTS}/web/status?fieldManager=x", {"status": {"observedGeneration": 6}}, MERGE)
    assert fields(merged.body, "x", "Update", "status") == {"f:status": {"f:observedGeneration": {}}}
    assert "f:observedGeneration" not in fields(merged.body, "controller", subresource="status")["f:status"]


def test_a_status_is_not_applied_to_nothing(api: Api) -> None:
    refused = apply(api, f"{DEPLOYMENTS}/web/status", deployment())
    assert (refused.code, refused.message) == (404, 'deployments.apps "web" not found')


def scale(replicas: int) -> dict[str, Any]:
    meta = {"name": "web", "namespace": "default"}
    return {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": meta, "spec": {"replicas": replicas}}


def test_a_scale_moves_the_figure_between_managers(api: Api) -> None:
    apply(api, f"{DEPLOYMENTS}/web", deployment(replicas=2))
    refused = apply(api, f"{DEPLOYMENTS}/web/scale", scale(4), "other")
    assert refused.message == 'Apply failed with 1 conflict: conflict with "me": .spec.replicas'
    forced = apply(api, f"{DEPLOYMENTS}/web/scale", scale(4), "other", "force=true")
    assert (forced.code, forced.body["spec"]) == (200, {"replicas": 4})
    body = api.get(f"{DEPLOYMENTS}/web").body
    assert fields(body, "other", subresource="scale") == {"f:spec": {"f:replicas": {}}}
    assert "f:replicas" not in fields(body, "me")["f:spec"]
    scaled = api("PATCH", f"{DEPLOYMENTS}/web/scale?fieldManager=kubectl-scale", {"spec": {"replicas": 5}}, MERGE)
    assert scaled.body["spec"] == {"replicas": 5}
    body = api.get(f"{DEPLOYMENTS}/web").body
    assert fields(body, "other", subresource="scale") is None
    assert fields(body, "kubectl-scale", "Update", "scale") == {"f:spec": {"f:replicas": {}}}
    assert body["metadata"]["generation"] == 3
    refused = apply(api, f"{DEPLOYMENTS}/web", deployment(replicas=2))
    assert refused.message == (
        'Apply failed with 1 conflict: conflict with "kubectl-scale" with subresource "scale" using apps/v1: .spec.replicas'
    )
    assert api("PATCH", f"{DEPLOYMENTS}/none/scale?fieldManager=x", scale(1), APPLY).code == 404
