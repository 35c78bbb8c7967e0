"""Paths that must stay below a directory.

Follows validateLocalDescendingPath and its neighbours in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, invalid_value


def no_backsteps(field: str, path: str) -> list[FieldError]:
    return [invalid_value(field, path, "must not contain '..'")] if ".." in path.split("/") else []


def inside(field: str, path: str) -> list[FieldError]:
    """A path below a directory that it cannot leave."""
    errors = [invalid_value(field, path, "must be a relative path")] if path.startswith("/") else []
    return errors + no_backsteps(field, path)


def inside_not_reserved(field: str, path: str) -> list[FieldError]:
    """The same, for a file whose name may not begin with two dots either."""
    errors = inside(field, path)
    if path.startswith("..") and not path.startswith("../"):
        errors.append(invalid_value(field, path, "must not start with '..'"))
    return errors
