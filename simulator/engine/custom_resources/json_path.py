"""The paths of printer columns, subresources and selectable fields: kubectl's JSONPath without braces and text.

Follows staging/src/k8s.io/client-go/util/jsonpath/{parser,jsonpath}.go, v1.34.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .scalars import go_number

Step = Callable[[list[Any]], list[Any]]


class BadPath(ValueError):
    """A text that is no path."""


_TOKEN = re.compile(
    r"""
    (?P<deep>\.(?=\.)) | \.(?P<all>\*) | \.(?P<field>(?:\\.|[^.\[\]\\\s'"()*|&=<>!?@])+) | \[\?\((?P<filter>[^\]]*)\)\]
    | \[(?P<quoted>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\] | \[(?P<range>-?\d*(?::-?\d*){0,2}|\*|\d+(?:,\d+)+)\]
    """,
    re.VERBOSE,
)
_FILTER = re.compile(r"\s*@?(?P<left>\.[^\s=!<>]+)\s*(?:(?P<sign>==|!=|<=|>=|<|>)\s*(?P<right>.+?))?\s*")


@lru_cache(maxsize=4096)
def parse(path: str) -> tuple[Step, ...]:
    """The steps of a path. Raises BadPath."""
    steps: list[Step] = []
    at = 0
    while at < len(path):
        found = _TOKEN.match(path, at)
        if found is None:
            if path == ".":
                return ()
            raise BadPath(path)
        steps.append(_step(found))
        at = found.end()
    return tuple(steps)


def _step(found: re.Match[str]) -> Step:
    if found["deep"]:
        return lambda values: [one for value in values for one in _inside(value)]
    if found["all"] or found["range"] == "*":
        return lambda values: [one for value in values for one in _children(value)]
    if found["filter"] is not None:
        return _filter(found["filter"])
    if found["range"] is not None:
        return _range(found["range"])
    name = found["field"] if found["field"] is not None else found["quoted"][1:-1]
    name = re.sub(r"\\(.)", r"\1", name)
    return lambda values: [value[name] for value in values if isinstance(value, dict) and name in value]


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _inside(value: Any) -> list[Any]:
    return [value, *(one for child in _children(value) for one in _inside(child))]


def _range(text: str) -> Step:
    if not text.strip(":"):
        return lambda values: [one for value in values if isinstance(value, list) for one in value]
    if "," in text:
        places = [int(one) for one in text.split(",")]
        return lambda values: [
            value[at] for value in values if isinstance(value, list) for at in places if -len(value) <= at < len(value)
        ]
    if ":" not in text:
        at = int(text)
        return lambda values: [
            value[at] for value in values if isinstance(value, list) and -len(value) <= at < len(value)
        ]
    part = slice(*(int(one) if one else None for one in text.split(":")))
    if part.step == 0:
        raise BadPath(text)
    return lambda values: [one for value in values if isinstance(value, list) for one in value[part]]


def _filter(text: str) -> Step:
    found = _FILTER.fullmatch(text)
    if found is None:
        raise BadPath(text)
    left, sign = parse(found["left"]), found["sign"]
    wanted = _literal(found["right"]) if sign else None
    return lambda values: [
        one
        for value in values
        if isinstance(value, list)
        for one in value
        if (held := _walk(one, left)) and (not sign or _compares(held[0], sign, wanted))
    ]


def _literal(text: str) -> Any:
    if text[0] in "'\"" and text[-1] == text[0] and len(text) > 1:
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        raise BadPath(text) from None


def _compares(held: Any, sign: str, wanted: Any) -> bool:
    if isinstance(held, bool) is not isinstance(wanted, bool) or isinstance(held, str) is not isinstance(wanted, str):
        return False
    if sign in ("==", "!="):
        return bool((held == wanted) is (sign == "=="))
    if not isinstance(held, str | int | float):
        return False
    order = (held > wanted) - (held < wanted)
    return order in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[sign]


def _walk(value: Any, steps: tuple[Step, ...]) -> list[Any]:
    values = [value]
    for step in steps:
        values = step(values)
    return values


def find(body: Any, path: str) -> list[Any]:
    """Everything at the path; what is missing is left out. Raises BadPath."""
    return _walk(body, parse(path))


def text_of(value: Any) -> str:
    """A value as a column of type string shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return go_number(value)
    return "<nil>" if value is None else json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
