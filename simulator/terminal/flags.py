"""Flags as kubectl reads them, and its words where one is wrong.

Follows github.com/spf13/pflag, flag.go, as kubectl v1.32 vendors it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.terminal.troubles import WrongFlag

Form = Literal["text", "yes", "number", "span", "texts", "list"]


@dataclass(frozen=True)
class Flag:
    """A flag. form: text, yes (a boolean), number, span (a duration), texts (may be repeated, commas split it), list
    (may be repeated, commas do not). bare: its value where it is given without one. choices: for completion."""

    name: str
    short: str = ""
    form: Form = "text"
    default: Any = None
    bare: str | None = None
    choices: tuple[str, ...] = ()
    completes: str = ""


@dataclass
class Parsed:
    """What a command was given. `dash`: how many arguments stand before `--`, None without one."""

    args: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    dash: int | None = None

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def yes(self, name: str) -> bool:
        return bool(self.values.get(name))

    def number(self, name: str) -> int:
        return int(self.values.get(name) or 0)

    def texts(self, name: str) -> list[str]:
        return list(self.values.get(name) or ())

    def seconds(self, name: str) -> float:
        return float(self.values.get(name) or 0)


GLOBAL = (
    Flag("namespace", "n", completes="namespaces"),
    Flag("context"),
    Flag("cluster"),
    Flag("user"),
    Flag("as"),
    Flag("as-group", form="list", default=()),
    Flag("as-uid"),
    Flag("request-timeout"),
    Flag("v", "v", form="number", default=0),
    Flag("warnings-as-errors", form="yes", default=False),
    Flag("match-server-version", form="yes", default=False),
    Flag("help", "h", form="yes", default=False),
)


def parse(command: str, flags: Iterable[Flag], words: Sequence[str]) -> Parsed:
    """The arguments and flags of a command. Raises WrongFlag."""
    known = {one.name: one for one in (*GLOBAL, *flags)}
    short = {one.short: one for one in known.values() if one.short}
    parsed = Parsed(values={one.name: _initial(one) for one in known.values()})
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            parsed.dash = len(parsed.args)
            parsed.args += left
            break
        if word.startswith("--"):
            _take_long(command, known, parsed, word[2:], left)
        elif word.startswith("-") and len(word) > 1:
            _take_short(command, short, parsed, word[1:], left)
        else:
            parsed.args.append(word)
    return parsed


def _initial(flag: Flag) -> Any:
    return list(flag.default or ()) if flag.form in ("texts", "list") else flag.default


def _take_long(command: str, known: dict[str, Flag], parsed: Parsed, word: str, left: list[str]) -> None:
    name, is_given, value = word.partition("=")
    name = name.replace("_", "-")
    if not name or name.startswith("-"):
        raise WrongFlag(command, f"bad flag syntax: --{word}")
    if name not in known:
        raise WrongFlag(command, f"unknown flag: --{name}")
    flag = known[name]
    if is_given:
        _put(command, parsed, flag, value)
    elif _bare(flag) is not None:
        _put(command, parsed, flag, str(_bare(flag)))
    elif left:
        _put(command, parsed, flag, left.pop(0))
    else:
        raise WrongFlag(command, f"flag needs an argument: --{name}")


def _take_short(command: str, short: dict[str, Flag], parsed: Parsed, letters: str, left: list[str]) -> None:
    whole = letters
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = short.get(letter)
        if flag is None:
            raise WrongFlag(command, f"unknown shorthand flag: '{letter}' in -{whole}")
        if letters.startswith("="):
            _put(command, parsed, flag, letters[1:])
            return
        if _bare(flag) is not None:
            _put(command, parsed, flag, str(_bare(flag)))
        elif letters:
            _put(command, parsed, flag, letters)
            return
        elif left:
            _put(command, parsed, flag, left.pop(0))
        else:
            raise WrongFlag(command, f"flag needs an argument: '{letter}' in -{whole}")


def _bare(flag: Flag) -> str | None:
    return "true" if flag.form == "yes" else flag.bare


def _put(command: str, parsed: Parsed, flag: Flag, value: str) -> None:
    try:
        read = _read(flag, value)
    except ValueError as error:
        shown = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
        raise WrongFlag(command, f'invalid argument "{value}" for "{shown}" flag: {error}') from None
    if flag.form in ("texts", "list"):
        held = parsed.values[flag.name] if flag.name in parsed.given else []
        read = [*held, *read]
    parsed.values[flag.name] = read
    parsed.given.add(flag.name)


def _read(flag: Flag, value: str) -> Any:
    match flag.form:
        case "yes":
            if value not in _TRUE and value not in _FALSE:
                raise ValueError(f'strconv.ParseBool: parsing "{value}": invalid syntax')
            return value in _TRUE
        case "number":
            if not re.fullmatch(r"[+-]?\d{1,18}", value):
                raise ValueError(f'strconv.ParseInt: parsing "{value}": invalid syntax')
            return int(value)
        case "span":
            return seconds(value)
        case "texts":
            return value.split(",") if value else []
        case "list":
            return [value]
    return value


_TRUE = ("1", "t", "T", "true", "TRUE", "True")
_FALSE = ("0", "f", "F", "false", "FALSE", "False")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def duration(span: float) -> str:
    """So many seconds as Go writes a duration: 1.5s, 1m30s, 500ms."""
    if 0 < abs(span) < 1:
        return f"{span * 1000:g}ms"
    hours, rest = divmod(abs(span), 3600)
    minutes, rest = divmod(rest, 60)
    larger = f"{hours:.0f}h{minutes:.0f}m" if hours else f"{minutes:.0f}m" if minutes else ""
    return f"{'-' if span < 0 else ''}{larger}{round(rest, 9):g}s"


def seconds(text: str) -> float:
    """A duration as Go writes it. Raises ValueError in Go's words."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if rest == "0":
        return 0.0
    if not rest:
        raise ValueError(f'time: invalid duration "{text}"')
    total = 0.0
    while rest:
        found = re.match(r"(\d+\.?\d*|\.\d+)([^\d.]*)", rest)
        if not found:
            raise ValueError(f'time: invalid duration "{text}"')
        if not found[2]:
            raise ValueError(f'time: missing unit in duration "{text}"')
        if found[2] not in _UNITS:
            raise ValueError(f'time: unknown unit "{found[2]}" in duration "{text}"')
        total += float(found[1]) * _UNITS[found[2]]
        rest = rest[found.end() :]
    return sign * total
