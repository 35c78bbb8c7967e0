"""The Roles of kube-system and kube-public, and their bindings.

Follows plugin/pkg/auth/authorizer/rbac/bootstrappolicy/namespace_policy.go, v1.34.
"""

from __future__ import annotations

from .shapes import EVENTS, READ, Made, accounts, as_default, binding, role, rule, users

_SYSTEM, _PUBLIC = "kube-system", "kube-public"
_CONTROLLER = "system:controller:"
_AUTHENTICATION = "extension-apiserver-authentication-reader"
_MANAGER, _SCHEDULER = "kube-controller-manager", "kube-scheduler"


def objects() -> list[Made]:
    """The roles, then the bindings."""
    return [as_default(made) for made in (*_roles(), *_bindings())]


def _roles() -> list[Made]:
    return [
        role(_AUTHENTICATION, rule(READ, "", "configmaps", "extension-apiserver-authentication"), namespace=_SYSTEM),
        role(f"{_CONTROLLER}bootstrap-signer", rule(READ, "", "secrets"), namespace=_SYSTEM),
        role(f"{_CONTROLLER}cloud-provider", rule(f"create {READ}", "", "configmaps"), namespace=_SYSTEM),
        role(f"{_CONTROLLER}token-cleaner", rule(f"delete {READ}", "", "secrets"), EVENTS, namespace=_SYSTEM),
        *(
            role(
                f"system::leader-locking-{name}",
                rule("watch", "", "configmaps"),
                rule("get update", "", "configmaps", name),
                namespace=_SYSTEM,
            )
            for name in (_MANAGER, _SCHEDULER)
        ),
        role(
            f"{_CONTROLLER}bootstrap-signer",
            rule(READ, "", "configmaps"),
            rule("update", "", "configmaps", "cluster-info"),
            EVENTS,
            namespace=_PUBLIC,
        ),
    ]


def _bindings() -> list[Made]:
    signer, provider, cleaner = (
        f"{_CONTROLLER}{name}" for name in ("bootstrap-signer", "cloud-provider", "token-cleaner")
    )
    return [
        binding(
            f"system::{_AUTHENTICATION}",
            *users(f"system:{_MANAGER}", f"system:{_SCHEDULER}"),
            to=_AUTHENTICATION,
            kind="Role",
            namespace=_SYSTEM,
        ),
        *(
            binding(
                f"system::leader-locking-{name}",
                *users(f"system:{name}"),
                *accounts(name),
                kind="Role",
                namespace=_SYSTEM,
            )
            for name in (_MANAGER, _SCHEDULER)
        ),
        binding(signer, *accounts("bootstrap-signer"), kind="Role", namespace=_SYSTEM),
        binding(provider, *accounts("cloud-provider"), kind="Role", namespace=_SYSTEM),
        binding(cleaner, *accounts("token-cleaner"), kind="Role", namespace=_SYSTEM),
        binding(signer, *accounts("bootstrap-signer"), kind="Role", namespace=_PUBLIC),
    ]
