"""Custom resources through the API, from their definition to their end: the CronTab of Kubernetes' documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.engine.objects import set_in
from simulator.models import Cluster
from simulator.runner import Runner
from tests.api.conftest import Api

CRONTAB: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "crontab.yaml").read_text())
CRDS = "apis/apiextensions.k8s.io/v1/customresourcedefinitions"
NAME = "crontabs.stable.example.com"
TABS = "apis/stable.example.com/v1/namespaces/default/crontabs"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
MERGE, PATCH, STRATEGIC = (
    f"application/{name}" for name in ("merge-patch+json", "json-patch+json", "strategic-merge-patch+json")
)


def settle(cluster: Cluster) -> None:
    """Runs five seconds of the cluster's time."""
    fresh = Cluster.objects.get(pk=cluster.pk)
    fresh.until = fresh.now + 5_000_000
    fresh.save()
    runner = Runner()
    while runner.tick(fresh.pk).more:
        pass


def define(api: Api, cluster: Cluster, body: dict[str, Any] = CRONTAB) -> None:
    made = api.post(CRDS, body)
    assert made.code == 201, made.text
    settle(cluster)


def crontab(name: str = "my-new-cron-object", **spec: Any) -> dict[str, Any]:
    given = {"cronSpec": "* * * * */5", "image": "my-awesome-cron-image", **spec}
    return {"apiVersion": "stable.example.com/v1", "kind": "CronTab", "metadata": {"name": name}, "spec": given}


@pytest.fixture
def tabs(api: Api, cluster: Cluster) -> Api:
    define(api, cluster)
    return api


def test_an_object_lives_its_life(tabs: Api) -> None:
    made = tabs.post(TABS, crontab())
    assert (made.code, made.body["spec"]["replicas"], made.body["metadata"]["generation"]) == (201, 1, 1)
    place = f"{TABS}/my-new-cron-object"
    assert tabs.get(place).body == made.body
    changed = tabs("PUT", place, set_in(made.body, ("spec", "replicas"), 3)).body
    assert (changed["spec"]["replicas"], changed["metadata"]["generation"]) == (3, 2)
    assert tabs("PATCH", place, {"spec": {"image": None}}, MERGE).body["spec"] == {
        "cronSpec": "* * * * */5",
        "replicas": 3,
    }
    operation = [{"op": "replace", "path": "/spec/replicas", "value": 4}]
    assert tabs("PATCH", place, operation, PATCH).body["spec"]["replicas"] == 4
    gone = tabs("DELETE", place)
    assert (gone.code, gone.body["status"]) == (200, "Success")
    assert tabs.get(place).message == f'{NAME} "my-new-cron-object" not found'


def test_a_strategic_merge_patch_is_refused(tabs: Api) -> None:
    tabs.post(TABS, crontab())
    refused = tabs("PATCH", f"{TABS}/my-new-cron-object", {"spec": {}}, STRATEGIC)
    assert refused.code == 415
    assert refused.message.startswith(
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
        "application/merge-patch+json"
    )
    assert STRATEGIC not in refused.message


