"""Requests are judged by the roles and bindings of the cluster, and refused in upstream's words."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from simulator.engine.bootstrap import policy
from simulator.engine.rbac.rules import GROUP
from simulator.engine.registry import Body
from simulator.models import Cluster, KubeObject
from tests.api.access.access import (
    AUTHENTICATION,
    PODS,
    RBAC,
    READER,
    as_user,
    bind,
    user,
)
from tests.api.conftest import Api

CANNOT = 'User "jane" cannot'


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("GET", PODS, f'pods is forbidden: {CANNOT} list resource "pods" in API group "" in the namespace "default"'),
        ("GET", f"{PODS}?watch=true",
         f'pods is forbidden: {CANNOT} watch resource "pods" in API group "" in the namespace "default"'),
        ("GET", "api/v1/pods", f'pods is forbidden: {CANNOT} list resource "pods" in API group "" at the '
                               'cluster scope'),
        ("POST", PODS, f'pods is forbidden: {CANNOT} create resource "pods" in API group "" in the namespace '
                       '"default"'),
        ("DELETE", PODS,
         f'pods is forbidden: {CANNOT} deletecollection resource "pods" in API group "" in the namespace "default"'),
        ("GET", "apis/apps/v1/namespaces/shop/deployments/web",
         f'deployments.apps "web" is forbidden: {CANNOT} get resource "deployments" in API group "apps" in the '
         'namespace '
         '"shop"'),
        ("PATCH", "apis/apps/v1/namespaces/shop/deployments/web/scale",
         f'deployments.apps "web" is forbidden: {CANNOT} patch resource "deployments/scale" in API group "apps" in the '
         'namespace "shop"'),
        ("GET", f"{PODS}/web/log",
         f'pods "web" is forbidden: {CANNOT} get resource "pods/log" in API group "" in the namespace "default"'),
        ("PUT", "api/v1/nodes/worker-1",
         f'nodes "worker-1" is forbidden: {CANNOT} update resource "nodes" in API group "" at the cluster scope'),
        ("DELETE", "api/v1/namespaces/shop",
         f'namespaces "shop" is forbidden: {CANNOT} delete resource "namespaces" in API group "" in the '
         'namespace "shop"'),
        ("GET", f"{PODS}?fieldSelector=metadata.name%3Dweb",
         f'pods "web" is forbidden: {CANNOT} list resource "pods" in API group "" in the namespace "default"'),
        ("GET", "apis/nothing.example.com/v1/things",
         f'things.nothing.example.com is forbidden: {CANNOT} list resource "things" in API group '
         '"nothing.example.com" at '
         "the cluster scope"),
        ("GET", "metrics", f'forbidden: {CANNOT} get path "/metrics"'),
        ("POST", "healthz", f'forbidden: {CANNOT} post path "/healthz"'),
    ],
)  # fmt: skip
def test_refusals_in_upstreams_words(api: Api, method: str, path: str, message: str) -> None:
    reply = api(method, path, **as_user("jane"))
    assert (reply.code, reply.body["reason"]) == (403, "Forbidden")
    assert reply.message == message


def test_what_looks_like_html_is_not_sent_as_such(api: Api) -> None:
    reply = api.get("a<b>&c", **as_user("<i>"))
    assert reply.message == 'forbidden: User "&lt;i&gt;" cannot get path "/a&lt;b&gt;&amp;c"'


def test_somebody_without_credentials(api: Api) -> None:
    assert [api.get(path, Authorization="").code for path in ("healthz", "livez", "readyz", "version")] == [200] * 4
    refused = api.get(PODS, Authorization="")
    assert refused.code == 403
    assert refused.message.startswith('pods is forbidden: User "system:anonymous" cannot list resource "pods"')


def test_no_role_of_a_cluster_opens_it_to_strangers(api: Api) -> None:
    bind(api, "all", "cluster-admin", user("system:anonymous"), {"kind": "Group", "name": "system:unauthenticated"})
    for path in (PODS, "api", "api/v1/namespaces/kube-public/configmaps/cluster-info"):
        assert api.get(path, Authorization="").code == 403
    assert api.get(PODS, **as_user("system:anonymous")).code == 200, "who may see the cluster may try it out"


def test_any_user_discovers_and_asks_about_itself(api: Api) -> None:
    jane = as_user("jane")
    paths = ("api", "apis", "apis/apps/v1", "openapi/v3", "version")
    assert [api.get(path, **jane).code for path in paths] == [200] * len(paths)
    assert api("POST", f"{AUTHENTICATION}/selfsubjectreviews", {}, **jane).code == 201


def test_a_binding_holds_at_once_and_ends_at_once(api: Api) -> None:
    jane = as_user("jane")
    assert api.post(f"{RBAC}/clusterroles", READER).code == 201
    bind(api, "readers", "reader", user("jane"), namespace="default")
    assert api.get(PODS, **jane).code == 200
    assert api.get("api/v1/pods", **jane).code == 403
    assert api("DELETE", f"{RBAC}/clusterroles/reader").code == 200
    refused = api.get(PODS, **jane)
    assert refused.message.endswith(f': RBAC: clusterrole.{GROUP} "reader" not found')
    assert api.post(f"{RBAC}/clusterroles", READER).code == 201
    assert api.get(PODS, **jane).code == 200
    assert api("DELETE", f"{RBAC}/namespaces/default/rolebindings/readers").code == 200
    assert api.get(PODS, **jane).code == 403


def test_a_name_narrows_a_rule(api: Api) -> None:
    rules = [{"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["web"]}]
    api.post(f"{RBAC}/namespaces/default/roles", {"metadata": {"name": "web"}, "rules": rules})
    bind(api, "web", "web", user("jane"), namespace="default", kind="Role")
    codes = {path: api.get(path, **as_user("jane")).code for path in (f"{PODS}/web", f"{PODS}/db", PODS)}
    assert codes == {f"{PODS}/web": 404, f"{PODS}/db": 403, PODS: 403}
    assert api.get(f"{PODS}?fieldSelector=metadata.name=web", **as_user("jane")).code == 200


def test_the_policy_is_read_once_until_it_changes(api: Api) -> None:
    api.get(f"{PODS}/web")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        api.get(f"{PODS}/web")
        api.get(f"{PODS}/web", **as_user("jane"))
    assert not [query["sql"] for query in seen.captured_queries if GROUP in query["sql"]]


def test_a_cluster_from_before_there_were_roles_gets_them(api: Api, cluster: Cluster) -> None:
    """And the priority classes of the system: once, at its first request."""
    classes = "priorityclasses.scheduling.k8s.io"
    for resource in (GROUP, classes):
        KubeObject.objects.filter(cluster=cluster, resource__endswith=resource).delete()
    Cluster.objects.filter(pk=cluster.pk).update(access="")
    assert api.get(PODS).code == 200
    names = KubeObject.objects.filter(cluster=cluster, resource__endswith=GROUP).values_list("resource", "name")
    assert set(names) == {(resource, body["metadata"]["name"]) for resource, body in policy.objects()}
    given = KubeObject.objects.filter(cluster=cluster, resource=classes).values_list("name", flat=True)
    assert sorted(given) == ["system-cluster-critical", "system-node-critical"]
    revision = Cluster.objects.get(pk=cluster.pk).revision
    assert api.get(PODS).code == 200
    assert Cluster.objects.get(pk=cluster.pk).revision == revision
    assert api.get(PODS, **as_user("jane")).code == 403


@pytest.mark.parametrize(
    ("name", "resource", "body", "message"),
    [
        ("no verbs", "clusterroles", {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": []}]},
         "rules[0].verbs: Required value: verbs must contain at least one value"),
        ("nothing at all", "clusterroles", {"rules": [{"verbs": ["get"]}]},
         "[rules[0].apiGroups: Required value: resource rules must supply at least one api group, rules[0].resources: "
         "Required value: resource rules must supply at least one resource]"),
        ("both", "clusterroles",
         {"rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "nonResourceURLs": ["/x"]}]},
         'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and '
         'non-resource '
         "URLs"),
        ("paths in a namespace", "roles", {"rules": [{"verbs": ["get"], "nonResourceURLs": ["/x"]}]},
         'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'),
        ("nothing to gather", "clusterroles", {"aggregationRule": {}},
         "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if "
         "aggregationRule is non-nil"),
        ("a name that is a path", "clusterroles", {"metadata": {"name": "a/b"}},
         "metadata.name: Invalid value: \"a/b\": may not contain '/'"),
        ("no role", "clusterrolebindings", {"roleRef": {"kind": "ClusterRole", "name": ""}},
         "roleRef.name: Required value"),
        ("another group", "clusterrolebindings", {"roleRef": {"apiGroup": "x", "kind": "ClusterRole", "name": "view"}},
         f'roleRef.apiGroup: Unsupported value: "x": supported values: "{GROUP}"'),
        ("a Role for the cluster", "clusterrolebindings", {"roleRef": {"kind": "Role", "name": "view"}},
         'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'),
        ("no such kind of subject", "clusterrolebindings",
         {"roleRef": {"kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "Robot", "name": "x"}]},
         'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'),
        ("an account of nowhere", "clusterrolebindings",
         {"roleRef": {"kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "ServiceAccount", "name": "x"}]},
         "subjects[0].namespace: Required value"),
        ("a user without a name", "clusterrolebindings",
         {"roleRef": {"kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "User", "name": ""}]},
         '[subjects[0].name: Required value, subjects[0].name: Invalid value: "": user name cannot be empty]'),
    ],
)  # fmt: skip
def test_invalid_roles_and_bindings(api: Api, name: str, resource: str, body: Body, message: str) -> None:
    path = f"{RBAC}/namespaces/default/{resource}" if resource == "roles" else f"{RBAC}/{resource}"
    reply = api.post(path, {"metadata": {"name": "x"}, **body})
    assert (reply.code, reply.body["reason"]) == (422, "Invalid")
    assert reply.message.partition(" is invalid: ")[2] == message


def test_a_binding_keeps_its_role(api: Api) -> None:
    held = bind(api, "b", "view", user("jane")).body
    assert held["roleRef"] == {"apiGroup": GROUP, "kind": "ClusterRole", "name": "view"}
    assert held["subjects"] == [{"apiGroup": GROUP, "kind": "User", "name": "jane"}]
    reply = api("PUT", f"{RBAC}/clusterrolebindings/b", {**held, "roleRef": {**held["roleRef"], "name": "edit"}})
    assert reply.message == (
        f'ClusterRoleBinding.{GROUP} "b" is invalid: roleRef: Invalid value: '
        f'{{"APIGroup":"{GROUP}","Kind":"ClusterRole","Name":"edit"}}: cannot change roleRef'
    )


def test_how_they_are_printed(api: Api) -> None:
    bind(api, "b", "view", user("jane"), user("bob"), {"kind": "ServiceAccount", "name": "bot", "namespace": "shop"})
    table = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    body = api.get(f"{RBAC}/clusterrolebindings/b", **table).body
    assert [(one["name"], one["priority"]) for one in body["columnDefinitions"]] == [
        ("Name", 0), ("Role", 0), ("Age", 0), ("Users", 1), ("Groups", 1), ("ServiceAccounts", 1),
    ]  # fmt: skip
    assert body["rows"][0]["cells"][:2] == ["b", "ClusterRole/view"]
    assert body["rows"][0]["cells"][3:] == ["jane, bob", "", "shop/bot"]
    body = api.get(f"{RBAC}/clusterroles/view", **table).body
    assert [one["name"] for one in body["columnDefinitions"]] == ["Name", "Created At"]
    assert body["rows"][0]["cells"] == ["view", "2023-11-14T22:13:19Z"]


def test_an_admin_of_a_namespace_grants_no_more_than_it_holds(api: Api) -> None:
    bind(api, "jane", "admin", user("jane"), namespace="default")
    jane, roles = as_user("jane"), f"{RBAC}/namespaces/default/roles"
    assert api("POST", roles, READER, **jane).code == 201
    nodes = {"metadata": {"name": "nodes"}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["nodes"]}]}
    refused = api("POST", roles, nodes, **jane)
    text = (
        'user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'
        '{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}'
    )
    assert (refused.code, refused.message) == (403, f'roles.{GROUP} "nodes" is forbidden: {text}')
    assert api.get(f"{roles}/nodes").code == 404, "nothing was written"
    patch = json.dumps({"rules": nodes["rules"]})
    refused = api("PATCH", f"{roles}/reader", patch, "application/merge-patch+json", **jane)
    assert (refused.code, refused.message) == (403, f'roles.{GROUP} "reader" is forbidden: {text}')
    to_all = {"metadata": {"name": "mine"}, "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"}, "subjects": []}
    refused = api("POST", f"{RBAC}/namespaces/default/rolebindings", to_all, **jane)
    assert refused.code == 403
    assert '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}' in refused.message
    to_view = {**to_all, "roleRef": {"kind": "ClusterRole", "name": "view"}}
    assert api("POST", f"{RBAC}/namespaces/default/rolebindings", to_view, **jane).code == 201
    assert api.post(roles, nodes).code == 201, "the administrator holds everything"
