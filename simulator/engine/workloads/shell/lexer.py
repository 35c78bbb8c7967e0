"""From characters to tokens: words with their quoting and expansions, operators, newlines, here-documents."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from .syntax import Arithmetic, HereDocument, Incomplete, Parameter, Part, Substitution, SyntaxFault, Text, Word

_OPERATORS = (
    "&&",
    "||",
    ";;",
    "<<<",
    "<<-",
    "<<",
    ">>",
    ">|",
    "<>",
    "<&",
    ">&",
    "&>",
    "&",
    "|",
    ";",
    "<",
    ">",
    "(",
    ")",
)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SPECIAL = frozenset("?#@*$!-0123456789")
_OPERATION = re.compile(r":?[-=+?]|##?|%%?|//?")
_ARRAY = re.compile(r"([A-Za-z_]\w*)=\(", re.ASCII)
_NUMBER = re.compile(r"\d+(?=[<>])", re.ASCII)
_BRACKETS = {"(": ")", "{": "}"}
_ENDS_WORD = " \t\r\n;&|<>()"
_DEEPEST = 10


class Token(NamedTuple):
    """fd: the number that stands right before a redirection's operator, -1 without one.

    elements: those of an array that is assigned, `text` being its name.
    """

    kind: Literal["word", "operator", "newline", "end", "array"]
    text: str
    word: Word | None = None
    fd: int = -1
    elements: tuple[Word, ...] = ()


class Lexer:
    """Hands out the tokens of a text one by one."""

    def __init__(self, text: str, depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise SyntaxFault("nested too deeply")
        self._text = text
        self._at = 0
        self._depth = depth
        self._waiting: list[HereDocument] = []

    def expect(self, document: HereDocument) -> None:
        """A here-document was announced; its text is read after the end of the line."""
        self._waiting.append(document)

    def next(self) -> Token:
        self._skip_blanks()
        text, start = self._text, self._at
        if start >= len(text):
            if self._waiting:
                raise Incomplete("unexpected end of file")
            return Token("end", "")
        if text[start] == "\n":
            self._at += 1
            self._here_documents()
            return Token("newline", "\n")
        number, fd = _NUMBER.match(text, start), -1
        if number is not None:
            fd, self._at = int(number[0][:4]), number.end()
        for operator in _OPERATORS:
            if text.startswith(operator, self._at):
                self._at += len(operator)
                return Token("operator", operator, None, fd)
        array = _ARRAY.match(text, start)
        if array is not None:
            return self._array(array[1], array.end() - 1)
        word = Word(tuple(self._parts(_ENDS_WORD)))
        return Token("word", text[start : self._at], word)

    def _array(self, name: str, at: int) -> Token:
        """`name=(one two)`, which bash reads as an array."""
        end = self._closing(at, "(")
        inner, words = Lexer(self._text[at + 1 : end], self._depth + 1), []
        while (token := inner.next()).kind != "end":
            if token.word is not None:
                words.append(token.word)
            elif token.kind != "newline":
                raise SyntaxFault(f'unexpected "{token.text}"')
        self._at = end + 1
        return Token("array", name, elements=tuple(words))

    def _skip_blanks(self) -> None:
        """Goes past blanks, comments and escaped ends of lines."""
        text = self._text
        while self._at < len(text):
            if text[self._at] in " \t\r":
                self._at += 1
            elif text.startswith("\\\n", self._at):
                self._at += 2
            elif text[self._at] == "#":
                end = text.find("\n", self._at)
                self._at = len(text) if end < 0 else end
            else:
                return

    # --- words -----------------------------------------------------------------------------------------------------

    def parts(self, *, quoted: bool = False) -> list[Part]:
        """All of the text as parts of one word."""
        return self._parts("", quoted=quoted)

    def _parts(self, ends: str, *, quoted: bool = False) -> list[Part]:
        """The parts up to one of the characters in `ends`, which is left; raises Incomplete only where it must come."""
        parts: list[Part] = []
        run: list[str] = []

        def flush() -> None:
            if run:
                parts.append(Text("".join(run), quoted))
                run.clear()

        text = self._text
        while self._at < len(text) and text[self._at] not in ends:
            mark = text[self._at]
            if mark == "\\":
                flush()
                self._escape(parts, quoted)
            elif mark == "'" and not quoted:
                flush()
                end = text.find("'", self._at + 1)
                if end < 0:
                    raise Incomplete("unterminated quoted string")
                parts.append(Text(text[self._at + 1 : end], True))
                self._at = end + 1
            elif mark == '"' and not (quoted and ends == '"'):
                flush()
                parts += self._double_quoted()
            elif mark == "`":
                flush()
                parts.append(Substitution(self._backquoted(), quoted))
            elif mark == "$":
                flush()
                parts.append(self._dollar(quoted))
            else:
                run.append(mark)
                self._at += 1
        flush()
        return parts

    def _escape(self, parts: list[Part], quoted: bool) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        self._at += 2
        if following == "\n":
            return
        if quoted and following not in ("$", "`", '"', "\\"):
            parts.append(Text("\\" + following, True))
        else:
            parts.append(Text(following or "\\", True))

    def _double_quoted(self) -> list[Part]:
        self._at += 1
        parts = self._parts('"', quoted=True)
        if self._at >= len(self._text):
            raise Incomplete("unterminated quoted string")
        self._at += 1
        return parts or [Text("", True)]

    def _backquoted(self) -> str:
        end = self._at + 1
        while end < len(self._text) and self._text[end] != "`":
            end += 2 if self._text[end] == "\\" else 1
        if end >= len(self._text):
            raise Incomplete("unterminated quoted string")
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        return re.sub(r"\\([$`\\])", r"\1", inner)

    def _dollar(self, quoted: bool) -> Part:
        text, at = self._text, self._at + 1
        if text.startswith("((", at):
            end = self._closing(at, "(")
            if text[end - 1 : end + 1] == "))":
                self._at = end + 1
                return Arithmetic(parsed(text[at + 2 : end - 1], self._depth + 1), quoted)
        if text.startswith("(", at):
            end = self._closing(at, "(")
            self._at = end + 1
            return Substitution(text[at + 1 : end], quoted)
        if text.startswith("{", at):
            end = self._closing(at, "{")
            self._at = end + 1
            return _braced(text[at + 1 : end], quoted, self._depth + 1)
        found = _NAME.match(text, at)
        name = found[0] if found is not None else text[at : at + 1] if text[at : at + 1] in _SPECIAL else ""
        self._at = at + len(name)
        return Parameter(name, "", None, quoted) if name else Text("$", quoted)

    def _closing(self, at: int, bracket: str) -> int:
        """Where the bracket at `at` is closed, quotes and inner brackets left aside."""
        text, depth, opened, closing = self._text, 0, bracket, _BRACKETS[bracket]
        while at < len(text):
            mark = text[at]
            if mark == "\\":
                at += 1
            elif mark in "'\"`":
                at = self._quote_end(at, mark)
            elif mark == opened:
                depth += 1
            elif mark == closing:
                depth -= 1
                if not depth:
                    return at
            at += 1
        raise Incomplete("unexpected end of file")

    def _quote_end(self, at: int, mark: str) -> int:
        end = at + 1
        while end < len(self._text) and self._text[end] != mark:
            end += 2 if mark != "'" and self._text[end] == "\\" else 1
        if end >= len(self._text):
            raise Incomplete("unterminated quoted string")
        return end

    # --- here-documents ---------------------------------------------------------------------------------------------

    def _here_documents(self) -> None:
        waiting, self._waiting = self._waiting, []
        for document in waiting:
            lines: list[str] = []
            while True:
                if self._at >= len(self._text):
                    raise Incomplete("unexpected end of file")
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                line = self._text[self._at : end]
                self._at = end + 1
                line = line.lstrip("\t") if document.strip else line
                if line == document.delimiter:
                    break
                lines.append(line + "\n")
            body = "".join(lines)
            document.word = Word((Text(body, True),)) if document.quoted else parsed(body)


def parsed(text: str, depth: int = 0) -> Word:
    """A text with its expansions, in which a quote is a character like any other: here-documents, arithmetic."""
    parts: list[Part] = []
    for position, piece in enumerate(text.split('"')):
        if position:
            parts.append(Text('"', True))
        parts += Lexer(piece, depth).parts(quoted=True)
    return Word(tuple(parts))


def _braced(inner: str, quoted: bool, depth: int) -> Part:
    """What stands in `${...}`."""
    if inner.startswith("#") and len(inner) > 1:
        name, bracket, subscript = inner[1:].partition("[")
        place = _subscript(subscript, depth) if bracket and subscript.endswith("]") else None
        return Parameter(name if place else inner[1:], "length", None, quoted, place)
    found = _NAME.match(inner)
    name = found[0] if found is not None else inner[:1]
    if not name or (found is None and name not in _SPECIAL):
        raise SyntaxFault("bad substitution")
    rest, place = inner[len(name) :], None
    if rest.startswith("[") and "]" in rest:
        subscript, _, rest = rest[1:].partition("]")
        place = _subscript(f"{subscript}]", depth)
    if not rest:
        return Parameter(name, "", None, quoted, place)
    operation = _OPERATION.match(rest)
    operator = operation[0] if operation is not None else rest[0]
    if operation is None and operator != ":":
        raise SyntaxFault("bad substitution")
    word = Word(tuple(Lexer(rest[len(operator) :], depth).parts()))
    return Parameter(name, operator, word, quoted, place)


def _subscript(text: str, depth: int) -> Word:
    return Word(tuple(Lexer(text[:-1], depth).parts()))
