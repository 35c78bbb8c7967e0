"""Plain values as structured-merge-diff sees them: when two are equal, how they are ordered, how messages show them.

Follows sigs.k8s.io/structured-merge-diff/v6/value/value.go, and Go's formatting of values in messages.
"""

from __future__ import annotations

import json
from typing import Any

ABSENT: Any = object()
"""What is not there at all, which null is not."""

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def json_of(value: Any) -> str:
    """Compact JSON with the letters escaped that Go escapes."""
    written = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for letter, escaped in _ESCAPED.items():
        if letter in written:
            written = written.replace(letter, escaped)
    return written


def figure(value: Any) -> Any:
    """The value; a whole number without a fraction, as Go writes it."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e21 else value


def equal(left: Any, right: Any) -> bool:
    """True if the values are the same; 1 and 1.0 are, 1 and true are not."""
    if left is right:
        return True
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def order(value: Any) -> tuple[Any, ...]:
    """A key that sorts values of different types: numbers, texts, truths, lists, maps, null."""
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, int | float):
        return 0, value
    if isinstance(value, str):
        return 1, value
    if isinstance(value, list):
        return 3, [order(one) for one in value]
    if isinstance(value, dict):
        return 4, [(key, order(value[key])) for key in sorted(value)]
    return (5,)


def text(value: Any) -> str:
    """A value as paths show it: texts in quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{','.join(text(one) for one in value)}]"
    if isinstance(value, dict):
        return "".join(f"{key}={text(one)}" for key, one in value.items())
    return _plain(value, null="null")


def shown(value: Any) -> str:
    """A value as Go's %v shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{' '.join(shown(one) for one in value)}]"
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{shown(value[key])}' for key in sorted(value))}]"
    return _plain(value, null="<nil>")


def syntax(value: Any) -> str:
    """A value as Go's %#v shows it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(syntax(one) for one in value)}}}"
    if isinstance(value, dict):
        pairs = ", ".join(f"{json.dumps(key, ensure_ascii=False)}:{syntax(value[key])}" for key in sorted(value))
        return f"map[string]interface {{}}{{{pairs}}}"
    return _plain(value, null="interface {}(nil)")


def type_of(value: Any) -> str:
    """The Go type of a value that was read from JSON."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "[]interface {}"
    if isinstance(value, dict):
        return "map[string]interface {}"
    return "int64" if isinstance(value, int) else "float64"


def _plain(value: Any, *, null: str) -> str:
    if value is None:
        return null
    if isinstance(value, bool):
        return "true" if value else "false"
    whole = figure(value)
    return repr(float(whole)) if isinstance(whole, float) else str(whole)
