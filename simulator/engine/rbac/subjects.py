"""Who asks: users, groups, and the names by which service accounts are users.

Follows staging/src/k8s.io/apiserver/pkg/authentication/{user/user.go,serviceaccount/util.go}, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from ..registry import Body
from ..validation import names

ANONYMOUS = "system:anonymous"
AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
MASTERS = "system:masters"
SERVICE_ACCOUNTS = "system:serviceaccounts"
_ACCOUNT = "system:serviceaccount:"

Extra = tuple[tuple[str, tuple[str, ...]], ...]


class Subject(NamedTuple):
    """A user as the API server knows it. `extra` is a map, as pairs sorted by key."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: Extra = ()

    def user_info(self) -> Body:
        """The subject as a UserInfo of authentication.k8s.io."""
        info: Body = {"username": self.name}
        if self.uid:
            info["uid"] = self.uid
        if self.groups:
            info["groups"] = list(self.groups)
        if self.extra:
            info["extra"] = {key: list(values) for key, values in self.extra}
        return info


NOBODY = Subject(ANONYMOUS, (UNAUTHENTICATED,))
"""Somebody who shows nothing."""
ADMIN = Subject("kubernetes-admin", ("kubeadm:cluster-admins", AUTHENTICATED))
"""The user of the kubeconfig that kubeadm writes."""


def account_name(namespace: str, name: str) -> str:
    """The user that a service account is."""
    return f"{_ACCOUNT}{namespace}:{name}"


def account_groups(namespace: str) -> tuple[str, ...]:
    return SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{namespace}"


def account_of(username: str) -> tuple[str, str] | None:
    """The namespace and the name of the service account that a user is, None for any other user."""
    parts = username.removeprefix(_ACCOUNT).split(":")
    if not username.startswith(_ACCOUNT) or len(parts) != 2:
        return None
    namespace, name = parts
    return None if names.dns_label(namespace) or names.dns_subdomain(name) else (namespace, name)
