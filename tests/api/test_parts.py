# ruff: noqa: E501 - the tables have a line for each case
"""Subresources that change a part of an object: ephemeralcontainers, resize, finalize; the rest stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api

PODS = "api/v1/namespaces/default/pods"
SMP, MERGE = "application/strategic-merge-patch+json", "application/merge-patch+json"
DEBUGGER = {"name": "debugger", "image": "busybox", "stdin": True, "tty": True, "targetContainerName": "c"}


def pod(name: str = "web", **spec: Any) -> dict[str, Any]:
    resources = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}
    container = {"name": "c", "image": "nginx", "resources": resources}
    return {"metadata": {"name": name}, "spec": {"containers": [container], **spec}}


def resized(requests: Any = None, limits: Any = None, name: str = "c", **more: Any) -> dict[str, Any]:
    resources = {key: value for key, value in (("requests", requests), ("limits", limits)) if value is not None}
    return {"spec": {"containers": [{"name": name, "resources": resources, **more}]}}


def test_an_ephemeral_container_joins_a_pod(api: Api) -> None:
    made = api.post(PODS, pod()).body
    answer = api("PATCH", f"{PODS}/web/ephemeralcontainers", {"spec": {"ephemeralContainers": [DEBUGGER]}}, SMP)
    assert answer.code == 200
    (held,) = answer.body["spec"]["ephemeralContainers"]
    assert held == {
        **DEBUGGER, "imagePullPolicy": "Always", "resources": {}, "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    }  # fmt: skip
    assert answer.body["metadata"]["generation"] == made["metadata"]["generation"] + 1
    assert answer.body["spec"]["containers"] == made["spec"]["containers"]
    assert api.get(f"{PODS}/web/ephemeralcontainers").body == answer.body


def test_what_else_is_in_the_body_is_left_out(api: Api) -> None:
    made = api.post(PODS, pod()).body
    other = {**made, "metadata": {**made["metadata"], "labels": {"a": "b"}}, "status": {"phase": "Running"}}
    other["spec"] = {**made["spec"], "nodeName": "elsewhere", "ephemeralContainers": [DEBUGGER]}
    answer = api("PUT", f"{PODS}/web/ephemeralcontainers", other)
    assert answer.code == 200
    assert "nodeName" not in answer.body["spec"] and "labels" not in answer.body["metadata"]
    assert answer.body["status"] == made["status"]


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("removed", [], 'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debugger" may not be removed'),
        ("changed", [{**DEBUGGER, "image": "alpine"}], 'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debugger" may not be changed'),
    ],
)  # fmt: skip
def test_ephemeral_containers_stay_as_they_are(api: Api, name: str, given: list[Any], message: str) -> None:
    api.post(PODS, pod())
    held = api("PATCH", f"{PODS}/web/ephemeralcontainers", {"spec": {"ephemeralContainers": [DEBUGGER]}}, SMP).body
    body = {**held, "spec": {**held["spec"], "ephemeralContainers": given}}
    answer = api("PUT", f"{PODS}/web/ephemeralcontainers", body)
    assert answer.code == 422, name
    assert message in answer.message
    assert api.get(f"{PODS}/web").body == held


def test_a_pod_gets_other_resources(api: Api) -> None:
    made = api.post(PODS, pod()).body
    answer = api("PATCH", f"{PODS}/web/resize", resized({"cpu": "200m"}, {"memory": "256Mi"}), SMP)
    assert answer.code == 200, answer.text
    resources = answer.body["spec"]["containers"][0]["resources"]
    assert resources == {"requests": {"cpu": "200m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
    assert answer.body["metadata"]["generation"] == made["metadata"]["generation"] + 1


@pytest.mark.parametrize(
    ("name", "patch", "message"),
    [
        ("guaranteed is another class", resized({"cpu": "1", "memory": "128Mi"}, {"cpu": "1"}), 'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing'),
        ("a request is taken away", resized({"cpu": None}), "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed"),
        ("a limit is taken away", resized(None, {"memory": None}), "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed"),
        ("another resource", resized(None, {"ephemeral-storage": "1Gi"}), "spec: Forbidden: only cpu and memory resources are mutable"),
        ("another container", resized({"cpu": "1"}, None, "d", image="nginx"), "spec.containers: Forbidden: pod resize may not add or remove containers"),
        ("a request over the limit", resized({"memory": "1Gi"}), "must be less than or equal to memory limit of 128Mi"),
    ],
)  # fmt: skip
def test_what_cannot_be_resized(api: Api, name: str, patch: Any, message: str) -> None:
    made = api.post(PODS, pod()).body
    answer = api("PATCH", f"{PODS}/web/resize", patch, SMP)
    assert (answer.code, message in answer.message) == (422, True), answer.text
    assert api.get(f"{PODS}/web").body == made


def test_pods_that_cannot_be_resized_at_all(api: Api) -> None:
    api.post(PODS, pod("level", resources={"requests": {"cpu": "1", "memory": "1Gi"}}))
    answer = api("PATCH", f"{PODS}/level/resize", resized({"cpu": "200m"}), SMP)
    assert "Forbidden: pods with pod-level resources cannot be resized" in answer.message
    init = {"name": "i", "image": "busybox"}
    api.post(PODS, pod("init", initContainers=[init]))
    change = {"spec": {"initContainers": [{"name": "i", "resources": {"requests": {"cpu": "1"}}}]}}
    answer = api("PATCH", f"{PODS}/init/resize", change, SMP)
    assert "spec: Forbidden: resources for non-sidecar init containers are immutable" in answer.message


def test_a_namespace_s_finalizers(api: Api) -> None:
    made = api.post("api/v1/namespaces", {"metadata": {"name": "other"}}).body
    held = {**made, "spec": {"finalizers": ["kubernetes", "example.com/wait"]}, "status": {"phase": "Odd"}}
    answer = api("PUT", "api/v1/namespaces/other/finalize", held)
    assert (answer.code, answer.body["spec"]) == (200, held["spec"])
    assert answer.body["status"] == made["status"]
    bad = {**answer.body, "spec": {"finalizers": ["wait"]}}
    answer = api("PUT", "api/v1/namespaces/other/finalize", bad)
    assert answer.code == 422
    assert "name is neither a standard finalizer name nor is it fully qualified" in answer.message
    assert api("PATCH", "api/v1/namespaces/other/finalize", {}, MERGE).code == 405


def test_a_namespace_goes_with_its_last_finalizer(api: Api) -> None:
    made = api.post("api/v1/namespaces", {"metadata": {"name": "other"}}).body
    assert api("DELETE", "api/v1/namespaces/other").body["status"]["phase"] == "Terminating"
    assert api("PUT", "api/v1/namespaces/other/finalize", {"metadata": {"name": "other"}, "spec": {}}).code == 200
    assert api.get("api/v1/namespaces/other").code == 404
    assert made["spec"]["finalizers"] == ["kubernetes"]
