"""Reads a script as a shell would run it, with an eye on the time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from ..clock import SECOND
from ..registry import Instant
from . import looking, rounds
from .commands import FETCHERS, QUICK, STEP, followed, plain
from .commands import Command as Took
from .looking import Outside
from .shell.parser import parse
from .shell.spoken import BUILTINS, DEEDS, Chunk, Deed, Exit, Forever, Jump, Opaque, Unknown
from .shell.syntax import (
    AndOr,
    Command,
    For,
    Function,
    Group,
    HereDocument,
    If,
    Loop,
    Pipeline,
    Redirected,
    Redirection,
    Sequence,
    Simple,
    SyntaxFault,
)  # fmt: skip
from .shell.words import Words

SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_DEEPEST = 20
_ROOM = 1 << 20
"""Characters that one script prints, as far as it is read."""
_NOWHERE = "/dev/null"
_DOUBLE = re.compile(r"(?<![$\w(])\(\(([^()]*)\)\)")


@dataclass
class Run(Words):
    """Where the reading of a script is. is_guess: the code is only likely; is_waiting: it waits for
    something on the network; is_refused: that had not come at an instant by which it is known not to have come."""

    started: Instant = 0
    chunks: list[Chunk] = field(default_factory=list)
    cycle: rounds.Cycle | None = None
    follows: tuple[str, int] | None = None
    is_guess: bool = False
    is_condition: bool = False
    is_waiting: bool = False
    is_refused: bool = False
    target: str = ""
    functions: dict[str, Command] = field(default_factory=dict)
    outside: Outside | None = None
    _room: int = _ROOM
    _depth: int = 0

    @property
    def now(self) -> Instant:
        return self.started + self.at

    def prints(self, text: str) -> None:
        self._room -= len(text)
        if self._room < 0:
            self.left = 0
            raise Forever
        if text:
            self.chunks.append(Chunk(self.at, self.target, text))

    def argv(self, words: list[str]) -> None:
        """Runs a command line. Raises the exceptions of this file."""
        name = words[0].rsplit("/", 1)[-1]
        if name not in SHELLS:
            self._call(name, words[1:])
            return
        if len(words) == 1:
            return
        for position, word in enumerate(words[1:], 1):
            if re.fullmatch(r"-[a-z]*c", word):
                self.script(words[position + 1] if len(words) > position + 1 else "")
                return
        raise Unknown

    def script(self, text: str) -> None:
        try:
            tree = parse(_DOUBLE.sub(r'let "\1"', text))
        except SyntaxFault as fault:
            self.prints(f"sh: syntax error: {fault}\n")
            self.code = 2
            return
        self.sequence(tree)

    # --- compound commands -----------------------------------------------------------------------------------------

    def sequence(self, sequence: Sequence) -> None:
        for item, in_background in sequence.items:
            if not in_background:
                self._and_or(item)
                continue
            with suppress(Unknown, Opaque, Forever, Exit, Jump), self._subshell() as other:
                other.chunks, other.target = self.chunks, self.target
                other._and_or(item)
            self.code = 0

    def _and_or(self, item: AndOr) -> None:
        self._pipeline(item.first)
        for operator, pipeline in item.rest:
            if (operator == "&&") == (self.code == 0):
                self._pipeline(pipeline)

    def _pipeline(self, pipeline: Pipeline) -> None:
        if len(pipeline.commands) == 1:
            self.command(pipeline.commands[0])
        elif looking.whole(self, replace(pipeline, negated=False)):
            pass
        else:
            self._piped(pipeline)
        if pipeline.negated:
            self.code = int(not self.code)

    def _piped(self, pipeline: Pipeline) -> None:
        """What the first command prints is only seen where `tee` has it."""
        second, first = pipeline.commands[1], len(self.chunks)
        if isinstance(second, Simple) and second.words and second.words[0].literal == "tee":
            self.command(pipeline.commands[0])
            paths = [word for word in self.fields(second.words[1:]) if not word.startswith("-")]
            self.chunks += [Chunk(one.at, path, one.text) for one in self.chunks[first:] for path in paths]
        else:
            before, self.target = self.target, _NOWHERE
            self.command(pipeline.commands[0])
            self.target = before
        self.code, self.is_guess = 0, True

    def command(self, command: Command) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unknown
        match command:
            case Simple():
                self._simple(command)
            case Redirected():
                self._into(command.redirections, command.command)
            case Group():
                self.sequence(command.body)
            case If():
                self._if(command)
            case Loop():
                self._loop(command)
            case For():
                self._for(command)
            case Function():
                self.functions[command.name] = command.body
            case _:
                raise Unknown
        self._depth -= 1

    def _if(self, command: If) -> None:
        for condition, body in command.branches:
            self.is_guess = False
            self.sequence(condition)
            if self.is_guess:
                raise Unknown
            if self.code == 0:
                self.sequence(body)
                return
        self.code = 0
        if command.otherwise is not None:
            self.sequence(command.otherwise)

    def _loop(self, loop: Loop) -> None:
        while True:
            before, self.is_refused = self.at, False
            self.condition(loop.condition)
            condition, is_refused = self.at - before, self.is_refused
            goes_on = (self.code == 0) != loop.until
            is_endless = self.is_guess or (goes_on and not is_refused and rounds.is_constant(loop))
            if is_endless:
                self.cycle = rounds.of(loop, self, before)
                if self.cycle is not None or self.is_guess:
                    raise Forever
            elif not goes_on:
                self.code = 0
                return
            if self._has_broken(loop.body):
                return
            if is_refused and self.outside is not None:
                self._pass(loop, condition, self.outside.fails_until - self.now)

    def _pass(self, loop: Loop, condition: int, span: int) -> None:
        """Passes over the rounds of a span in which nothing comes that the loop waits for."""
        cycle = rounds.of(loop, self, self.at) if span > 0 else None
        if cycle is not None:
            count = span // cycle.period
            self.chunks += cycle.bodies(count, self.started, condition)
            cycle.counted(self, count)

    def condition(self, sequence: Sequence) -> None:
        """Runs what a loop waits for, which may be a program that is not known."""
        self.is_guess, before = False, self.is_condition
        self.is_condition = True
        self.sequence(sequence)
        self.is_condition = before

    def _for(self, command: For) -> None:
        try:
            words = self.fields(command.words or ())
        except Opaque:
            raise Unknown from None
        for word in words:
            self.variables[command.name] = word
            if self._has_broken(command.body):
                return

    def _has_broken(self, body: Sequence) -> bool:
        """Whether a round has left the loop."""
        depth, target = self._depth, self.target
        try:
            self.sequence(body)
        except Jump as jump:
            self._depth, self.target = depth, target
            return str(jump) == "break"
        return False

    def _into(self, redirections: tuple[Redirection, ...], command: Command) -> None:
        before = self.target
        self.target = self.redirected(redirections, self.target)
        self.command(command)
        self.target = before

    # --- simple commands -------------------------------------------------------------------------------------------

    def _simple(self, command: Simple) -> None:
        self.left -= 1
        if self.left < 0:
            raise Forever
        for name, word in command.assignments:
            self.assign(name, word)
        if not command.words:
            self.code = 0
            return
        before = self.target
        try:
            self.target = self.redirected(command.redirections, self.target)
            words = self.fields(command.words)
        except Opaque:
            if looking.whole(self, command):
                self.target = before
                return
            if command.words[0].literal not in QUICK:
                raise Unknown from None
            self.at, self.code, self.is_guess = self.at + STEP, 0, True
            self.target = before
            return
        if words[:1] == ["exec"]:
            words = words[1:]
        if words:
            self._call(words[0].rsplit("/", 1)[-1], words[1:], command)
        self.target = before

    def _call(self, name: str, words: list[str], command: Simple | None = None) -> None:
        self.is_guess = False
        if name in ("break", "continue"):
            raise Jump(name)
        if name in self.functions:
            self.command(self.functions[name])
            return
        if name in SHELLS:
            self.argv([name, *words])
            return
        redirections = command.redirections if command is not None else ()
        document = next((one.word for one in redirections if isinstance(one.word, HereDocument)), None)
        if name == "cat" and not words and document is not None:
            self.prints(self.text(document.word))
        if name in DEEDS:
            self.deeds.append(Deed(self.at, name, tuple(words)))
        builtin = BUILTINS.get(name)
        took = plain(name, words) or (Took(SECOND) if self.is_condition else None)
        try:
            known = builtin(self, words) if builtin else None
        except Opaque:
            known = None
        is_open = known is None and document is None and (took is None or took.lasts is not None)
        if is_open and looking.program(self, name, words, command):
            return
        if took is None:
            raise Unknown
        self.is_guess = known is None and (name in FETCHERS or name in QUICK or (self.is_condition and name != "sleep"))
        if known is not None:
            self.code = known
        elif name != "exit" or words:
            self.code = took.code
        if took.says:
            self.prints(f"{took.says}\n")
        if took.lasts is None:
            self.follows = followed(name, words)
            raise Forever
        self.at += took.lasts
        if name == "exit":
            raise Exit

    def substituted(self, script: str) -> str:
        try:
            with self._subshell() as other, suppress(Exit):
                other.script(script)
        except (Unknown, Forever, Jump):
            raise Opaque from None
        if other.is_guess:
            raise Opaque
        return "".join([chunk.text for chunk in other.chunks if not chunk.path]).rstrip("\n")

    @contextmanager
    def _subshell(self) -> Iterator[Run]:
        """A run of its own, which may read and print no more than this one."""
        made = Run(
            dict(self.variables), set(self.unknown), self.exported, self.code, self.left, self.at, started=self.started
        )
        made._room, made._depth, made.functions, made.deeds = self._room, self._depth + 1, self.functions, self.deeds
        made.outside = self.outside
        try:
            yield made
        finally:
            self.left, self._room = made.left, made._room
