"""Event objects: what components tell people. Repeats of one event raise its count instead of adding an object.

From the tenth on, events that differ in nothing but their message are one, which says what the last of them said.
Follows staging/src/k8s.io/client-go/tools/record/{event.go,events_cache.go}, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Literal

from .causes import Cause, _
from .clock import SECOND
from .errors import StatusError
from .objects import instant_of, timestamp
from .registry import Body
from .world import World

_MOST_ALIKE = 10
_WINDOW = 600 * SECOND
_NEVER = "1970-01-01T00:00:00Z"


def record(
    world: World,
    about: Body,
    type: Literal["Normal", "Warning"],
    reason: str,
    message: str,
    *,
    component: str,
    host: str = "",
    field_path: str = "",
    annotations: Mapping[str, str] | None = None,
    led_by: int | None = None,
) -> None:
    """Writes an event about an object, or counts a repeat. `component` and `host` are the event's source.

    annotations: those of the event, when it is new. An event that is refused, as in a namespace on its way out, is
    lost: nothing fails because nobody can be told.
    """
    meta = about["metadata"]
    alike = (meta.get("uid", ""), component, host, type, reason)
    same = f"{'|'.join(alike)}|{field_path}|{message}"
    cause = Cause(
        component, "Event", _("{component} says: {message}"), {"component": component, "message": message}, led_by
    )
    namespace = meta.get("namespace") or "default"
    name = f"{meta['name']}.{world.hash('event', same):016x}"
    seen = timestamp(world.now)
    known = world.get("events", namespace, name)
    if known is None and _are_many(world, alike):
        name = f"{meta['name']}.{world.hash('event', *alike):016x}"
        message = f"(combined from similar events): {message}"
        known = world.get("events", namespace, name)
    if known is not None:
        known = {**known, "count": (known.get("count") or 0) + 1, "lastTimestamp": seen, "message": message}
        world.update("events", known, cause)
        return
    involved = {
        "kind": about["kind"],
        "namespace": meta.get("namespace"),
        "name": meta["name"],
        "uid": meta.get("uid"),
        "apiVersion": about["apiVersion"],
        "resourceVersion": meta.get("resourceVersion"),
        "fieldPath": field_path or None,
    }
    event: Body = {
        "metadata": {
            "name": name,
            "namespace": namespace,
            **({"annotations": dict(annotations)} if annotations else {}),
        },
        "involvedObject": {key: value for key, value in involved.items() if value is not None},
        "reason": reason,
        "message": message,
        "source": {"component": component, "host": host} if host else {"component": component},
        "firstTimestamp": seen,
        "lastTimestamp": seen,
        "count": 1,
        "type": type,
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": host,
    }
    with suppress(StatusError):
        world.create("events", event, cause)


def _are_many(world: World, alike: tuple[str, ...]) -> bool:
    """True if one more message would be the tenth about the same, for the same reason, within ten minutes."""
    world.add_index("events", "alike", _alike)
    since = world.now - _WINDOW
    recent = (instant_of(one.get("lastTimestamp") or _NEVER) > since for one in world.indexed("events", "alike", alike))
    return sum(recent) >= _MOST_ALIKE - 1


def _alike(event: Body) -> tuple[tuple[str, ...], ...]:
    """Index function "alike": what events have in common that differ in their message."""
    source = event.get("source") or {}
    about = (event.get("involvedObject") or {}).get("uid") or ""
    key = (about, source.get("component") or "", source.get("host") or "")
    return ((*key, event.get("type") or "", event.get("reason") or ""),)
