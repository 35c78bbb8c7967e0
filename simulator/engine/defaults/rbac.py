"""What a binding gets: the group of its role and of its subjects. Follows pkg/apis/rbac/v1/defaults.go, v1.34."""

from __future__ import annotations

from ..objects import fill_in, set_in
from ..registry import Body
from ..validation.rbac import GROUP


def role(body: Body) -> Body:
    """`rules` is written even where there are none, as upstream's type has it."""
    return body if "rules" in body else {**body, "rules": None}


def binding(body: Body) -> Body:
    reference, subjects = body.get("roleRef") or {}, body.get("subjects") or []
    if not reference.get("apiGroup"):
        body = set_in(body, ("roleRef", "apiGroup"), GROUP)
    new = [_subject(one) for one in subjects]
    return body if new == subjects else {**body, "subjects": new}


def _subject(subject: Body) -> Body:
    return fill_in(subject, apiGroup=GROUP) if subject.get("kind") in ("User", "Group") else subject
