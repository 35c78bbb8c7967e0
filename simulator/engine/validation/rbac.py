"""Roles and their bindings: rules, subjects and the reference that never changes.

Follows pkg/apis/rbac/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, invalid_value, not_supported, required
from ..registry import Bodies, Body
from . import names
from .fields import formed
from .selectors import label_selector

GROUP = "rbac.authorization.k8s.io"
_SUBJECTS = ("ServiceAccount", "User", "Group")


def rules(held: Bodies, *, namespaced: bool) -> list[FieldError]:
    """What is wrong with the rules of a role."""
    return [error for position, rule in enumerate(held) for error in _rule(f"rules[{position}]", rule, namespaced)]


def _rule(at: str, rule: Body, namespaced: bool) -> list[FieldError]:
    errors = []
    if not rule.get("verbs"):
        errors.append(required(f"{at}.verbs", "verbs must contain at least one value"))
    urls, resources, given = rule.get("nonResourceURLs"), rule.get("resources") or (), rule.get("resourceNames")
    if urls:
        if namespaced:
            detail = "namespaced rules cannot apply to non-resource URLs"
            errors.append(invalid_value(f"{at}.nonResourceURLs", urls, detail))
        if rule.get("apiGroups") or resources or given:
            detail = "rules cannot apply to both regular resources and non-resource URLs"
            errors.append(invalid_value(f"{at}.nonResourceURLs", urls, detail))
        return errors
    if not rule.get("apiGroups"):
        errors.append(required(f"{at}.apiGroups", "resource rules must supply at least one api group"))
    if not resources:
        errors.append(required(f"{at}.resources", "resource rules must supply at least one resource"))
    return errors


def aggregation(held: Body | None) -> list[FieldError]:
    """What is wrong with the rule by which a ClusterRole gathers others."""
    if held is None:
        return []
    at, selectors = "aggregationRule.clusterRoleSelectors", held.get("clusterRoleSelectors") or ()
    if not selectors:
        return [required(at, "at least one clusterRoleSelector required if aggregationRule is non-nil")]
    return [error for position, one in enumerate(selectors) for error in label_selector(f"{at}[{position}]", one)]


def binding(body: Body, *, namespaced: bool) -> list[FieldError]:
    """What is wrong with a binding: its reference, then its subjects."""
    reference = body.get("roleRef") or {}
    group, kind, name = (reference.get(field) or "" for field in ("apiGroup", "kind", "name"))
    allowed = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)
    errors = []
    if group != GROUP:
        errors.append(not_supported("roleRef.apiGroup", group, (GROUP,)))
    if kind not in allowed:
        errors.append(not_supported("roleRef.kind", kind, allowed))
    errors += formed("roleRef.name", name, names.path_segment) if name else [required("roleRef.name")]
    for position, subject in enumerate(body.get("subjects") or ()):
        errors += _subject(f"subjects[{position}]", subject, namespaced)
    return errors


def _subject(at: str, subject: Body, namespaced: bool) -> list[FieldError]:
    name, kind, group = (subject.get(field) or "" for field in ("name", "kind", "apiGroup"))
    errors = [] if name else [required(f"{at}.name")]
    if kind not in _SUBJECTS:
        return [*errors, not_supported(f"{at}.kind", kind, _SUBJECTS)]
    if kind == "ServiceAccount":
        errors += formed(f"{at}.name", name, names.dns_subdomain) if name else []
        if group:
            errors.append(not_supported(f"{at}.apiGroup", group, ("",)))
        if not namespaced and not subject.get("namespace"):
            errors.append(required(f"{at}.namespace"))
        return errors
    if not name:
        errors.append(invalid_value(f"{at}.name", name, f"{kind.lower()} name cannot be empty"))
    if group != GROUP:
        errors.append(not_supported(f"{at}.apiGroup", group, (GROUP,)))
    return errors


def same_reference(new: Body, old: Body) -> list[FieldError]:
    if new.get("roleRef") == old.get("roleRef"):
        return []
    reference = new.get("roleRef") or {}
    shown = {
        "APIGroup": reference.get("apiGroup", ""),
        "Kind": reference.get("kind", ""),
        "Name": reference.get("name", ""),
    }
    return [invalid_value("roleRef", shown, "cannot change roleRef")]
