"""What a script of a container prints, and when, as far as its words alone tell.

A container's main process is not run: `Run` reads its script. Commands that look at the world are taken to succeed and
to print nothing. A loop that never ends is read once; `rounds.py` has what it prints later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from ..registry import Instant
from . import commands, rounds
from .commands import FETCHERS, STEP
from .shell import arithmetic
from .shell.parser import parse
from .shell.spoken import BUILTINS, Exit, Forever, Jump, Opaque, Unknown
from .shell.syntax import (
    AndOr,
    Arithmetic,
    Command,
    For,
    Function,
    Group,
    HereDocument,
    If,
    Loop,
    Parameter,
    Pipeline,
    Redirected,
    Redirection,
    Sequence,
    Simple,
    Substitution,
    SyntaxFault,
    Text,
    Word,
)  # fmt: skip

SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_MOST = 10_000
"""Commands that are read of one script."""
_DEEPEST = 20
_ROOM = 1 << 20
"""Characters that one script prints, as far as it is read."""
_LONGEST = 1 << 16
_LONGEST_SUM = 1000
_NOWHERE = "/dev/null"
_LOG = frozenset({"/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/1/fd/2", "/proc/self/fd/1", "/dev/fd/1"})
_DOUBLE = re.compile(r"(?<![$\w(])\(\(([^()]*)\)\)")
_NUMBER = re.compile(r"[-+]\d+")


class Chunk(NamedTuple):
    """What is printed at once. at: microseconds after the start; path: the file that it goes to, "" for the log."""

    at: int
    path: str
    text: str


@dataclass
class Told:
    """A script that was read. lasts: None if it runs until it is stopped; is_known: nothing of it was unknown.

    follows: the file whose lines it prints as they come, and its first line's number, negative from the end.
    """

    lasts: int | None
    code: int
    is_known: bool
    chunks: list[Chunk]
    cycle: rounds.Cycle | None = None
    follows: tuple[str, int] | None = None


def told(words: list[str], variables: Mapping[str, str], *, unknown: frozenset[str], started: Instant = 0) -> Told:
    """Reads a command line. unknown: variables that it has, whose values are not known."""
    run = Run(started, dict(variables), set(unknown), exported=frozenset(variables))
    try:
        run.argv(words)
    except (Unknown, RecursionError):
        return Told(None, 0, False, run.chunks)
    except Forever:
        return Told(None, 0, True, run.chunks, run.cycle, run.follows)
    except (Exit, Jump):
        pass
    return Told(run.at or STEP, run.code, True, run.chunks)


@dataclass
class Run:
    """Where the reading of a script is. at: microseconds after the start; is_guess: the code is only likely."""

    started: Instant
    variables: dict[str, str]
    unknown: set[str] = field(default_factory=set)
    exported: frozenset[str] = frozenset()
    at: int = 0
    code: int = 0
    chunks: list[Chunk] = field(default_factory=list)
    cycle: rounds.Cycle | None = None
    follows: tuple[str, int] | None = None
    is_guess: bool = False
    target: str = ""
    _left: int = _MOST
    _room: int = _ROOM
    _depth: int = 0
    functions: dict[str, Command] = field(default_factory=dict)

    @property
    def now(self) -> Instant:
        return self.started + self.at

    def prints(self, text: str) -> None:
        self._room -= len(text)
        if self._room < 0:
            self._left = 0
            raise Forever
        if text:
            self.chunks.append(Chunk(self.at, self.target, text))

    def argv(self, words: list[str]) -> None:
        """Runs a command line. Raises the exceptions of this file."""
        name = words[0].rsplit("/", 1)[-1]
        if name not in SHELLS:
            self._call(name, words[1:], ())
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
            with suppress(Unknown, Forever, Exit, Jump), self._subshell() as other:
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
            self.is_guess = False
            before = self.at
            self.sequence(loop.condition)
            is_endless = self.is_guess or (rounds.is_constant(loop) and (self.code == 0) != loop.until)
            if is_endless:
                self.cycle = rounds.of(loop, self, before)
                if self.cycle is not None or self.is_guess:
                    raise Forever
            elif (self.code == 0) == loop.until:
                self.code = 0
                return
            if self._has_broken(loop.body):
                return

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
        self.target = self._redirected(redirections)
        self.command(command)
        self.target = before

    def _redirected(self, redirections: tuple[Redirection, ...]) -> str:
        """Where the output goes."""
        target = self.target
        for one in redirections:
            if one.fd in (-1, 1) and one.operator in (">", ">>", ">|", "&>") and isinstance(one.word, Word):
                path = " ".join(self.fields((one.word,)))
                target = "" if path in _LOG else path
        return target

    # --- simple commands -------------------------------------------------------------------------------------------

    def _simple(self, command: Simple) -> None:
        self._left -= 1
        if self._left < 0:
            raise Forever
        for name, word in command.assignments:
            self._assign(name, word)
        if not command.words:
            self.code = 0
            return
        before = self.target
        try:
            self.target = self._redirected(command.redirections)
            words = self.fields(command.words)
        except Opaque:
            name = command.words[0].literal
            if name not in commands.QUICK:
                raise Unknown from None
            self.at, self.code, self.is_guess = self.at + STEP, 0, True
            self.target = before
            return
        if words[:1] == ["exec"]:
            words = words[1:]
        if words:
            self._call(words[0].rsplit("/", 1)[-1], words[1:], command.redirections)
        self.target = before

    def _assign(self, name: str, word: Word) -> None:
        try:
            self.variables[name] = self.text(word)
            self.unknown.discard(name)
        except Opaque:
            self.unknown.add(name)

    def _call(self, name: str, words: list[str], redirections: tuple[Redirection, ...]) -> None:
        self.is_guess = False
        if name in ("break", "continue"):
            raise Jump(name)
        if name in self.functions:
            self.command(self.functions[name])
            return
        if name in SHELLS:
            self.argv([name, *words])
            return
        document = next((one.word for one in redirections if isinstance(one.word, HereDocument)), None)
        if name == "cat" and not words and document is not None:
            self.prints(self.text(document.word))
        builtin = BUILTINS.get(name)
        took = commands.plain(name, words)
        try:
            known = builtin(self, words) if builtin else None
        except Opaque:
            known = None
        if took is None:
            raise Unknown
        self.is_guess = known is None and (name in FETCHERS or name in commands.QUICK)
        self.code = took.code if known is None else known
        if took.says:
            self.prints(f"{took.says}\n")
        if took.lasts is None:
            self.follows = _followed(name, words)
            raise Forever
        self.at += took.lasts
        if name == "exit":
            raise Exit

    # --- words -----------------------------------------------------------------------------------------------------

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
        self._left -= len(text) >> 8
        return text

    def _expanded(self, part: Parameter | Substitution | Arithmetic) -> str:
        if isinstance(part, Parameter):
            return self._parameter(part)
        if isinstance(part, Substitution):
            return self._substituted(part.script)
        expression = self.text(part.expression)
        if len(expression) > _LONGEST_SUM or any(name in expression for name in self.unknown):
            raise Opaque
        try:
            return str(arithmetic.evaluate(expression, self.variables))
        except arithmetic.ArithmeticFault:
            raise Opaque from None

    def _parameter(self, part: Parameter) -> str:
        name = part.name
        special: str | None = {"?": str(self.code), "$": "1", "#": "0", "@": "", "*": "", "0": "sh"}.get(name)
        if name in self.unknown or name in ("RANDOM", "SECONDS", "LINENO", "!", "-"):
            raise Opaque
        value = self.variables.get(name) if special is None else special
        if part.operator in (":-", "-"):
            is_missing = value is None or (not value and part.operator == ":-")
            return self.text(part.word or Word(())) if is_missing else value or ""
        if part.operator:
            raise Opaque
        return value or ""

    def _substituted(self, script: str) -> str:
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
        made = Run(self.started, dict(self.variables), set(self.unknown), self.exported, self.at, self.code)
        made._left, made._room, made._depth, made.functions = self._left, self._room, self._depth + 1, self.functions
        try:
            yield made
        finally:
            self._left, self._room = made._left, made._room


def _followed(name: str, words: list[str]) -> tuple[str, int] | None:
    if name != "tail":
        return None
    first, paths = -10, [word for word in words if word.startswith("/")]
    for position, word in enumerate(words):
        found = re.fullmatch(r"-n(.*)|--lines=(.*)", word)
        if found:
            number = found[1] or found[2] or (words[position + 1] if len(words) > position + 1 else "")
            first = int(number) if _NUMBER.fullmatch(number) else -int(number) if number.isdecimal() else first
    return (paths[0], first) if len(paths) == 1 else None
