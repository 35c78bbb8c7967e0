# ruff: noqa: E501 - the tables have a line for each case
"""Server-side apply over HTTP: what it makes, what it refuses and in which words, and who manages what afterwards."""

from __future__ import annotations

import copy
import json
from typing import Any, NamedTuple

import pytest
import yaml

from tests.api.conftest import Api, Reply

APPLY = "application/apply-patch+yaml"
MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"
DEPLOYMENTS = "apis/apps/v1/namespaces/default/deployments"
MAPS = "api/v1/namespaces/default/configmaps"
NODES = "api/v1/nodes"
PODS = "api/v1/namespaces/default/pods"


def deployment(**spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec},
    }


def config(**data: str | None) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, "data": data}


def apply(api: Api, path: str, body: Any, manager: str = "me", query: str = "") -> Reply:
    return api("PATCH", f"{path}?fieldManager={manager}&{query}", body, APPLY)


def managers(body: dict[str, Any]) -> list[tuple[str, str, str]]:
    entries = body["metadata"].get("managedFields", [])
    return [(entry["manager"], entry["operation"], entry.get("subresource", "")) for entry in entries]


def fields(body: dict[str, Any], manager: str, operation: str = "Apply", subresource: str = "") -> Any:
    for entry in body["metadata"].get("managedFields", []):
        if (entry["manager"], entry["operation"], entry.get("subresource", "")) == (manager, operation, subresource):
            return entry["fieldsV1"]
    return None


def test_apply_creates_and_then_merges(api: Api) -> None:
    made = apply(api, f"{MAPS}/one", yaml.safe_dump(config(a="1", b="2")))
    assert (made.code, made.body["data"]) == (201, {"a": "1", "b": "2"})
    assert made.body["metadata"]["namespace"] == "default"
    entry = made.body["metadata"]["managedFields"][0]
    assert {key: entry[key] for key in ("manager", "operation", "apiVersion", "fieldsType", "fieldsV1")} == {
        "manager": "me",
        "operation": "Apply",
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {"f:a": {}, "f:b": {}}},
    }
    assert entry["time"] == made.body["metadata"]["creationTimestamp"]
    merged = apply(api, f"{MAPS}/one", config(a="1", c="3"))
    assert (merged.code, merged.body["data"]) == (200, {"a": "1", "c": "3"})
    again = apply(api, f"{MAPS}/one", config(a="1", c="3"))
    assert again.body == merged.body


def test_what_a_create_defaults_belongs_to_its_writer(api: Api) -> None:
    made = api.post(f"{DEPLOYMENTS}?fieldManager=kubectl-create", deployment())
    assert managers(made.body) == [("kubectl-create", "Update", "")]
    held = fields(made.body, "kubectl-create", "Update")
    container = held["f:spec"]["f:template"]["f:spec"]["f:containers"]
    assert list(container) == ['k:{"name":"c"}'], "a list that every pod has is nobody's"
    assert {"f:imagePullPolicy", "f:resources"} < set(container['k:{"name":"c"}'])
    assert held["f:spec"]["f:strategy"]["f:rollingUpdate"]["."] == {}
    assert "." not in held["f:spec"] and "f:metadata" not in held


@pytest.mark.parametrize(
    ("agent", "manager"),
    [
        ("kubectl/v1.34.0 (linux/amd64)", "kubectl"),
        ("my agent/1", "my agent"),
        ("", "unknown"),
        ("x" * 200, "x" * 128),
        ("be\u0007ep/1", "beep"),
    ],
)
def test_without_a_name_the_user_agent_gives_one(api: Api, agent: str, manager: str) -> None:
    made = api("POST", MAPS, config(a="b"), **{"User-Agent": agent})
    assert managers(made.body) == [(manager, "Update", "")]


