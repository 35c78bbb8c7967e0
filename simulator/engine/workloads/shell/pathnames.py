"""File names that match a pattern of the shell."""

from __future__ import annotations

from .. import nodes
from ..files import Files
from . import patterns

_MOST = 20_000


def matching(files: Files, directory: str, pattern: str) -> list[str]:
    """The paths that match a pattern, sorted."""
    absolute = pattern.startswith("/")
    found = [("/" if absolute else "", "/" if absolute else directory)]
    for part in [part for part in pattern.split("/") if part]:
        found = [
            (f"{shown}/{name}" if shown and shown != "/" else f"{shown}{name}", f"{real.rstrip('/')}/{name}")
            for shown, real in found
            for name in _named(files, real, part)
        ][:_MOST]
    return sorted(shown for shown, _ in found if shown)


def _named(files: Files, directory: str, part: str) -> list[str]:
    if not patterns.is_pattern(part):
        name = patterns.plain(part)
        return [name] if _exists(files, f"{directory.rstrip('/')}/{name}") else []
    try:
        names = files.names(directory)
    except nodes.FileError:
        return []
    return [
        name for name in names if (not name.startswith(".") or part.startswith(".")) and patterns.matches(part, name)
    ]


def _exists(files: Files, path: str) -> bool:
    try:
        return files.find(path, follow=False) is not None
    except nodes.FileError:
        return False
