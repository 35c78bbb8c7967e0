"""The scripts of sed: addresses and commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..machine import Failure, raw
from ..patterns import PatternFault, expression

_DEEPEST = 10


@dataclass
class Address:
    """A line by number, the last one (number 0), or those that match; step: `first~step`."""

    number: int = 0
    pattern: Any = None
    step: int = 0

    def matches(self, number: int, line: bytes, last: bool) -> bool:
        if self.pattern is not None:
            return self.pattern.search(line) is not None
        if self.step:
            return number >= self.number and (number - self.number) % self.step == 0
        return number == self.number if self.number else last


@dataclass
class Command:
    letter: str
    first: Address | None = None
    second: Address | None = None
    negated: bool = False
    pattern: Any = None
    text: bytes = b""
    flags: str = ""
    table: bytes = b""
    block: list[Command] = field(default_factory=list)
    inside: bool = False

    def applies(self, number: int, line: bytes, last: bool) -> bool:
        if self.first is None:
            return True
        if self.second is None:
            return self.first.matches(number, line, last) != self.negated
        if self.inside:
            ends = self.second.number <= number if self.second.number else self.second.matches(number, line, last)
            self.inside = not ends
            return not self.negated
        if self.first.matches(number, line, last):
            self.inside = not (self.second.number and self.second.number <= number)
            return not self.negated
        return self.negated


class Reader:
    """Reads a script."""

    def __init__(self, text: str, extended: bool) -> None:
        self._text, self._extended, self._at = text, extended, 0

    def commands(self, depth: int = 0) -> list[Command]:
        if depth > _DEEPEST:
            raise Failure("nested too deeply")
        found: list[Command] = []
        while True:
            self._skip(" \t\n;")
            if self._at >= len(self._text):
                if depth:
                    raise Failure("unmatched '{'")
                return found
            if self._text[self._at] == "}":
                if not depth:
                    raise Failure("unexpected '}'")
                self._at += 1
                return found
            if self._text[self._at] == "#":
                self._until("\n")
                continue
            found.append(self._command(depth))

    def _command(self, depth: int) -> Command:
        first, second = self._address(), None
        self._skip(" \t")
        if first is not None and self._peek() == ",":
            self._at += 1
            self._skip(" \t")
            second = self._address()
            if second is None:
                raise Failure("unexpected ','")
        self._skip(" \t")
        negated = self._peek() == "!"
        self._at += negated
        self._skip(" \t")
        letter = self._peek()
        self._at += 1
        command = Command(letter, first, second, negated)
        if letter == "{":
            command.block = self.commands(depth + 1)
        elif letter == "s":
            self._substitution(command)
        elif letter == "y":
            old, new = raw(self._delimited()), raw(self._delimited(again=True))
            if len(old) != len(new):
                raise Failure("strings for 'y' command are different lengths")
            command.table = bytes.maketrans(old, new)
        elif letter in ("a", "i", "c"):
            self._skip(" \t")
            if self._peek() == "\\":
                self._at += 1
                self._skip(" \t\n")
            command.text = raw(self._until("\n"))
        elif letter not in ("p", "d", "q", "="):
            raise Failure(f"unsupported command {letter}" if letter else "missing command")
        return command

    def _substitution(self, command: Command) -> None:
        pattern, command.text = self._delimited(), raw(self._delimited(again=True))
        start = self._at
        while self._peek() and self._peek() in "gpiI0123456789":
            self._at += 1
        command.flags = self._text[start : self._at][:6]
        try:
            command.pattern = expression(pattern, extended=self._extended, ignore_case="i" in command.flags.lower())
        except PatternFault as fault:
            raise Failure(f"bad regex '{pattern}': {fault}") from None

    def _address(self) -> Address | None:
        mark = self._peek()
        if mark.isdecimal():
            number = self._number()
            if self._peek() == "~":
                self._at += 1
                return Address(number, step=self._number() or 1)
            return Address(number or 1)
        if mark == "$":
            self._at += 1
            return Address()
        if mark == "/" or mark == "\\":
            self._at += mark == "\\"
            try:
                return Address(pattern=expression(self._delimited(), extended=self._extended))
            except PatternFault as fault:
                raise Failure(f"bad regex: {fault}") from None
        return None

    def _delimited(self, *, again: bool = False) -> str:
        """The text up to the delimiter; the delimiter stands before it, or was read with the part before."""
        if not again:
            self._mark = self._peek()
            self._at += 1
        mark, parts = self._mark, list[str]()
        while self._peek() != mark:
            if not self._peek() or not mark:
                raise Failure("unterminated 's' command")
            if self._peek() == "\\" and self._at + 1 < len(self._text):
                self._at += 1
                parts.append(mark if self._peek() == mark else "\\" + self._peek())
            else:
                parts.append(self._peek())
            self._at += 1
        self._at += 1
        return "".join(parts)

    _mark = ""

    def _number(self) -> int:
        start = self._at
        while self._peek().isdecimal():
            self._at += 1
        return int(self._text[start : self._at][:9] or 0)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self, marks: str) -> None:
        while self._peek() and self._peek() in marks:
            self._at += 1

    def _until(self, mark: str) -> str:
        end = self._text.find(mark, self._at)
        end = len(self._text) if end < 0 else end
        text = self._text[self._at : end]
        self._at = end
        return text
