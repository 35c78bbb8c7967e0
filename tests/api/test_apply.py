"""Server-side apply over HTTP: what it makes, what it refuses and in which words, and who manages what afterwards."""

from __future__ import annotations

from typing import Any

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
