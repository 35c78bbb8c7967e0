"""The templates of rules: Go's text/template between `<<` and `>>`, as far as rules use it.

Known are fields (`<<.Series>>`), `<<index .LabelValuesByName "name">>`, and the dashes that trim white space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

Values = Mapping[str, Any]
Template = Callable[[Values], str]

_ACTION = re.compile(r"(\s*)<<(-(?=\s))?(.*?)((?<=\s)-)?>>(\s*)", re.DOTALL)
_FIELD = re.compile(r"\.(\w+)")
_INDEX = re.compile(r'index\s+\.(\w+)\s+"([^"\\]*)"')


def compiled(text: str, fields: Collection[str]) -> Template:
    """The template that a text is; `fields` are those that there are. Raises ValueError with what is wrong."""
    parts: list[Template] = []
    end = 0
    for found in _ACTION.finditer(text):
        before, trims_left, action, trims_right, after = found.groups()
        parts.append(_literal(text[end : found.start()] + ("" if trims_left else before)))
        parts.append(_action(action.strip(), fields))
        parts.append(_literal("" if trims_right else after))
        end = found.end()
    rest = text[end:]
    if "<<" in rest:
        raise ValueError("unclosed action")
    parts.append(_literal(rest))
    return lambda values: "".join(part(values) for part in parts)


def _literal(text: str) -> Template:
    return lambda values: text


def _action(action: str, fields: Collection[str]) -> Template:
    if field := _FIELD.fullmatch(action):
        name = field[1]
        if name not in fields:
            raise ValueError(f"can't evaluate field {name}")
        return lambda values: _written(values[name])
    if asked := _INDEX.fullmatch(action):
        name, key = asked.groups()
        if name not in fields:
            raise ValueError(f"can't evaluate field {name}")
        return lambda values: _written(values[name].get(key, ""))
    raise ValueError(f"the action {action!r} is not known here")


def _written(value: Any) -> str:
    """As Go prints it: a list in brackets, a map by its keys."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "map[" + " ".join(f"{key}:{held}" for key, held in sorted(value.items())) + "]"
    return "[" + " ".join(value) + "]"
