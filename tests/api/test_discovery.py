"""Discovery and OpenAPI list what KINDS holds, in every form that clients ask for."""

from __future__ import annotations

import pytest

from simulator.api import openapi
from simulator.api.routes import subresources
from simulator.engine.registry import KINDS
from tests.api.conftest import Api

AGGREGATED = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
)


def test_the_old_forms_list_every_kind(api: Api) -> None:
    assert api.get("api").body["versions"] == ["v1"]
    groups = {group["name"] for group in api.get("apis").body["groups"]}
    assert groups == {kind.group for kind in KINDS.served() if kind.group}
    for kind in KINDS.served():
        path = f"apis/{kind.group}/{kind.version}" if kind.group else f"api/{kind.version}"
        listed = {one["name"]: one for one in api.get(path).body["resources"]}
        own = listed[kind.plural]
        assert (own["kind"], own["namespaced"], own["verbs"]) == (kind.kind, kind.namespaced, list(kind.verbs))
        assert all(f"{kind.plural}/{name}" in listed for name in subresources(kind))


@pytest.mark.parametrize("version", ["v2", "v2beta1"])
def test_the_aggregated_form(api: Api, version: str) -> None:
    accept = f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
    found = {}
    for path in ("api", "apis"):
        reply = api.get(path, Accept=accept)
        assert reply.body["apiVersion"] == f"apidiscovery.k8s.io/{version}"
        for group in reply.body["items"]:
            for one in group["versions"]:
                for resource in one["resources"]:
                    found[group["metadata"].get("name", ""), one["version"], resource["resource"]] = resource
    assert set(found) == {(kind.group, kind.version, kind.plural) for kind in KINDS.served()}
    scale = found["apps", "v1", "deployments"]["subresources"][0]
    assert scale["responseKind"] == {"group": "autoscaling", "version": "v1", "kind": "Scale"}


def test_what_did_not_change_is_not_sent_again(api: Api) -> None:
    first = api.get("apis", Accept=AGGREGATED)
    again = api.get("apis", **{"Accept": AGGREGATED, "If-None-Match": first.headers["ETag"]})
    assert (first.code, again.code, again.text) == (200, 304, "")


def test_the_version_is_that_of_the_release(api: Api) -> None:
    assert api.get("version").body["gitVersion"] == "v1.34.0"


def test_openapi_3(api: Api) -> None:
    paths = api.get("openapi/v3").body["paths"]
    assert set(paths) == {f"apis/{k.group}/{k.version}" if k.group else f"api/{k.version}" for k in KINDS.served()}
    assert paths["apis/apps/v1"]["serverRelativeURL"].startswith("/k8s/lab/openapi/v3/apis/apps/v1?hash=")
    document = api.get("openapi/v3/apis/apps/v1").body
    schemas = document["components"]["schemas"]
    spec = schemas["io.k8s.api.apps.v1.DeploymentSpec"]
    assert spec["properties"]["replicas"]["type"] == "integer"
    patch = document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert "fieldValidation" in [one["name"] for one in patch["parameters"]], (
        "kubectl validates on the server only then"
    )
    assert [name for name in _references(document) if name not in schemas] == []
    assert b'"type":[' not in openapi.v3(KINDS, "apis/apps/v1"), "swagger has one type for each value"


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"].rpartition("/")[2]] if isinstance(value.get("$ref"), str) else []
        return own + [name for inner in value.values() for name in _references(inner)]
    return [name for inner in value for name in _references(inner)] if isinstance(value, list) else []


def test_openapi_2(api: Api) -> None:
    document = api.get("openapi/v2").body
    assert document["swagger"] == "2.0"
    assert {kind.kind for kind in KINDS.served()} <= {name.rpartition(".")[2] for name in document["definitions"]}


@pytest.mark.parametrize("path", ["apis/nope", "apis/nope/v1", "api/v2", "openapi/v3/apis/nope/v1", "apis//v1"])
def test_what_is_not_served(api: Api, path: str) -> None:
    assert api.get(path).code == 404
