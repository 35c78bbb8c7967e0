"""The "Why?" of an object: its last change, the change that led to it, and so on back to the root."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from simulator import reading
from simulator.engine.causes import Cause
from simulator.engine.journal import Change
from simulator.engine.objects import get_in
from simulator.engine.registry import KINDS, Key
from simulator.live import frames
from simulator.models import Cluster

_LONGEST = 40


def asked(what: str) -> Cause:
    """The cause of a write that is only tried out for the page."""
    return Cause("dashboard", what, "")


def chain(cluster: Cluster, resource: str, key: Key) -> dict[str, Any] | None:
    """The question and the steps, effect first; None if the log knows nothing of the object.

    Where a change was not led to by another one, the object's own change before it goes on, back to its creation.
    """
    change = reading.change_before(cluster, resource, key, 1 << 62)
    if change is None:
        return None
    steps = [change]
    while len(steps) < _LONGEST and (change := _before(cluster, change)) is not None:
        steps.append(change)
    return {
        "id": frames.object_id(resource, key),
        "question": _question(steps[0]),
        "steps": [{**frames.entry(step), "title": _title(step)} for step in steps],
    }


def _before(cluster: Cluster, change: Change) -> Change | None:
    if change.cause.led_by is not None:
        found = reading.change_at(cluster, change.cause.led_by)
        if found is not None:
            return found
    return None


def _question(change: Change) -> str:
    kind = KINDS[change.resource].kind if change.resource in KINDS else change.resource
    phase = get_in(change.body, "status", "phase")
    if change.operation == "DELETED":
        return _("Why is this {kind} gone?").format(kind=kind)
    if isinstance(phase, str):
        return _("Why is this {kind} {phase}?").format(kind=kind, phase=phase)
    return _("Why is this {kind} as it is?").format(kind=kind)


def _title(change: Change) -> str:
    kind = KINDS[change.resource].kind if change.resource in KINDS else change.resource
    templates = {
        "ADDED": _("{kind} {name} created"),
        "MODIFIED": _("{kind} {name} changed"),
        "DELETED": _("{kind} {name} removed"),
    }
    return templates[change.operation].format(kind=kind, name=change.key.name)
