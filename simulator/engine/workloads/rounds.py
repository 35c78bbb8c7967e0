"""Loops that never end: what one of their rounds prints, however late it is, without those before it.

That can be told where each round takes the same time and its variables follow from its number: they are set in the
round before they are read, or count by a constant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..registry import Instant
from .commands import STEP
from .shell.spoken import Chunk, Deed, Exit, Forever, Jump, Opaque, Unknown
from .shell.syntax import Arithmetic, Group, If, Loop, Parameter, Part, Sequence, Simple, Substitution, Text, Word

if TYPE_CHECKING:
    from .runs import Run

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_BARRED = frozenset(
    {
        ".", "break", "continue", "declare", "eval", "exec", "exit", "export", "local", "read", "readonly", "return",
        "set", "shift", "source", "typeset", "unset",
    }
)  # fmt: skip
_MOST = 10_000
_SLEEP = Word((Text("sleep", quoted=False),))
_TESTS = frozenset({"[", "[[", "test"})
_ASSIGNS = re.compile(r"\+\+|--|(?<![=!<>])=(?!=)")


class _Irregular(Exception):
    """A round does not follow from its number."""


@dataclass(frozen=True)
class Cycle:
    """base: when the first round began, in microseconds after the start; counters: by how much they grow each round."""

    loop: Loop
    base: int
    period: int
    state: Run
    counters: dict[str, int]

    def at(self, offset: int) -> int:
        """The number of the round in which something happens; negative before the first."""
        return (offset - self.base) // self.period

    def round(self, number: int, started: Instant) -> list[Chunk]:
        """What one round prints."""
        return self._run(number, started).chunks

    def deeds(self, number: int, started: Instant) -> list[Deed]:
        """What one round does to files."""
        return self._run(number, started).deeds

    def bodies(self, count: int, started: Instant, after: int) -> list[Chunk]:
        """What the bodies of the first rounds print, which begin so long after these; at most the last 10,000."""
        found = list[Chunk]()
        for number in range(max(0, count - _MOST), count):
            run = self._at(number, started)
            run.at += after
            with suppress(Exit, Forever, Jump, Opaque, Unknown):
                run.sequence(self.loop.body)
            found += run.chunks
        return found

    def counted(self, run: Run, count: int) -> None:
        """Moves a script on by so many rounds."""
        run.at += count * self.period
        for name, step in self.counters.items():
            run.variables[name] = str(_integer(run.variables.get(name, "")) + count * step)

    def _at(self, number: int, started: Instant) -> Run:
        run = _copied(self.state, started, self.base + number * self.period)
        for name, step in self.counters.items() if number else ():
            run.variables[name] = str(_integer(run.variables.get(name, "")) + number * step)
        return run

    def _run(self, number: int, started: Instant) -> Run:
        run = self._at(number, started)
        with suppress(Exit, Forever, Jump, Opaque, Unknown):  # a later round may print more than is read
            _one(self.loop, run)
        return run


def of(loop: Loop, run: Run, base: int) -> Cycle | None:
    """The rounds of an endless loop that is about to begin; None if they do not follow from their numbers."""
    try:
        counters = _Reading(run).of(loop)
        probe = _copied(run, run.started, base)
        for name in counters:
            _integer(probe.variables.get(name, ""))
        _one(loop, probe)
    except (_Irregular, ValueError, Exit, Forever, Jump, Opaque, Unknown):
        return None
    return Cycle(loop, base, max(STEP, probe.at - base), _copied(run, 0, base), counters)


def is_constant(loop: Loop) -> bool:
    """Whether a loop's condition is the same in each round."""
    try:
        commands = list(_flat(loop.condition))
    except _Irregular:
        return False
    read = {name for one in commands for word in one.words for name in _read(word)}
    return not read and not any(one.assignments for one in commands)


def _one(loop: Loop, run: Run) -> None:
    run.condition(loop.condition)
    run.sequence(loop.body)


def _copied(run: Run, started: Instant, at: int) -> Run:
    made = type(run)(dict(run.variables), set(run.unknown), run.exported, started=started, at=at)
    made.functions, made.target, made.outside = run.functions, run.target, run.outside
    return made


def _integer(text: str) -> int:
    return int(text or "0")


