"""What a DaemonSet looks at in one of its pods.

Follows podByCreationTimestampAndPhase in pkg/controller/daemon/daemon_controller.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from simulator.engine.objects import controller_of, is_deleting, labels_of, name_of
from simulator.engine.pods import available_at, phase
from simulator.engine.registry import Body


def mark_of(pod: Body) -> tuple[Any, ...] | None:
    """What matters about a daemon pod, or about one that a DaemonSet might adopt: its DaemonSet's name first."""
    owner = controller_of(pod)
    if owner is None:
        return None if is_deleting(pod) else ("", labels_of(pod))
    if owner["kind"] != "DaemonSet":
        return None
    ready = available_at(pod, 1)
    return (owner["name"], labels_of(pod), ready, phase(pod), is_deleting(pod), pod["spec"].get("nodeName"))


def seniority(pod: Body) -> tuple[bool, str, str]:
    """Bound pods first, then by age."""
    return not pod["spec"].get("nodeName"), pod["metadata"].get("creationTimestamp", ""), name_of(pod)
