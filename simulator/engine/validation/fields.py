"""The checks that any field may need, each a list of errors in upstream's words.

Follows staging/src/k8s.io/apimachinery/pkg/api/validation/generic.go and pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from .. import quantity
from ..errors import FieldError, invalid_value, not_supported, required
from ..registry import Body
from . import names

NEGATIVE = "must be greater than or equal to 0"
NOT_POSITIVE = "must be greater than zero"
MODE = "must be a number between 0 and 0777 (octal), both inclusive"
LARGEST_ID = 2**31 - 1
"""The largest uid and gid."""


def formed(field: str, value: str, check: names.Check) -> list[FieldError]:
    """An error for each message of a check of `names`."""
    return [invalid_value(field, value, message) for message in check(value)]


def named(field: str, value: Any, check: names.Check = names.dns_label) -> list[FieldError]:
    """A name that must be there and well formed."""
    return formed(field, value, check) if value else [required(field)]


def not_negative(field: str, figure: Any) -> list[FieldError]:
    return [invalid_value(field, figure, NEGATIVE)] if figure is not None and figure < 0 else []


def one_of(field: str, value: Any, allowed: Sequence[str]) -> list[FieldError]:
    """A value that must be there and be one of the allowed."""
    if not value:
        return [required(field)]
    return [] if value in allowed else [not_supported(field, value, allowed)]


def port(field: str, value: Any) -> list[FieldError]:
    """A port's number or name."""
    if isinstance(value, str):
        return formed(field, value, names.port_name)
    return [invalid_value(field, value, message) for message in names.port_number(value or 0)]


def number(field: str, figure: int, low: int, high: int) -> list[FieldError]:
    return [] if low <= figure <= high else [invalid_value(field, figure, names.in_range(low, high))]


def mode(field: str, value: int | None) -> list[FieldError]:
    return [] if value is None or 0 <= value <= 0o777 else [invalid_value(field, value, MODE)]


def user_or_group(field: str, value: Any) -> list[FieldError]:
    return [] if value is None else number(field, value, 0, LARGEST_ID)


def present(field: str, body: Body, *keys: str) -> list[FieldError]:
    """An error for each of the keys that is absent or empty."""
    return [required(f"{field}.{key}") for key in keys if not body.get(key)]


def figure_of(text: Any) -> Fraction | None:
    """The figure of a quantity; None if it is none."""
    try:
        return quantity.parse(text)[0]
    except (ValueError, TypeError):
        return None


def positive_quantity(field: str, text: Any) -> list[FieldError]:
    figure = figure_of(text)
    if figure is None:
        return [invalid_value(field, text, quantity.MALFORMED)]
    return [] if figure > 0 else [invalid_value(field, quantity.canonical(text), NOT_POSITIVE)]


def quantity_not_negative(field: str, text: Any) -> list[FieldError]:
    figure = figure_of(text)
    if figure is None:
        return [] if text is None else [invalid_value(field, text, quantity.MALFORMED)]
    return [] if figure >= 0 else [invalid_value(field, quantity.canonical(text), NEGATIVE)]


def repeated(values: Iterable[Any]) -> set[int]:
    """The positions of values that an earlier one equals; empty values never count."""
    seen, again = set(), set()
    for position, value in enumerate(values):
        if value and value in seen:
            again.add(position)
        seen.add(value)
    return again
