"""What the tests of access share: the paths, and how one is bound, named and shown a token."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.rbac.rules import GROUP
from simulator.engine.registry import Body
from simulator.models import Cluster
from tests.api.conftest import Api, Reply

RBAC = f"apis/{GROUP}/v1"
ACCOUNTS = "api/v1/namespaces/default/serviceaccounts"
PODS = "api/v1/namespaces/default/pods"
AUTHENTICATION, AUTHORIZATION = "apis/authentication.k8s.io/v1", "apis/authorization.k8s.io/v1"
ISSUER = "https://kubernetes.default.svc.cluster.local"
READER = {
    "metadata": {"name": "reader"},
    "rules": [{"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}],
}
ON_PODS = {"verb": "get", "resource": "pods", "namespace": "default"}


def as_user(name: str) -> dict[str, str]:
    return {"Impersonate-User": name}


def bind(api: Api, name: str, role: str, *subjects: Body, namespace: str = "", kind: str = "ClusterRole") -> Reply:
    path = f"{RBAC}/namespaces/{namespace}/rolebindings" if namespace else f"{RBAC}/clusterrolebindings"
    reference = {"apiGroup": GROUP, "kind": kind, "name": role}
    reply = api.post(path, {"metadata": {"name": name}, "roleRef": reference, "subjects": list(subjects)})
    assert reply.code == 201, reply.message
    return reply


def user(name: str) -> Body:
    return {"kind": "User", "name": name}


def who(api: Api, **headers: str) -> Any:
    reply = api("POST", f"{AUTHENTICATION}/selfsubjectreviews", {}, **headers)
    return reply.body["status"]["userInfo"] if reply.code == 201 else reply.message


def token(api: Api, account: str = "default", **spec: Any) -> str:
    reply = api.post(f"{ACCOUNTS}/{account}/token", {"spec": spec})
    assert reply.code == 201, reply.message
    held: str = reply.body["status"]["token"]
    return held


def claims_of(held: str) -> Any:
    part = held.split(".")[1]
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def pass_time(cluster: Cluster, seconds: int) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(now=cluster.now + seconds * SECOND)


def bearing(held: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {held}"}
