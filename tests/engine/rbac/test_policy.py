"""Bindings: to whom they apply, where, and what a decision says of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.rbac.policy import Policy
from simulator.engine.rbac.rules import GROUP, Attributes
from simulator.engine.rbac.subjects import Subject, account_groups, account_name, account_of
from simulator.engine.registry import Bodies, Body

READER: Body = {"metadata": {"name": "reader"}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]}
LOCAL = {**READER, "metadata": {"name": "reader", "namespace": "shop"}}
JANE = Subject("jane", ("dev", "system:authenticated"))
BOT = Subject(account_name("shop", "bot"), (*account_groups("shop"), "system:authenticated"))
IN_SHOP = Attributes("get", resource="pods", namespace="shop")


def user(name: str) -> Body:
    return {"kind": "User", "name": name, "apiGroup": GROUP}


def group(name: str) -> Body:
    return {"kind": "Group", "name": name, "apiGroup": GROUP}


def account(name: str, namespace: str = "") -> Body:
    body = {"kind": "ServiceAccount", "name": name}
    return {**body, "namespace": namespace} if namespace else body


def binding(
    *subjects: Body, name: str = "b", namespace: str = "", role: str = "reader", kind: str = "ClusterRole"
) -> Body:
    meta = {"name": name, "namespace": namespace} if namespace else {"name": name}
    reference = {"apiGroup": GROUP, "kind": kind, "name": role}
    return {"metadata": meta, "roleRef": reference, "subjects": list(subjects)}


def policy(*bindings: Body) -> Policy:
    return Policy(
        roles=[LOCAL],
        cluster_roles=[READER],
        role_bindings=[one for one in bindings if "namespace" in one["metadata"]],
        cluster_role_bindings=[one for one in bindings if "namespace" not in one["metadata"]],
    )


@pytest.mark.parametrize(
    ("name", "bound", "subject", "namespace", "reason"),
    [
        ("a user in the cluster", binding(user("jane")), JANE, "shop",
         'ClusterRoleBinding "b" of ClusterRole "reader" to User "jane"'),
        ("a user where there is no namespace", binding(user("jane")), JANE, "",
         'ClusterRoleBinding "b" of ClusterRole "reader" to User "jane"'),
        ("another user", binding(user("bob")), JANE, "shop", None),
        ("a group", binding(group("dev")), JANE, "shop", 'ClusterRoleBinding "b" of ClusterRole "reader" to '
                                                         'Group "dev"'),
        ("a group is no user", binding(user("dev")), JANE, "shop", None),
        ("the first of two subjects that apply", binding(group("dev"), user("jane")), JANE, "shop",
         'ClusterRoleBinding "b" of ClusterRole "reader" to Group "dev"'),
        ("a namespace", binding(user("jane"), namespace="shop"), JANE, "shop",
         'RoleBinding "b/shop" of ClusterRole "reader" to User "jane"'),
        ("a role of the namespace", binding(user("jane"), namespace="shop", kind="Role"), JANE, "shop",
         'RoleBinding "b/shop" of Role "reader" to User "jane"'),
        ("another namespace", binding(user("jane"), namespace="shop"), JANE, "default", None),
        ("a namespace is not the cluster", binding(user("jane"), namespace="shop"), JANE, "", None),
        ("an account by its name", binding(account("bot", "shop")), BOT, "",
         'ClusterRoleBinding "b" of ClusterRole "reader" to ServiceAccount "bot/shop"'),
        ("an account of the binding's namespace", binding(account("bot"), namespace="shop"), BOT, "shop",
         'RoleBinding "b/shop" of ClusterRole "reader" to ServiceAccount "bot/shop"'),
        ("an account of no namespace", binding(account("bot")), BOT, "", None),
        ("an account of another namespace", binding(account("bot", "default")), BOT, "shop", None),
        ("all accounts of a namespace", binding(group("system:serviceaccounts:shop")), BOT, "shop",
         'ClusterRoleBinding "b" of ClusterRole "reader" to Group "system:serviceaccounts:shop"'),
        ("an account as the user that it is", binding(user("system:serviceaccount:shop:bot")), BOT, "shop",
         'ClusterRoleBinding "b" of ClusterRole "reader" to User "system:serviceaccount:shop:bot"'),
    ],
)  # fmt: skip
def test_to_whom_a_binding_applies(
    name: str, bound: Body, subject: Subject, namespace: str, reason: str | None
) -> None:
    decision = policy(bound).decide(subject, IN_SHOP._replace(namespace=namespace))
    assert decision.allowed is (reason is not None)
    assert decision.reason == (f"RBAC: allowed by {reason}" if reason else "")


def test_a_role_that_is_missing_is_named() -> None:
    gone = binding(user("jane"), role="gone")
    lost = binding(user("jane"), name="c", namespace="shop", role="lost", kind="Role")
    decision = policy(gone).decide(JANE, IN_SHOP)
    assert decision == (False, f'RBAC: clusterrole.{GROUP} "gone" not found')
    decision = policy(gone, lost).decide(JANE, IN_SHOP)
    assert decision == (False, f'RBAC: [clusterrole.{GROUP} "gone" not found, role.{GROUP} "lost" not found]')
    found = policy(gone, binding(user("jane"), name="z")).decide(JANE, IN_SHOP)
    assert found.allowed, "what is missing takes nothing away"


def test_the_masters_need_no_role() -> None:
    assert policy().decide(Subject("root", ("system:masters",)), IN_SHOP) == (True, "")


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("system:serviceaccount:shop:bot", ("shop", "bot")),
        ("system:serviceaccount:shop:my.bot", ("shop", "my.bot")),
        ("system:serviceaccount:shop", None),
        ("system:serviceaccount:shop:bot:x", None),
        ("system:serviceaccount:Shop:bot", None),
        ("system:serviceaccount::bot", None),
        ("jane", None),
    ],
)
def test_which_users_are_accounts(username: str, expected: Any) -> None:
    assert account_of(username) == expected


# --- properties ------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["pods", "secrets", "pods/log", "*/log", "*"])
RULES = st.lists(
    st.fixed_dictionaries(
        {
            "verbs": st.lists(st.sampled_from(["get", "list", "*"]), min_size=1, max_size=2),
            "apiGroups": st.lists(st.sampled_from(["", "apps", "*"]), min_size=1, max_size=2),
            "resources": st.lists(WORDS, min_size=1, max_size=2),
        },
        optional={"resourceNames": st.lists(st.sampled_from(["web", "db"]), max_size=2)},
    ),
    max_size=3,
)
NAMES = st.sampled_from(["one", "two", "three"])
NAMESPACES = st.sampled_from(["shop", "bank"])
SUBJECTS = st.one_of(
    st.builds(user, st.sampled_from(["jane", "system:serviceaccount:shop:bot"])),
    st.builds(group, st.sampled_from(["dev", "system:serviceaccounts"])),
    st.builds(account, st.just("bot"), st.sampled_from(["", "shop", "bank"])),
)
ASKED = st.builds(
    Attributes,
    st.sampled_from(["get", "list", "delete"]),
    group=st.sampled_from(["", "apps"]),
    resource=st.sampled_from(["pods", "secrets"]),
    subresource=st.sampled_from(["", "log"]),
    namespace=st.sampled_from(["", "shop", "bank"]),
    name=st.sampled_from(["", "web"]),
)


@st.composite
def states(draw: st.DrawFn) -> tuple[Bodies, Bodies, Bodies]:
    """Cluster roles, roles, and bindings of both kinds, some of which name roles that are not there."""
    cluster_roles = [{"metadata": {"name": name}, "rules": draw(RULES)} for name in ("one", "two")]
    roles = [
        {"metadata": {"name": name, "namespace": space}, "rules": draw(RULES)}
        for name in ("one", "two")
        for space in ("shop", "bank")
    ]
    return cluster_roles, roles, draw(st.lists(bindings(), max_size=5))


@st.composite
def bindings(draw: st.DrawFn) -> Body:
    subjects = draw(st.lists(SUBJECTS, min_size=1, max_size=3))
    if draw(st.booleans()):
        return binding(*subjects, name=draw(NAMES), role=draw(NAMES))
    kind = draw(st.sampled_from(["Role", "ClusterRole"]))
    return binding(*subjects, name=draw(NAMES), role=draw(NAMES), namespace=draw(NAMESPACES), kind=kind)


def made(cluster_roles: Bodies, roles: Bodies, bound: Bodies) -> Policy:
    return Policy(
        roles=roles,
        cluster_roles=cluster_roles,
        role_bindings=[one for one in bound if "namespace" in one["metadata"]],
        cluster_role_bindings=[one for one in bound if "namespace" not in one["metadata"]],
    )


@given(states(), bindings(), ASKED, st.sampled_from([JANE, BOT]), st.integers(0, 5))
def test_another_binding_never_takes_a_permission_away(
    state: tuple[Bodies, Bodies, Bodies], added: Body, asked: Attributes, subject: Subject, place: int
) -> None:
    cluster_roles, roles, bound = state
    before = made(cluster_roles, roles, bound).decide(subject, asked)
    after = made(cluster_roles, roles, [*bound[:place], added, *bound[place:]]).decide(subject, asked)
    assert after.allowed or not before.allowed


@given(states(), ASKED, st.sampled_from([JANE, BOT]))
def test_a_decision_is_what_the_rules_of_the_subject_say(
    state: tuple[Bodies, Bodies, Bodies], asked: Attributes, subject: Subject
) -> None:
    found = made(*state)
    rules = found.rules(subject, asked.namespace)
    assert found.decide(subject, asked).allowed is any(rule.allows(asked) for rule in rules)
