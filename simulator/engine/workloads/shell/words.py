"""What the words of a script stand for, where that follows from its variables."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import arithmetic
from .arrays import element, elements
from .spoken import Deed, Opaque
from .syntax import Arithmetic, Parameter, Redirection, Substitution, Text, Word

_MOST = 10_000
"""Commands that are read of one script."""
_LONGEST = 1 << 16
_LONGEST_SUM = 1000


_LOG = frozenset({"/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/1/fd/2", "/proc/self/fd/1", "/dev/fd/1"})


@dataclass
class Words:
    """A script's variables. unknown: those whose values are not known; exported: those that its programs see.

    code: that of its last command; left: how many commands are still read; at: microseconds after the start; deeds:
    what was done to files.
    """

    variables: dict[str, str]
    unknown: set[str] = field(default_factory=set)
    exported: frozenset[str] = frozenset()
    code: int = 0
    left: int = _MOST
    at: int = 0
    deeds: list[Deed] = field(default_factory=list)

    def substituted(self, script: str) -> str:
        """What a script prints that stands in a word. Raises Opaque."""
        raise NotImplementedError

    def assign(self, name: str, word: Word) -> None:
        try:
            self.variables[name] = self.text(word)
            self.unknown.discard(name)
        except Opaque:
            self.unknown.add(name)

    def redirected(self, redirections: tuple[Redirection, ...], target: str) -> str:
        """Where the output goes, "" for the log. Raises Opaque."""
        for one in redirections:
            if one.fd in (-1, 1) and one.operator in (">", ">>", ">|", "&>") and isinstance(one.word, Word):
                path = " ".join(self.fields((one.word,)))
                target = "" if path in _LOG else path
                if target:
                    self.deeds.append(Deed(self.at, ">>" if one.operator == ">>" else ">", (target,)))
        return target

    def fields(self, words: tuple[Word, ...]) -> list[str]:
        """The words with what they stand for; those that are not quoted are split. Raises Opaque."""
        found = list[str]()
        for word in words:
            text = self.text(word)
            is_split = any(not isinstance(part, Text) and not part.quoted for part in word.parts)
            found += text.split() if is_split else [text]
        return found

    def text(self, word: Word) -> str:
        """A word with what it stands for. Raises Opaque."""
        text = ""
        for part in word.parts:
            text += part.text if isinstance(part, Text) else self._expanded(part)
            if len(text) > _LONGEST:
                raise Opaque
        self.left -= len(text) >> 8
        return text

    def _expanded(self, part: Parameter | Substitution | Arithmetic) -> str:
        if isinstance(part, Parameter):
            return self._parameter(part)
        if isinstance(part, Substitution):
            return self.substituted(part.script)
        expression = self.text(part.expression)
        if len(expression) > _LONGEST_SUM or any(name in expression for name in self.unknown):
            raise Opaque
        try:
            return str(arithmetic.evaluate(expression, self.variables))
        except arithmetic.ArithmeticFault:
            raise Opaque from None

    def _parameter(self, part: Parameter) -> str:
        name = part.name
        special = {"?": str(self.code), "$": "1", "#": "0", "@": "", "*": "", "0": "sh"}
        if name in self.unknown or name in ("RANDOM", "SECONDS", "LINENO", "!", "-"):
            raise Opaque
        value = special[name] if name in special else self.variables.get(name)
        if part.subscript is not None:
            value = self._element(name, part.subscript)
        if part.operator in (":-", "-"):
            is_missing = value is None or (not value and part.operator == ":-")
            return self.text(part.word or Word(())) if is_missing else value or ""
        if part.operator:
            raise Opaque
        return value or ""

    def _element(self, name: str, subscript: Word) -> str:
        """An element of an array, or all of them. Raises Opaque."""
        place = self.text(subscript)
        if place in ("@", "*"):
            return " ".join(elements(self.variables, name))
        if len(place) > _LONGEST_SUM or any(unknown in place for unknown in self.unknown):
            raise Opaque
        try:
            return element(self.variables, name, arithmetic.evaluate(place, self.variables)) or ""
        except arithmetic.ArithmeticFault:
            raise Opaque from None