def test_a_conflict_names_the_field_and_its_manager(api: Api) -> None:
    api.post(f"{DEPLOYMENTS}?fieldManager=kubectl-client-side-apply", deployment(replicas=3))
    refused = apply(api, f"{DEPLOYMENTS}/web", deployment(replicas=5))
    assert (refused.code, refused.body["reason"]) == (409, "Conflict")
    assert refused.message == (
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas'
    )
    assert refused.body["details"] == {
        "causes": [
            {
                "reason": "FieldManagerConflict",
                "message": 'conflict with "kubectl-client-side-apply" using apps/v1',
                "field": ".spec.replicas",
            }
        ]
    }
    forced = apply(api, f"{DEPLOYMENTS}/web", deployment(replicas=5), query="force=true")
    assert (forced.code, forced.body["spec"]["replicas"]) == (200, 5)
    assert "f:replicas" not in fields(forced.body, "kubectl-client-side-apply", "Update")["f:spec"]
    assert fields(forced.body, "me")["f:spec"]["f:replicas"] == {}


def test_many_conflicts_are_grouped_by_manager(api: Api) -> None:
    apply(api, f"{MAPS}/one", config(a="1", b="1"), "ann")
    api("PATCH", f"{MAPS}/one?fieldManager=bob", {"data": {"c": "1"}}, MERGE)
    refused = apply(api, f"{MAPS}/one", config(a="2", b="2", c="2"), "eve")
    assert refused.message == (
        'Apply failed with 3 conflicts: conflicts with "ann":\n- .data.a\n- .data.b\n'
        'conflicts with "bob" using v1:\n- .data.c'
    )
    assert [cause["field"] for cause in refused.body["details"]["causes"]] == [".data.a", ".data.b", ".data.c"]


def test_an_item_of_a_list_is_named_by_its_keys(api: Api) -> None:
    one, two = deployment(), deployment()
    one["spec"]["template"]["spec"]["containers"][0]["ports"] = [{"containerPort": 80, "name": "web"}]
    apply(api, f"{DEPLOYMENTS}/web", one, "ann")
    two["spec"]["template"]["spec"]["containers"][0]["ports"] = [{"containerPort": 80, "protocol": "TCP", "name": "x"}]
    refused = apply(api, f"{DEPLOYMENTS}/web", two, "bob")
    path = '.spec.template.spec.containers[name="c"].ports[containerPort=80,protocol="TCP"].name'
    assert refused.message == f'Apply failed with 1 conflict: conflict with "ann": {path}'


def test_the_same_value_is_shared_and_stays_until_both_let_go(api: Api) -> None:
    apply(api, f"{MAPS}/one", config(a="1"), "ann")
    apply(api, f"{MAPS}/one", config(a="1", b="1"), "bob")
    left = apply(api, f"{MAPS}/one", config(), "ann")
    assert left.body["data"] == {"a": "1", "b": "1"}
    assert managers(left.body) == [("ann", "Apply", ""), ("bob", "Apply", "")]
    assert fields(left.body, "ann") == {"f:data": {}}, "it says that there is data"
    gone = apply(api, f"{MAPS}/one", config(), "bob")
    assert "data" not in gone.body


def test_an_update_takes_over_what_it_changes(api: Api) -> None:
    apply(api, f"{MAPS}/one", config(a="1", b="1"), "ann")
    body = api.get(f"{MAPS}/one").body
    changed = api("PUT", f"{MAPS}/one?fieldManager=bob", {**body, "data": {"a": "2", "b": "1"}})
    assert fields(changed.body, "ann") == {"f:data": {"f:b": {}}}
    assert fields(changed.body, "bob", "Update") == {"f:data": {"f:a": {}}}
    removed = api("PATCH", f"{MAPS}/one?fieldManager=bob", {"data": {"b": None}}, MERGE)
    assert managers(removed.body) == [("bob", "Update", "")], "who has nothing left is no manager"


def test_nothing_changes_when_nothing_changes(api: Api) -> None:
    made = api.post(f"{DEPLOYMENTS}?fieldManager=ann", deployment()).body
    for again in (
        api("PUT", f"{DEPLOYMENTS}/web?fieldManager=bob", made),
        api("PATCH", f"{DEPLOYMENTS}/web?fieldManager=bob", {}, MERGE),
    ):
        assert again.body == made


