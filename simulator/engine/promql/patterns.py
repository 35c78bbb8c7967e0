"""Regular expressions as Go has them: RE2's, and how a text with $1 in it is filled in from what was found."""

from __future__ import annotations

from functools import lru_cache

import re2

from .values import QueryError


@lru_cache(maxsize=4096)
def pattern(text: str) -> re2._Regexp:
    """A compiled expression. Raises QueryError."""
    try:
        return re2.compile(text)
    except re2.error as error:
        raise QueryError(f"invalid regular expression {text!r}: {error}") from None


def expanded(text: str, found: re2._Match) -> str:
    """The text with $1 and ${name} filled in."""
    groups = {str(place): part or "" for place, part in enumerate((found.group(0), *found.groups()))}
    groups |= {name: part or "" for name, part in found.groupdict().items()}
    return str(re2.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda one: groups.get(one.group(1) or one.group(2), ""), text))
