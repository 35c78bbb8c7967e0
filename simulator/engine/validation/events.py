"""What an Event must be: by the lax rules of the core API, and by the strict ones of events.k8s.io.

Follows pkg/apis/core/validation/events.go, v1.34. Events are seen in the form in which they are stored, the core's.
"""

from __future__ import annotations

from typing import Any

from ..errors import FieldError, invalid_value, required
from ..objects import namespace_of
from ..registry import Body
from . import names
from .fields import formed
from .metadata import IMMUTABLE

_LENGTH, _NOTE_LENGTH = 128, 1024
_ABOUT = "involvedObject.namespace"
_REFERENCE = {
    "kind": "Kind",
    "namespace": "Namespace",
    "name": "Name",
    "uid": "UID",
    "apiVersion": "APIVersion",
    "resourceVersion": "ResourceVersion",
    "fieldPath": "FieldPath",
}
_SOURCE = {"component": "Component", "host": "Host"}
_FOR_LIFE = (
    "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "reason", "type",
    "eventTime", "action", "related", "reportingComponent", "reportingInstance",
)  # fmt: skip
_SHAPES = {"involvedObject": _REFERENCE, "related": _REFERENCE, "source": _SOURCE}


def event(body: Body) -> list[FieldError]:
    """What holds for every Event: one with an eventTime must say who reports it and what was done."""
    namespace, about = namespace_of(body), (body.get("involvedObject") or {}).get("namespace") or ""
    if not body.get("eventTime"):
        fits = about == namespace if about else namespace in ("", "default")
        errors = [] if fits else [invalid_value(_ABOUT, about, "does not match event.namespace")]
    else:
        fits = bool(about) or namespace in ("default", "kube-system")
        errors = [] if fits else [invalid_value(_ABOUT, about, "does not match event.namespace")]
        errors += _reported(body)
    return errors + formed("namespace", namespace, names.dns_subdomain)


def _reported(body: Body) -> list[FieldError]:
    reporter = body.get("reportingComponent") or ""
    errors = [] if reporter else [required("reportingController")]
    errors += formed("reportingController", reporter, names.qualified_name)
    for key in ("reportingInstance", "action", "reason"):
        text = body.get(key) or ""
        if not text:
            errors.append(required(key))
        errors += _short(key, text, _LENGTH)
    return errors + _short("message", body.get("message") or "", _NOTE_LENGTH)


def _short(field: str, text: str, limit: int) -> list[FieldError]:
    if len(text.encode()) <= limit:
        return []
    return [invalid_value(field, "", f"can have at most {limit} characters")]


def strict(body: Body) -> list[FieldError]:
    """What a new Event of events.k8s.io must be besides."""
    errors = _series(body)
    if not body.get("eventTime"):
        errors.append(required("eventTime"))
    if body.get("type") not in ("Normal", "Warning"):
        errors.append(invalid_value("type", "", f"has invalid value: {body.get('type') or ''}"))
    for key in ("firstTimestamp", "lastTimestamp", "count"):
        if body.get(key):
            errors.append(invalid_value(key, "", "needs to be unset"))
    source = body.get("source") or {}
    if source.get("component") or source.get("host"):
        errors.append(invalid_value("source", "", "needs to be unset"))
    return errors


def _series(body: Body) -> list[FieldError]:
    series = body.get("series")
    if series is None:
        return []
    errors = []
    if (series.get("count") or 0) < 2:
        errors.append(invalid_value("series.count", "", "should be at least 2"))
    if not series.get("lastObservedTime"):
        errors.append(required("series.lastObservedTime"))
    return errors


def strict_update(new: Body, old: Body) -> list[FieldError]:
    """What an Event of events.k8s.io keeps: all but its series and its metadata."""
    errors = _series(new) if new.get("series") != old.get("series") else []
    for key in _FOR_LIFE:
        if (new.get(key) or None) != (old.get(key) or None):
            field = "reportingController" if key == "reportingComponent" else key
            errors.append(invalid_value(field, _shown(key, new.get(key)), IMMUTABLE))
    return errors


def _shown(key: str, value: Any) -> Any:
    """The value as upstream shows it in errors: a Go structure by the names of its fields, nothing as what it is."""
    if key in _SHAPES:
        if value is None and key == "related":
            return None
        return {name: (value or {}).get(part) or "" for part, name in _SHAPES[key].items()}
    if value is None:
        return None if key.endswith(("Time", "Timestamp")) else 0 if key == "count" else ""
    return value
