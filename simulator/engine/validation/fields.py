"""The checks that any field may need, each a list of errors in upstream's words.

Follows staging/src/k8s.io/apimachinery/pkg/api/validation/generic.go and pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import Any

from ..errors import FieldError, invalid_value, not_supported, required
from . import names

NEGATIVE = "must be greater than or equal to 0"
MODE = "must be a number between 0 and 0777 (octal), both inclusive"


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


def ip(field: str, value: str) -> list[FieldError]:
    if is_ip(value):
        return []
    return [invalid_value(field, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]


def is_ip(value: Any) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return isinstance(value, str)


def usable_ip(field: str, value: str) -> list[FieldError]:
    """An address that traffic can be sent to from another machine."""
    if not is_ip(value):
        return [invalid_value(field, value, "must be a valid IP address")]
    address = ip_address(value)
    if address.is_unspecified:
        return [invalid_value(field, value, f"may not be unspecified ({value})")]
    if address.is_loopback:
        return [invalid_value(field, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    if address.is_link_local:
        return [invalid_value(field, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    return []


def repeated(values: Iterable[Any]) -> set[int]:
    """The positions of values that an earlier one equals; empty values never count."""
    seen, again = set(), set()
    for position, value in enumerate(values):
        if value and value in seen:
            again.add(position)
        seen.add(value)
    return again
