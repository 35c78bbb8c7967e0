"""Paths into an object: `status.phase`, `status.conditions[type=Ready].status`, `metadata.labels['a.b/c']`."""

from __future__ import annotations

import re
from typing import Any

from simulator.demos.fields import Wrong

Step = tuple[str, Any]
Path = tuple[Step, ...]

_STEP = re.compile(
    r"""\.?(?P<key>[A-Za-z0-9_-]+)|\['(?P<quoted>[^']+)'\]|\[(?P<index>\d{1,4})\]|\[(?P<all>\*)\]"""
    r"""|\[(?P<field>[A-Za-z]+)=(?P<value>[^\]]*)\]"""
)


def path(text: str) -> Path:
    """Raises Wrong."""
    steps: list[Step] = []
    rest = text
    while rest:
        found = _STEP.match(rest)
        if found is None:
            raise Wrong(
                f'the path cannot be read from "{rest}" on; write for example status.conditions[type=Ready].status'
            )
        if found["key"] or found["quoted"]:
            steps.append(("key", found["key"] or found["quoted"]))
        elif found["index"]:
            steps.append(("index", int(found["index"])))
        elif found["all"]:
            steps.append(("all", None))
        else:
            steps.append(("item", (found["field"], found["value"])))
        rest = rest[found.end() :]
    return tuple(steps)


def values(body: Any, steps: Path) -> list[Any]:
    """What stands at the path: nothing, one value, or several where it goes through all items of a list."""
    found = [body]
    for step, what in steps:
        found = [inner for value in found for inner in _inside(value, step, what)]
    return [one for one in found if one is not None]


def _inside(value: Any, step: str, what: Any) -> list[Any]:
    if step == "key":
        return [value[what]] if isinstance(value, dict) and what in value else []
    if not isinstance(value, list):
        return []
    if step == "index":
        return value[what : what + 1]
    if step == "all":
        return value
    field, wanted = what
    return [one for one in value if isinstance(one, dict) and str(one.get(field)) == wanted]
