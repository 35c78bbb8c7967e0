"""One plain command, as the main process of a container or a step of its script: how long it takes and how it ends."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..clock import MILLISECOND, SECOND

STEP = 5 * MILLISECOND
"""What a command takes that does nothing for long."""
FETCHERS = frozenset({"wget", "curl", "nslookup"})
_LONGEST = 1e11
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
# fmt: off
QUICK = frozenset(
    {
        ":", "[", "[[", "awk", "basename", "cat", "cd", "chmod", "chown", "cp", "curl", "cut", "date", "df", "dirname",
        "du", "echo", "env", "export", "expr", "find", "free", "grep", "head", "hostname", "id", "kill", "let", "ln",
        "local", "ls", "mkdir", "mv", "nslookup", "printenv", "printf", "ps", "pwd", "read", "readonly", "rm", "sed",
        "seq", "set", "shift", "sort", "stat", "sync", "tee", "test", "touch", "tr", "trap", "true", "ulimit", "umask",
        "uname", "uniq", "unset", "wc", "wget", "whoami",
    }
)
# fmt: on


class Command(NamedTuple):
    """lasts: None if it runs until it is stopped. says: what it prints, where that is a complaint."""

    lasts: int | None
    code: int = 0
    says: str = ""


def seconds(text: str) -> int | None:
    """What `sleep` understands: `5`, `0.5`, `2m`, `1h`; None for ever (`infinity`). Raises ValueError otherwise."""
    if text in ("inf", "infinity"):
        return None
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)([smhd]?)", text)
    if found is None:
        raise ValueError(f"sleep: invalid time interval '{text}'")
    return int(min(float(found[1]) * _UNITS[found[2]], _LONGEST) * SECOND)


def plain(name: str, rest: list[str]) -> Command | None:
    """What a command does by its name and words; None if it is not known."""
    if name == "sleep":
        return _sleep(rest)
    if name == "tail" and any(re.fullmatch(r"-\w*[fF]\w*|--follow.*", word) for word in rest):
        return Command(None)
    if name == "exit":
        return Command(0, int(rest[0]) & 255 if rest and re.fullmatch(r"[0-9]{1,18}", rest[0]) else 0)
    if name == "false":
        return Command(STEP, 1)
    if name in ("stress", "stress-ng"):
        return _stress(rest)
    if name in FETCHERS:
        return Command(SECOND)
    return Command(STEP) if name in QUICK or name == "tail" else None


def _stress(rest: list[str]) -> Command:
    """It works until its timeout, if it has one; what it takes is `demand.py`'s."""
    for word, following in zip(rest, [*rest[1:], ""], strict=True):
        flag, _, given = word.partition("=")
        if flag in ("-t", "--timeout"):
            try:
                return Command(seconds(given or following))
            except ValueError:
                return Command(STEP, 1)
    return Command(None)


def _sleep(rest: list[str]) -> Command:
    total = 0
    for word in rest:
        try:
            part = seconds(word)
        except ValueError as error:
            return Command(STEP, 1, str(error))
        if part is None:
            return Command(None)
        total += part
    return Command(total) if rest else Command(STEP, 1, "sleep: missing operand")


def followed(name: str, words: list[str]) -> tuple[str, int] | None:
    """The file that a command prints as it grows, and from which line on, negative from the end."""
    if name != "tail":
        return None
    first, paths = -10, [word for word in words if word.startswith("/")]
    for position, word in enumerate(words):
        found = re.fullmatch(r"-n(.*)|--lines=(.*)", word)
        if found:
            number = found[1] or found[2] or (words[position + 1] if len(words) > position + 1 else "")
            first = (
                int(number)
                if re.fullmatch(r"[-+][0-9]{1,18}", number)
                else -int(number)
                if re.fullmatch(r"[0-9]{1,18}", number)
                else first
            )
    return (paths[0], first) if len(paths) == 1 else None
