"""Patterns, numbers and equality as Go has them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import re2


@lru_cache(maxsize=1024)
def _pattern(text: str) -> Any:
    """The pattern as Go reads it, in linear time, or what is wrong with it."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except re2.error as error:
        return str(error.args[0].decode() if isinstance(error.args[0], bytes) else error)


def matches(pattern: str, text: str) -> bool:
    """True if the pattern is found in the text, or is none: definitions with such ones are refused."""
    found = _pattern(pattern)
    return isinstance(found, str) or found.search(text) is not None


def trouble_of_pattern(text: str) -> str:
    """Why a pattern is no regular expression, as Go says it; nothing if it is one."""
    found = _pattern(text)
    return f"error parsing regexp: {found}" if isinstance(found, str) else ""


def go_number(figure: float) -> str:
    """A number as Go's %v writes it."""
    if isinstance(figure, int) or (figure.is_integer() and abs(figure) < 1e21):
        return str(int(figure))
    return repr(figure)


def is_multiple(value: float, factor: float) -> bool:
    if isinstance(value, int) and float(factor).is_integer():
        return value % int(factor) == 0
    times = value / factor if factor >= 1 else 1 / factor * value
    return math.isfinite(times) and abs(times - round(times)) < 1e-9 * max(1.0, abs(times))


def is_same(value: Any, other: Any) -> bool:
    """Equality of JSON values: true is not 1."""
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(is_same(value[key], other[key]) for key in value)
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(is_same, value, other))
    return bool(value == other)
