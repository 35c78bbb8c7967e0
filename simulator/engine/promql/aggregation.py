"""Aggregations: sum, avg, topk and the others, by labels or without some. Follows promql/engine.go, Prometheus 3.x."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection

from .ranges import quantile
from .values import NAME, Element, Labels, QueryError, Value, Vector, signature, without_name


def _variance(values: list[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((one - mean) ** 2 for one in values) / len(values)


_SIMPLE: dict[str, Callable[[list[float]], float]] = {
    "sum": math.fsum,
    "avg": lambda values: math.fsum(values) / len(values),
    "min": lambda values: min(values, key=lambda one: (math.isnan(one), one)),
    "max": lambda values: max(values, key=lambda one: (not math.isnan(one), one)),
    "count": lambda values: float(len(values)),
    "group": lambda values: 1.0,
    "stddev": lambda values: math.sqrt(_variance(values)),
    "stdvar": _variance,
}


def aggregate(operator: str, parameter: Value | None, vector: Vector, labels: Collection[str], *, by: bool) -> Vector:
    """The groups of a vector, each as one figure; of topk and bottomk, some of its elements. Raises QueryError."""
    groups: dict[tuple[tuple[str, str], ...], Vector] = {}
    for one in vector:
        groups.setdefault(signature(_kept(one.labels, labels, by=by)), []).append(one)
    if operator in _SIMPLE:
        function = _SIMPLE[operator]
        return [Element(dict(held), function([one.value for one in group])) for held, group in groups.items()]
    if operator == "quantile":
        q = _number(operator, parameter)
        return [Element(dict(held), quantile(q, [one.value for one in group])) for held, group in groups.items()]
    if operator in ("topk", "bottomk"):
        count = max(0, int(_number(operator, parameter)))
        return [one for group in groups.values() for one in _outermost(group, count, top=operator == "topk")]
    if operator == "count_values" and isinstance(parameter, str):
        return _counted(parameter, groups)
    raise QueryError(f"the aggregation {operator} is not known here")


def _kept(labels: Labels, named: Collection[str], *, by: bool) -> Labels:
    return {key: value for key, value in labels.items() if (key in named if by else key not in named and key != NAME)}


def _number(operator: str, parameter: Value | None) -> float:
    if not isinstance(parameter, float):
        raise QueryError(f"{operator} needs a number")
    return parameter


def _outermost(group: Vector, count: int, *, top: bool) -> Vector:
    def place(one: Element) -> tuple[bool, float, tuple[tuple[str, str], ...]]:
        return math.isnan(one.value), -one.value if top else one.value, signature(one.labels)

    return sorted(group, key=place)[:count]


def _counted(label: str, groups: dict[tuple[tuple[str, str], ...], Vector]) -> Vector:
    found: dict[tuple[tuple[str, str], ...], float] = {}
    for held, group in groups.items():
        for one in group:
            key = signature({**without_name(dict(held)), label: f"{one.value:g}"})
            found[key] = found.get(key, 0.0) + 1
    return [Element(dict(labels), value) for labels, value in found.items()]
