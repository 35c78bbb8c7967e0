"""The roles and bindings that a cluster begins with, and how one that has them not, or not all, comes by them.

Follows pkg/registry/rbac/rest/storage_rbac.go (the hook after the start of kube-apiserver), v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ...objects import key_of, namespace_of
from ...rbac.policy import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES, Policy
from ...rbac.reconciliation import reconciled
from ...registry import Reader
from . import cluster_roles, controller_roles, kubeadm, namespace_roles
from .shapes import Made


@cache
def objects() -> tuple[Made, ...]:
    """(resource, object) of all of them, roles before the bindings that name them."""
    return (
        *cluster_roles.objects(),
        *controller_roles.objects(),
        *namespace_roles.objects(),
        *kubeadm.objects(),
    )


def missing(reader: Reader) -> Iterator[Made]:
    """What is to be created, where it is not there, or to be replaced, where it lacks something."""
    for resource, wanted in objects():
        namespace = namespace_of(wanted)
        if namespace and reader.get("namespaces", "", namespace) is None:
            continue
        held = reader.get(resource, *key_of(wanted))
        body = wanted if held is None else reconciled(held, wanted)
        if body is not None:
            yield resource, body


@cache
def at_first() -> Policy:
    """The policy of a cluster to which nobody has added anything."""
    held = {
        resource: [body for kind, body in objects() if kind == resource]
        for resource in (ROLES, CLUSTER_ROLES, ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS)
    }
    return Policy(
        roles=held[ROLES],
        cluster_roles=held[CLUSTER_ROLES],
        role_bindings=held[ROLE_BINDINGS],
        cluster_role_bindings=held[CLUSTER_ROLE_BINDINGS],
    )
