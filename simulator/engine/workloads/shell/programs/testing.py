"""true, false, test and `[`. Follows POSIX test."""

from __future__ import annotations

from collections.abc import Callable

from ...nodes import FileError, Node
from .. import arithmetic, patterns
from ..machine import Call, Failure, Program, Steps

_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b, "-ne": lambda a, b: a != b, "-lt": lambda a, b: a < b, "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b, "-ge": lambda a, b: a >= b,
}  # fmt: skip
_BINARY = frozenset({*_COMPARED, "=", "==", "!=", "<", ">", "=~", "-nt", "-ot", "-ef"})
_UNARY = frozenset("-" + letter for letter in "bcdefghknprstuwxzLOGS")
_DEEPEST = 40


def true(call: Call) -> Steps[int]:
    return 0
    yield


def false(call: Call) -> Steps[int]:
    return 1
    yield


def test(call: Call) -> Steps[int]:
    words = list(call.args)
    closing = {"[": "]", "[[": "]]"}.get(call.name)
    if closing is not None:
        if words[-1:] != [closing]:
            raise Failure(f"missing {closing}", 2)
        words.pop()
    tester = _Tester(call, words, loose=call.name == "[[")
    return 0 if tester.whole() else 1
    yield


class _Tester:
    def __init__(self, call: Call, words: list[str], *, loose: bool) -> None:
        self._call, self._words, self._loose = call, words, loose
        self._at = 0
        self._depth = 0

    def whole(self) -> bool:
        if not self._words:
            return False
        value = self._or()
        if self._at < len(self._words):
            raise Failure(f"{self._words[self._at]}: unknown operand", 2)
        return value

    def _peek(self, ahead: int = 0) -> str | None:
        at = self._at + ahead
        return self._words[at] if at < len(self._words) else None

    def _or(self) -> bool:
        value = self._and()
        while self._peek() in ("-o", "||"):
            self._at += 1
            value = self._and() or value
        return value

    def _and(self) -> bool:
        value = self._not()
        while self._peek() in ("-a", "&&"):
            self._at += 1
            value = self._not() and value
        return value

    def _not(self) -> bool:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Failure("too many arguments", 2)
        try:
            if self._peek() == "!" and self._peek(1) is not None and self._peek(1) not in _BINARY:
                self._at += 1
                return not self._not()
            return self._primary()
        finally:
            self._depth -= 1

    def _primary(self) -> bool:
        word, operator, right = self._peek(), self._peek(1), self._peek(2)
        if word is None:
            raise Failure("argument expected", 2)
        if operator in _BINARY and operator is not None and right is not None:
            self._at += 3
            return self._compared(word, operator, right)
        if word == "(" and operator is not None:
            self._at += 1
            value = self._or()
            if self._peek() != ")":
                raise Failure("closing paren expected", 2)
            self._at += 1
            return value
        if word in _UNARY and operator is not None:
            self._at += 2
            return self._about(word, operator)
        if word == "-n" or word == "-z":
            self._at += 1
            return True
        self._at += 1
        return bool(word)

    def _compared(self, left: str, operator: str, right: str) -> bool:
        if operator in _COMPARED:
            return _COMPARED[operator](_number(left), _number(right))
        if operator in ("=", "==", "!="):
            same = patterns.matches(right, left) if self._loose else left == right
            return same == (operator != "!=")
        if operator == "=~":
            found = patterns.expression(right, extended=True).search(left.encode(errors="replace"))
            return found is not None
        if operator in ("<", ">"):
            return left < right if operator == "<" else left > right
        first, second = self._node(left), self._node(right)
        if first is None or second is None:
            return False
        if operator == "-ef":
            return self._call.files.real(self._call.path(left)) == self._call.files.real(self._call.path(right))
        newer, older = (first, second) if operator == "-nt" else (second, first)
        return newer.modified > older.modified

    def _about(self, operator: str, word: str) -> bool:
        if operator in ("-n", "-z"):
            return bool(word) == (operator == "-n")
        if operator == "-t":
            return self._call.machine.tty and word in ("0", "1", "2")
        node = self._node(word, follow=operator not in ("-L", "-h"))
        if node is None:
            return False
        kinds = {"-d": "dir", "-f": "file", "-L": "link", "-h": "link", "-c": "device"}
        if operator in kinds:
            return node.type == kinds[operator]
        if operator == "-s":
            return node.is_dir or bool(node.content)
        if operator in ("-r", "-w", "-x"):
            return self._call.files.allows(node, {"-r": 4, "-w": 2, "-x": 1}[operator])
        return operator == "-e"

    def _node(self, word: str, *, follow: bool = True) -> Node | None:
        try:
            return self._call.files.find(self._call.path(word), follow=follow)
        except FileError:
            return None


def _number(text: str) -> int:
    try:
        return arithmetic.number(text)
    except arithmetic.ArithmeticFault:
        raise Failure(f"{text}: bad number", 2) from None


PROGRAMS: dict[str, Program] = {"true": true, "false": false, "test": test, "[": test}
