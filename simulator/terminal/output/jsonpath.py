"""JSONPath templates as kubectl understands them: `{range .items[*]}{.metadata.name}{"\\n"}{end}`.

Follows staging/src/k8s.io/client-go/util/jsonpath, v1.32.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.terminal.output.yaml import to_json

Step = Callable[[list[Any], bool], list[Any]]
"""From the values so far to the next ones; True as the second argument lets keys be missing. Raises Wrong."""


class Wrong(ValueError):
    """The template makes no sense, or not for this object."""


@dataclass
class Action:
    """What stands in one pair of braces. `word`: range or end."""

    steps: list[Step] = field(default_factory=list)
    word: str = ""


class Template:
    """A parsed template. Raises Wrong."""

    def __init__(self, text: str) -> None:
        self.parts: list[str | Action] = []
        at = 0
        while at < len(text):
            start = text.find("{", at)
            if start < 0:
                start = len(text)
            if start > at:
                self.parts.append(text[at:start])
            if start < len(text):
                action, at = _Parser(text, start + 1).action()
                self.parts.append(action)
            else:
                at = start

    def results(self, data: Any, *, lenient: bool) -> list[list[Any]]:
        """What each part of the template finds, in order. Raises Wrong."""
        found: list[list[Any]] = []
        self._evaluate(0, data, lenient, 0, found)
        return found

    def text(self, data: Any, *, lenient: bool = True) -> str:
        return "".join(" ".join(_shown(value) for value in held) for held in self.results(data, lenient=lenient))

    def json(self, data: Any, *, lenient: bool = True) -> str:
        held = self.results(data, lenient=lenient)
        return "".join(f"{to_json(values)}\n" for values in held)

    def _evaluate(self, at: int, data: Any, lenient: bool, depth: int, found: list[list[Any]]) -> int:
        """Evaluates up to the end of the range that it is in; the place behind it."""
        while at < len(self.parts):
            part = self.parts[at]
            at += 1
            if isinstance(part, str):
                found.append([part])
                continue
            if part.word == "end":
                if depth == 0:
                    raise Wrong("not in range, nothing to end")
                return at
            values = [data]
            for step in part.steps:
                values = step(values, lenient)
            if part.word != "range":
                found.append(values)
                continue
            behind = self._end_of_range(at)
            for value in values:
                self._evaluate(at, value, lenient, depth + 1, found)
            at = behind
        return at

    def _end_of_range(self, at: int) -> int:
        depth = 1
        while at < len(self.parts):
            part = self.parts[at]
            at += 1
            word = part.word if isinstance(part, Action) else ""
            depth += (word == "range") - (word == "end")
            if depth == 0:
                return at
        return at


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return to_json(value, indent=None)
    return "null" if value is None else sprint(value)


def sprint(value: Any) -> str:
    """A value as Go's fmt.Sprint writes it."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case dict():
            return "map[" + " ".join(f"{key}:{sprint(value[key])}" for key in sorted(value)) + "]"
        case list():
            return "[" + " ".join(sprint(one) for one in value) + "]"
        case float() if value == int(value) and abs(value) < 1e21:
            return str(int(value))
    return str(value)


_ENDS = frozenset(" \t\r\n.,[]$@{}")


