"""How the tables of this package are written: rules, roles and bindings in one line each.

Follows pkg/apis/rbac/v1/helpers.go, v1.34: what a rule lists is sorted.
"""

from __future__ import annotations

from ...rbac.policy import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES
from ...rbac.reconciliation import AUTOUPDATE
from ...rbac.rules import GROUP
from ...registry import Body

Made = tuple[str, Body]
"""A resource and an object of it."""

READ = "get list watch"
READ_UPDATE = "get list patch update watch"
WRITE = "create delete deletecollection patch update"
READ_WRITE = f"{READ} {WRITE}"

_DEFAULTS: Body = {
    "annotations": {AUTOUPDATE: "true"},
    "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
}


def rule(verbs: str, groups: str, resources: str, names: str = "") -> Body:
    """A rule for resources. Lists are texts with blanks between; groups have commas, the core group is empty."""
    body: Body = {"apiGroups": sorted(groups.split(","))}
    if names:
        body["resourceNames"] = sorted(names.split())
    return {**body, "resources": sorted(resources.split()), "verbs": sorted(verbs.split())}


def urls(paths: str) -> Body:
    """A rule that lets paths be read."""
    return {"nonResourceURLs": sorted(paths.split()), "verbs": ["get"]}


EVENTS = rule("create patch update", ",events.k8s.io", "events")


def users(*names: str) -> list[Body]:
    return [{"apiGroup": GROUP, "kind": "User", "name": name} for name in names]


def groups(*names: str) -> list[Body]:
    return [{"apiGroup": GROUP, "kind": "Group", "name": name} for name in names]


def accounts(*names: str, namespace: str = "kube-system") -> list[Body]:
    return [{"kind": "ServiceAccount", "name": name, "namespace": namespace} for name in names]


def role(name: str, *rules: Body, namespace: str = "") -> Made:
    """A Role of the namespace, or a ClusterRole."""
    return ROLES if namespace else CLUSTER_ROLES, {"metadata": _meta(name, namespace), "rules": list(rules)}


def binding(name: str, *subjects: Body, to: str = "", kind: str = "ClusterRole", namespace: str = "") -> Made:
    """A RoleBinding of the namespace, or a ClusterRoleBinding, to the role of its own name or of the name `to`."""
    body: Body = {
        "metadata": _meta(name, namespace),
        "roleRef": {"apiGroup": GROUP, "kind": kind, "name": to or name},
    }
    if subjects:
        body["subjects"] = list(subjects)
    return ROLE_BINDINGS if namespace else CLUSTER_ROLE_BINDINGS, body


def as_default(made: Made, **labels: str) -> Made:
    """The object with the marks of what the API server itself looks after."""
    resource, body = made
    meta = {
        **body["metadata"],
        "annotations": dict(_DEFAULTS["annotations"]),
        "labels": {**_DEFAULTS["labels"], **labels},
    }
    return resource, {**body, "metadata": meta}


def _meta(name: str, namespace: str) -> Body:
    return {"name": name, "namespace": namespace} if namespace else {"name": name}
