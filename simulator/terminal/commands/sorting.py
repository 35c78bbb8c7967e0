"""--sort-by: rows and objects in the order of one of their fields.

Follows staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go, v1.32.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cmp_to_key
from typing import Any, TypeVar

from simulator.engine import quantity
from simulator.engine.registry import Body
from simulator.terminal.output import jsonpath
from simulator.terminal.troubles import Trouble

Item = TypeVar("Item")


def sorted_table(table: Body, by: str) -> Body:
    """Raises Trouble."""
    return {**table, "rows": _sorted(table["rows"], by, _object)}


def _object(row: Body) -> Body:
    body: Body = row["object"]
    return body


def sorted_bodies(bodies: Sequence[Body], by: str) -> list[Body]:
    """Raises Trouble."""
    return _sorted(bodies, by, lambda body: body)


def _sorted(items: Sequence[Item], by: str, body: Callable[[Item], Body]) -> list[Item]:
    try:
        path = jsonpath.relaxed(by)
        template = jsonpath.Template(path)
        keys = [_first(template.results(body(item), lenient=True)) for item in items]
    except jsonpath.Wrong as error:
        raise Trouble(str(error)) from None
    if items and all(key is None for key in keys):
        raise Trouble(f'couldn\'t find any field with path "{path}" in the list of objects')

    def compare(one: int, two: int) -> int:
        return _compare(keys[one], keys[two])

    return [items[place] for place in sorted(range(len(keys)), key=cmp_to_key(compare))]


def _first(results: list[list[Any]]) -> Any:
    return results[0][0] if results and results[0] else None


def _compare(one: Any, two: Any) -> int:
    if one is None or two is None:
        return (one is not None) - (two is not None)
    if isinstance(one, str) and isinstance(two, str):
        try:
            left, right = quantity.parse(one)[0], quantity.parse(two)[0]
        except ValueError:
            return (one > two) - (one < two)
        return (left > right) - (left < right)
    if isinstance(one, int | float) and isinstance(two, int | float):
        return (one > two) - (one < two)
    raise Trouble("the field has values that cannot be sorted")
