# ruff: noqa: E501 - the tables have a line for each case
"""Custom resources are applied by the list types and defaults of their own schema."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Api
from tests.api.test_apply import MERGE, apply, fields


def test_a_custom_resource_merges_as_its_schema_says(api: Api) -> None:
    tags = {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}
    port = {"type": "object", "properties": {"port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}, "name": {"type": "string"}}, "required": ["port"]}  # fmt: skip
    keys = ["port", "protocol"]
    ports = {"type": "array", "items": port, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys}
    spec = {
        "type": "object",
        "properties": {"tags": tags, "ports": ports, "list": {"type": "array", "items": {"type": "string"}}},
    }
    schema = {
        "type": "object",
        "properties": {"spec": spec, "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
    }
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }
    names = {"plural": "crons", "singular": "cron", "kind": "Cron"}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "crons.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }
    path = "apis/apiextensions.k8s.io/v1/customresourcedefinitions/crons.example.com"
    made = apply(api, path, definition)
    assert made.code == 201, made.text
    assert fields(made.body, "me")["f:spec"]["f:versions"] == {}
    again = apply(api, path, definition)
    assert again.code == 200 and again.body["metadata"]["generation"] == 1
    wanted = {
        "type": "Established",
        "status": "True",
        "reason": "InitialNamesAccepted",
        "message": "",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    accepted = {**names, "listKind": "CronList"}
    api(
        "PATCH",
        f"{path}/status",
        {"status": {"conditions": [wanted, {**wanted, "type": "NamesAccepted"}], "acceptedNames": accepted}},
        MERGE,
    )

    def cron(**spec: Any) -> dict[str, Any]:
        return {"apiVersion": "example.com/v1", "kind": "Cron", "metadata": {"name": "one"}, "spec": spec}

    one = "apis/example.com/v1/namespaces/default/crons/one"
    made = apply(api, one, cron(tags=["a"], ports=[{"port": 80}], list=["x"]), "ann")
    assert made.code == 201, made.text
    assert set(fields(made.body, "ann")["f:spec"]["f:ports"]) == {'k:{"port":80,"protocol":"TCP"}'}
    merged = apply(
        api, one, cron(tags=["b"], ports=[{"port": 80, "name": "web"}, {"port": 80, "protocol": "UDP"}]), "bob"
    )
    assert merged.body["spec"]["tags"] == ["a", "b"]
    assert [(one["protocol"], one.get("name")) for one in merged.body["spec"]["ports"]] == [
        ("TCP", "web"),
        ("UDP", None),
    ]
    left = apply(api, one, cron(list=["x"]), "ann")
    assert left.body["spec"]["tags"] == ["b"] and len(left.body["spec"]["ports"]) == 2
    refused = apply(api, one, cron(nope=1), "bob")
    assert (refused.code, refused.message) == (
        500,
        "failed to create typed patch object (/one; example.com/v1, Kind=Cron): .spec.nope: field not declared in schema",
    )
    status = {**cron(), "status": {"anything": {"goes": [1]}}}
    done = apply(api, f"{one}/status", status, "controller")
    assert (done.code, done.body["status"]) == (200, {"anything": {"goes": [1]}})
    assert set(fields(done.body, "controller", subresource="status")) == {"f:status"}
    strategic = api("PATCH", one, {}, "application/strategic-merge-patch+json")
    assert strategic.message.endswith(
        "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    )
