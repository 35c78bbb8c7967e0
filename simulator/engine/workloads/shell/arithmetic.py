"""Integer arithmetic of `$((...))`: 64 bits, C's operators and their precedence."""

from __future__ import annotations

import re
from collections.abc import MutableMapping

_TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|[-+*/%&|^=!<>]=|\+\+|--|&&|\|\||<<|>>|[-+*/%()!~<>=&|^?:,])"
)
_LEVELS = (("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", ">", "<=", ">="), ("<<", ">>"), ("+", "-"),
           ("*", "/", "%"))  # fmt: skip
_DEEPEST = 30


class ArithmeticFault(Exception):
    """str() is what the shell says, such as `divide by zero`."""


def evaluate(text: str, variables: MutableMapping[str, str]) -> int:
    """The value of an expression; assignments change the variables. Raises ArithmeticFault."""
    return _Evaluator(text, variables).whole()


def number(text: str) -> int:
    """A number as C writes them, in any base. Raises ArithmeticFault."""
    found = re.fullmatch(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)\s*", text)
    if found is None:
        raise ArithmeticFault("arithmetic syntax error")
    digits = found[2][:64]
    try:
        value = int(digits, 16 if digits[:2] in ("0x", "0X") else 8 if digits.startswith("0") else 10)
    except ValueError:
        raise ArithmeticFault("arithmetic syntax error") from None
    return _wrapped(-value if found[1] == "-" else value)


def _wrapped(value: int) -> int:
    value &= 0xFFFF_FFFF_FFFF_FFFF
    return value - (1 << 64) if value >> 63 else value


class _Evaluator:
    def __init__(self, text: str, variables: MutableMapping[str, str], depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise ArithmeticFault("expression recursion loop detected")
        self._variables = variables
        self._depth = depth
        self._tokens = _tokens(text)
        self._at = 0
        self._active = True

    def whole(self) -> int:
        if not self._tokens:
            return 0
        value = self._comma()
        if self._at < len(self._tokens):
            raise ArithmeticFault("arithmetic syntax error")
        return value

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""

    def _accept(self, *tokens: str) -> str:
        token = self._peek()
        if token and token in tokens:
            self._at += 1
            return token
        return ""

    def _comma(self) -> int:
        value = self._assignment()
        while self._accept(","):
            value = self._assignment()
        return value

    def _assignment(self) -> int:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ArithmeticFault("arithmetic syntax error")
        name, operator = self._peek(), self._peek(1)
        if _is_name(name) and operator.endswith("=") and operator not in ("==", "!=", "<=", ">="):
            self._at += 2
            value = self._assignment()
            if operator != "=":
                value = self._apply(operator[:-1], self._value(name), value)
            self._set(name, value)
        else:
            value = self._ternary()
        self._depth -= 1
        return value

    def _ternary(self) -> int:
        condition = self._binary(0)
        if not self._accept("?"):
            return condition
        first = self._only_if(bool(condition))
        if not self._accept(":"):
            raise ArithmeticFault("arithmetic syntax error")
        second = self._only_if(not condition)
        return first if condition else second

    def _only_if(self, wanted: bool) -> int:
        """Evaluates what comes next; without effect if it is not wanted."""
        before, self._active = self._active, self._active and wanted
        value = self._assignment()
        self._active = before
        return value

    def _binary(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._unary()
        value = self._binary(level + 1)
        while operator := self._accept(*_LEVELS[level]):
            if operator in ("&&", "||"):
                before = self._active
                self._active = before and (bool(value) == (operator == "&&"))
                right = self._binary(level + 1)
                self._active = before
                value = int(bool(value) and bool(right)) if operator == "&&" else int(bool(value) or bool(right))
            else:
                value = self._apply(operator, value, self._binary(level + 1))
        return value

    def _unary(self) -> int:
        operators = []
        while operator := self._accept("-", "+", "!", "~"):
            operators.append(operator)
        value = self._primary()
        for operator in reversed(operators):
            value = {"-": -value, "+": value, "!": int(not value), "~": ~value}[operator]
        return _wrapped(value)

    def _primary(self) -> int:
        if step := self._accept("++", "--"):
            name = self._name()
            value = _wrapped(self._value(name) + (1 if step == "++" else -1))
            self._set(name, value)
            return value
        token = self._peek()
        if not token:
            raise ArithmeticFault("arithmetic syntax error")
        self._at += 1
        if token == "(":
            value = self._comma()
            if not self._accept(")"):
                raise ArithmeticFault("arithmetic syntax error")
            return value
        if token[0].isdigit():
            return number(token)
        if not _is_name(token):
            raise ArithmeticFault("arithmetic syntax error")
        value = self._value(token)
        if step := self._accept("++", "--"):
            self._set(token, _wrapped(value + (1 if step == "++" else -1)))
        return value

    def _name(self) -> str:
        token = self._peek()
        if not _is_name(token):
            raise ArithmeticFault("arithmetic syntax error")
        self._at += 1
        return token

    def _value(self, name: str) -> int:
        text = self._variables.get(name, "").strip()
        if not text:
            return 0
        try:
            return number(text)
        except ArithmeticFault:
            return _Evaluator(text, self._variables, self._depth + 1).whole()

    def _set(self, name: str, value: int) -> None:
        if self._active:
            self._variables[name] = str(value)

    def _apply(self, operator: str, left: int, right: int) -> int:
        if operator in ("/", "%"):
            if not right:
                if not self._active:
                    return 0
                raise ArithmeticFault("divide by zero")
            quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            return _wrapped(quotient if operator == "/" else left - quotient * right)
        values = {
            "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right,
            "<<": lambda: left << (right & 63), ">>": lambda: left >> (right & 63),
            "&": lambda: left & right, "|": lambda: left | right, "^": lambda: left ^ right,
            "==": lambda: int(left == right), "!=": lambda: int(left != right), "<": lambda: int(left < right),
            ">": lambda: int(left > right), "<=": lambda: int(left <= right), ">=": lambda: int(left >= right),
        }  # fmt: skip
        return _wrapped(values[operator]())


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ArithmeticFault("arithmetic syntax error")
        found.append(token[1])
        at = token.end()
    return found


def _is_name(token: str) -> bool:
    return bool(token) and (token[0].isalpha() or token[0] == "_")
