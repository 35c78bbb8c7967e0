# ruff: noqa: E501 - the tables have a line for each case
"""Applies that are refused, in upstream's words."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import pytest

from tests.api.conftest import Api
from tests.api.test_apply import APPLY, DEPLOYMENTS, MAPS, MERGE, apply, config, deployment


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


def test_who_may_patch_but_not_create_does_not_create(api: Api) -> None:
    role = {
        "metadata": {"name": "patcher"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["patch"]}],
    }
    about = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "patcher"}
    binding = {"metadata": {"name": "patcher"}, "roleRef": about, "subjects": [{"kind": "User", "name": "jane"}]}
    rbac = "apis/rbac.authorization.k8s.io/v1/namespaces/default"
    assert api.post(f"{rbac}/roles", role).code == 201
    assert api.post(f"{rbac}/rolebindings", binding).code == 201
    jane = {"Impersonate-User": "jane"}
    refused = api("PATCH", f"{MAPS}/one?fieldManager=jane", config(a="1"), APPLY, **jane)
    assert (refused.code, refused.message) == (
        403,
        'configmaps "one" is forbidden: User "jane" cannot create resource "configmaps" in API group "" in the namespace "default"',
    )
    assert api.get(f"{MAPS}/one").code == 404
    apply(api, f"{MAPS}/one", config(a="1"))
    assert api("PATCH", f"{MAPS}/one?fieldManager=jane", config(b="1"), APPLY, **jane).code == 200
