# ruff: noqa: E501 - the tables have a line for each case
"""Who may do what: impersonation, auth can-i, whoami, reconcile, tokens of service accounts, refusals to the word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

NAMESPACE = "access"
# kubectl's reconcile reads no namespace from its command line (1.32, 1.34): it must stand in the file.
RULES = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: access}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: read, namespace: access}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: jane}
- {kind: ServiceAccount, name: robot}
"""
STEPS = [
    Step("auth whoami", r"^Username +kubernetes-admin$"),
    Step("auth whoami", r"^Groups +\[kubeadm:cluster-admins system:authenticated\]$"),
    Step("auth can-i '*' '*'", r"^yes$"),
    Step("auth can-i list pods --as jane", r"^no$", 1),
    Step("get pods --as jane", r'^Error from server \(Forbidden\): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "access"$', 1),
    Step("create serviceaccount robot", r"created$"),
    Step("auth reconcile -f -", r"^role\.rbac\.authorization\.k8s\.io/reader reconciled$", 0, RULES),
    Step("auth reconcile -f -", r"^rolebinding\.rbac\.authorization\.k8s\.io/read reconciled$", 0, RULES),
    Step("auth can-i list pods --as jane", r"^yes$"),
    Step("auth can-i delete pods --as jane", r"^no$", 1),
    Step("auth can-i --list --as jane", r"^pods +\[\] +\[\] +\[get list\]$"),
    Step("auth can-i --list --as jane", r"^selfsubjectreviews\.authentication\.k8s\.io +\[\] +\[\] +\[create\]$"),
    Step("auth can-i get pods --as system:serviceaccount:access:robot", r"^yes$"),
    Step("auth can-i get pods --as nobody --as-group system:masters", r"^yes$"),
    Step("auth can-i get /healthz --as jane", r"^yes$"),
    Step("get pods --as jane", r"No resources found in access namespace\."),
    Step("get pods nope --as jane", r'pods "nope" not found', 1),
    Step("delete pods nope --as jane", r'pods "nope" is forbidden: User "jane" cannot delete resource "pods" in API group "" in the namespace "access"', 1),
    Step("get nodes --as jane", r'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope', 1),
    Step("get deployments.apps web --as jane", r'deployments\.apps "web" is forbidden: User "jane" cannot get resource "deployments" in API group "apps" in the namespace "access"', 1),
    Step("get --raw /k8s/demo/metrics --as jane", r'forbidden: User "jane" cannot get path "/metrics"', 1),
    Step("get pods --as jane --as-group devs -v0", r"No resources found"),
    Step("create role big --verb=* --resource=secrets --as jane", r'cannot create resource "roles" in API group "rbac\.authorization\.k8s\.io"', 1),
    Step("create rolebinding admins --clusterrole=admin --user=joe", r"created$"),
    Step("auth can-i create deployments --as joe", r"^yes$"),
    Step("create role bigger --verb=get --resource=nodes --as joe", r'attempting to grant RBAC permissions not currently held', 1),
    Step("create rolebinding root --clusterrole=cluster-admin --user=joe --as joe", r'attempting to grant RBAC permissions not currently held', 1),
    Step("create role smaller --verb=get --resource=pods --as joe", r"created$"),
    Step("get clusterroles", r"^cluster-admin +\d{4}-\d\d-\d\dT"),
    Step("describe clusterrole view", r"^  pods/log +\[\] +\[\] +\[get list watch\]$"),
    Step("describe clusterrolebinding cluster-admin", r"^  Group +system:masters"),
    Step("get clusterrolebindings -o wide", r"^kubeadm:cluster-admins +ClusterRole/cluster-admin +\w+ +kubeadm:cluster-admins"),
    Step("set subject rolebinding read --user=joe", r"^rolebinding\.rbac\.authorization\.k8s\.io/read subjects updated$"),
    Step("get pods --token=wrong", r"Unauthorized", 1),
]  # fmt: skip


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE)


def test_access(kubectl: Kubectl, namespace: str) -> None:
    run(kubectl, STEPS, namespace)


def test_a_service_account_s_token(kubectl: Kubectl, namespace: str) -> None:
    """A token speaks for its account, and for nobody once the account is gone."""
    kubectl("create", "serviceaccount", "robot", "-n", namespace)
    kubectl(
        "create", "rolebinding", "see", "--clusterrole=view", f"--serviceaccount={namespace}:robot", "-n", namespace
    )
    token = kubectl("create", "token", "robot", "-n", namespace).stdout.strip()
    with_token = ("--token", token, "-n", namespace)
    who = kubectl("auth", "whoami", *with_token).stdout
    assert f"system:serviceaccount:{namespace}:robot" in who
    assert f"system:serviceaccounts:{namespace}" in who
    assert "No resources found" in kubectl("get", "pods", *with_token).stderr
    refused = kubectl("get", "secrets", *with_token, check=False)
    assert f'User "system:serviceaccount:{namespace}:robot" cannot list resource "secrets"' in refused.stderr
    kubectl("delete", "serviceaccount", "robot", "-n", namespace)
    gone = kubectl("get", "pods", *with_token, check=False)
    assert (gone.returncode, "Unauthorized" in gone.stderr) == (1, True), gone.stderr
