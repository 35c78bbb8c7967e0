"""What a value must be: the same as another, above or below it, one of several, there at all."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from simulator.demos.fields import Given, Wrong, plain
from simulator.engine import quantity

_FIGURES = ("above", "below", "atLeast", "atMost")
_WORDS = {"above": ">", "below": "<", "atLeast": "≥", "atMost": "≤", "is": "=", "isNot": "≠"}
_KNOWN = ("is", "isNot", *_FIGURES, "in", "contains", "exists")


@dataclass(frozen=True)
class Comparison:
    """Terms that must all hold."""

    terms: tuple[tuple[str, Any], ...]

    def holds(self, value: Any) -> bool:
        return all(_holds(term, value, with_what) for term, with_what in self.terms)

    def holds_of(self, values: list[Any]) -> bool:
        """True if one of the values fits; without any, only that there is none, or that it is not this, holds."""
        if not values:
            return all((term == "exists" and not what) or term == "isNot" for term, what in self.terms)
        return any(self.holds(one) for one in values)

    def text(self) -> str:
        return ", ".join(_said(term, what) for term, what in self.terms)


def at_least(figure: int) -> Comparison:
    return Comparison((("atLeast", figure),))


def comparison(given: Given) -> Comparison:
    """A plain value, or a map of terms. Raises Wrong."""
    held = plain(given.value)
    if isinstance(held, list):
        raise Wrong("must be a value, or a map such as {atLeast: 3}")
    if not isinstance(held, dict):
        return Comparison((("is", held),))
    given.fields(*_KNOWN)
    for term in _FIGURES:
        if term in held and _figure(held[term]) is None:
            given.complain("must be a number or a quantity such as 100Mi", term)
    if "in" in held and not isinstance(held["in"], list):
        given.complain("must be a list", "in")
    if "exists" in held and not isinstance(held["exists"], bool):
        given.complain("must be true or false", "exists")
    if not held:
        raise Wrong(f"must say one of: {', '.join(_KNOWN)}")
    return Comparison(tuple((key, tuple(one) if isinstance(one, list) else one) for key, one in held.items()))


def _holds(term: str, value: Any, other: Any) -> bool:
    match term:
        case "is":
            return _same(value, other)
        case "isNot":
            return not _same(value, other)
        case "in":
            return any(_same(value, one) for one in other)
        case "contains":
            return str(other) in value if isinstance(value, str | list) else False
        case "exists":
            return bool(other)
    figure, bound = _figure(value), _figure(other)
    if figure is None or bound is None:
        return False
    match term:
        case "above":
            return figure > bound
        case "below":
            return figure < bound
        case "atLeast":
            return figure >= bound
    return figure <= bound


def _same(value: Any, other: Any) -> bool:
    """Two values are the same if they are written alike, or are the same figure: `1Gi` is `1024Mi`."""
    if value == other or isinstance(value, bool) or isinstance(other, bool):
        return bool(value == other)
    figure, bound = _figure(value), _figure(other)
    return figure == bound if figure is not None and bound is not None else str(value) == str(other)


def _figure(value: Any) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return quantity.parse(value)[0]
    except ValueError:
        return None


def _said(term: str, what: Any) -> str:
    if term in _WORDS:
        return f"{_WORDS[term]} {what}"
    shown = ", ".join(map(str, what)) if isinstance(what, tuple) else str(what).lower()
    return f"{term} {shown}"
