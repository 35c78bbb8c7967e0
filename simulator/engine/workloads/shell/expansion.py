"""From words to fields: parameters, command substitution, arithmetic, splitting, patterns of file names.

Follows POSIX sh (Shell Command Language, 2.6).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from . import pathnames, patterns
from .arrays import elements
from .machine import Failure, Steps, raw, shown
from .state import State
from .syntax import Arithmetic, Parameter, Part, Substitution, Text, Word

_LONGEST = 1 << 18
_BLANKS = " \t\n"
_LONGEST_CUT = 4096
_MOST_FIELDS = 20_000


class _Piece(NamedTuple):
    """Characters of a field. quoted: no pattern; split: it came from an expansion; breaks: a field ends after it."""

    text: str
    quoted: bool
    split: bool = False
    breaks: bool = False


def fields(host: State, words: tuple[Word, ...]) -> Steps[list[str]]:
    """All fields that the words come to."""
    found: list[str] = []
    for word in words:
        literal = word.literal
        if literal is not None and not patterns.is_pattern(literal) and not literal.startswith("~"):
            found.append(literal)
            continue
        pieces = yield from _pieces(host, word.parts)
        for field in _split(pieces, host.variables.get("IFS", _BLANKS)):
            found += _names(host, field)
        if len(found) > _MOST_FIELDS:
            raise Failure("Argument list too long", 126)
    return found


def text(host: State, word: Word) -> Steps[str]:
    """The word as one text, neither split nor matched against files: assignments, redirections, `case`."""
    pieces = yield from _pieces(host, word.parts)
    return "".join(piece.text + (" " if piece.breaks else "") for piece in pieces)


def pattern(host: State, word: Word) -> Steps[str]:
    """The word as a pattern: what is quoted in it stands for itself."""
    pieces = yield from _pieces(host, word.parts)
    return "".join(patterns.escaped(piece.text) if piece.quoted else piece.text for piece in pieces)


def _pieces(host: State, parts: tuple[Part, ...]) -> Steps[list[_Piece]]:
    found: list[_Piece] = []
    size = 0
    for position, part in enumerate(parts):
        if isinstance(part, Text):
            home = not position and not part.quoted and part.text.startswith("~")
            new = [_Piece(_home(host, part.text), True) if home else _Piece(part.text, part.quoted)]
        elif isinstance(part, Parameter):
            new = yield from _parameter(host, part)
        elif isinstance(part, Substitution):
            value = yield from host.substitute(part.script)
            new = [_Piece(value.rstrip("\n"), part.quoted, not part.quoted)]
        else:
            new = yield from _arithmetic(host, part)
        found += new
        size += sum(len(piece.text) for piece in new)
        if size > _LONGEST:
            raise Failure("out of memory", 2)
    return found


def _home(host: State, word: str) -> str:
    head, slash, rest = word.partition("/")
    return host.variables.get("HOME", "/") + slash + rest if head == "~" else word


def _arithmetic(host: State, part: Arithmetic) -> Steps[list[_Piece]]:
    expression = yield from text(host, part.expression)
    return [_Piece(str(host.evaluate(expression)), part.quoted, not part.quoted)]


# --- parameters ----------------------------------------------------------------------------------------------------


def _parameter(host: State, part: Parameter) -> Steps[list[_Piece]]:
    quoted = part.quoted
    if part.name in ("@", "*") and not part.operator:
        return _arguments(host, part)
    value = host.parameter(part.name)
    operator = part.operator
    if part.subscript is not None:
        subscript = yield from text(host, part.subscript)
        value = host.element(part.name, subscript)
        if operator == "length" and subscript in ("@", "*"):
            return [_Piece(str(len(elements(host.variables, part.name))), quoted, not quoted)]
    if operator == "length":
        return [_Piece(str(len(value or "")), quoted, not quoted)]
    if operator.lstrip(":") in ("-", "=", "?", "+"):
        return (yield from _conditional(host, part, value))
    if value is None and host.strict:
        raise Failure(f"{part.name}: parameter not set", 2)
    value = value or ""
    if operator in ("#", "##", "%", "%%"):
        cut = yield from pattern(host, part.word or Word(()))
        value = _cut(value, operator, cut)
    elif operator in ("/", "//"):
        value = yield from _replaced(host, value, operator, part.word or Word(()))
    elif operator == ":":
        value = yield from _slice(host, value, part.word or Word(()))
    return [_Piece(value, quoted, not quoted)]


def _arguments(host: State, part: Parameter) -> list[_Piece]:
    arguments = host.arguments
    if part.quoted and part.name == "*":
        separator = host.variables.get("IFS", _BLANKS)[:1]
        return [_Piece(separator.join(arguments), True)]
    last = len(arguments) - 1
    return [
        _Piece(argument, part.quoted, not part.quoted, position < last) for position, argument in enumerate(arguments)
    ]


def _conditional(host: State, part: Parameter, value: str | None) -> Steps[list[_Piece]]:
    """`-`, `=`, `?` and `+`; with a colon an empty value counts as none."""
    given = value is not None and (bool(value) or not part.operator.startswith(":"))
    operator, word = part.operator[-1], part.word or Word(())
    if operator == "+":
        return (yield from _alternative(host, part, word)) if given else [_Piece("", part.quoted)]
    if given:
        return [_Piece(value or "", part.quoted, not part.quoted)]
    if operator == "-":
        return (yield from _alternative(host, part, word))
    other = yield from text(host, word)
    if operator == "?":
        raise Failure(f"{part.name}: {other or 'parameter not set'}", 2)
    host.assign(part.name, other)
    return [_Piece(other, part.quoted, not part.quoted)]


def _alternative(host: State, part: Parameter, word: Word) -> Steps[list[_Piece]]:
    pieces = yield from _pieces(host, word.parts)
    if part.quoted:
        return [_Piece("".join(piece.text for piece in pieces), True)]
    return [piece if piece.quoted else piece._replace(split=True) for piece in pieces]


def _cut(value: str, operator: str, cut: str) -> str:
    """The value without the shortest (`#`, `%`) or longest (`##`, `%%`) start or end that matches."""
    sizes = range(len(value) + 1)
    if operator in ("##", "%"):
        sizes = range(len(value), -1, -1)
    if len(value) > _LONGEST_CUT:
        return value
    for size in sizes:
        part, rest = (value[:size], value[size:]) if operator[0] == "#" else (value[size:], value[:size])
        if patterns.matches(cut, part):
            return rest
    return value


def _replaced(host: State, value: str, operator: str, word: Word) -> Steps[str]:
    whole = yield from pattern(host, word)
    old, _, new = whole.partition("/")
    if not old:
        return value
    try:
        found = patterns.glob(old)
    except patterns.PatternFault:
        return value
    new = patterns.plain(new)
    replaced: bytes = found.sub(lambda match: raw(new), raw(value), 0 if operator == "//" else 1)
    if len(replaced) > _LONGEST:
        raise Failure("out of memory", 2)
    return shown(replaced)


def _slice(host: State, value: str, word: Word) -> Steps[str]:
    whole = yield from text(host, word)
    start, colon, length = whole.partition(":")
    first = host.evaluate(start)
    count = host.evaluate(length) if colon else len(value)
    first = max(0, len(value) + first) if first < 0 else first
    return value[first : first + count if count >= 0 else count]


# --- fields --------------------------------------------------------------------------------------------------------


def _split(pieces: list[_Piece], separators: str) -> Iterator[list[_Piece]]:
    """The fields: unquoted results of expansions are split at IFS, the rest stays together."""
    field: list[_Piece] = []
    begun = False
    for piece in pieces:
        if not piece.split:
            field.append(piece)
            begun = begun or piece.quoted or bool(piece.text)
        else:
            for text, ends in _cuts(piece.text, separators):
                if text:
                    field.append(piece._replace(text=text))
                    begun = True
                if ends and (begun or ends == "mark"):
                    yield field
                    field, begun = [], False
        if piece.breaks and (begun or piece.quoted):
            yield field
            field, begun = [], False
    if begun:
        yield field


def _cuts(text: str, separators: str) -> Iterator[tuple[str, str]]:
    """Pieces between separators, each with what ends it: "blank", "mark" (another separator) or "" at the end."""
    start = at = 0
    while at < len(text):
        if text[at] not in separators:
            at += 1
            continue
        piece, kind = text[start:at], "blank"
        while at < len(text) and text[at] in separators:
            if text[at] not in _BLANKS:
                if kind == "mark":
                    break
                kind = "mark"
            at += 1
        yield piece, kind
        start = at
    if start < len(text):
        yield text[start:], ""


def _names(host: State, field: list[_Piece]) -> list[str]:
    """The files that a field matches, else the field itself."""
    plain = "".join(piece.text for piece in field)
    if not any(not piece.quoted and patterns.is_pattern(piece.text) for piece in field):
        return [plain]
    found = pathnames.matching(
        host.files,
        host.directory,
        "".join(patterns.escaped(piece.text) if piece.quoted else piece.text for piece in field),
    )
    return found or [plain]
