"""Event: something that a component tells people about an object.

Follows pkg/registry/core/event/strategy.go, pkg/apis/core/validation/events.go and printEvent in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..objects import get_in, instant_of
from ..printing import NAME, since
from ..registry import KINDS, Body, Column, Instant, Kind
from ..validation.events import event

_ABOUT = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


_ALWAYS: Mapping[str, Any] = {
    "source": {},
    "firstTimestamp": None,
    "lastTimestamp": None,
    "eventTime": None,
    "reportingComponent": "",
    "reportingInstance": "",
}
"""What the core API writes of an Event even where it is empty."""


def _default(body: Body) -> Body:
    if body.keys() >= _ALWAYS.keys():
        return body
    return {**body, **{key: value for key, value in _ALWAYS.items() if key not in body}}


def _source(body: Body) -> str:
    return get_in(body, "source", "component", default="") or body.get("reportingComponent") or ""


def _fields(body: Body) -> Mapping[str, str]:
    about = body.get("involvedObject") or {}
    fields = {f"involvedObject.{key}": str(about.get(key) or "") for key in _ABOUT}
    return {
        **fields,
        "reason": body.get("reason") or "",
        "reportingComponent": body.get("reportingComponent") or "",
        "source": _source(body),
        "type": body.get("type") or "",
    }


def _first(body: Body) -> str:
    return body.get("firstTimestamp") or body.get("eventTime") or ""


def _last(body: Body) -> str:
    return get_in(body, "series", "lastObservedTime", default="") or body.get("lastTimestamp") or _first(body)


def _count(body: Body) -> int:
    return int(get_in(body, "series", "count", default=0) or body.get("count") or 1)


def _object(body: Body, now: Instant) -> str:
    about = body.get("involvedObject") or {}
    kind = (about.get("kind") or "").lower()
    return f"{kind}/{about['name']}" if about.get("name") else kind


def _shown_source(body: Body, now: Instant) -> str:
    host = get_in(body, "source", "host", default="") or body.get("reportingInstance") or ""
    return f"{_source(body)}, {host}" if host else _source(body)


def _draw(body: Body) -> Mapping[str, Any]:
    about = body.get("involvedObject") or {}
    kind = KINDS.find(about.get("apiVersion") or "v1", about.get("kind") or "")
    return {
        "type": body.get("type") or "Normal",
        "reason": body.get("reason") or "",
        "message": body.get("message") or "",
        "about": f"{kind.resource}/{about.get('namespace') or ''}/{about.get('name') or ''}" if kind else "",
        "count": _count(body),
        "at": instant_of(_last(body)) if _last(body) else 0,
    }


KIND = Kind(
    group="",
    version="v1",
    kind="Event",
    plural="events",
    short_names=("ev",),
    subresources=frozenset(),
    has_generation=False,
    columns=(
        Column(
            "Last Seen",
            lambda body, now: since(_last(body), now),
            description="The time at which the most recent occurrence of this event was recorded.",
        ),
        Column(
            "Type",
            lambda body, now: body.get("type") or "",
            description="Type of this event (Normal, Warning), new types could be added in the future",
        ),
        Column(
            "Reason",
            lambda body, now: body.get("reason") or "",
            description=(
                "This should be a short, machine understandable string that gives the reason for the transition into "
                "the object's current status."
            ),
        ),
        Column("Object", _object, description="The object that this event is about."),
        Column(
            "Subobject",
            lambda body, now: get_in(body, "involvedObject", "fieldPath", default=""),
            priority=1,
            description=(
                "If referring to a piece of an object instead of an entire object, this string should contain a valid "
                "JSON/Go field access statement, such as desiredState.manifest.containers[2]."
            ),
        ),
        Column(
            "Source",
            _shown_source,
            priority=1,
            description="The component reporting this event. Should be a short machine understandable string.",
        ),
        Column(
            "Message",
            lambda body, now: (body.get("message") or "").strip(),
            description="A human-readable description of the status of this operation.",
        ),
        Column(
            "First Seen",
            lambda body, now: since(_first(body), now),
            priority=1,
            description=("The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)"),
        ),
        Column(
            "Count",
            lambda body, now: str(_count(body)),
            priority=1,
            description="The number of times this event has occurred.",
        ),
        NAME._replace(priority=1),
    ),
    default=_default,
    validate=event,
    fields=_fields,
    draw=_draw,
)
