"""Event objects: what components tell people. Repeats of one event raise its count instead of adding an object.

Follows staging/src/k8s.io/client-go/tools/record/{event.go,events_cache.go}, v1.34.
"""

from __future__ import annotations

from typing import Literal

from .causes import Cause, _
from .objects import timestamp
from .registry import Body
from .world import World


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
    led_by: int | None = None,
) -> None:
    """Writes an event about an object, or counts a repeat. `component` and `host` are the event's source."""
    meta = about["metadata"]
    same = f"{meta.get('uid', '')}|{component}|{host}|{type}|{reason}|{field_path}|{message}"
    cause = Cause(
        component, "Event", _("{component} says: {message}"), {"component": component, "message": message}, led_by
    )
    namespace = meta.get("namespace") or "default"
    name = f"{meta['name']}.{world.hash('event', same):016x}"
    seen = timestamp(world.now)
    known = world.get("events", namespace, name)
    if known is not None:
        world.update("events", {**known, "count": (known.get("count") or 0) + 1, "lastTimestamp": seen}, cause)
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
        "metadata": {"name": name, "namespace": namespace},
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
    world.create("events", event, cause)
