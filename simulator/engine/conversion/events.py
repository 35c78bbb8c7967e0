"""Events between the core API, in which they are stored, and events.k8s.io.

Follows pkg/apis/events/v1/conversion.go, v1.34.
"""

from __future__ import annotations

from ..registry import Body

_TO_EVENTS = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_TO_CORE = {new: old for old, new in _TO_EVENTS.items()}


def to_events(body: Body) -> Body:
    """A stored Event as events.k8s.io shows it."""
    return {**_renamed(body, _TO_EVENTS), "apiVersion": "events.k8s.io/v1"}


def from_events(body: Body) -> Body:
    """An Event of events.k8s.io as it is stored."""
    return {**_renamed(body, _TO_CORE), "apiVersion": "v1"}


def _renamed(body: Body, names: dict[str, str]) -> Body:
    return {names.get(key, key): value for key, value in body.items()}
