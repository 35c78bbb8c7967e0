# ruff: noqa: E501 - the tables have a line for each case
"""Roles and bindings that are refused; tests/api/access has more of them."""

from __future__ import annotations

from typing import Any

from tests.api.invalid_objects import Case, required, unsupported

GROUP = "rbac.authorization.k8s.io"
ROLES, BINDINGS = ("roles", "clusterroles"), ("rolebindings", "clusterrolebindings")


def rule(**fields: Any) -> dict[str, Any]:
    return {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"], **fields}]}


def binding(kind: str = "User") -> dict[str, Any]:
    reference = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "view"}
    return {"roleRef": reference, "subjects": [{"apiGroup": GROUP, "kind": kind, "name": "jane"}]}


CASES = [
    *(Case("no verbs", f"{plural}.{GROUP}", rule(verbs=[]), [required("rules[0].verbs", "verbs must contain at least one value")]) for plural in ROLES),
    *(Case("no resources", f"{plural}.{GROUP}", rule(resources=[]), [required("rules[0].resources", "resource rules must supply at least one resource")]) for plural in ROLES),
    *(Case("a role of another kind", f"{plural}.{GROUP}", {**binding(), "roleRef": {"apiGroup": GROUP, "kind": "Crown", "name": "view"}}, [unsupported("roleRef.kind", "Crown", *allowed)]) for plural, allowed in zip(BINDINGS, (("Role", "ClusterRole"), ("ClusterRole",)), strict=True)),
    *(Case("a subject of another kind", f"{plural}.{GROUP}", binding("Robot"), [unsupported("subjects[0].kind", "Robot", "ServiceAccount", "User", "Group")]) for plural in BINDINGS),
]  # fmt: skip
