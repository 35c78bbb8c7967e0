"""Which changes of a pod its kubelet answers.

Follows pkg/kubelet/config/config.go, v1.34.
"""

from __future__ import annotations

from ..pods import is_terminal
from ..registry import Body
from . import conditions


def concerns(before: Body, body: Body) -> bool:
    """Whether a change is one that the kubelet answers: not its own status, not labels."""
    old, new = before["metadata"], body["metadata"]
    if old.get("deletionTimestamp") != new.get("deletionTimestamp"):
        return True
    if old.get("deletionGracePeriodSeconds") != new.get("deletionGracePeriodSeconds"):
        return True
    if is_terminal(body) and not is_terminal(before):
        return True
    spec = body["spec"]
    if spec is not before["spec"] and spec != before["spec"]:
        return True
    return bool(spec.get("readinessGates")) and _foreign(before) != _foreign(body)


def _foreign(pod: Body) -> list[Body]:
    held = (pod.get("status") or {}).get("conditions") or ()
    return [one for one in held if one["type"] not in conditions.OWNED]