def test_values_in_another_form_are_no_change(api: Api) -> None:
    body = deployment()
    limits: dict[str, Any] = {"cpu": 0.5, "memory": "1024Mi"}
    body["spec"]["template"]["spec"]["containers"][0]["resources"] = {"limits": limits}
    made = apply(api, f"{DEPLOYMENTS}/web", body)
    resources = made.body["spec"]["template"]["spec"]["containers"][0]["resources"]
    assert resources["limits"] == {"cpu": "500m", "memory": "1Gi"}
    assert apply(api, f"{DEPLOYMENTS}/web", body).body == made.body


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


def test_a_dry_run_writes_nothing(api: Api) -> None:
    assert apply(api, f"{MAPS}/one", config(a="1"), query="dryRun=All").code == 201
    assert api.get(f"{MAPS}/one").code == 404
    made = apply(api, f"{MAPS}/one", config(a="1")).body
    would = apply(api, f"{MAPS}/one", config(a="2"), query="dryRun=All")
    assert would.body["data"] == {"a": "2"}
    assert api.get(f"{MAPS}/one").body == made


def test_null_says_that_a_field_is_left_to_its_default(api: Api) -> None:
    apply(api, f"{DEPLOYMENTS}/web", deployment(replicas=4))
    reset = apply(api, f"{DEPLOYMENTS}/web", deployment(replicas=None))
    assert reset.body["spec"]["replicas"] == 1
    assert fields(reset.body, "me")["f:spec"]["f:replicas"] == {}


def test_an_apply_may_name_the_version_that_it_means(api: Api) -> None:
    made = apply(api, f"{MAPS}/one", config(a="1")).body
    held = {**config(a="2"), "metadata": {"name": "one", "resourceVersion": made["metadata"]["resourceVersion"]}}
    assert apply(api, f"{MAPS}/one", held).code == 200
    stale = apply(api, f"{MAPS}/one", held)
    assert (stale.code, stale.body["reason"]) == (409, "Conflict")


def test_list_items_keep_their_places(api: Api) -> None:
    def pods(*names: str) -> dict[str, Any]:
        body = deployment()
        body["spec"]["template"]["spec"]["containers"] = [{"name": name, "image": "nginx"} for name in names]
        return body

    def order(reply: Reply) -> list[str]:
        return [one["name"] for one in reply.body["spec"]["template"]["spec"]["containers"]]

    assert order(apply(api, f"{DEPLOYMENTS}/web", pods("a", "b"), "ann")) == ["a", "b"]
    assert order(apply(api, f"{DEPLOYMENTS}/web", pods("c", "a"), "bob")) == ["c", "a", "b"]
    assert order(apply(api, f"{DEPLOYMENTS}/web", pods("b"), "ann")) == ["c", "a", "b"]
    assert order(apply(api, f"{DEPLOYMENTS}/web", pods("c"), "bob")) == ["c", "b"]


class Refusal(NamedTuple):
    """An apply that is refused: of `body` at `path`, with these options."""

    name: str
    body: Any
    code: int
    message: str
    path: str = f"{DEPLOYMENTS}/web"
    query: str = "fieldManager=me"
    reason: str = "BadRequest"


def broken(**spec: Any) -> dict[str, Any]:
    return deployment(**spec)


def of_pod(**spec: Any) -> dict[str, Any]:
    body = copy.deepcopy(deployment())
    body["spec"]["template"]["spec"].update(spec)
    return body


