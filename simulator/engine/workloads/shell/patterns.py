"""Patterns: the shell's own (`*.txt`) and POSIX regular expressions, matched in linear time by RE2.

RE2 rather than `re`: a pattern that somebody types must not be able to hold up the server. It knows no back-references.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

_SPECIAL = frozenset("\\.+*?()|[]{}^$")
_MOST = 200_000
"""Bytes of memory that one pattern may take."""


class PatternFault(Exception):
    """A regular expression that is malformed."""


def _compiled(pattern: str, *, ignore_case: bool = False) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    options.dot_nl = True
    options.max_mem = _MOST
    try:
        return re2.compile(pattern.encode(errors="replace"), options)
    except re2.error as error:
        raise PatternFault(_words(error)) from None


def _words(error: Exception) -> str:
    detail = error.args[0] if error.args else ""
    return detail.decode(errors="replace") if isinstance(detail, bytes) else str(detail)


# --- the shell's patterns ------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def glob(pattern: str) -> Any:
    """A pattern of the shell, compiled; a backslash makes the next character an ordinary one."""
    return _compiled(translated(pattern))


def translated(pattern: str, star: str = ".*") -> str:
    """A pattern of the shell as a regular expression. star: what `*` becomes."""
    out, at = [], 0
    while at < len(pattern):
        mark = pattern[at]
        at += 1
        if mark == "*":
            out.append(star)
        elif mark == "?":
            out.append(".")
        elif mark == "\\" and at < len(pattern):
            out.append(_plain(pattern[at]))
            at += 1
        elif mark == "[" and (end := _bracket_end(pattern, at)) > 0:
            inner = pattern[at:end].replace("\\", "\\\\")
            out.append(f"[{'^' + inner[1:] if inner[:1] in '!^' else inner}]")
            at = end + 1
        else:
            out.append(_plain(mark))
    return "".join(out)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of the shell matches the whole text."""
    try:
        return glob(pattern).fullmatch(text.encode(errors="replace")) is not None
    except PatternFault:
        return pattern == text


def is_pattern(text: str) -> bool:
    return any(mark in text for mark in "*?[")


def escaped(text: str) -> str:
    """The text as a pattern of the shell that matches it alone."""
    return re.sub(r"([*?\[\]\\])", r"\\\1", text)


def plain(pattern: str) -> str:
    """A pattern that turned out to match nothing, as the word that it was."""
    return re.sub(r"\\(.)", r"\1", pattern)


def _plain(mark: str) -> str:
    return f"\\{mark}" if mark in _SPECIAL else mark


def _bracket_end(pattern: str, at: int) -> int:
    """Where a bracket expression ends whose inside begins at `at`; -1 if it does not."""
    start = at + 1 if pattern[at : at + 1] in ("!", "^") else at
    at = start
    while at < len(pattern):
        if pattern.startswith("[:", at):
            closing = pattern.find(":]", at)
            at = closing + 2 if closing > 0 else at + 1
        elif pattern[at] == "]" and at > start:
            return at
        else:
            at += 1
    return -1


# --- regular expressions -------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def expression(pattern: str, *, extended: bool = False, ignore_case: bool = False) -> Any:
    """A POSIX regular expression, compiled for bytes. Raises PatternFault."""
    return _compiled(_regular(pattern, extended), ignore_case=ignore_case)


@lru_cache(maxsize=512)
def fixed(text: str, *, ignore_case: bool = False) -> Any:
    """A text that matches itself, compiled for bytes."""
    return _compiled("".join(_plain(mark) for mark in text), ignore_case=ignore_case)


def _regular(pattern: str, extended: bool) -> str:
    """The expression as RE2 writes it; basic ones have a backslash where extended ones have none, and vice versa."""
    out, at = [], 0
    while at < len(pattern):
        mark = pattern[at]
        at += 1
        if mark == "[" and (end := _bracket_end(pattern, at)) > 0:
            inner = pattern[at:end].replace("\\", "\\\\")
            inner = (
                "^\\]" + inner[2:] if inner.startswith("^]") else "\\]" + inner[1:] if inner.startswith("]") else inner
            )
            out.append(f"[{inner}]")
            at = end + 1
        elif mark == "\\" and at < len(pattern):
            following = pattern[at]
            at += 1
            if following in "(){}|+?":
                out.append(f"\\{following}" if extended else following)
            elif following in "<>":
                out.append("\\b")
            elif following in "wWsSbBdD":
                out.append(f"\\{following}")
            elif following.isdigit():
                raise PatternFault("back-references are not simulated")
            else:
                out.append("\n" if following == "n" else "\t" if following == "t" else _plain(following))
        elif mark == "*" and (not out or out[-1] in ("(", "|", "^")):
            out.append("\\*")
        elif mark in "(){}|+?" and not extended:
            out.append(f"\\{mark}")
        else:
            out.append(mark)
    return "".join(out)
