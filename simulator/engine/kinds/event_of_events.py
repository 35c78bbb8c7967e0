"""Event of events.k8s.io: another view of the core API's Events, with stricter rules for what is written through it.

Follows pkg/apis/events/v1/conversion.go and pkg/apis/core/validation/events.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..conversion.events import from_events, to_events
from ..registry import Body, Column, Instant, Kind
from ..validation import events
from . import event

_ABOUT = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


def _fields(body: Body) -> Mapping[str, str]:
    about = body.get("regarding") or {}
    return {
        **{f"regarding.{key}": str(about.get(key) or "") for key in _ABOUT},
        "reason": body.get("reason") or "",
        "reportingController": body.get("reportingController") or "",
        "type": body.get("type") or "",
    }


def _of_core(column: Column) -> Column:
    def cell(body: Body, now: Instant) -> Any:
        return column.cell(from_events(body), now)

    return column._replace(cell=cell)


KIND = Kind(
    group="events.k8s.io",
    version="v1",
    kind="Event",
    plural="events",
    short_names=("ev",),
    subresources=frozenset(),
    has_generation=False,
    columns=tuple(_of_core(column) for column in event.KIND.columns),
    validate=events.strict,
    validate_update=events.strict_update,
    fields=_fields,
    stored_as="events",
    to_stored=from_events,
    from_stored=to_events,
)
