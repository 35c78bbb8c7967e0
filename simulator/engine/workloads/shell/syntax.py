"""What a script consists of, once it is parsed. Trees are immutable and hold nothing of a run."""

from __future__ import annotations

from dataclasses import dataclass


class SyntaxFault(Exception):
    """The text is no script. str() is what the shell says after `syntax error: `."""


class Incomplete(SyntaxFault):
    """The text ends too early: more lines may complete it."""


# --- words -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Characters. quoted: they are neither split nor patterns."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name` or `${name op word}`; op is "" or one of `- := + ? # ## % %% / // : length` and their like.

    subscript: which element of an array is meant, as in bash's `${name[subscript]}`.
    """

    name: str
    operator: str
    word: Word | None
    quoted: bool
    subscript: Word | None = None


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(script)`: what the script prints."""

    script: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`$((expression))`."""

    expression: Word
    quoted: bool


Part = Text | Parameter | Substitution | Arithmetic


@dataclass(frozen=True, slots=True)
class Word:
    parts: tuple[Part, ...]

    @property
    def literal(self) -> str | None:
        """The word as it stands, if it is nothing but unquoted characters."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Text) and not self.parts[0].quoted:
            return self.parts[0].text
        return None


# --- commands ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class HereDocument:
    """A here-document. Its text comes after the line that announces it, so it is filled in while the parser goes on."""

    delimiter: str
    quoted: bool
    strip: bool
    word: Word = Word(())


@dataclass(frozen=True, slots=True)
class Redirection:
    """fd: the descriptor, -1 for the operator's own; `word` is where to, or the text of `<<` and `<<<`."""

    fd: int
    operator: str
    word: Word | HereDocument


@dataclass(frozen=True, slots=True)
class Simple:
    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    commands: tuple[Command, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class AndOr:
    """The first pipeline, then each with `&&` or `||` before it."""

    first: Pipeline
    rest: tuple[tuple[str, Pipeline], ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Commands one after the other, each with whether it runs in the background."""

    items: tuple[tuple[AndOr, bool], ...]


@dataclass(frozen=True, slots=True)
class If:
    branches: tuple[tuple[Sequence, Sequence], ...]
    otherwise: Sequence | None


@dataclass(frozen=True, slots=True)
class Loop:
    condition: Sequence
    body: Sequence
    until: bool


@dataclass(frozen=True, slots=True)
class For:
    """words: None goes through the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: Sequence


@dataclass(frozen=True, slots=True)
class Case:
    word: Word
    items: tuple[tuple[tuple[Word, ...], Sequence], ...]


@dataclass(frozen=True, slots=True)
class Group:
    body: Sequence
    subshell: bool


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    body: Command


@dataclass(frozen=True, slots=True)
class Redirected:
    """A compound command with redirections of its own."""

    command: Command
    redirections: tuple[Redirection, ...]


Command = Simple | If | Loop | For | Case | Group | Function | Redirected
