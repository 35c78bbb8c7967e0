# ruff: noqa: E501 - the tables have a line for each case
"""What each verb does to objects, and the forms that they come back in."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.api.conftest import Api

MAPS = "api/v1/namespaces/default/configmaps"
DEPLOYMENTS = "apis/apps/v1/namespaces/default/deployments"
PODS = "api/v1/namespaces/default/pods"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
SMP, MERGE, PATCH = (
    f"application/{name}" for name in ("strategic-merge-patch+json", "merge-patch+json", "json-patch+json")
)


def config(name: str, *, labels: dict[str, str] | None = None, **data: str) -> dict[str, Any]:
    meta: dict[str, Any] = {"name": name}
    return {"metadata": {**meta, "labels": labels} if labels else meta, "data": data}


def deployment(name: str = "web", replicas: int = 3) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    return {
        "metadata": {"name": name},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template},
    }


def pod(name: str, image: str = "nginx") -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": image}]}}


def names(api: Api, query: str = "") -> list[str]:
    return [one["metadata"]["name"] for one in api.get(f"{MAPS}?{query}").body["items"]]


def test_create_and_get(api: Api) -> None:
    made = api.post(MAPS, config("one", a="b"))
    assert made.code == 201
    assert made.body["metadata"]["namespace"] == "default"
    assert {"uid", "resourceVersion", "creationTimestamp"} <= set(made.body["metadata"])
    assert api.get(f"{MAPS}/one").body == made.body
    assert yaml.safe_load(api.get(f"{MAPS}/one", Accept="application/yaml").text) == made.body
    again = api.post(MAPS, config("one"))
    assert (again.code, again.message) == (409, 'configmaps "one" already exists')


def test_create_from_yaml_and_with_a_generated_name(api: Api) -> None:
    made = api.post(MAPS, "metadata: {generateName: some-}\ndata: {a: 'yes'}\n", "application/yaml").body
    assert made["metadata"]["name"].startswith("some-") and len(made["metadata"]["name"]) == 10
    assert made["data"] == {"a": "yes"}


def test_a_dry_run_answers_and_writes_nothing(api: Api) -> None:
    """And it shows no revision that is not there: nothing would be stored under it."""
    made = api.post(f"{MAPS}?dryRun=All", config("one"))
    assert (made.code, "resourceVersion" in made.body["metadata"]) == (201, False)
    assert api.get(f"{MAPS}/one").code == 404
    before = api.post(MAPS, config("one", a="b")).body["metadata"]["resourceVersion"]
    would = api("PATCH", f"{MAPS}/one?dryRun=All", {"data": {"a": "c"}}, MERGE).body
    assert (would["data"], would["metadata"]["resourceVersion"]) == ({"a": "c"}, before)
    assert api("DELETE", f"{MAPS}/one?dryRun=All").code == 200
    assert api.get(f"{MAPS}/one").body["data"] == {"a": "b"}


def test_update_compares_the_version(api: Api) -> None:
    made = api.post(MAPS, config("one", a="b")).body
    changed = api("PUT", f"{MAPS}/one", {**made, "data": {"a": "c"}})
    assert (changed.code, changed.body["data"]) == (200, {"a": "c"})
    stale = api("PUT", f"{MAPS}/one", {**made, "data": {"a": "d"}})
    assert stale.code == 409
    assert stale.message == (
        'Operation cannot be fulfilled on configmaps "one": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    same = api("PUT", f"{MAPS}/one", changed.body)
    assert same.body["metadata"]["resourceVersion"] == changed.body["metadata"]["resourceVersion"]
    renamed = api("PUT", f"{MAPS}/one", {**changed.body, "metadata": {**made["metadata"], "name": "two"}})
    assert renamed.message == "the name of the object (two) does not match the name on the URL (one)"


@pytest.mark.parametrize(
    ("name", "media", "patch", "images"),
    [
        ("strategic", SMP, {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "redis"}]}}}}, ["redis"]),
        ("strategic adds", SMP, {"spec": {"template": {"spec": {"containers": [{"name": "d", "image": "redis"}]}}}}, ["nginx", "redis"]),
        ("merge", MERGE, {"spec": {"template": {"spec": {"containers": [{"name": "d", "image": "redis"}]}}}}, ["redis"]),
        ("JSON", PATCH, [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "redis"}], ["redis"]),
    ],
)  # fmt: skip
def test_patches(api: Api, name: str, media: str, patch: Any, images: list[str]) -> None:
    api.post(DEPLOYMENTS, deployment())
    reply = api("PATCH", f"{DEPLOYMENTS}/web", patch, media)
    assert reply.code == 200, reply.text
    assert sorted(one["image"] for one in reply.body["spec"]["template"]["spec"]["containers"]) == images
    assert reply.body["metadata"]["generation"] == 2


@pytest.mark.parametrize(
    ("name", "media", "patch", "code", "detail"),
    [
        ("a test that fails", PATCH, [{"op": "test", "path": "/spec/replicas", "value": 9}], 422, '"message":"the server rejected our request due to an error in our request","reason":"Invalid","code":422'),
        ("a path that is not there", PATCH, [{"op": "remove", "path": "/spec/nope"}], 422, "the server rejected our request due to an error in our request"),
        ("a wrong type", MERGE, {"spec": {"replicas": "x"}}, 422, "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"),
        ("a stale version", MERGE, {"metadata": {"resourceVersion": "1"}}, 409, "the object has been modified"),
        ("an unknown directive", SMP, {"spec": {"$patch": "x"}}, 400, "unknown patch type found: x"),
    ],
)  # fmt: skip
def test_patches_that_do_not_fit(api: Api, name: str, media: str, patch: Any, code: int, detail: str) -> None:
    made = api.post(DEPLOYMENTS, deployment()).body
    reply = api("PATCH", f"{DEPLOYMENTS}/web", patch, media)
    assert (reply.code, detail in reply.text.replace('\\"', '"')) == (code, True), reply.text
    assert api.get(f"{DEPLOYMENTS}/web").body == made


def test_delete(api: Api) -> None:
    made = api.post(MAPS, config("one")).body
    wrong = api("DELETE", f"{MAPS}/one", {"preconditions": {"uid": "other"}})
    assert (wrong.code, wrong.body["reason"]) == (409, "Conflict")
    gone = api("DELETE", f"{MAPS}/one").body
    assert (gone["kind"], gone["status"]) == ("Status", "Success")
    assert gone["details"] == {"name": "one", "kind": "configmaps", "uid": made["metadata"]["uid"]}
    assert api("DELETE", f"{MAPS}/one").code == 404


def test_finalizers_hold_an_object(api: Api) -> None:
    body = config("one")
    body["metadata"]["finalizers"] = ["example.com/hold"]
    api.post(MAPS, body)
    waiting = api("DELETE", f"{MAPS}/one").body
    assert waiting["kind"] == "ConfigMap" and waiting["metadata"]["deletionTimestamp"]
    api("PATCH", f"{MAPS}/one", {"metadata": {"finalizers": None}}, MERGE)
    assert api.get(f"{MAPS}/one").code == 404


def test_delete_collection_by_label(api: Api) -> None:
    for name, tier in (("one", "a"), ("two", "b"), ("three", "a")):
        api.post(MAPS, config(name, labels={"tier": tier}))
    reply = api("DELETE", f"{MAPS}?labelSelector=tier%3Da")
    assert sorted(one["metadata"]["name"] for one in reply.body["items"]) == ["one", "three"]
    assert names(api) == ["two"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("labelSelector=tier%3Da", ["one"]),
        ("labelSelector=tier%20in%20(a,b)", ["one", "two"]),
        ("labelSelector=!tier", ["three"]),
        ("fieldSelector=metadata.name%3Dtwo", ["two"]),
        ("fieldSelector=metadata.name!%3Dtwo", ["one", "three"]),
        ("fieldSelector=metadata.namespace%3Dother", []),
    ],
)
def test_selectors(api: Api, query: str, expected: list[str]) -> None:
    for name, labels in (("one", {"tier": "a"}), ("two", {"tier": "b"}), ("three", None)):
        api.post(MAPS, config(name, labels=labels))
    assert sorted(names(api, query)) == sorted(expected)


def test_pages(api: Api) -> None:
    for name in "abcde":
        api.post(MAPS, config(name))
    seen, token, sizes = [], "", []
    while True:
        page = api.get(f"{MAPS}?limit=2&continue={token}").body
        seen += [one["metadata"]["name"] for one in page["items"]]
        sizes.append(page["metadata"].get("remainingItemCount"))
        token = page["metadata"].get("continue", "")
        if not token:
            break
    assert (seen, sizes) == (list("abcde"), [3, 1, None])


def test_tables(api: Api) -> None:
    api.post(DEPLOYMENTS, deployment())
    table = api.get(DEPLOYMENTS, Accept=TABLE).body
    assert (table["kind"], table["apiVersion"]) == ("Table", "meta.k8s.io/v1")
    assert table["columnDefinitions"][0]["name"] == "Name"
    (row,) = table["rows"]
    assert row["cells"][0] == "web"
    assert len(row["cells"]) == len(table["columnDefinitions"])
    assert row["object"]["kind"] == "PartialObjectMetadata"
    whole = api.get(f"{DEPLOYMENTS}/web?includeObject=Object", Accept=TABLE).body["rows"][0]["object"]
    assert whole["spec"]["replicas"] == 3
    assert "object" not in api.get(f"{DEPLOYMENTS}?includeObject=None", Accept=TABLE).body["rows"][0]


def test_metadata_alone(api: Api) -> None:
    api.post(MAPS, config("one", a="b"))
    one = api.get(f"{MAPS}/one", Accept="application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io").body
    assert (one["kind"], set(one)) == ("PartialObjectMetadata", {"kind", "apiVersion", "metadata"})
    listed = api.get(f"{MAPS}?limit=9", Accept="application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io").body
    assert (listed["kind"], len(listed["items"])) == ("PartialObjectMetadataList", 1)


def test_status_is_a_door_of_its_own(api: Api) -> None:
    made = api.post(DEPLOYMENTS, {**deployment(), "status": {"replicas": 7}}).body
    assert not (made.get("status") or {}).get("replicas")
    both = {"spec": {"replicas": 9}, "status": {"replicas": 2}}
    reply = api("PATCH", f"{DEPLOYMENTS}/web/status", both, MERGE).body
    assert (reply["spec"]["replicas"], reply["status"]["replicas"]) == (3, 2)
    reply = api("PATCH", f"{DEPLOYMENTS}/web", {"spec": {"replicas": 4}, "status": {"replicas": 9}}, MERGE).body
    assert (reply["spec"]["replicas"], reply["status"]["replicas"]) == (4, 2)


def test_scale(api: Api) -> None:
    api.post(DEPLOYMENTS, deployment())
    scale = api.get(f"{DEPLOYMENTS}/web/scale").body
    assert (scale["kind"], scale["apiVersion"], scale["spec"]) == ("Scale", "autoscaling/v1", {"replicas": 3})
    assert scale["status"]["selector"] == "app=web"
    put = api("PUT", f"{DEPLOYMENTS}/web/scale", {**scale, "spec": {"replicas": 5}})
    assert (put.code, put.body["spec"]) == (200, {"replicas": 5})
    assert api("PATCH", f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": 0}}, MERGE).body["spec"] == {}
    assert api.get(f"{DEPLOYMENTS}/web").body["spec"]["replicas"] == 0
    assert api("PUT", f"{DEPLOYMENTS}/web/scale", {**scale, "spec": {"replicas": 1}}).code == 409
    low = api("PATCH", f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": -1}}, MERGE)
    assert low.message == (
        'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0'
    )


@pytest.mark.parametrize(
    ("name", "path"), [("of the pod", f"{PODS}/one/binding"), ("the old way", PODS.replace("pods", "bindings"))]
)
def test_binding(api: Api, name: str, path: str) -> None:
    api.post(PODS, pod("one"))
    binding = {
        "apiVersion": "v1",
        "kind": "Binding",
        "metadata": {"name": "one"},
        "target": {"kind": "Node", "name": "worker-1"},
    }
    reply = api.post(path, binding)
    assert (reply.code, reply.body.get("status")) == (201, "Success"), reply.text
    bound = api.get(f"{PODS}/one").body
    assert bound["spec"]["nodeName"] == "worker-1"
    assert {"type": "PodScheduled", "status": "True"}.items() <= bound["status"]["conditions"][0].items()
    again = api.post(path, binding)
    assert (again.code, 'is already assigned to node "worker-1"' in again.message) == (409, True)


@pytest.mark.parametrize(
    ("name", "query", "code", "said"),
    [
        ("waiting", "", 400, 'container "c" in pod "one" is waiting to start: ContainerCreating'),
        ("previous", "previous=true", 400, 'previous terminated container "c" in pod "one" not found'),
        ("no such container", "container=x", 400, "container x is not valid for pod one"),
        ("a negative tail", "tailLines=-1", 422, "tailLines: Invalid value: -1: must be greater than or equal to 0"),
    ],
)
def test_logs_of_a_container_that_waits(api: Api, name: str, query: str, code: int, said: str) -> None:
    api.post(PODS, {**pod("one"), "spec": {**pod("one")["spec"], "nodeName": "worker-1"}})
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    status = {
        "status": {
            "containerStatuses": [
                {"name": "c", "image": "nginx", "imageID": "", "ready": False, "restartCount": 0, "state": waiting}
            ]
        }
    }
    assert api("PATCH", f"{PODS}/one/status", status, MERGE).code == 200
    reply = api.get(f"{PODS}/one/log?{query}")
    assert (reply.code, said in reply.message) == (code, True), reply.text


def test_logs_of_a_pod_with_two_containers(api: Api) -> None:
    body = pod("one")
    body["spec"] |= {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}], "nodeName": "worker-1"}
    api.post(PODS, body)
    assert api.get(f"{PODS}/one/log").message == "a container name must be specified for pod one, choose one of: [a b]"


def test_the_cause_names_the_client(api: Api, cluster: Any) -> None:
    api.post(MAPS, config("one"))
    change = cluster.changes.first()
    assert (change.component, change.rule) == ("kubectl", "create")
    assert change.sentence.format(user="kubectl", kind="ConfigMap", name="one") == "kubectl created ConfigMap one."
