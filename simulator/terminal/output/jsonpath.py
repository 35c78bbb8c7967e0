"""JSONPath templates as kubectl understands them: `{range .items[*]}{.metadata.name}{"\\n"}{end}`.

Follows staging/src/k8s.io/client-go/util/jsonpath, v1.32.
"""

from __future__ import annotations

import re
from typing import Any

from simulator.terminal.output.jsonpath_parsing import Action, Parser
from simulator.terminal.output.jsonpath_steps import Wrong, sprint
from simulator.terminal.output.yaml import to_json

__all__ = ["Template", "Wrong", "relaxed", "sprint"]


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
                action, at = Parser(text, start + 1).action()
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
