"""Objects that the API refuses, and what it says of them: one table for each group of kinds.

A table is a module of this package with a list CASES; `tests/api/test_invalid_objects.py` finds it there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

NAME = "bad"
CONTAINER = {"name": "c", "image": "nginx"}
NOT_A_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
NOT_A_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)


class Cause(NamedTuple):
    """One cause of the Status: reason, field path and message, as upstream has them."""

    reason: str
    field: str
    message: str


class Case(NamedTuple):
    """An object of a resource, and the causes for which it is refused. Its name is NAME unless it says otherwise."""

    name: str
    resource: str
    body: dict[str, Any]
    causes: list[Cause]


def required(field: str, detail: str = "") -> Cause:
    return Cause("FieldValueRequired", field, f"Required value: {detail}" if detail else "Required value")


def wrong(field: str, value: str, detail: str) -> Cause:
    """An invalid value; `value` as it is shown, with its quotes."""
    return Cause("FieldValueInvalid", field, f"Invalid value: {value}: {detail}")


def unsupported(field: str, value: str, *allowed: str) -> Cause:
    listed = ", ".join(f'"{one}"' for one in allowed)
    return Cause("FieldValueNotSupported", field, f'Unsupported value: "{value}": supported values: {listed}')


def forbidden(field: str, detail: str) -> Cause:
    return Cause("FieldValueForbidden", field, f"Forbidden: {detail}")


def duplicate(field: str, value: str, detail: str = "") -> Cause:
    return Cause("FieldValueDuplicate", field, f"Duplicate value: {value}" + (f": {detail}" if detail else ""))


def not_found(field: str, value: str) -> Cause:
    return Cause("FieldValueNotFound", field, f'Not found: "{value}"')


def too_long(field: str, limit: int) -> Cause:
    return Cause("FieldValueTooLong", field, f"Too long: may not be more than {limit} bytes")
