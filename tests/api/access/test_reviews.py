"""Questions about who somebody is and what they may do."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.rbac.rules import GROUP
from simulator.engine.registry import Body
from simulator.models import Cluster
from tests.api.access.access import (
    ACCOUNTS,
    AUTHENTICATION,
    AUTHORIZATION,
    ISSUER,
    ON_PODS,
    RBAC,
    READER,
    as_user,
    bearing,
    bind,
    pass_time,
    token,
    user,
)
from tests.api.conftest import Api, Reply


def test_a_token_review(api: Api, cluster: Cluster) -> None:
    def review(held: str, **spec: Any) -> Any:
        return api.post(f"{AUTHENTICATION}/tokenreviews", {"spec": {"token": held, **spec}})

    held = token(api)
    status = review(held).body["status"]
    assert (status["authenticated"], status["audiences"]) == (True, [ISSUER])
    assert status["user"]["username"] == "system:serviceaccount:default:default"
    vault = token(api, audiences=["vault"])
    assert api.get("healthz", **bearing(vault)).code == 401, "it is for somebody else"
    assert review(vault, audiences=["vault", "other"]).body["status"]["audiences"] == ["vault"]
    detail = f'token audiences ["vault"] is invalid for the target audiences ["{ISSUER}"]'
    assert review(vault).body["status"] == {"user": {}, "error": f"[invalid bearer token, {detail}]"}
    assert review("nonsense").body["status"] == {"user": {}, "error": "invalid bearer token"}
    assert review("").message == "token is required for TokenReview in authentication"
    pass_time(cluster, 4000)
    error = "[invalid bearer token, service account token has expired]"
    assert review(held).body["status"] == {"user": {}, "error": error}


@pytest.mark.parametrize(
    ("name", "resource", "spec", "status"),
    [
        ("myself", "selfsubjectaccessreviews", {"resourceAttributes": ON_PODS},
         {"allowed": True, "reason": 'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole '
          '"cluster-admin" to Group "kubeadm:cluster-admins"'}),
        ("a path", "selfsubjectaccessreviews", {"nonResourceAttributes": {"path": "/metrics", "verb": "get"}},
         {"allowed": True, "reason": 'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole '
          '"cluster-admin" to Group "kubeadm:cluster-admins"'}),
        ("a user", "subjectaccessreviews", {"resourceAttributes": ON_PODS, "user": "jane"},
         {"allowed": True, "reason": 'RBAC: allowed by RoleBinding "b/default" of ClusterRole "view" to User "jane"'}),
        ("a user elsewhere", "subjectaccessreviews",
         {"resourceAttributes": {**ON_PODS, "namespace": "x"}, "user": "jane"},
         {"allowed": False}),
        ("a group", "subjectaccessreviews", {"resourceAttributes": ON_PODS, "groups": ["system:masters"]},
         {"allowed": True}),
        ("a role that is gone", "subjectaccessreviews", {"resourceAttributes": ON_PODS, "user": "lost"},
         {"allowed": False, "reason": f'RBAC: clusterrole.{GROUP} "gone" not found'}),
    ],
)  # fmt: skip
def test_access_reviews(api: Api, name: str, resource: str, spec: Body, status: Body) -> None:
    bind(api, "b", "view", user("jane"), namespace="default")
    bind(api, "lost", "gone", user("lost"))
    reply = api.post(f"{AUTHORIZATION}/{resource}", {"spec": spec})
    assert (reply.code, reply.body["spec"], reply.body["status"]) == (201, spec, status)


@pytest.mark.parametrize(
    ("name", "resource", "body", "message"),
    [
        ("nothing asked", "selfsubjectaccessreviews", {"spec": {}},
         "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or "
         "resourceAttributes must be "
         "specified"),
        ("both", "selfsubjectaccessreviews",
         {"spec": {"resourceAttributes": ON_PODS, "nonResourceAttributes": {"path": "/x", "verb": "get"}}},
         'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: cannot be specified in '
         'combination with '
         "resourceAttributes"),
        ("nobody", "subjectaccessreviews", {"spec": {"resourceAttributes": ON_PODS}},
         'spec.user: Invalid value: "": at least one of user or group must be specified'),
        ("a name", "selfsubjectaccessreviews", {"metadata": {"name": "x"}, "spec": {"resourceAttributes": ON_PODS}},
         'metadata: Invalid value: {"name":"x"}: must be empty'),
        ("another namespace", "namespaces/default/localsubjectaccessreviews",
         {"spec": {"user": "jane", "resourceAttributes": {**ON_PODS, "namespace": "x"}}},
         'spec.resourceAttributes.namespace: Invalid value: "x": must match metadata.namespace'),
    ],
)  # fmt: skip
def test_invalid_reviews(api: Api, name: str, resource: str, body: Body, message: str) -> None:
    reply = api.post(f"{AUTHORIZATION}/{resource}", body)
    assert reply.code == 422
    assert reply.message.partition(" is invalid: ")[2] == message


def test_a_review_of_one_namespace_by_its_admin(api: Api) -> None:
    bind(api, "b", "admin", user("jane"), namespace="default")
    spec = {"spec": {"user": "jane", "resourceAttributes": ON_PODS}}
    path = f"{AUTHORIZATION}/namespaces/default/localsubjectaccessreviews"
    reply = api("POST", path, spec, **as_user("jane"))
    assert (reply.code, reply.body["status"]["allowed"]) == (201, True)
    assert api("POST", f"{AUTHORIZATION}/subjectaccessreviews", spec, **as_user("jane")).code == 403


def test_all_rules_of_the_asker(api: Api) -> None:
    assert api.post(f"{RBAC}/clusterroles", READER).code == 201
    bind(api, "b", "reader", user("jane"), namespace="default")

    def ask(spec: Body) -> Reply:
        return api("POST", f"{AUTHORIZATION}/selfsubjectrulesreviews", {"spec": spec}, **as_user("jane"))

    status = ask({"namespace": "default"}).body["status"]
    assert {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]} in status["resourceRules"]
    assert any("/openapi/*" in rule["nonResourceURLs"] for rule in status["nonResourceRules"])
    assert status["incomplete"] is False
    elsewhere = ask({"namespace": "kube-system"}).body["status"]
    assert len(elsewhere["resourceRules"]) == len(status["resourceRules"]) - 1
    assert (ask({}).code, ask({}).message) == (400, "no namespace on request")


def test_reviews_are_only_asked(api: Api) -> None:
    path = f"{AUTHORIZATION}/selfsubjectaccessreviews"
    assert [api(method, path).code for method in ("GET", "DELETE")] == [405, 405]
    listed = {one["name"]: one for one in api.get(AUTHORIZATION).body["resources"]}
    assert listed["localsubjectaccessreviews"]["namespaced"] is True
    assert {tuple(one["verbs"]) for one in listed.values()} == {("create",)}
    core = {one["name"]: one for one in api.get("api/v1").body["resources"]}
    assert core["serviceaccounts/token"]["kind"] == "TokenRequest"


def test_whoever_acts_is_named_in_the_causes(api: Api, cluster: Cluster) -> None:
    bind(api, "b", "edit", user("jane"), namespace="default")
    maps = "api/v1/namespaces/default/configmaps"
    assert api("POST", maps, {"metadata": {"name": "a"}}, **as_user("jane")).code == 201
    assert api("POST", maps, {"metadata": {"name": "b"}}).code == 201
    by = dict(cluster.changes.filter(resource="configmaps").values_list("name", "component"))
    assert by == {"a": "jane", "b": "kubectl"}


def test_bodies_that_are_no_reviews(api: Api) -> None:
    for body in ("", "[]", '{"spec": 1}', '{"spec": {"resourceAttributes": []}}', '{"spec": {"token": 1}}', "{"):
        for path in (f"{AUTHORIZATION}/selfsubjectaccessreviews", f"{AUTHENTICATION}/tokenreviews",
                     f"{AUTHORIZATION}/selfsubjectrulesreviews", f"{ACCOUNTS}/default/token"):  # fmt: skip
            assert api("POST", path, body).code in (201, 400, 422), (path, body)
