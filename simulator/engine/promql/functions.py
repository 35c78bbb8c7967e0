"""Functions of instant vectors and of numbers. Follows promql/functions.go, Prometheus 3.x."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..clock import SECOND
from ..registry import Instant
from .histograms import histogram_quantile
from .patterns import expanded, pattern
from .values import Element, QueryError, Value, Vector, signature, without_name


def _vector(value: Value) -> Vector:
    if not isinstance(value, list):
        raise QueryError("expected an instant vector")
    return value


def _number(value: Value) -> float:
    if not isinstance(value, float):
        raise QueryError("expected a number")
    return value


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise QueryError("expected a string")
    return value


def _each(function: Callable[[float], float]) -> Callable[[list[Value], Instant], Value]:
    return lambda args, now: [Element(without_name(one.labels), function(one.value)) for one in _vector(args[0])]


def _root(value: float) -> float:
    return math.sqrt(value) if value >= 0 else math.nan


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: function(value) if value > 0 else -math.inf if value == 0 else math.nan


def _exponential(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: float(function(value)) if math.isfinite(value) else value


def _sign(value: float) -> float:
    return math.nan if math.isnan(value) else float((value > 0) - (value < 0))


def _round(args: list[Value], now: Instant) -> Value:
    to = 1 / _number(args[1]) if len(args) > 1 else 1.0
    rounded = _whole(lambda value: math.floor(value + 0.5))
    return [Element(without_name(one.labels), rounded(one.value * to) / to) for one in _vector(args[0])]


def _clamped(args: list[Value], least: float, most: float) -> Value:
    if least > most:
        return []
    return [Element(without_name(one.labels), max(least, min(most, one.value))) for one in _vector(args[0])]


def _scalar(args: list[Value], now: Instant) -> Value:
    vector = _vector(args[0])
    return vector[0].value if len(vector) == 1 else math.nan


def _sorted(args: list[Value], *, descending: bool) -> Value:
    numbers = [one for one in _vector(args[0]) if not math.isnan(one.value)]
    others = [one for one in _vector(args[0]) if math.isnan(one.value)]
    return sorted(numbers, key=lambda one: (one.value, signature(one.labels)), reverse=descending) + others


def _label_replace(args: list[Value], now: Instant) -> Value:
    vector, (target, replacement, source, expression) = _vector(args[0]), map(_text, args[1:5])
    found = []
    for one in vector:
        matched = pattern(expression).fullmatch(one.labels.get(source, ""))
        made = expanded(replacement, matched) if matched else one.labels.get(target, "")
        found.append(_labelled(one, target, made))
    return found


def _labelled(one: Element, name: str, value: str) -> Element:
    """The element with a label set; an empty label is none."""
    rest = {key: held for key, held in one.labels.items() if key != name}
    return Element({**rest, name: value} if value else rest, one.value)


def _label_join(args: list[Value], now: Instant) -> Value:
    vector, (target, separator, *sources) = _vector(args[0]), map(_text, args[1:])
    return [_labelled(one, target, separator.join(one.labels.get(name, "") for name in sources)) for one in vector]


FUNCTIONS: dict[str, Callable[[list[Value], Instant], Value]] = {
    "abs": _each(abs),
    "ceil": _each(_whole(math.ceil)),
    "floor": _each(_whole(math.floor)),
    "exp": _each(_exponential),
    "sqrt": _each(_root),
    "ln": _each(_logarithm(math.log)),
    "log2": _each(_logarithm(math.log2)),
    "log10": _each(_logarithm(math.log10)),
    "sgn": _each(_sign),
    "round": _round,
    "clamp": lambda args, now: _clamped(args, _number(args[1]), _number(args[2])),
    "clamp_min": lambda args, now: _clamped(args, _number(args[1]), math.inf),
    "clamp_max": lambda args, now: _clamped(args, -math.inf, _number(args[1])),
    "scalar": _scalar,
    "vector": lambda args, now: [Element({}, _number(args[0]))],
    "time": lambda args, now: now / SECOND,
    "sort": lambda args, now: _sorted(args, descending=False),
    "sort_desc": lambda args, now: _sorted(args, descending=True),
    "label_replace": _label_replace,
    "label_join": _label_join,
    "histogram_quantile": lambda args, now: histogram_quantile(_number(args[0]), _vector(args[1])),
}
"""By name, what becomes of the arguments at an instant."""
