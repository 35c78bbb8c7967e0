"""The metrics of a HorizontalPodAutoscaler, and what is reported of them, between autoscaling/v2 and the words of v1.

Follows pkg/apis/autoscaling/v1/conversion.go, v1.34. One thing is kept that upstream loses: an average target of an
Object metric does not come back with a value of 0 beside it. `side` is `target` for a metric, `current` for its status.
What comes from an annotation may be anything: each function raises ValueError, TypeError or AttributeError on what
does not fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from .. import quantity
from ..registry import Body

Side = Literal["target", "current"]

_SOURCES = ("object", "pods", "resource", "containerResource", "external")
_NAMED = ("resource", "containerResource")


def to_v1(metric: Body, side: Side) -> Body:
    """A metric, or the status of one, in the words of v1."""
    new: Body = {"type": metric.get("type") or ""}
    for key in _SOURCES:
        if metric.get(key) is not None:
            new[key] = _source(key, metric[key], side)
    return new


def _source(key: str, source: Body, side: Side) -> Body:
    figures = source.get(side) or {}
    prefix, required = ("target", "targetValue") if side == "target" else ("current", "currentValue")
    if key in _NAMED:
        new = {"name": source.get("name") or ""}
        put(new, f"{prefix}AverageUtilization", figures.get("averageUtilization"))
        average = figures.get("averageValue")
        put(new, f"{prefix}AverageValue", average if side == "target" else average or "0")
        if key == "containerResource":
            new["container"] = source.get("container") or ""
        return new
    metric = source.get("metric") or {}
    new = {"target": source.get("describedObject") or {}} if key == "object" else {}
    new["metricName"] = metric.get("name") or ""
    selector = "metricSelector" if key == "external" else "selector"
    if key == "external":
        put(new, selector, metric.get("selector"))
    value, average = figures.get("value"), figures.get("averageValue")
    if key == "pods":
        new[f"{prefix}AverageValue"] = average or "0"
    elif key == "object":
        new[required] = value or "0"
    else:
        put(new, required, value if side == "target" else value or "0")
        put(new, f"{prefix}AverageValue", average)
    if key != "external":
        put(new, selector, metric.get("selector"))
    if key == "object":
        put(new, "averageValue", average)
    return new


def from_v1(metric: Body, side: Side) -> Body:
    """A metric, or the status of one, in the words of v2."""
    new: Body = {"type": text(metric.get("type"))}
    for key in _SOURCES:
        if metric.get(key) is not None:
            new[key] = _source_from(key, metric[key], side)
    return new


def _source_from(key: str, source: Body, side: Side) -> Body:
    prefix = "target" if side == "target" else "current"
    share = source.get(f"{prefix}AverageUtilization")
    average = amount(source.get("averageValue" if key == "object" else f"{prefix}AverageValue"))
    value = amount(source.get(f"{prefix}Value"))
    if key == "object" and average is not None and value is not None and not quantity.parse(value)[0]:
        value = None
    figures: Body = {}
    if side == "target":
        figures["type"] = _target_type(key, share, value, average)
    put(figures, "value", value)
    put(figures, "averageValue", average)
    put(figures, "averageUtilization", None if share is None else figure(share))
    if key in _NAMED:
        named = {"name": text(source.get("name")), side: figures}
        return {**named, "container": text(source.get("container"))} if key == "containerResource" else named
    metric: Body = {"name": text(source.get("metricName"))}
    put(metric, "selector", _selector(source.get("metricSelector" if key == "external" else "selector")))
    new: Body = {"metric": metric, side: figures}
    if key == "object":
        held = source.get("target") or {}
        new["describedObject"] = {name: text(held[name]) for name in ("kind", "name", "apiVersion") if name in held}
    return new


def _target_type(key: str, share: Any, value: Any, average: Any) -> str:
    if key in _NAMED:
        return "AverageValue" if share is None else "Utilization"
    if key == "pods":
        return "AverageValue"
    by_value = average is None if key == "object" else value is not None
    return "Value" if by_value else "AverageValue"


def put(body: Body, key: str, value: Any) -> None:
    if value is not None:
        body[key] = value


def text(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise ValueError("not what the field holds")
    return value or ""


def figure(value: Any) -> int:
    if type(value) is not int or not -(1 << 31) <= value < 1 << 31:
        raise ValueError("not what the field holds")
    return value


def amount(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > 64:
        raise ValueError("not what the field holds")
    return quantity.canonical(value)


def _selector(held: Any) -> Body | None:
    if held is None:
        return None
    new: Body = {}
    if held.get("matchLabels"):
        new["matchLabels"] = {key: text(value) for key, value in held["matchLabels"].items()}
    if held.get("matchExpressions"):
        new["matchExpressions"] = [_term(one) for one in held["matchExpressions"]]
    return new


def _term(held: Body) -> Body:
    values: Iterable[Any] = held.get("values") or ()
    term: Body = {"key": text(held.get("key")), "operator": text(held.get("operator"))}
    return {**term, "values": [text(one) for one in values]} if held.get("values") else term