class _Parser:
    """Reads what stands between braces."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at = text, at

    def action(self) -> tuple[Action, int]:
        action = Action()
        while True:
            if self.at >= len(self.text) or self.text[self.at] in "\r\n":
                raise Wrong("unclosed action")
            letter = self.text[self.at]
            if letter == "}":
                return action, self.at + 1
            self._one(action, letter)

    def _one(self, action: Action, letter: str) -> None:
        if self.text.startswith("[?(", self.at):
            action.steps.append(self._filter())
        elif self.text.startswith("..", self.at):
            self.at += 2
            action.steps.append(_descend)
            if self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] == "_"):
                action.steps.append(_field(self._name()))
        elif letter in " @$":
            self.at += 1
        elif letter == "[":
            action.steps.append(self._array())
        elif letter in "\"'":
            action.steps.append(_constant(self._quoted(letter)))
        elif letter == ".":
            self.at += 1
            name = self._name()
            action.steps.append(_wildcard if name == "*" else _field(name.replace("\\", "")))
        elif letter in "+-" or letter.isdigit():
            action.steps.append(_constant(self._number()))
        elif letter.isalnum() or letter == "_":
            self._identifier(action)
        else:
            raise Wrong(f"unrecognized character in action: U+{ord(letter):04X} '{letter}'")

    def _name(self) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _ENDS:
            self.at += 2 if self.text[self.at] == "\\" else 1
        return self.text[start : self.at]

    def _identifier(self, action: Action) -> None:
        word = self._name()
        if word in ("true", "false"):
            action.steps.append(_constant(word == "true"))
        elif word in ("range", "end"):
            action.word = word
        else:
            raise Wrong(f"unrecognized identifier {word}")

    def _number(self) -> int | float:
        found = re.compile(r"[+-]?[\d.]*").match(self.text, self.at)
        text = found[0] if found else ""
        self.at += len(text)
        try:
            return int(text) if "." not in text else float(text)
        except ValueError:
            raise Wrong(f"cannot parse number {text}") from None

    def _quoted(self, quote: str) -> str:
        start = self.at + 1
        end = start
        while end < len(self.text) and self.text[end] != "\n":
            if self.text[end] == quote and self.text[end - 1] != "\\":
                self.at = end + 1
                return _unescaped(self.text[start:end])
            end += 1
        raise Wrong("unterminated quoted string")

    def _filter(self) -> Step:
        start = self.at + 3
        quote, end = "", start
        while end < len(self.text) and (quote or self.text[end] != ")"):
            letter = self.text[end]
            if letter in "\"'" and letter == (quote or letter) and self.text[end - 1] != "\\":
                quote = "" if quote else letter
            end += 1
        if end >= len(self.text):
            raise Wrong("unterminated filter")
        if self.text[end + 1 : end + 2] != "]":
            raise Wrong("unclosed array expect ]")
        self.at = end + 2
        inner = self.text[start:end]
        found = re.fullmatch(r"([^!<>=]+)([!<>=]+)(.+?)", inner, re.DOTALL)
        if not found:
            return _filtered(_steps(inner), "exists", [])
        return _filtered(_steps(found[1]), found[2], _steps(found[3]))

    def _array(self) -> Step:
        end = self.text.find("]", self.at)
        if end < 0:
            raise Wrong("unterminated array")
        inner, self.at = self.text[self.at + 1 : end], end + 1
        if "," in inner:
            return _union([_steps(f"[{one.strip()}]") for one in inner.split(",")])
        if named := re.fullmatch(r"'([^']*)'", inner):
            return _sequence(_steps(f".{named[1]}"))
        if inner == "*":
            inner = ":"
        found = re.fullmatch(r"(-?\d*)(:-?\d*)?(:-?\d*)?", inner)
        if not found:
            raise Wrong(f"invalid array index {inner}")
        return _slice([None if one is None else one.removeprefix(":") for one in found.groups()])


def _steps(text: str) -> list[Step]:
    return _Parser(f"{text}}}", 0).action()[0].steps


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text)


def _constant(value: Any) -> Step:
    return lambda values, lenient: [value for _ in values]


def _field(name: str) -> Step:
    def step(values: list[Any], lenient: bool) -> list[Any]:
        found = [value[name] for value in values if isinstance(value, dict) and name in value]
        if values and not found and not lenient:
            raise Wrong(f"{name} is not found")
        return found

    return step


def _wildcard(values: list[Any], lenient: bool) -> list[Any]:
    return [inner for value in values for inner in _inside(value)]


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, list) else []


def _descend(values: list[Any], lenient: bool) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if inner := _inside(value):
            found.append(value)
            found += _descend(inner, lenient)
    return found


def _sequence(steps: Sequence[Step]) -> Step:
    def step(values: list[Any], lenient: bool) -> list[Any]:
        for one in steps:
            values = one(values, lenient)
        return values

    return step


def _union(branches: Sequence[Sequence[Step]]) -> Step:
    def step(values: list[Any], lenient: bool) -> list[Any]:
        return [found for steps in branches for found in _sequence(steps)(values, lenient)]

    return step


def _slice(given: list[str | None]) -> Step:
    first = int(given[0]) if given[0] else 0

    def step(values: list[Any], lenient: bool) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if value is None:
                continue
            if not isinstance(value, list):
                raise Wrong(f"{_go_type(value)} is not array or slice")
            found += _part(value, first, given)
        return found

    return step


def _part(value: list[Any], first: int, given: list[str | None]) -> list[Any]:
    length = len(value)
    start = first + length if first < 0 else first
    if given[1] is None:
        end = first + 1
        end += length if end <= 0 else 0
    else:
        end = int(given[1]) if given[1] else length
        end += length if end < 0 else 0
    if start == end:
        return []
    if not 0 <= start < length:
        raise Wrong(f"array index out of bounds: index {start}, length {length}")
    if not 0 <= end <= length:
        raise Wrong(f"array index out of bounds: index {end - 1}, length {length}")
    if start > end:
        raise Wrong(f"starting index {start} is greater than ending index {end}")
    step = int(given[2]) if given[2] else 1
    if step <= 0:
        raise Wrong("step must be > 0")
    return value[start:end:step]


def _go_type(value: Any) -> str:
    match value:
        case dict():
            return "map[string]interface {}"
        case bool():
            return "bool"
        case int():
            return "int64"
        case float():
            return "float64"
    return "string"


def _filtered(left: Sequence[Step], operator: str, right: Sequence[Step]) -> Step:
    def step(values: list[Any], lenient: bool) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if not isinstance(value, list):
                raise Wrong(f"{sprint(value)} is not array or slice and cannot be filtered")
            found += [one for one in value if _passes(one, left, operator, right, lenient)]
        return found

    return step


def _passes(one: Any, left: Sequence[Step], operator: str, right: Sequence[Step], lenient: bool) -> bool:
    if operator == "exists":
        try:
            return bool(_sequence(left)([one], lenient))
        except Wrong:
            return False
    lefts, rights = _sequence(left)([one], lenient), _sequence(right)([one], lenient)
    if not lefts or not rights:
        return False
    if len(lefts) > 1 or len(rights) > 1:
        raise Wrong("can only compare one element at a time")
    return _compare(lefts[0], operator, rights[0])


def _compare(left: Any, operator: str, right: Any) -> bool:
    if operator not in ("<", ">", "==", "!=", "<=", ">="):
        raise Wrong(f"unrecognized filter operator {operator}")
    if isinstance(left, bool) is not isinstance(right, bool) or isinstance(left, str) is not isinstance(right, str):
        raise Wrong("incompatible types for comparison")
    match operator:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
    if isinstance(left, bool):
        raise Wrong("invalid type for comparison")
    return bool({"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator])


_RELAXED = re.compile(r"\{\.?([^{}]+)\}|\.?([^{}]+)")


def relaxed(path: str) -> str:
    """`metadata.name`, with or without braces and the first dot, as a template. Raises Wrong."""
    if not path:
        return path
    found = _RELAXED.fullmatch(path)
    if not found:
        raise Wrong(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return f"{{.{found[1] or found[2]}}}"
