"""What a definition brings to the API: when it is served, how it is published, its versions, its end."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.objects import set_in
from simulator.models import Cluster
from tests.api.conftest import Api
from tests.api.test_custom_resources import CRDS, CRONTAB, MERGE, NAME, TABS, crontab, define, settle


@pytest.fixture
def tabs(api: Api, cluster: Cluster) -> Api:
    define(api, cluster)
    return api


def test_it_is_served_once_it_is_established(api: Api, cluster: Cluster) -> None:
    assert api.post(CRDS, CRONTAB).code == 201
    assert api.get(TABS).code == 404
    settle(cluster)
    held = {one["type"]: one["status"] for one in api.get(f"{CRDS}/{NAME}").body["status"]["conditions"]}
    assert held == {"NamesAccepted": "True", "Established": "True"}
    assert api.get(TABS).body["kind"] == "CronTabList"


def test_discovery(tabs: Api) -> None:
    listed = tabs.get("apis/stable.example.com/v1").body["resources"]
    assert [one["name"] for one in listed] == ["crontabs", "crontabs/scale", "crontabs/status"]
    assert (listed[0]["singularName"], listed[0]["shortNames"], listed[0]["categories"]) == ("crontab", ["ct"], ["all"])
    assert "stable.example.com" in [group["name"] for group in tabs.get("apis").body["groups"]]
    form = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    (group,) = [one for one in tabs.get("apis", Accept=form).body["items"] if "stable" in one["metadata"]["name"]]
    assert group["versions"][0]["resources"][0]["responseKind"]["kind"] == "CronTab"


def test_the_schema_is_published(tabs: Api) -> None:
    path = "openapi/v3/apis/stable.example.com/v1"
    (address,) = [
        one["serverRelativeURL"] for name, one in tabs.get("openapi/v3").body["paths"].items() if "stable" in name
    ]
    assert path in address
    schemas = tabs.get(path).body["components"]["schemas"]
    held = schemas["com.example.stable.v1.CronTab"]
    assert held["properties"]["spec"]["properties"]["replicas"]["maximum"] == 10
    assert held["x-kubernetes-group-version-kind"] == [
        {"group": "stable.example.com", "version": "v1", "kind": "CronTab"}
    ]
    assert "com.example.stable.v1.CronTabList" in schemas
    assert "com.example.stable.v1.CronTab" in tabs.get("openapi/v2").body["definitions"]


def test_deleting_the_definition_deletes_the_objects(tabs: Api, cluster: Cluster) -> None:
    tabs.post(TABS, crontab())
    going = tabs("DELETE", f"{CRDS}/{NAME}").body
    assert going["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    refused = tabs.post(TABS, crontab("late"))
    assert (refused.code, refused.message) == (
        405,
        "create not allowed while custom resource definition is terminating",
    )
    settle(cluster)
    assert tabs.get(f"{CRDS}/{NAME}").code == 404
    assert tabs.get(TABS).code == 404
    define(tabs, cluster)
    assert tabs.get(TABS).body["items"] == []
    assert tabs.post(TABS, crontab()).code == 201


def two_versions() -> dict[str, Any]:
    old = {**CRONTAB["spec"]["versions"][0], "storage": False, "deprecated": True}
    schema = set_in(
        old["schema"],
        ("openAPIV3Schema", "properties", "spec", "properties", "zone"),
        {"type": "string", "default": "x"},
    )
    new = {**old, "name": "v2", "storage": True, "deprecated": False, "schema": schema}
    return set_in(CRONTAB, ("spec", "versions"), [old, new])


def test_versions_differ_in_their_name_and_their_fields(api: Api, cluster: Cluster) -> None:
    define(api, cluster, two_versions())
    made = api.post(TABS, crontab())
    assert made.headers["Warning"] == (
        '299 - "stable.example.com/v1 CronTab is deprecated; use stable.example.com/v2 CronTab"'
    )
    assert (made.body["apiVersion"], "zone" in made.body["spec"]) == ("stable.example.com/v1", False)
    place = "apis/stable.example.com/v2/namespaces/default/crontabs/my-new-cron-object"
    shown = api.get(place).body
    assert (shown["apiVersion"], shown["spec"]["zone"]) == ("stable.example.com/v2", "x")
    (listed,) = api.get(TABS).body["items"]
    assert listed["apiVersion"] == "stable.example.com/v1"
    held = api.get("apis/stable.example.com").body
    assert held["preferredVersion"]["version"] == "v2"
    assert api("PATCH", f"{TABS}/my-new-cron-object", {"spec": {"replicas": 2}}, MERGE).body["spec"]["replicas"] == 2
    assert api.get(place).body["spec"]["zone"] == "x"


def test_a_default_that_comes_later_is_seen_in_older_objects(tabs: Api, cluster: Cluster) -> None:
    tabs.post(TABS, crontab())
    held = tabs.get(f"{CRDS}/{NAME}").body
    path = ("schema", "openAPIV3Schema", "properties", "spec", "properties", "zone")
    version = set_in(held["spec"]["versions"][0], path, {"type": "string", "default": "here"})
    assert tabs("PUT", f"{CRDS}/{NAME}", set_in(held, ("spec", "versions"), [version])).code == 200
    assert tabs.get(f"{TABS}/my-new-cron-object").body["spec"]["zone"] == "here"
    assert tabs.get(TABS).body["items"][0]["spec"]["zone"] == "here"


def test_a_kind_of_the_whole_cluster(api: Api, cluster: Cluster) -> None:
    define(api, cluster, set_in(CRONTAB, ("spec", "scope"), "Cluster"))
    assert api.post("apis/stable.example.com/v1/crontabs", crontab()).code == 201
    assert api.post(TABS, crontab("two")).code == 404


def test_a_request_about_a_built_in_kind_reads_no_definition(
    tabs: Api, django_assert_max_num_queries: Any, cluster: Cluster
) -> None:
    with django_assert_max_num_queries(20) as seen:
        assert tabs.get("api/v1/namespaces/default/configmaps?limit=5").code == 200
        assert tabs.post("api/v1/namespaces/default/configmaps", {"metadata": {"name": "one"}}).code == 201
    assert [one for one in seen.captured_queries if "customresourcedefinitions" in one["sql"]] == []


BROKEN_STATUS: dict[str, Any] = {
    "nothing": {},
    "established without names": {"conditions": [{"type": "Established", "status": "True"}]},
    "bare conditions": {"conditions": [{}, {"type": "NamesAccepted"}], "acceptedNames": {"shortNames": ["x"]}},
    "other names": {
        "conditions": [{"type": "Established", "status": "True"}],
        "acceptedNames": {"plural": "others", "kind": "Other"},
    },
}


@pytest.mark.parametrize("name", BROKEN_STATUS)
def test_a_status_that_somebody_broke_does_no_harm(tabs: Api, cluster: Cluster, name: str) -> None:
    held = tabs.get(f"{CRDS}/{NAME}").body
    assert tabs("PUT", f"{CRDS}/{NAME}/status", {**held, "status": BROKEN_STATUS[name]}).code == 200
    for path in ("apis", "openapi/v2", TABS, f"{CRDS}/{NAME}"):
        assert tabs.get(path).code in (200, 404)
    settle(cluster)
    assert tabs.get(f"{CRDS}/{NAME}").body["status"]["acceptedNames"]["kind"] == "CronTab"
    assert tabs.get(TABS).code == 200


def test_warnings(api: Api, cluster: Cluster) -> None:
    path = ("schema", "openAPIV3Schema", "properties", "spec", "properties", "image", "format")
    version = set_in(CRONTAB["spec"]["versions"][0], path, "mood")
    made = api.post(CRDS, set_in(CRONTAB, ("spec", "versions"), [version]))
    assert made.headers["Warning"] == '299 - "unrecognized format \\"mood\\""'
    again = api("PATCH", f"{CRDS}/{NAME}", {"metadata": {"labels": {"a": "b"}}}, MERGE)
    assert "Warning" not in again.headers
    settle(cluster)
    body = set_in(crontab(), ("metadata", "finalizers"), ["mine", "example.com", "example.com/fine"])
    said = api.post(TABS, body).headers["Warning"].split(", ")
    assert [one.partition("prefer")[0] for one in said] == [
        '299 - "metadata.finalizers: \\"example.com\\": ',
        '299 - "metadata.finalizers: \\"mine\\": ',
    ]


def test_a_schema_that_became_narrower_does_not_object_to_what_stays(tabs: Api, cluster: Cluster) -> None:
    tabs.post(TABS, crontab(replicas=9))
    held = tabs.get(f"{CRDS}/{NAME}").body
    path = ("schema", "openAPIV3Schema", "properties", "spec", "properties", "replicas", "maximum")
    narrow = set_in(held, ("spec", "versions"), [set_in(held["spec"]["versions"][0], path, 5)])
    assert tabs("PUT", f"{CRDS}/{NAME}", narrow).code == 200
    place = f"{TABS}/my-new-cron-object"
    assert tabs("PATCH", place, {"spec": {"image": "other"}}, MERGE).body["spec"]["replicas"] == 9
    refused = tabs("PATCH", place, {"spec": {"replicas": 8}}, MERGE)
    assert refused.message.endswith("spec.replicas in body should be less than or equal to 5")
    assert tabs("PATCH", place, {"spec": {"replicas": 4}}, MERGE).code == 200
