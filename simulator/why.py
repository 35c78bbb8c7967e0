"""The "Why?" of an object: its last change, the change that led to it, and so on back to the root."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from simulator import reading
from simulator.engine import pods
from simulator.engine.causes import Cause
from simulator.engine.journal import Change
from simulator.engine.objects import get_in
from simulator.engine.registry import Key
from simulator.live import frames
from simulator.models import Cluster

_LONGEST = 40


def asked(what: str) -> Cause:
    """The cause of a write that is only tried out for the page."""
    return Cause("dashboard", what, "")


def chain(cluster: Cluster, resource: str, key: Key) -> dict[str, Any] | None:
    """The question and the steps, effect first; None if the log knows nothing of the object.

    Where a change was not led to by another one, the object's own change before it goes on. What people did is a root.
    """
    return _chain(cluster, reading.change_before(cluster, resource, key, 1 << 62))


def chain_of(cluster: Cluster, revision: int) -> dict[str, Any] | None:
    """The same for one line of the log, however long ago; None if the log no longer holds it."""
    return _chain(cluster, reading.change_at(cluster, revision))


def _chain(cluster: Cluster, change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    steps = [change]
    while len(steps) < _LONGEST and (change := _before(cluster, change)) is not None:
        steps.append(change)
    return {
        "id": frames.object_id(steps[0].resource, steps[0].key),
        "question": _question(steps[0]),
        "steps": [{**frames.entry(step), "title": _title(step)} for step in steps],
    }


def _before(cluster: Cluster, change: Change) -> Change | None:
    """The change that led to this one, else the object's own change before it; None at the root."""
    if "user" in change.cause.inputs:
        return None
    if change.cause.led_by is not None:
        found = reading.change_at(cluster, change.cause.led_by)
        if found is not None:
            return found
    if change.operation == "ADDED":
        return None
    return reading.change_before(cluster, change.resource, change.key, change.revision)


def _question(change: Change) -> str:
    kind = frames.kind_of(change)
    if change.operation == "DELETED":
        return _("Why is this {kind} gone?").format(kind=kind)
    # What kubectl shows as a pod's STATUS: a crash-looping pod is in phase Running, which is not what one asks about.
    phase = pods.status_text(change.body) if change.resource == "pods" else get_in(change.body, "status", "phase")
    if isinstance(phase, str) and phase:
        return _("Why is this {kind} {phase}?").format(kind=kind, phase=phase)
    return _("Why is this {kind} as it is?").format(kind=kind)


def _title(change: Change) -> str:
    """What happened, in a few words: by the rule where it says more than the operation."""
    if change.cause.rule == "syncPod" and change.operation == "MODIFIED":
        return _kubelet_title(change)
    kind = frames.kind_of(change)
    by_rule = {
        "Bind": _("{kind} bound to a node"),
        "FitError": _("{kind} fits no node"),
        "scale": _("{kind} scaled"),
    }
    by_operation = {
        "ADDED": _("{kind} created"),
        "MODIFIED": _("{kind} changed"),
        "DELETED": _("{kind} removed"),
    }
    template = by_operation[change.operation]
    if change.operation == "MODIFIED":
        template = by_rule.get(change.cause.rule, template)
    return template.format(kind=kind)


def _kubelet_title(change: Change) -> str:
    """What the kubelet reports of a pod, by what its sentence tells of."""
    told = change.cause.inputs
    if "code" in told:
        return _("Container ended")
    if "reason" in told:
        return _("Container waits")
    if pods.is_ready(change.body):
        return _("Containers run")
    running = get_in(change.body, "status", "phase") != "Pending"
    return _("Pod reported by its kubelet") if running else _("Pod taken up by its kubelet")
