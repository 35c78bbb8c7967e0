"""The status of an autoscaler: its conditions, and which figures of its metrics are worth a write.

A figure that the swing of a settled program accounts for is no news: the one that is written down stays.
Follows setStatus and setConditionInList in pkg/controller/podautoscaler/horizontal.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.engine import quantity
from simulator.engine.controllers.podautoscaler.sources import Found
from simulator.engine.objects import conditions_of, status_of, timestamp, with_condition
from simulator.engine.registry import Bodies, Body, Instant

ABLE, ACTIVE, LIMITED = "AbleToScale", "ScalingActive", "ScalingLimited"
UNKNOWN: Body = {"type": ""}
"""What upstream writes of a metric that it could not compute."""


class Conditions:
    """The conditions of an autoscaler while it is looked at."""

    def __init__(self, autoscaler: Body, now: Instant) -> None:
        self.held = conditions_of(autoscaler)
        self._now = now

    def set(self, kind: str, is_true: bool, reason: str, message: str) -> None:
        status = "True" if is_true else "False"
        known = next((one for one in self.held if one["type"] == kind), None)
        since = timestamp(self._now) if known is None or known["status"] != status else known.get("lastTransitionTime")
        new = {"type": kind, "status": status, "lastTransitionTime": since, "reason": reason, "message": message}
        self.held = with_condition(self.held, {key: value for key, value in new.items() if value is not None})


def status(
    autoscaler: Body,
    conditions: Conditions,
    *,
    current: int | None,
    desired: int | None,
    metrics: Bodies | None,
    scaled: Instant | None = None,
) -> Body:
    """The new status. current None: its figures stay as they are; desired None: that figure does."""
    old = status_of(autoscaler)
    if current is None:
        return {**old, "conditions": conditions.held}
    new: Body = {
        "desiredReplicas": (old.get("desiredReplicas") or 0) if desired is None else desired,
        "currentMetrics": metrics,
        "conditions": conditions.held,
    }
    if current:
        new["currentReplicas"] = current
    last = old.get("lastScaleTime") if scaled is None else timestamp(scaled)
    return {**new, "lastScaleTime": last} if last else new


def reported(autoscaler: Body, found: Sequence[Found | None]) -> Bodies:
    """The figures for currentMetrics: those that are written down if none of the new ones is news."""
    old = status_of(autoscaler).get("currentMetrics") or []
    if len(old) == len(found) and all(_holds(held, one) for held, one in zip(old, found, strict=True)):
        return old
    return [UNKNOWN if one is None else one.status for one in found]


def _holds(held: Body, found: Found | None) -> bool:
    return held == UNKNOWN if found is None else _between(held, found.least, found.most)


def _between(held: Any, least: Any, most: Any) -> bool:
    """Whether what is written down is the same in all but figures, and these lie between the bounds."""
    if not isinstance(held, dict):
        return bool(held == least == most)
    if not isinstance(least, dict) or set(held) != set(least):
        return False
    return all(
        _figure(least[key]) <= _figure(value) <= _figure(most[key])
        if key in ("averageValue", "value", "averageUtilization")
        else _between(value, least[key], most[key])
        for key, value in held.items()
    )


def _figure(text: str | int) -> int:
    return quantity.milli(text)