PATCH_OBJECT = "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): "
REFUSALS = [
    Refusal("no manager", deployment(), 422, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch', query="", reason="Invalid"),
    Refusal("a manager with a bell", deployment(), 422, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\u0007": invalid character U+0007 (at position 1)', query="fieldManager=a%07", reason="Invalid"),
    Refusal("a manager too long", deployment(), 422, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes', query=f"fieldManager={'x' * 129}", reason="Invalid"),
    Refusal("no kind", {"apiVersion": "apps/v1"}, 400, "invalid object type: apps/v1, Kind="),
    Refusal("no version", {"kind": "Deployment"}, 400, "invalid object type: /, Kind=Deployment"),
    Refusal("nothing", "# nothing", 400, "invalid object type: /, Kind="),
    Refusal("another kind", {**deployment(), "kind": "ReplicaSet"}, 400, "invalid object type: apps/v1, Kind=ReplicaSet"),
    Refusal("a list", "[]", 400, "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"),
    Refusal("a text", "hello", 400, "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type map[string]interface {}"),
    Refusal("no YAML", "a: b: c", 400, "error decoding YAML: error converting YAML to JSON: yaml: line 1: mapping values are not allowed in this context"),
    Refusal("managed fields", {**deployment(), "metadata": {"name": "web", "managedFields": []}}, 400, "metadata.managedFields must be nil"),
    Refusal("another name", {**deployment(), "metadata": {"name": "other"}}, 400, "the name of the object (other) does not match the name on the URL (web)"),
    Refusal("no name", {**deployment(), "metadata": {}}, 400, "the name of the object (web based on URL) was undeterminable: name must be provided"),
    Refusal("another namespace", {**deployment(), "metadata": {"name": "web", "namespace": "x"}}, 400, "the namespace of the provided object does not match the namespace sent on the request"),
    Refusal("a uid and no object", {**deployment(), "metadata": {"name": "web", "uid": "x"}}, 409, 'Operation cannot be fulfilled on deployments.apps "web": uid mismatch: the provided object specified uid x, and no existing object was found', reason="Conflict"),
    Refusal("an unknown field", broken(foo=1), 500, f"{PATCH_OBJECT}.spec.foo: field not declared in schema", reason=""),
    Refusal("an unknown field of an item", of_pod(containers=[{"name": "c", "imagee": "x"}]), 500, f'{PATCH_OBJECT}.spec.template.spec.containers[name="c"].imagee: field not declared in schema', reason=""),
    Refusal("a text for a number", broken(replicas="many"), 500, f"{PATCH_OBJECT}.spec.replicas: expected numeric (int or float), got string", reason=""),
    Refusal("a number for a text", of_pod(containers=[{"name": "c", "env": [{"name": "A", "value": 8080}]}]), 500, f'{PATCH_OBJECT}.spec.template.spec.containers[name="c"].env[name="A"].value: expected string, got &value.valueUnstructured{{Value:8080}}', reason=""),
    Refusal("a text for a truth", broken(paused="yes"), 500, f"{PATCH_OBJECT}.spec.paused: expected boolean, got &{{yes}}", reason=""),
    Refusal("a map for a list", of_pod(containers={"name": "c"}), 500, f"{PATCH_OBJECT}.spec.template.spec.containers: expected list, got &{{map[name:c]}}", reason=""),
    Refusal("a list for a map", broken(template=[1]), 500, f"{PATCH_OBJECT}.spec.template: expected map, got &{{[1]}}", reason=""),
    Refusal("an item twice", of_pod(containers=[{"name": "c"}, {"name": "c"}]), 500, f'{PATCH_OBJECT}.spec.template.spec.containers: duplicate entries for key [name="c"]', reason=""),
    Refusal("several misfits", of_pod(containers=[{"name": "c"}, {"name": "c"}], hostNetwork=1), 500, f'{PATCH_OBJECT}errors:\n  .spec.template.spec.containers: duplicate entries for key [name="c"]\n  .spec.template.spec.hostNetwork: expected boolean, got &{{1}}', reason=""),
    Refusal("a null item", of_pod(containers=[None]), 500, f"{PATCH_OBJECT}.spec.template.spec.containers: element 0: associative list with keys may not have a null element", reason=""),
    Refusal("a finalizer that is a map", {**deployment(), "metadata": {"name": "web", "namespace": "default", "finalizers": [{}]}}, 500, f"{PATCH_OBJECT}.metadata.finalizers: element 0: associative list without keys has an element that's a map type", reason=""),
    Refusal("an item without keys", {**config(), "metadata": {"name": "one", "ownerReferences": [{"name": "x"}]}}, 422, 'ConfigMap "one" is invalid: ', f"{MAPS}/one", reason="Invalid"),
    Refusal("a bad quantity", of_pod(containers=[{"name": "c", "resources": {"limits": {"cpu": "much"}}}]), 500, "failed to convert new object (default/web; apps/v1, Kind=Deployment) to proper version: unable to convert unstructured object to apps/v1, Kind=Deployment: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'", reason=""),
    Refusal("an invalid object", of_pod(containers=[{"name": "c"}]), 422, 'Deployment.apps "web" is invalid: spec.template.spec.containers[0].image: Required value', reason="Invalid"),
    Refusal("a key twice, strictly", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata:\n  a: b\n  a: c\n", 400, 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key "a" already set in map', f"{MAPS}/one", "fieldManager=me&fieldValidation=Strict"),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.name)
def test_it_is_refused(api: Api, case: Refusal) -> None:
    reply = api("PATCH", f"{case.path}?{case.query}", case.body, APPLY)
    assert (reply.code, reply.body.get("reason", "")) == (case.code, case.reason), reply.text
    assert reply.message.startswith(case.message) if case.reason == "Invalid" else reply.message == case.message
    assert api.get(case.path).code == 404, "nothing is half-written"


def test_a_key_twice_is_a_warning(api: Api) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata:\n  a: b\n  a: c\n"
    reply = api("PATCH", f"{MAPS}/one?fieldManager=me", text, APPLY)
    assert (reply.code, reply.body["data"]) == (201, {"a": "c"})
    assert "already set in map" in reply.headers["Warning"]


def test_another_uid_is_no_update(api: Api) -> None:
    apply(api, f"{MAPS}/one", config(a="1"))
    other = apply(api, f"{MAPS}/one", {**config(a="2"), "metadata": {"name": "one", "uid": "x"}})
    assert (other.code, other.message) == (
        422,
        'ConfigMap "one" is invalid: metadata.uid: Invalid value: "x": field is immutable',
    )


def test_force_is_only_for_an_apply(api: Api) -> None:
    api.post(MAPS, config(a="1"))
    reply = api("PATCH", f"{MAPS}/one?force=true", {}, MERGE)
    assert reply.message == (
        'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch'
    )


def test_cbor_is_not_spoken(api: Api) -> None:
    reply = api("PATCH", f"{MAPS}/one?fieldManager=me", b"\xa0", "application/apply-patch+cbor")
    assert (reply.code, reply.body["reason"]) == (415, "UnsupportedMediaType")
    assert reply.message.endswith("application/strategic-merge-patch+json, application/apply-patch+yaml")


def test_cluster_scoped_objects_are_applied_too(api: Api) -> None:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other", "labels": {"a": "b"}}}
    made = apply(api, "api/v1/namespaces/other", body)
    assert (made.code, fields(made.body, "me")) == (201, {"f:metadata": {"f:labels": {"f:a": {}}}})
    gone = apply(api, "api/v1/namespaces/other", {**body, "metadata": {"name": "other"}})
    assert "a" not in gone.body["metadata"].get("labels", {})


def test_a_pod_is_applied_and_its_immutable_fields_are_checked(api: Api) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    }
    assert apply(api, f"{PODS}/p", pod).code == 201
    same = apply(api, f"{PODS}/p", pod)
    assert same.code == 200
    pod["spec"] = {"containers": [{"name": "c", "image": "nginx", "command": ["x"]}]}
    refused = apply(api, f"{PODS}/p", pod)
    assert (refused.code, refused.body["reason"]) == (422, "Invalid")
    assert "pod updates may not change fields other than" in refused.message
