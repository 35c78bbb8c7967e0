"""Binary operators between numbers and vectors, with upstream's matching. Follows promql/engine.go, Prometheus 3.x."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection
from typing import NamedTuple

from .values import NAME, Element, Labels, QueryError, Value, Vector, signature, without_name

Signature = tuple[tuple[str, str], ...]


class Matching(NamedTuple):
    """How elements of two vectors find each other: on some labels or all but some; which side may have many."""

    labels: Collection[str] = ()
    on: bool = False
    many: str = ""  # "left", "right" or neither
    include: Collection[str] = ()
    as_bool: bool = False

    def of(self, labels: Labels) -> Signature:
        if self.on:
            return signature({key: value for key, value in labels.items() if key in self.labels})
        return signature({key: value for key, value in labels.items() if key not in self.labels and key != NAME})


def _divided(a: float, b: float) -> float:
    if b:
        return a / b
    return math.nan if not a or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)


def _power(a: float, b: float) -> float:
    try:
        found = a**b
    except (OverflowError, ZeroDivisionError):
        return math.inf
    return math.nan if isinstance(found, complex) else found


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "%": lambda a, b: math.fmod(a, b) if b and math.isfinite(a) else math.nan,
    "^": _power,
    "atan2": math.atan2,
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def apply(sign: str, left: Value, right: Value, matching: Matching) -> Value:
    """The value of `left sign right`. Raises QueryError."""
    if isinstance(left, str) or isinstance(right, str):
        raise QueryError(f"{sign} does not go with strings")
    if sign in ("and", "or", "unless"):
        if isinstance(left, float) or isinstance(right, float):
            raise QueryError(f"set operator {sign!r} not allowed in binary scalar expression")
        return _sets(sign, left, right, matching)
    if isinstance(left, float) and isinstance(right, float):
        if sign in _COMPARISONS:
            return float(_COMPARISONS[sign](left, right))
        return _ARITHMETIC[sign](left, right)
    if isinstance(left, list) and isinstance(right, list):
        return _between(sign, left, right, matching)
    return _with_number(sign, left, right, matching)


def _with_number(sign: str, left: float | Vector, right: float | Vector, matching: Matching) -> Vector:
    found: Vector = []
    vector = left if isinstance(left, list) else right
    assert isinstance(vector, list)
    for one in vector:
        a = left if isinstance(left, float) else one.value
        b = right if isinstance(right, float) else one.value
        made = _figure(sign, a, b, one.value, matching)
        if made is not None:
            keeps = sign in _COMPARISONS and not matching.as_bool
            found.append(Element(one.labels if keeps else without_name(one.labels), made))
    return found


def _figure(sign: str, a: float, b: float, kept: float, matching: Matching) -> float | None:
    """What an operator makes of two figures; None where a comparison lets nothing through."""
    if sign in _COMPARISONS:
        holds = _COMPARISONS[sign](a, b)
        return float(holds) if matching.as_bool else kept if holds else None
    return _ARITHMETIC[sign](a, b)


def _sets(sign: str, left: Vector, right: Vector, matching: Matching) -> Vector:
    others = {matching.of(one.labels) for one in right}
    if sign == "and":
        return [one for one in left if matching.of(one.labels) in others]
    if sign == "unless":
        return [one for one in left if matching.of(one.labels) not in others]
    own = {matching.of(one.labels) for one in left}
    return left + [one for one in right if matching.of(one.labels) not in own]


def _between(sign: str, left: Vector, right: Vector, matching: Matching) -> Vector:
    many, one_side = (right, left) if matching.many == "right" else (left, right)
    single: dict[Signature, Element] = {}
    for one in one_side:
        key = matching.of(one.labels)
        if key in single:
            side = "left" if matching.many == "right" else "right"
            raise QueryError(f"found duplicate series for the match group {dict(key)} on the {side} hand-side")
        single[key] = one
    found, seen = list[Element](), set[Signature]()
    for one in many:
        key = matching.of(one.labels)
        other = single.get(key)
        if other is None:
            continue
        if not matching.many and key in seen:
            raise QueryError(
                "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
            )
        seen.add(key)
        a, b = (other, one) if matching.many == "right" else (one, other)
        made = _figure(sign, a.value, b.value, a.value, matching)
        if made is not None:
            found.append(Element(_result_labels(sign, one, other, matching), made))
    return found


def _result_labels(sign: str, one: Element, other: Element, matching: Matching) -> Labels:
    keeps_name = sign in _COMPARISONS and not matching.as_bool
    labels = dict(one.labels if keeps_name else without_name(one.labels))
    if not matching.many:
        if matching.on:
            return {key: value for key, value in labels.items() if key in matching.labels}
        return {key: value for key, value in labels.items() if key not in matching.labels}
    for name in matching.include:
        if other.labels.get(name):
            labels[name] = other.labels[name]
        else:
            labels.pop(name, None)
    return labels
