"""Bringing a role or a binding that is there up to one that is wanted: what is missing is added, nothing is removed.

Follows staging/src/k8s.io/component-helpers/auth/rbac/reconciliation, v1.34.
"""

from __future__ import annotations

from ..objects import annotations_of, labels_of
from ..registry import Body
from .covering import uncovered
from .rules import rules_of

AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate"


def reconciled(held: Body, wanted: Body) -> Body | None:
    """What a held object must become so that it has all of the wanted one; None if it has, or says that it stays."""
    if annotations_of(held).get(AUTOUPDATE) == "false":
        return None
    body = {**held, "metadata": _with_metadata(held, wanted)}
    if "roleRef" in wanted:
        subjects = held.get("subjects") or []
        extra = [one for one in wanted.get("subjects") or () if one not in subjects]
        body = {**body, "subjects": [*subjects, *extra]} if extra else body
    elif wanted.get("aggregationRule"):
        selectors = (held.get("aggregationRule") or {}).get("clusterRoleSelectors") or []
        extra = [one for one in wanted["aggregationRule"]["clusterRoleSelectors"] if one not in selectors]
        body = {**body, "aggregationRule": {"clusterRoleSelectors": [*selectors, *extra]}} if extra else body
    else:
        missing = uncovered(rules_of(held), rules_of(wanted))
        body = {**body, "rules": [*(held.get("rules") or ()), *(one.body() for one in missing)]} if missing else body
    return None if body == held else body


def _with_metadata(held: Body, wanted: Body) -> Body:
    """The held metadata with the wanted labels and annotations that it has not."""
    meta = dict(held["metadata"])
    for field, own, added in (
        ("labels", labels_of(held), labels_of(wanted)),
        ("annotations", annotations_of(held), annotations_of(wanted)),
    ):
        if set(added) - set(own):
            meta[field] = {**added, **own}
    return meta
