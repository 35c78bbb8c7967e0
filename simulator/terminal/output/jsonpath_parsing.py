"""JSONPath between braces, from text to steps.

Follows staging/src/k8s.io/client-go/util/jsonpath/parser.go, v1.32.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.terminal.output.jsonpath_steps import (
    Step,
    Wrong,
    constant,
    descend,
    field_,
    filtered,
    sequence,
    slice_,
    union,
    wildcard,
)


@dataclass
class Action:
    """What stands in one pair of braces. `word`: range or end."""

    steps: list[Step] = field(default_factory=list)
    word: str = ""


_ENDS = frozenset(" \t\r\n.,[]$@{}")


class Parser:
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
            action.steps.append(descend)
            if self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] == "_"):
                action.steps.append(field_(self._name()))
        elif letter in " @$":
            self.at += 1
        elif letter == "[":
            action.steps.append(self._array())
        elif letter in "\"'":
            action.steps.append(constant(self._quoted(letter)))
        elif letter == ".":
            self.at += 1
            name = self._name()
            action.steps.append(wildcard if name == "*" else field_(name.replace("\\", "")))
        elif letter in "+-" or letter.isdigit():
            action.steps.append(constant(self._number()))
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
            action.steps.append(constant(word == "true"))
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
            return filtered(_steps(inner), "exists", [])
        return filtered(_steps(found[1]), found[2], _steps(found[3]))

    def _array(self) -> Step:
        end = self.text.find("]", self.at)
        if end < 0:
            raise Wrong("unterminated array")
        inner, self.at = self.text[self.at + 1 : end], end + 1
        if "," in inner:
            return union([_steps(f"[{one.strip()}]") for one in inner.split(",")])
        if named := re.fullmatch(r"'([^']*)'", inner):
            return sequence(_steps(f".{named[1]}"))
        if inner == "*":
            inner = ":"
        found = re.fullmatch(r"(-?\d*)(:-?\d*)?(:-?\d*)?", inner)
        if not found:
            raise Wrong(f"invalid array index {inner}")
        return slice_([None if one is None else one.removeprefix(":") for one in found.groups()])


def _steps(text: str) -> list[Step]:
    return Parser(f"{text}}}", 0).action()[0].steps


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text)
