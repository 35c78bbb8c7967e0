"""Acting for another: who one is then, and what it takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.access.access import (
    PODS,
    RBAC,
    as_user,
    bind,
    token,
    who,
)
from tests.api.conftest import Api


@pytest.mark.parametrize(
    ("name", "headers", "expected"),
    [
        ("nobody else", {},
         {"username": "kubernetes-admin", "groups": ["kubeadm:cluster-admins", "system:authenticated"]}),
        ("a user", {"Impersonate-User": "jane"}, {"username": "jane", "groups": ["system:authenticated"]}),
        ("groups", {"Impersonate-User": "jane", "Impersonate-Group": "dev,ops"},
         {"username": "jane", "groups": ["dev", "ops", "system:authenticated"]}),
        ("a group that says it all", {"Impersonate-User": "jane", "Impersonate-Group": "system:authenticated"},
         {"username": "jane", "groups": ["system:authenticated"]}),
        ("an account", {"Impersonate-User": "system:serviceaccount:shop:bot"},
         {"username": "system:serviceaccount:shop:bot",
          "groups": ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"]}),
        ("uid and more",
         {"Impersonate-User": "jane", "Impersonate-Uid": "7", "Impersonate-Extra-Acme.com%2fscope": "a"},
         {"username": "jane", "uid": "7", "groups": ["system:authenticated"], "extra": {"acme.com/scope": ["a"]}}),
    ],
)  # fmt: skip
def test_who_one_is_then(api: Api, name: str, headers: dict[str, str], expected: Any) -> None:
    assert who(api, **headers) == expected


def test_nobody(api: Api) -> None:
    refused = who(api, **{"Impersonate-User": "system:anonymous"})
    assert refused.startswith(
        'selfsubjectreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create'
    )


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"Impersonate-Group": "dev"}, "{Group  dev    }"),
        ({"Impersonate-Uid": "7"}, "{UID  7  authentication.k8s.io/v1  }"),
        ({"Impersonate-Extra-Scope": "a"}, "{UserExtra  a  authentication.k8s.io/v1  scope}"),
    ],
)
def test_a_group_needs_a_user(api: Api, headers: dict[str, str], shown: str) -> None:
    reply = api.get(PODS, **headers)
    assert (reply.code, reply.message) == (400, f"requested [{shown}] without impersonating a user")


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Impersonate-User": "bob"},
         'users "bob" is forbidden: User "{me}" cannot impersonate resource "users" in API group "" at the '
         'cluster scope'),
        ({"Impersonate-User": "jane", "Impersonate-Group": "system:masters"},
         'groups "system:masters" is forbidden: User "{me}" cannot impersonate resource "groups" in API group '
         '"" at the '
         "cluster scope"),
        ({"Impersonate-User": "system:serviceaccount:shop:bot"},
         'serviceaccounts "bot" is forbidden: User "{me}" cannot impersonate resource "serviceaccounts" in API '
         'group "" in '
         'the namespace "shop"'),
        ({"Impersonate-User": "jane", "Impersonate-Uid": "7"},
         'uids.authentication.k8s.io "7" is forbidden: User "{me}" cannot impersonate resource "uids" in API group '
         '"authentication.k8s.io" at the cluster scope'),
        ({"Impersonate-User": "jane", "Impersonate-Extra-Scope": "a"},
         'userextras.authentication.k8s.io "a" is forbidden: User "{me}" cannot impersonate resource '
         '"userextras/scope" in '
         'API group "authentication.k8s.io" at the cluster scope'),
    ],
)  # fmt: skip
def test_it_takes_the_right_to(api: Api, headers: dict[str, str], message: str) -> None:
    rules = [{"verbs": ["impersonate"], "apiGroups": [""], "resources": ["users"], "resourceNames": ["jane"]}]
    api.post(f"{RBAC}/clusterroles", {"metadata": {"name": "as-jane"}, "rules": rules})
    bind(api, "as-jane", "as-jane", {"kind": "ServiceAccount", "name": "default", "namespace": "default"})
    me = {"Authorization": f"Bearer {token(api)}"}
    assert who(api, **me, **as_user("jane"))["username"] == "jane"
    reply = api.get(PODS, **me, **headers)
    assert (reply.code, reply.message) == (403, message.format(me="system:serviceaccount:default:default"))
