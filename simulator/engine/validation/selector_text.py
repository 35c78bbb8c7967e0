"""Selectors as people write them: `-l app=web,tier!=db,env in (a,b),!old` and `--field-selector status.phase=Running`.

Errors are ValueErrors in upstream's words.
Follows staging/src/k8s.io/apimachinery/pkg/labels/selector.go and pkg/fields/selector.go, v1.34.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..errors import invalid_value
from ..selectors import FieldTerm, Requirement, Selector
from . import names
from .requirements import aggregate, requirement

_TOKEN = re.compile(r"[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+)")
_SYMBOLS = frozenset(("==", "!=", "=", "!", "(", ")", ",", "<", ">"))
_OPERATORS = {"in": "in", "notin": "notin", "=": "=", "==": "=", "!=": "notin", ">": "gt", "<": "lt"}
_NAMES = {">": "Gt", "<": "Lt"}
_END = ""


@lru_cache(maxsize=1024)
def parse(text: str) -> Selector:
    """A label selector. Raises ValueError."""
    return Selector(tuple(_Parser(text).requirements()))


class _Parser:
    """Reads the tokens of one text; the empty token is the end."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = [*_TOKEN.findall(text), _END]
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at]

    def take(self) -> str:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        while (token := self.peek()) != _END:
            if token in _SYMBOLS and token != "!":
                raise ValueError(f"found '{token}', expected: !, identifier, or 'end of string'")
            try:
                found.append(self.requirement())
            except ValueError as error:
                raise ValueError(f"unable to parse requirement: {error}") from None
            after = self.take()
            if after == _END:
                break
            if after != ",":
                raise ValueError(f"found '{after}', expected: ',' or 'end of string'")
            token = self.peek()
            if token == _END or (token in _SYMBOLS and token != "!"):
                raise ValueError(f"found '{token}', expected: identifier after ','")
        return found

    def requirement(self) -> Requirement:
        is_negated = self.peek() == "!"
        if is_negated:
            self.take()
        key = self.identifier()
        if broken := names.qualified_name(key):
            raise ValueError(invalid_value("<nil>", key, "; ".join(broken)).text())
        if is_negated:
            return Requirement(key, "!")
        if self.peek() in (_END, ","):
            return Requirement(key, "exists")
        written = self.take()
        if written not in _OPERATORS:
            raise ValueError(f"found '{written}', expected: in, notin, =, ==, !=, gt, lt")
        values = self.values() if written in ("in", "notin") else [self.value()]
        _check(key, written, values)
        return Requirement(key, _OPERATORS[written], frozenset(values))

    def identifier(self) -> str:
        token = self.take()
        if token == _END or token in _SYMBOLS:
            raise ValueError(f"found '{token}', expected: identifier")
        return token

    def value(self) -> str:
        return "" if self.peek() in (_END, ",") else self.identifier()

    def values(self) -> list[str]:
        """What stands between brackets; between two commas stands an empty value."""
        opening = self.take()
        if opening != "(":
            raise ValueError(f"found '{opening}' expected: '('")
        found: set[str] = set()
        while True:
            token = self.take()
            if token in (")", ","):
                found.add("")
            elif token == _END or token in _SYMBOLS:
                expected = "',', or identifier" if found else "',', ')' or identifier"
                raise ValueError(f"found '{token}', expected: {expected}")
            else:
                found.add(token)
                token = self.take()
            if token == ")":
                return sorted(found)
            if token != ",":
                raise ValueError(f"found '{token}', expected: ',' or ')'")


def _check(key: str, operator: str, values: list[str]) -> None:
    broken = requirement(key, _NAMES.get(operator, "In"), values)
    if broken:
        raise ValueError(aggregate([one.text() for one in broken]))


_TERM = re.compile(r"(.*?)(!=|==|=)(.*)", re.DOTALL)
_PART = re.compile(r"(?:[^\\,]|\\.|\\$)*", re.DOTALL)
_ESCAPED = re.compile(r"\\(.?)|([,=])", re.DOTALL)


def parse_fields(text: str) -> tuple[FieldTerm, ...]:
    """A field selector; in values, a backslash stands before `\\`, `,` and `=`. Raises ValueError."""
    terms, at = [], 0
    while at < len(text):
        part = _PART.match(text, at)
        assert part is not None
        at = part.end() + 1
        if not part[0]:
            continue
        found = _TERM.fullmatch(part[0])
        if found is None:
            raise ValueError(f"invalid selector: '{text}'; can't understand '{part[0]}'")
        terms.append(FieldTerm(found[1], found[2] != "!=", _ESCAPED.sub(_unescaped, found[3])))
    return tuple(terms)


def _unescaped(found: re.Match[str]) -> str:
    if found[2]:
        raise ValueError(f"invalid field selector: unescaped character in value: {ord(found[2])}")
    if found[1] not in ("\\", ",", "=") or not found[1]:
        raise ValueError(f"invalid field selector: invalid escape sequence: \\{found[1]}")
    return found[1]
