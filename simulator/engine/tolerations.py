"""When a toleration covers a taint.

Follows staging/src/k8s.io/api/core/v1/toleration.go and
staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from .registry import Body


def tolerates(tolerations: Iterable[Body], taint: Body) -> bool:
    """True if one of the tolerations covers the taint."""
    return any(covers(one, taint) for one in tolerations)


def first_untolerated(tolerations: Iterable[Body], taints: Iterable[Body], effects: tuple[str, ...]) -> Body | None:
    """The first taint of one of these effects that no toleration covers."""
    held = list(tolerations)
    for taint in taints:
        if taint.get("effect") in effects and not tolerates(held, taint):
            return taint
    return None


def covers(toleration: Body, taint: Body) -> bool:
    """True if the toleration covers the taint."""
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Equal":
        return (toleration.get("value") or "") == (taint.get("value") or "")
    return bool(operator == "Exists")
