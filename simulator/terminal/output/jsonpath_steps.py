"""What one step of a JSONPath does: a field, a slice, a filter.

Follows staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go, v1.32.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Step = Callable[[list[Any], bool], list[Any]]
"""From the values so far to the next ones; True as the second argument lets keys be missing. Raises Wrong."""


class Wrong(ValueError):
    """The template makes no sense, or not for this object."""


def sprint(value: Any) -> str:
    """A value as Go's fmt.Sprint writes it."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case dict():
            return "map[" + " ".join(f"{key}:{sprint(value[key])}" for key in sorted(value)) + "]"
        case list():
            return "[" + " ".join(sprint(one) for one in value) + "]"
        case float() if value == int(value) and abs(value) < 1e21:
            return str(int(value))
    return str(value)


def constant(value: Any) -> Step:
    return lambda values, lenient: [value for _ in values]


def field_(name: str) -> Step:
    def step(values: list[Any], lenient: bool) -> list[Any]:
        found = [value[name] for value in values if isinstance(value, dict) and name in value]
        if values and not found and not lenient:
            raise Wrong(f"{name} is not found")
        return found

    return step


def wildcard(values: list[Any], lenient: bool) -> list[Any]:
    return [inner for value in values for inner in _inside(value)]


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, list) else []


def descend(values: list[Any], lenient: bool) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if inner := _inside(value):
            found.append(value)
            found += descend(inner, lenient)
    return found


def sequence(steps: Sequence[Step]) -> Step:
    def step(values: list[Any], lenient: bool) -> list[Any]:
        for one in steps:
            values = one(values, lenient)
        return values

    return step


def union(branches: Sequence[Sequence[Step]]) -> Step:
    def step(values: list[Any], lenient: bool) -> list[Any]:
        return [found for steps in branches for found in sequence(steps)(values, lenient)]

    return step


def slice_(given: list[str | None]) -> Step:
    first = int(given[0]) if given[0] else 0

    def step(values: list[Any], lenient: bool) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if value is None:
                continue
            if not isinstance(value, list):
                raise Wrong(f"{_go_type(value)} is not array or slice")
            found += _part(value, first, given)
        return found

    return step


def _part(value: list[Any], first: int, given: list[str | None]) -> list[Any]:
    length = len(value)
    start = first + length if first < 0 else first
    if given[1] is None:
        end = first + 1
        end += length if end <= 0 else 0
    else:
        end = int(given[1]) if given[1] else length
        end += length if end < 0 else 0
    if start == end:
        return []
    if not 0 <= start < length:
        raise Wrong(f"array index out of bounds: index {start}, length {length}")
    if not 0 <= end <= length:
        raise Wrong(f"array index out of bounds: index {end - 1}, length {length}")
    if start > end:
        raise Wrong(f"starting index {start} is greater than ending index {end}")
    step = int(given[2]) if given[2] else 1
    if step <= 0:
        raise Wrong("step must be > 0")
    return value[start:end:step]


def _go_type(value: Any) -> str:
    match value:
        case dict():
            return "map[string]interface {}"
        case bool():
            return "bool"
        case int():
            return "int64"
        case float():
            return "float64"
    return "string"


def filtered(left: Sequence[Step], operator: str, right: Sequence[Step]) -> Step:
    def step(values: list[Any], lenient: bool) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if not isinstance(value, list):
                raise Wrong(f"{sprint(value)} is not array or slice and cannot be filtered")
            found += [one for one in value if _passes(one, left, operator, right, lenient)]
        return found

    return step


def _passes(one: Any, left: Sequence[Step], operator: str, right: Sequence[Step], lenient: bool) -> bool:
    if operator == "exists":
        try:
            return bool(sequence(left)([one], lenient))
        except Wrong:
            return False
    lefts, rights = sequence(left)([one], lenient), sequence(right)([one], lenient)
    if not lefts or not rights:
        return False
    if len(lefts) > 1 or len(rights) > 1:
        raise Wrong("can only compare one element at a time")
    return _compare(lefts[0], operator, rights[0])


def _compare(left: Any, operator: str, right: Any) -> bool:
    if operator not in ("<", ">", "==", "!=", "<=", ">="):
        raise Wrong(f"unrecognized filter operator {operator}")
    if isinstance(left, bool) is not isinstance(right, bool) or isinstance(left, str) is not isinstance(right, str):
        raise Wrong("incompatible types for comparison")
    match operator:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
    if isinstance(left, bool):
        raise Wrong("invalid type for comparison")
    return bool({"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator])
