"""The options of programs, as getopt reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .machine import Failure


@dataclass(frozen=True)
class Options:
    """given: the value of each option by its letter, "" for those without a value. operands: what else there is."""

    given: dict[str, list[str]]
    operands: list[str]

    def __contains__(self, letter: object) -> bool:
        return letter in self.given

    def value(self, letter: str, default: str = "") -> str:
        return self.given[letter][-1] if letter in self.given else default

    def count(self, letter: str, default: int) -> int:
        """The value as a number. Raises Failure."""
        text = self.value(letter, str(default))
        try:
            return int(text[:18])
        except ValueError:
            raise Failure(f"invalid number '{text}'") from None


def parse(
    args: list[str], flags: str, values: str = "", *, long: Mapping[str, str] | None = None, first: bool = False
) -> Options:
    """Reads the options. Raises Failure for one that the program does not have.

    flags: letters of options without a value; values: letters of those with one. long: the letter of each long option.
    first: whether the options end at the first operand.
    """
    given: dict[str, list[str]] = {}
    operands: list[str] = []
    waiting = list(args)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            operands += waiting
            break
        if word.startswith("--") and len(word) > 2:
            name, equals, value = word[2:].partition("=")
            letter = (long or {}).get(name)
            if letter is None:
                raise Failure(f"unrecognized option '--{name}'")
            if letter in values and not equals:
                value = _next(waiting, f"--{name}")
            given.setdefault(letter, []).append(value)
        elif word.startswith("-") and len(word) > 1:
            _letters(word[1:], waiting, flags, values, given)
        else:
            operands.append(word)
            if first:
                operands += waiting
                break
    return Options(given, operands)


def _letters(letters: str, waiting: list[str], flags: str, values: str, given: dict[str, list[str]]) -> None:
    for position, letter in enumerate(letters):
        if letter in flags:
            given.setdefault(letter, []).append("")
        elif letter in values:
            rest = letters[position + 1 :]
            given.setdefault(letter, []).append(rest or _next(waiting, letter))
            return
        else:
            raise Failure(f"unrecognized option: {letter}")


def _next(waiting: list[str], option: str) -> str:
    if not waiting:
        raise Failure(f"option requires an argument: {option.lstrip('-')}")
    return waiting.pop(0)
