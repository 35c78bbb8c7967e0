"""Nobody grants what they do not hold."""

from __future__ import annotations

import pytest

from simulator.engine.errors import StatusError
from simulator.engine.rbac import escalation
from simulator.engine.rbac.policy import Policy
from simulator.engine.rbac.rules import GROUP
from simulator.engine.rbac.subjects import Subject
from simulator.engine.registry import KINDS, Body
from tests.engine.rbac.test_policy import binding, user

JANE = Subject("jane", ("dev",))
PODS = {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}
ROLES = "roles.rbac.authorization.k8s.io"
CLUSTER_ROLES = "clusterroles.rbac.authorization.k8s.io"
BINDINGS = "rolebindings.rbac.authorization.k8s.io"
NOT_HELD = (
    'user "jane" (groups=["dev"]) is attempting to grant RBAC permissions not currently held:\n'
    '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}'
)


def role(*rules: Body, name: str = "new", namespace: str = "shop", **fields: object) -> Body:
    meta = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"metadata": meta, "rules": list(rules), **fields}


def holding(*rules: Body, namespace: str = "") -> Policy:
    """A policy by which jane holds these rules, and in which a ClusterRole `reader` reads pods."""
    own = role(*rules, name="own", namespace="")
    bound = binding(user("jane"), role="own", namespace=namespace)
    return Policy(
        roles=[],
        cluster_roles=[own, role(PODS, name="reader", namespace="")],
        role_bindings=[bound] if namespace else [],
        cluster_role_bindings=[] if namespace else [bound],
    )


def check(policy: Policy, resource: str, new: Body, old: Body | None = None, subject: Subject = JANE) -> None:
    escalation.check(policy, subject, KINDS[resource], new, old)


def rule(verb: str, plural: str, group: str = GROUP, name: str = "") -> Body:
    body: Body = {"verbs": [verb], "apiGroups": [group], "resources": [plural]}
    return {**body, "resourceNames": [name]} if name else body


@pytest.mark.parametrize(
    ("name", "policy", "resource", "body"),
    [
        ("a role of what is held", holding(PODS), ROLES, role(PODS)),
        ("a role of what is held here", holding(PODS, namespace="shop"), ROLES, role(PODS)),
        ("a role without rules", holding(), ROLES, role()),
        ("escalate", holding(rule("escalate", "roles")), ROLES, role(PODS)),
        ("a binding to what is held", holding(PODS), BINDINGS, binding(namespace="shop")),
        ("bind", holding(rule("bind", "clusterroles")), BINDINGS, binding(namespace="shop")),
        ("bind this role", holding(rule("bind", "clusterroles", name="reader")), BINDINGS, binding(namespace="shop")),
        ("everything", holding(rule("*", "*", "*")), ROLES, role(PODS)),
    ],
)
def test_what_may_be_granted(name: str, policy: Policy, resource: str, body: Body) -> None:
    check(policy, resource, body)


@pytest.mark.parametrize(
    ("name", "policy", "resource", "body"),
    [
        ("a role", holding(), ROLES, role(PODS)),
        ("held in another namespace", holding(PODS, namespace="bank"), ROLES, role(PODS)),
        ("a cluster role of what is held in a namespace", holding(PODS, namespace="shop"), CLUSTER_ROLES,
         role(PODS, namespace="")),
        ("escalate of the other kind", holding(rule("escalate", "clusterroles")), ROLES, role(PODS)),
        ("a binding", holding(), BINDINGS, binding(namespace="shop")),
        ("bind another role", holding(rule("bind", "clusterroles", name="view")), BINDINGS, binding(namespace="shop")),
    ],
)  # fmt: skip
def test_what_may_not_be_granted(name: str, policy: Policy, resource: str, body: Body) -> None:
    with pytest.raises(StatusError) as refusal:
        check(policy, resource, body)
    assert refusal.value.code == 403
    assert refusal.value.message == f'{resource} "{body["metadata"]["name"]}" is forbidden: {NOT_HELD}'


def test_a_binding_to_a_role_that_is_not_there() -> None:
    with pytest.raises(StatusError) as refusal:
        check(holding(), BINDINGS, binding(namespace="shop", role="gone"))
    assert (refusal.value.code, refusal.value.message) == (404, f'clusterrole.{GROUP} "gone" not found')


def test_who_gathers_roles_must_hold_everything() -> None:
    gathers = {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}}
    new = role(name="all", namespace="", **gathers)
    with pytest.raises(StatusError) as refusal:
        check(holding(PODS), CLUSTER_ROLES, new)
    assert refusal.value.message == (
        f'{CLUSTER_ROLES} "all" is forbidden: must have cluster-admin privileges to use the aggregationRule'
    )
    with pytest.raises(StatusError):
        check(holding(PODS), CLUSTER_ROLES, role(name="all", namespace=""), old=new)
    check(holding(rule("*", "*", "*"), {"verbs": ["*"], "nonResourceURLs": ["*"]}), CLUSTER_ROLES, new)
    check(holding(), CLUSTER_ROLES, new, subject=Subject("root", ("system:masters",)))


def test_the_garbage_collector_may_take_finalizers_off() -> None:
    old = role(PODS)
    old["metadata"]["finalizers"] = ["example.com/wait"]
    check(holding(), ROLES, role(PODS), old=old)
    with pytest.raises(StatusError):
        check(holding(), ROLES, role(PODS), old=role(PODS))
