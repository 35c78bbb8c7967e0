"""Runs commands: lists, pipelines, compound and simple commands.

Follows POSIX sh (Shell Command Language, 2.9) with BusyBox ash's words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .. import nodes
from ..effects import NotFound, Write
from ..nodes import FileError
from . import expansion, patterns, redirections, streams
from .jumps import Exit, Jump, Return, goes_on
from .machine import Call, Failure, Steps, raw, shown
from .parser import parse
from .state import State
from .syntax import (
    AndOr,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Loop,
    Pipeline,
    Redirected,
    Redirection,
    Sequence,
    Simple,
    Substitution,
    SyntaxFault,
    Word,
)

_DEEPEST = 40
_SPECIAL = frozenset({":", ".", "eval", "exit", "export", "readonly", "return", "set", "shift", "trap", "unset"})
"""Builtins before which an assignment stays. Follows POSIX sh, 2.14."""


Builtin = Callable[["Shell", list[str]], Steps[int]]


@dataclass
class Shell(State):
    """One shell. builtins: what it does itself rather than by a program."""

    builtins: Mapping[str, Builtin] = field(default_factory=dict)

    def substitute(self, script: str) -> Steps[str]:
        shell = self.copy()
        data, self.status = yield from streams.captured(self.machine, shell.inside(shell.text(script)))
        return shown(data.replace(b"\0", b""))

    # --- running ---------------------------------------------------------------------------------------------------

    def text(self, script: str) -> Steps[int]:
        """Runs a script."""
        try:
            tree = parse(script)
        except SyntaxFault as fault:
            yield self.complaint(f"syntax error: {fault}")
            self.status = 2
            raise Exit(2) from None
        return (yield from self.run(tree))

    def inside(self, process: Steps[int]) -> Steps[int]:
        """A process of its own: what ends it ends nothing else."""
        try:
            return (yield from process)
        except Exit as end:
            return end.code
        except Jump:
            return self.status
        except Failure as failure:
            yield self.complaint(str(failure))
            return failure.code

    def run(self, sequence: Sequence) -> Steps[int]:
        for item, background in sequence.items:
            if background:
                shell = self.copy()
                self.variables["!"] = str(self.machine.process + 1)
                yield from shell.inside(shell.and_or(item))
                self.status = 0
            else:
                yield from self.and_or(item)
        return self.status

    def and_or(self, item: AndOr) -> Steps[int]:
        last = len(item.rest)
        yield from self._pipeline(item.first, tested=bool(last))
        for position, (operator, pipeline) in enumerate(item.rest, 1):
            if (operator == "&&") == (self.status == 0):
                yield from self._pipeline(pipeline, tested=position < last)
        return self.status

    def pipeline(self, pipeline: Pipeline) -> Steps[int]:
        """Runs one pipeline."""
        yield from self._pipeline(pipeline, tested=False)
        return self.status

    def _pipeline(self, pipeline: Pipeline, *, tested: bool) -> Steps[None]:
        """tested: a failure decides what comes next, so `set -e` does not end the shell."""
        quiet = tested or pipeline.negated
        self.tested += quiet
        try:
            if len(pipeline.commands) == 1:
                self.status = yield from self.command(pipeline.commands[0])
            else:
                shells = [self.copy() for _ in pipeline.commands]
                process: Steps[int] | None = None
                for shell, command in zip(shells, pipeline.commands, strict=True):
                    stage = shell.inside(shell.command(command))
                    process = stage if process is None else streams.piped(self.machine, process, stage)
                assert process is not None
                self.status = yield from process
        finally:
            self.tested -= quiet
        if pipeline.negated:
            self.status = int(not self.status)
        elif self.status and "e" in self.options and not tested and not self.tested:
            raise Exit(self.status)

    def command(self, command: Command) -> Steps[int]:
        if pause := self.machine.tick():
            yield pause
        if self.depth > _DEEPEST:
            raise Failure("out of memory", 2)
        self.depth += 1
        try:
            return (yield from self._one(command))
        finally:
            self.depth -= 1

    def _one(self, command: Command) -> Steps[int]:
        match command:
            case Simple():
                return (yield from self._simple(command))
            case If():
                return (yield from self._if(command))
            case Loop():
                return (yield from self._loop(command))
            case For():
                return (yield from self._for(command))
            case Case():
                return (yield from self._case(command))
            case Function():
                self.functions[command.name] = command.body
                return 0
            case Redirected():
                return (yield from redirections.run(self, command.redirections, lambda: self.command(command.command)))
            case Group():
                if not command.subshell:
                    return (yield from self.run(command.body))
                shell = self.copy()
                return (yield from shell.inside(shell.run(command.body)))

    def _if(self, command: If) -> Steps[int]:
        for condition, body in command.branches:
            if not (yield from self._condition(condition)):
                return (yield from self.run(body))
        if command.otherwise is not None:
            return (yield from self.run(command.otherwise))
        return 0

    def _condition(self, condition: Sequence) -> Steps[int]:
        self.tested += 1
        try:
            return (yield from self.run(condition))
        finally:
            self.tested -= 1

    def _loop(self, command: Loop) -> Steps[int]:
        code = 0
        while True:
            try:
                status = yield from self._condition(command.condition)
                if (status == 0) == command.until:
                    return code
                code = yield from self.run(command.body)
            except Jump as jump:
                if not goes_on(jump):
                    return 0

    def _for(self, command: For) -> Steps[int]:
        if command.words is None:
            values = list(self.arguments)
        else:
            values = yield from expansion.fields(self, command.words)
        code = 0
        for value in values:
            self.assign(command.name, value)
            if pause := self.machine.tick():
                yield pause
            try:
                code = yield from self.run(command.body)
            except Jump as jump:
                if not goes_on(jump):
                    return 0
        return code

    def _case(self, command: Case) -> Steps[int]:
        value = yield from expansion.text(self, command.word)
        for choices, body in command.items:
            for choice in choices:
                wanted = yield from expansion.pattern(self, choice)
                if patterns.matches(wanted, value):
                    self.status = 0
                    return (yield from self.run(body))
        return 0

    # --- simple commands -------------------------------------------------------------------------------------------

    def _simple(self, command: Simple) -> Steps[int]:
        words = yield from expansion.fields(self, command.words)
        values = []
        for name, word in command.assignments:
            values.append((name, (yield from expansion.text(self, word))))
            if not words:
                self.assign(*values[-1])
        if "x" in self.options:
            yield Write("stderr", raw(f"+ {' '.join([f'{name}={value}' for name, value in values] + words)}\n"))
        if not words:
            changed = self.status if any(_substitutes(word) for _, word in command.assignments) else 0
            if command.redirections:
                return (yield from redirections.run(self, command.redirections, _nothing))
            return changed
        if words[0] == "exec":
            return (yield from self._exec(command.redirections, words[1:], dict(values)))
        if command.redirections:
            return (yield from redirections.run(self, command.redirections, lambda: self.call(words, dict(values))))
        return (yield from self.call(words, dict(values)))

    def call(self, words: list[str], values: dict[str, str]) -> Steps[int]:
        """A function, a builtin or a program, with assignments for it alone."""
        name = words[0]
        if name in self.functions:
            return (yield from self._with(values, self._function(name, words[1:])))
        if name in self.builtins:
            kept = {} if name not in _SPECIAL else values
            for variable, value in kept.items():
                self.assign(variable, value)
            return (yield from self._with({} if kept else values, self.builtins[name](self, words)))
        call = Call(self.machine, words, {**self.environment(), **values}, self.directory, self.depth + 1)
        try:
            return (yield from self.machine.launch(call))
        except NotFound:
            yield self.complaint(f"{name}: not found")
            return 127
        except FileError as error:
            yield self.complaint(f"{name}: {error}")
            return 127 if str(error) == nodes.NOT_FOUND else 126

    def _with(self, values: dict[str, str], process: Steps[int]) -> Steps[int]:
        """Runs a process of this shell with some variables set for it alone."""
        before = {name: self.variables.get(name) for name in values}
        for name, value in values.items():
            self.assign(name, value)
        try:
            return (yield from process)
        finally:
            for name, old in before.items():
                if old is None:
                    self.variables.pop(name, None)
                else:
                    self.variables[name] = old

    def _function(self, name: str, arguments: list[str]) -> Steps[int]:
        outer, self.arguments = self.arguments, arguments
        try:
            return (yield from self.command(self.functions[name]))
        except Return as end:
            return end.code
        finally:
            self.arguments = outer

    def _exec(self, redirected: tuple[Redirection, ...], words: list[str], values: dict[str, str]) -> Steps[int]:
        """The program takes the shell's place; without one nothing happens, as redirections do not stay."""
        if not words:
            return (yield from redirections.run(self, redirected, _nothing))
        code = yield from redirections.run(self, redirected, lambda: self.call(words, values))
        raise Exit(code)


def _nothing() -> Steps[int]:
    return 0
    yield


def _substitutes(word: Word) -> bool:
    return any(isinstance(part, Substitution) for part in word.parts)