@dataclass
class _Reading:
    """Reads a loop for what its variables do."""

    run: Run
    counters: dict[str, int] = field(default_factory=dict)
    set_: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    """Those that are read before the round has set them."""
    waits: set[str] = field(default_factory=set)

    def of(self, loop: Loop) -> dict[str, int]:
        """The counters. Raises _Irregular."""
        for sequence in (loop.condition, loop.body):
            for command in _flat(sequence):
                self._command(command)
        if self.read & self.set_ or self.waits & (self.set_ | self.counters.keys()):
            raise _Irregular
        if self.set_ & self.counters.keys() or self.run.unknown & self.counters.keys():
            raise _Irregular
        return self.counters

    def _command(self, command: Simple) -> None:
        name = command.words[0].literal if command.words else ""
        if name is None or name in _BARRED or name in self.run.functions:
            raise _Irregular
        if command.words and command.assignments:
            raise _Irregular
        for variable, word in command.assignments:
            self._assignment(variable, word)
        if name in ("let", ":") and len(command.words) == 2 and (counted := _counted(command.words[1])):
            self._counts(*counted)
            return
        if name == "let":
            raise _Irregular
        targets = [one.word for one in command.redirections if isinstance(one.word, Word)]
        for word in (*command.words, *targets):
            if _assigns(word):
                raise _Irregular
            names = _read(word)
            self.read |= names - self.set_
            if name == "sleep":
                self.waits |= names

    def _assignment(self, variable: str, word: Word) -> None:
        step = _step(variable, word)
        if step is not None:
            self._counts(variable, step)
            return
        if _assigns(word):
            raise _Irregular
        self.read |= _read(word) - self.set_
        self.set_.add(variable)

    def _counts(self, variable: str, step: int) -> None:
        if variable in self.counters:
            raise _Irregular
        self.counters[variable] = step


def _flat(sequence: Sequence) -> Iterator[Simple]:
    """The plain commands of a sequence, all of which run in each round. Raises _Irregular."""
    for item, in_background in sequence.items:
        pipelines = (item.first, *(pipeline for _, pipeline in item.rest))
        if in_background:
            raise _Irregular
        for pipeline in pipelines:
            for command in pipeline.commands:
                if isinstance(command, Group) and not command.subshell:
                    yield from _flat(command.body)
                    continue
                is_tested = item.rest and isinstance(command, Simple) and _is_test(command)
                if isinstance(command, If):
                    yield from _conditional(command)
                elif not isinstance(command, Simple) or is_tested:
                    raise _Irregular
                else:
                    yield command


def _conditional(command: If) -> Iterator[Simple]:
    """The commands of an `if`, which only print; what decides must be the same in each round, as with `sleep`."""
    for condition, body in command.branches:
        for one in _flat(condition):
            yield Simple((), (_SLEEP, *one.words), one.redirections)
        yield from _printing(body)
    if command.otherwise is not None:
        yield from _printing(command.otherwise)


def _printing(sequence: Sequence) -> Iterator[Simple]:
    for one in _flat(sequence):
        if one.assignments or not one.words or one.words[0].literal in ("sleep", "let", ":"):
            raise _Irregular
        yield one


def _is_test(command: Simple) -> bool:
    return not command.words or command.words[0].literal in _TESTS


def _flattened(parts: tuple[Part, ...]) -> str:
    """What is expanded in a word, as text."""
    text = ""
    for part in parts:
        match part:
            case Text():
                text += part.text
            case Parameter():
                text += f" {part.name} {_flattened(part.word.parts) if part.word else ''}"
            case Arithmetic():
                text += f" {_flattened(part.expression.parts)} "
            case Substitution():
                text += f" {part.script} "
    return text


def _read(word: Word) -> set[str]:
    """The names that a word may read."""
    return set(_NAME.findall(_flattened(tuple(part for part in word.parts if not isinstance(part, Text)))))


def _assigns(word: Word) -> bool:
    return any(
        isinstance(part, Arithmetic) and _ASSIGNS.search(_flattened(part.expression.parts)) for part in word.parts
    )


def _step(name: str, word: Word) -> int | None:
    """By how much `name=word` makes a variable grow, if it counts."""
    if len(word.parts) != 1 or not isinstance(word.parts[0], Arithmetic | Substitution):
        return None
    text = _flattened(word.parts)
    if isinstance(word.parts[0], Substitution):
        found = re.fullmatch(rf"\s*expr \"?\$\{{?{name}\}}?\"? ([+-]) (\d+)\s*", text)
    else:
        found = re.fullmatch(rf"\s*{name}\s*([+-])\s*(\d+)\s*", text) or re.fullmatch(
            rf"\s*()(\d+)\s*\+\s*{name}\s*", text
        )
    return int(found[1] + found[2]) if found else None


def _counted(word: Word) -> tuple[str, int] | None:
    """The variable that `let word` or `: word` counts, and by how much."""
    text = _flattened(word.parts).strip()
    if found := re.fullmatch(r"(\w+)(\+\+|--)|(\+\+|--)(\w+)", text):
        return (found[1] or found[4]), (1 if "+" in (found[2] or found[3]) else -1)
    if found := re.fullmatch(r"(\w+)\s*([+-])=\s*(\d+)", text):
        return found[1], int(found[2] + found[3])
    if found := re.fullmatch(r"(\w+)\s*=\s*(\w+)\s*([+-])\s*(\d+)", text):
        return (found[1], int(found[3] + found[4])) if found[1] == found[2] else None
    return None