def test_get_shows_the_definitions_columns(tabs: Api) -> None:
    tabs.post(TABS, crontab())
    table = tabs.get(TABS, Accept=TABLE).body
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Spec", "Replicas", "Age"]
    assert table["columnDefinitions"][1]["description"] == "The cron spec defining the interval a CronJob is run"
    assert table["rows"][0]["cells"] == ["my-new-cron-object", "* * * * */5", 1, "0s"]
    shown = tabs.get(CRDS, Accept=TABLE).body
    assert [column["name"] for column in shown["columnDefinitions"]] == ["Name", "Created At"]
    assert shown["rows"][0]["cells"][0] == NAME


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "as documented": (
        {"cronSpec": "* * * *", "replicas": 15},
        '[spec.cronSpec: Invalid value: "* * * *": spec.cronSpec in body should match \'^(\\d+|\\*)(/\\d+)?'
        "(\\s+(\\d+|\\*)(/\\d+)?){4}$', spec.replicas: Invalid value: 15: spec.replicas in body should be less than or "
        "equal to 10]",
    ),
    "a wrong type": (
        {"replicas": "many"},
        '[spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string", '
        ".spec.replicas: Invalid value: 0: .spec.replicas accessor error: many is of the type string, expected int64]",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_invalid_objects_are_refused_in_upstreams_words(tabs: Api, name: str) -> None:
    spec, said = REFUSED[name]
    refused = tabs.post(TABS, crontab(**spec))
    assert refused.code == 422
    assert refused.message == f'CronTab.stable.example.com "my-new-cron-object" is invalid: {said}'
    assert tabs.get(TABS).body["items"] == []


def test_unknown_fields_are_taken_away(tabs: Api) -> None:
    body = {**crontab(someRandomField=42), "more": 1}
    made = tabs.post(TABS, body)
    assert "someRandomField" not in made.body["spec"]
    assert (
        made.headers["Warning"] == '299 - "unknown field \\"more\\"", 299 - "unknown field \\"spec.someRandomField\\""'
    )
    strict = tabs.post(f"{TABS}?fieldValidation=Strict", {**body, "metadata": {"name": "two"}})
    assert (strict.code, strict.message) == (
        400,
        'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "more", unknown '
        'field "spec.someRandomField"',
    )
    quiet = tabs.post(f"{TABS}?fieldValidation=Ignore", {**body, "metadata": {"name": "three"}})
    assert (quiet.code, quiet.headers.get("Warning")) == (201, None)
    twice = '{"metadata": {"name": "four"}, "spec": {"cronSpec": "* * * * *", "replicas": 1, "replicas": 2}}'
    assert 'duplicate field \\"spec.replicas\\"' in tabs.post(TABS, twice).headers["Warning"]


def test_nulls_are_taken_away_or_defaulted(tabs: Api) -> None:
    made = tabs.post(TABS, crontab(image=None, replicas=None))
    assert made.body["spec"] == {"cronSpec": "* * * * */5", "replicas": 1}


def test_status_and_spec_are_apart(tabs: Api) -> None:
    made = tabs.post(TABS, {**crontab(), "status": {"replicas": 7}}).body
    assert "status" not in made
    place = f"{TABS}/my-new-cron-object"
    told = {**made, "spec": {"cronSpec": "0 0 * * *"}, "status": {"replicas": 2, "labelSelector": "app=cron"}}
    after = tabs("PUT", f"{place}/status", told).body
    assert (after["spec"], after["status"]["replicas"], after["metadata"]["generation"]) == (made["spec"], 2, 1)
    assert tabs("PUT", place, {**after, "status": {}}).body["status"] == after["status"]
    wrong = tabs("PATCH", f"{place}/status", {"status": {"labelSelector": 1}}, MERGE)
    assert wrong.code == 422
    assert wrong.body["details"]["causes"][0]["field"] == "status.labelSelector"


def test_scale(tabs: Api) -> None:
    tabs.post(TABS, crontab())
    place = f"{TABS}/my-new-cron-object"
    tabs("PATCH", f"{place}/status", {"status": {"replicas": 2, "labelSelector": "app=cron"}}, MERGE)
    scale = tabs.get(f"{place}/scale").body
    assert (scale["kind"], scale["spec"], scale["status"]) == (
        "Scale",
        {"replicas": 1},
        {"replicas": 2, "selector": "app=cron"},
    )
    assert tabs("PUT", f"{place}/scale", set_in(scale, ("spec", "replicas"), 5)).body["spec"] == {"replicas": 5}
    assert tabs.get(place).body["spec"]["replicas"] == 5
    refused = tabs("PATCH", f"{place}/scale", {"spec": {"replicas": 11}}, MERGE)
    assert refused.code == 422
    assert "spec.replicas in body should be less than or equal to 10" in refused.message


def test_deletecollection(tabs: Api) -> None:
    for name in ("a", "b"):
        tabs.post(TABS, crontab(name))
    assert tabs("DELETE", TABS).code == 200
    assert tabs.get(TABS).body["items"] == []


def test_selectable_fields(api: Api, cluster: Cluster) -> None:
    version = {**CRONTAB["spec"]["versions"][0], "selectableFields": [{"jsonPath": ".spec.image"}]}
    define(api, cluster, set_in(CRONTAB, ("spec", "versions"), [version]))
    api.post(TABS, crontab("a"))
    api.post(TABS, crontab("b", image="other"))
    found = api.get(f"{TABS}?fieldSelector=spec.image%3Dother").body["items"]
    assert [one["metadata"]["name"] for one in found] == ["b"]
    refused = api.get(f"{TABS}?fieldSelector=spec.cronSpec%3Dx")
    assert (refused.code, refused.message) == (400, "field label not supported: spec.cronSpec")


def test_rules(api: Api, cluster: Cluster) -> None:
    path = ("schema", "openAPIV3Schema", "properties", "spec", "x-kubernetes-validations")
    rules = [
        {"rule": "self.replicas < 5 || has(self.image)", "message": "many replicas need an image"},
        {"rule": "self.cronSpec == oldSelf.cronSpec", "message": "cronSpec is fixed"},
    ]
    define(api, cluster, set_in(CRONTAB, ("spec", "versions"), [set_in(CRONTAB["spec"]["versions"][0], path, rules)]))
    refused = api.post(TABS, crontab(replicas=6, image=None))
    assert refused.message.endswith('is invalid: spec: Invalid value: "object": many replicas need an image')
    api.post(TABS, crontab())
    changed = api("PATCH", f"{TABS}/my-new-cron-object", {"spec": {"cronSpec": "0 0 * * *"}}, MERGE)
    assert changed.message.endswith('is invalid: spec: Invalid value: "object": cronSpec is fixed')


def test_anything_goes_where_unknown_fields_are_kept(api: Api, cluster: Cluster) -> None:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    define(api, cluster, set_in(CRONTAB, ("spec", "versions"), [version]))
    odd = {"metadata": {"name": "odd"}, "spec": "a text", "status": ["a", None], "x": {"y": None, "n": 1.0}}
    made = api.post(TABS, odd)
    assert made.code == 201
    assert {key: made.body[key] for key in ("spec", "status", "x")} == {
        "spec": "a text",
        "status": ["a", None],
        "x": {"y": None, "n": 1},
    }
    assert api.get(TABS, Accept=TABLE).code == 200
    assert api("PATCH", f"{TABS}/odd", {"spec": {"finalizers": ["x"]}}, MERGE).body["metadata"]["generation"] == 2
    assert api("DELETE", f"{TABS}/odd").code == 200
    assert api.get(f"{TABS}/odd").code == 404


def test_a_name_that_no_kind_has(tabs: Api) -> None:
    for path in ("apis/stable.example.com/v9/crontabs", "apis/other.example.com/v1/crontabs", "apis/a/v1/b%2Fc"):
        assert tabs.get(path).code == 404
    unknown = tabs.post(TABS, {**crontab(), "kind": "Other"})
    assert unknown.code == 400
    assert json.loads(unknown.text)["reason"] == "BadRequest"


def test_an_update_says_what_it_replaces(tabs: Api) -> None:
    made = tabs.post(TABS, crontab()).body
    refused = tabs("PUT", f"{TABS}/my-new-cron-object", crontab(replicas=2))
    assert (refused.code, refused.message) == (
        422,
        f'{NAME} "my-new-cron-object" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an '
        "update",
    )
    assert tabs("PUT", f"{TABS}/my-new-cron-object", made).code == 200
