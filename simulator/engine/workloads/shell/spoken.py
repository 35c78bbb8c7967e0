"""What the commands of a script print, where that follows from their words, their variables and the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import NamedTuple, Protocol

from ...registry import Instant
from . import arithmetic, dates, formats

_LONGEST = 10_000


class Opaque(Exception):
    """What this prints, or how it ends, does not follow from its words."""


class Unknown(Exception):
    """What comes next cannot be told: a program that is not known, or syntax that is not read."""


class Forever(Exception):
    """Nothing comes next, and the process runs."""


class Exit(Exception):
    """The script ends with the code that it has by now."""


class Jump(Exception):
    """break or continue."""


class Chunk(NamedTuple):
    """What is printed at once. at: microseconds after the start; path: the file that it goes to, "" for the log."""

    at: int
    path: str
    text: str


class Deed(NamedTuple):
    """What is done to files. at: microseconds after the start; name: a program of DEEDS, or `>` or `>>`."""

    at: int
    name: str
    words: tuple[str, ...]


DEEDS = frozenset({"cp", "mkdir", "mv", "rm", "rmdir", "touch"})


class Speaker(Protocol):
    """A script that is read."""

    variables: dict[str, str]
    unknown: set[str]
    exported: frozenset[str]

    @property
    def now(self) -> Instant: ...

    def prints(self, text: str) -> None: ...


Builtin = Callable[[Speaker, list[str]], int]
"""Prints and gives the exit code. Raises Opaque."""


def _echo(run: Speaker, words: list[str]) -> int:
    run.prints(formats.echoed(words))
    return 0


def _printf(run: Speaker, words: list[str]) -> int:
    if not words:
        raise Opaque
    run.prints(formats.formatted(words[0], words[1:]))
    return 0


def _date(run: Speaker, words: list[str]) -> int:
    form = dates.USUAL
    for word in words:
        if word.startswith("+"):
            form = word[1:]
        elif word in ("-R", "--rfc-2822", "--rfc-email"):
            form = dates.MAIL
        elif word not in ("-u", "--utc"):
            raise Opaque
    try:
        run.prints(f"{dates.shown(form, run.now)}\n")
    except (OverflowError, ValueError):
        raise Opaque from None
    return 0


def _printenv(run: Speaker, words: list[str]) -> int:
    names = words or sorted(run.exported)
    if run.unknown & set(names) or (not words and run.unknown):
        raise Opaque
    shown = {name: run.variables[name] for name in names if name in run.exported}
    for name, value in shown.items():
        run.prints(f"{value}\n" if words else f"{name}={value}\n")
    return int(len(shown) < len(names))


def _env(run: Speaker, words: list[str]) -> int:
    if words:
        raise Opaque
    return _printenv(run, words)


def _hostname(run: Speaker, words: list[str]) -> int:
    if words or "HOSTNAME" not in run.variables:
        raise Opaque
    run.prints(f"{run.variables['HOSTNAME']}\n")
    return 0


def _evaluated(text: str, variables: MutableMapping[str, str], unknown: set[str]) -> int:
    if any(name in text for name in unknown):
        raise Opaque
    try:
        return arithmetic.evaluate(text, variables)
    except arithmetic.ArithmeticFault:
        raise Opaque from None


def _expr(run: Speaker, words: list[str]) -> int:
    value = _evaluated(" ".join("==" if word == "=" else word for word in words), {}, set())
    run.prints(f"{value}\n")
    return int(not value)


def _let(run: Speaker, words: list[str]) -> int:
    value = 0
    for word in words:
        value = _evaluated(word, run.variables, run.unknown)
    return int(not value)


def _seq(run: Speaker, words: list[str]) -> int:
    try:
        figures = [int(word) for word in words]
    except ValueError:
        raise Opaque from None
    if not 1 <= len(figures) <= 3:
        raise Opaque
    first = figures[0] if len(figures) > 1 else 1
    step, last = figures[1] if len(figures) == 3 else 1, figures[-1]
    if not step or abs(last - first) // abs(step) > _LONGEST:
        raise Opaque
    run.prints("".join(f"{number}\n" for number in range(first, last + (1 if step > 0 else -1), step)))
    return 0


def _export(run: Speaker, words: list[str]) -> int:
    for word in words:
        name, is_given, value = word.partition("=")
        if is_given:
            run.variables[name] = value
            run.unknown.discard(name)
        run.exported |= {name} if name in run.variables else frozenset()
    return 0


_NUMBERS: Mapping[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b, "-ne": lambda a, b: a != b, "-lt": lambda a, b: a < b, "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b, "-ge": lambda a, b: a >= b,
}  # fmt: skip


def _test(run: Speaker, words: list[str]) -> int:
    given = [word for word in words if word not in ("]", "]]")]
    if given[:1] == ["!"]:
        return int(not _test(run, given[1:]))
    match given:
        case []:
            return 1
        case [text]:
            return int(not text)
        case ["-n", text]:
            return int(not text)
        case ["-z", text]:
            return int(bool(text))
        case [one, "=" | "==", other]:
            return int(one != other)
        case [one, "!=", other]:
            return int(one == other)
        case [one, compared, other] if compared in _NUMBERS:
            try:
                return int(not _NUMBERS[compared](int(one), int(other)))
            except ValueError:
                return 2
    raise Opaque


def _true(run: Speaker, words: list[str]) -> int:
    return 0


def _false(run: Speaker, words: list[str]) -> int:
    return 1


BUILTINS: Mapping[str, Builtin] = {
    "echo": _echo, "printf": _printf, "date": _date, "printenv": _printenv, "env": _env, "hostname": _hostname,
    "expr": _expr, "let": _let, "seq": _seq, "export": _export, "[": _test, "[[": _test, "test": _test,
    "true": _true, ":": _true, "false": _false, "read": _false,
}  # fmt: skip
