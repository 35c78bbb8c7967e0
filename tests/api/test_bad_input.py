# ruff: noqa: E501 - the tables have a line for each case
"""Requests that make no sense, and the Status that each of them gets: code, reason and upstream's words."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from tests.api.conftest import JSON, Api

CONFIG_MAPS = "api/v1/namespaces/default/configmaps"
DEPLOYMENTS = "apis/apps/v1/namespaces/default/deployments"
PODS = "api/v1/namespaces/default/pods"
STRICT = "?fieldValidation=Strict"
SMP = "application/strategic-merge-patch+json"


def config(**more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, **more}


def deployment(**spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    whole = {"selector": {"matchLabels": {"a": "b"}}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": whole}


class Case(NamedTuple):
    name: str
    method: str
    path: str
    body: Any
    code: int
    reason: str
    message: str
    media: str = JSON


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{after}: &{after} [{','.join(['*' + before] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
CASES = [
    Case("unknown path", "GET", "nowhere", "", 404, "NotFound", "the server could not find the requested resource"),
    Case("unknown kind's path", "GET", "apis/apps/v1/foos", "", 404, "NotFound", "the server could not find the requested resource"),
    Case("no such object", "GET", f"{DEPLOYMENTS}/web", "", 404, "NotFound", 'deployments.apps "web" not found'),
    Case("a method that does not fit", "PUT", CONFIG_MAPS, "{}", 405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
    Case("an empty body", "POST", CONFIG_MAPS, "", 400, "BadRequest", "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ()"),
    Case("no JSON", "POST", CONFIG_MAPS, "nonsense", 400, "BadRequest", "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character 'n' looking for beginning of value (6e6f6e73656e7365)"),
    Case("a list", "POST", CONFIG_MAPS, "[]", 400, "BadRequest", "json: cannot unmarshal array into Go value of type struct"),
    Case("bad YAML", "POST", CONFIG_MAPS, "a: b: c", 400, "BadRequest", "yaml: line 1: mapping values are not allowed", "application/yaml"),
    Case("a YAML bomb", "POST", CONFIG_MAPS, BOMB, 400, "BadRequest", "yaml: document contains excessive aliasing", "application/yaml"),
    Case("YAML that is no UTF-8", "POST", CONFIG_MAPS, b"a: \xff\xfe", 400, "BadRequest", "yaml: invalid leading UTF-8 octet", "application/yaml"),
    Case("too deep", "POST", CONFIG_MAPS, "[" * 100_000, 400, "BadRequest", "exceeded max depth"),
    Case("too large", "POST", CONFIG_MAPS, b" " * 3_145_729, 413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728"),
    Case("an unknown content type", "POST", CONFIG_MAPS, "{}", 415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf", "text/plain"),
    Case("broken protobuf", "POST", CONFIG_MAPS, b"k8s\0\x0a\xff\xff", 400, "BadRequest", "unexpected EOF", "application/vnd.kubernetes.protobuf"),
    Case("no protobuf", "POST", CONFIG_MAPS, b"{}", 400, "BadRequest", "expected prefix [107 56 115 0]", "application/vnd.kubernetes.protobuf"),
    Case("an unknown kind", "POST", CONFIG_MAPS, {"apiVersion": "v1", "kind": "Foo"}, 400, "BadRequest", 'no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"'),
    Case("another kind", "POST", DEPLOYMENTS, {"apiVersion": "v1", "kind": "Pod"}, 400, "BadRequest", 'Pod in version "v1" cannot be handled as a Deployment: converting (v1.Pod) to (apps.Deployment): unknown conversion'),
    Case("a kind that is no text", "POST", CONFIG_MAPS, {"kind": 5}, 400, "BadRequest", "json: cannot unmarshal number into Go struct field .kind of type string"),
    Case("an unknown field", "POST", DEPLOYMENTS + STRICT, deployment(replica=3), 400, "BadRequest", 'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"'),
    Case("a field twice", "POST", CONFIG_MAPS + STRICT, '{"metadata":{"name":"one","name":"one"}}', 400, "BadRequest", 'strict decoding error: duplicate field "metadata.name"'),
    Case("a field twice in YAML", "POST", CONFIG_MAPS + STRICT, "metadata: {name: one}\ndata: {a: b}\ndata: {a: c}\n", 400, "BadRequest", 'strict decoding error: duplicate field "data"', "application/yaml"),
    Case("a giant label", "POST", CONFIG_MAPS, config(metadata={"name": "one", "labels": {"a": "x" * 200_000}}), 422, "Invalid", "must be no more than 63 bytes"),
    Case("a giant key of a label", "POST", CONFIG_MAPS, config(metadata={"name": "one", "labels": {"x" * 200_000: "a"}}), 422, "Invalid", "name part must be no more than 63 bytes"),
    Case("a patch that breaks a rule", "PATCH", "api/v1/namespaces/default", {"metadata": {"labels": {"a": "not a label!"}}}, 422, "Invalid", 'Namespace "default" is invalid: metadata.labels: Invalid value: "not a label!"', "application/merge-patch+json"),
    Case("a wrong type", "POST", DEPLOYMENTS, deployment(replicas="3"), 400, "BadRequest", 'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'),
    Case("a fraction", "POST", DEPLOYMENTS, deployment(replicas=1.5), 400, "BadRequest", "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32"),
    Case("a number as text", "POST", CONFIG_MAPS, config(data={"a": 1}), 400, "BadRequest", 'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string'),
    Case("no base64", "POST", "api/v1/namespaces/default/secrets", {"metadata": {"name": "one"}, "data": {"a": "b*=="}}, 400, "BadRequest", 'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 1'),
    Case("no quantity", "POST", PODS, {"metadata": {"name": "one"}, "spec": {"containers": [{"name": "c", "image": "i", "resources": {"limits": {"cpu": "1x"}}}]}}, 400, "BadRequest", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    Case("a huge power of ten", "POST", PODS, {"metadata": {"name": "one"}, "spec": {"containers": [{"name": "c", "image": "i", "resources": {"limits": {"cpu": "1e999999999"}}}]}}, 400, "BadRequest", "quantities must match"),
    Case("no name", "POST", CONFIG_MAPS, {"metadata": {}}, 422, "Invalid", 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'),
    Case("a name that is no DNS label", "POST", CONFIG_MAPS, config(metadata={"name": "No Name"}), 422, "Invalid", 'ConfigMap "No Name" is invalid: metadata.name: Invalid value: "No Name": a lowercase RFC 1123 subdomain must consist of'),
    Case("another namespace", "POST", CONFIG_MAPS, config(metadata={"name": "one", "namespace": "other"}), 400, "BadRequest", "the namespace of the provided object does not match the namespace sent on the request"),
    Case("a namespace that is not there", "POST", "api/v1/namespaces/nope/configmaps", config(), 404, "NotFound", 'namespaces "nope" not found'),
    Case("a resourceVersion on a new object", "POST", CONFIG_MAPS, config(metadata={"name": "one", "resourceVersion": "5"}), 400, "BadRequest", "resourceVersion should not be set on objects to be created"),
    Case("a bad dryRun", "POST", f"{CONFIG_MAPS}?dryRun=Some", config(), 422, "Invalid", 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"'),
    Case("a bad fieldValidation", "POST", f"{CONFIG_MAPS}?fieldValidation=x", config(), 422, "Invalid", 'fieldValidation: Unsupported value: "x": supported values: "", "Ignore", "Strict", "Warn"'),
    Case("a bad label selector", "GET", f"{CONFIG_MAPS}?labelSelector=a%3D%3D%3Db%20c", "", 400, "BadRequest", "unable to parse requirement"),
    Case("an unknown field selector", "GET", f"{CONFIG_MAPS}?fieldSelector=data.a%3Db", "", 400, "BadRequest", '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"'),
    Case("a bad limit", "GET", f"{CONFIG_MAPS}?limit=many", "", 400, "BadRequest", 'strconv.ParseInt: parsing "many": invalid syntax'),
    Case("a bad continue", "GET", f"{CONFIG_MAPS}?continue=abc", "", 400, "BadRequest", "continue key is not valid"),
    Case("a bad resourceVersion", "GET", f"{CONFIG_MAPS}?resourceVersion=abc", "", 422, "Invalid", 'resourceVersion: Invalid value: "abc"'),
    Case("a resourceVersion to come", "GET", f"{CONFIG_MAPS}?resourceVersion=99999", "", 504, "Timeout", "Too large resource version: 99999"),
    Case("a patch of nothing", "PATCH", f"{CONFIG_MAPS}/one", "{}", 404, "NotFound", 'configmaps "one" not found', SMP),
    Case("an unknown patch type", "PATCH", f"{CONFIG_MAPS}/one", "{}", 415, "UnsupportedMediaType", "accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json"),
    Case("a patch that is no JSON", "PATCH", f"{CONFIG_MAPS}/one", "{", 400, "BadRequest", "error decoding patch: unexpected end of JSON input", SMP),
    Case("a namespace that stays", "DELETE", "api/v1/namespaces/default", "", 403, "Forbidden", 'namespaces "default" is forbidden: this namespace may not be deleted'),
    Case("two ways to propagate", "DELETE", f"{CONFIG_MAPS}/one", {"orphanDependents": True, "propagationPolicy": "Orphan"}, 422, "Invalid", "orphanDependents and deletionPropagation cannot be both set"),
    Case("an unknown propagation", "DELETE", f"{CONFIG_MAPS}/one?propagationPolicy=x", "", 422, "Invalid", 'propagationPolicy: Unsupported value: "x"'),
    Case("the log of nothing", "GET", f"{PODS}/one/log", "", 404, "NotFound", 'pods "one" not found'),
    Case("a binding without a node", "POST", f"{PODS}/one/binding", {"metadata": {"name": "one"}}, 422, "Invalid", "target.name: Required value"),
    Case("path traversal", "GET", "api/v1/namespaces/../../etc", "", 404, "NotFound", "the server could not find the requested resource"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_refused(api: Api, case: Case) -> None:
    reply = api(case.method, case.path, case.body, case.media)
    assert (reply.code, reply.body["reason"], reply.body["kind"]) == (case.code, case.reason, "Status"), reply.text
    assert case.message in reply.message
    assert reply.body["code"] == case.code and reply.body["status"] == "Failure"


def test_nothing_is_written_by_what_is_refused(api: Api) -> None:
    before = api.get(f"{CONFIG_MAPS}?limit=500").body
    for case in CASES:
        api(case.method, case.path, case.body, case.media)
    assert api.get(f"{CONFIG_MAPS}?limit=500").body == before


@pytest.mark.parametrize(
    ("name", "accept", "code"),
    [
        ("protobuf first, JSON second", "application/vnd.kubernetes.protobuf,application/json", 200),
        ("a browser", "text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("protobuf only", "application/vnd.kubernetes.protobuf", 406),
        ("a table of another group", "application/json;as=Table;v=v9;g=meta.k8s.io", 406),
        ("nonsense", ";;,=,", 406),
    ],
)
def test_accept(api: Api, name: str, accept: str, code: int) -> None:
    reply = api.get(f"{CONFIG_MAPS}?limit=1", Accept=accept)
    assert reply.code == code
    assert code == 200 or reply.body["reason"] == "NotAcceptable"


@pytest.mark.parametrize(
    ("name", "header", "path", "code"),
    [
        ("no token", "", CONFIG_MAPS, 403),
        ("a wrong token", "Bearer nonsense", CONFIG_MAPS, 401),
        ("another scheme", "Basic bGV0bWVpbg==", CONFIG_MAPS, 401),
        ("the version needs none", "", "version", 200),
        ("health needs none", "", "healthz", 200),
        ("a wrong token is wrong there too", "Bearer nonsense", "healthz", 401),
    ],
)
def test_who_may_ask(api: Api, name: str, header: str, path: str, code: int) -> None:
    reply = api.get(path, Authorization=header)
    assert reply.code == code
    if code != 200:
        assert reply.body["reason"] == {401: "Unauthorized", 403: "Forbidden"}[code]
    assert ("WWW-Authenticate" in reply.headers) == (code == 401)


def test_unknown_fields_are_warned_of_and_left_out(api: Api) -> None:
    reply = api.post(DEPLOYMENTS, deployment(replica=3))
    assert reply.code == 201
    assert reply.headers["Warning"] == '299 - "unknown field \\"spec.replica\\""'
    assert "replica" not in reply.body["spec"]
    ignored = api(
        "POST", f"{DEPLOYMENTS}?fieldValidation=Ignore&dryRun=All", {**deployment(foo=1), "metadata": {"name": "b"}}
    )
    assert (ignored.code, ignored.headers) == (201, {})


def test_invalid_utf8_in_json_is_replaced(api: Api) -> None:
    text = json.dumps(config(data={"a": "x?y", "b": "\ud800"})).encode().replace(b"x?y", b"x\xffy")
    assert api.post(CONFIG_MAPS, text).body["data"] == {"a": "x\ufffdy", "b": "\ufffd"}
