"""What was typed, as a shell reads it: words, quotes, here-documents; so much of a shell as kubectl's examples need.

Variables and substitutions are no part of it: a `$` stands for itself. A pipe is understood where it does no more
than to give kubectl its input: `cat <<EOF | kubectl apply -f -` and `echo TEXT | kubectl apply -f -`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

_BLANK = " \t"
_ENDS = ";\n&"


class Incomplete(Exception):
    """The text ends within quotes, within a here-document or with a backslash: more is to come."""


class NotUnderstood(Exception):
    """Something that only a real shell can do; str() says what."""


@dataclass
class Typed:
    """One command: its words and what it reads. `rest` is what was typed after it, `then` && or || between."""

    words: list[str] = field(default_factory=list)
    stdin: str | None = None
    rest: str = ""
    then: str = ""


def first(text: str) -> Typed:
    """The first command of a text. Raises Incomplete, NotUnderstood."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text.replace("\r\n", "\n"), 0
        self.documents: list[tuple[str, bool]] = []

    def read(self) -> Typed:
        self._skip_empty()
        words, ends = self._words()
        stages = [words]
        while ends == "|":
            more, ends = self._words()
            stages.append(more)
        stdin = self._document(to_line_end=ends not in ("\n", ""))
        typed = Typed(_last(stages), stdin, self.text[self.at :], ends if ends in ("&&", "||") else "")
        if len(stages) > 1:
            typed.stdin = _piped(stages, stdin)
        return typed

    def _skip_empty(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] in " \t\n;":
                self.at += 1
            elif self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return

    def _words(self) -> tuple[list[str], str]:
        """The words up to the end of a command, and what ends it."""
        words: list[str] = []
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter in _BLANK:
                self.at += 1
            elif letter == "\\" and self.text[self.at + 1 : self.at + 2] == "\n":
                self.at += 2
            elif letter == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif letter in ";\n":
                self.at += 1
                return words, "\n" if letter == "\n" else ";"
            elif self.text.startswith(("&&", "||"), self.at):
                self.at += 2
                return words, self.text[self.at - 2 : self.at]
            elif letter == "|":
                self.at += 1
                return words, "|"
            elif self.text.startswith("<<", self.at):
                self._begin_document()
            elif letter in "<>&":
                raise NotUnderstood(_("Files and jobs are for a real shell: there are no <, > and & here."))
            else:
                words.append(self._word())
        return words, ""

    def _word(self) -> str:
        parts: list[str] = []
        while self.at < len(self.text) and (letter := self.text[self.at]) not in " \t\n;|&<>":
            self.at += 1
            if letter == "'":
                parts.append(self._until("'"))
            elif letter == '"':
                parts.append(self._double_quoted())
            elif letter == "\\":
                if self.at >= len(self.text):
                    raise Incomplete
                if self.text[self.at] != "\n":
                    parts.append(self.text[self.at])
                self.at += 1
            elif letter == "`" or (letter == "$" and self.text[self.at : self.at + 1] == "("):
                raise NotUnderstood(_("There are no substitutions here: write out what $(…) or `…` would give."))
            else:
                parts.append(letter)
        return "".join(parts)

    def _until(self, quote: str) -> str:
        end = self.text.find(quote, self.at)
        if end < 0:
            raise Incomplete
        held, self.at = self.text[self.at : end], end + 1
        return held

    def _double_quoted(self) -> str:
        parts: list[str] = []
        while self.at < len(self.text):
            letter = self.text[self.at]
            self.at += 1
            if letter == '"':
                return "".join(parts)
            if letter == "\\" and self.text[self.at : self.at + 1] in ('"', "\\", "$", "`", "\n"):
                letter = self.text[self.at].replace("\n", "")
                self.at += 1
            parts.append(letter)
        raise Incomplete

    def _begin_document(self) -> None:
        """Notes the word that ends a here-document; `<<<` gives one word."""
        self.at += 2
        if self.text.startswith("<", self.at):
            raise NotUnderstood(_("Use a here-document (<<EOF) instead of <<<."))
        is_indented = self.text.startswith("-", self.at)
        self.at += is_indented
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1
        word = self._word()
        if not word:
            raise NotUnderstood(_("<< needs the word that ends the document, such as <<EOF."))
        self.documents.append((word, is_indented))

    def _document(self, *, to_line_end: bool) -> str | None:
        """The text of the here-document, which begins on the line after the command."""
        if not self.documents:
            return None
        if to_line_end:
            raise NotUnderstood(_("A here-document must be the last of its line."))
        if self.at >= len(self.text) and not self.text.endswith("\n"):
            raise Incomplete
        held = ""
        for word, is_indented in self.documents:
            held = self._lines_until(word, is_indented)
        return held

    def _lines_until(self, word: str, is_indented: bool) -> str:
        lines: list[str] = []
        while self.at < len(self.text):
            end = self.text.find("\n", self.at)
            line = self.text[self.at :] if end < 0 else self.text[self.at : end]
            self.at = len(self.text) if end < 0 else end + 1
            if is_indented:
                line = line.lstrip("\t")
            if line == word:
                return "".join(f"{one}\n" for one in lines)
            lines.append(line)
        raise Incomplete


def _last(stages: list[list[str]]) -> list[str]:
    if len(stages) > 2:
        raise NotUnderstood(_pipes())
    return stages[-1]


def _piped(stages: list[list[str]], stdin: str | None) -> str:
    """What the left side of a pipe writes."""
    words = stages[0]
    if not stages[1]:
        raise Incomplete
    if words in (["cat"], ["cat", "-"]) and stdin is not None:
        return stdin
    if words[:1] == ["echo"] and stdin is None:
        return " ".join(words[1:]) + "\n"
    raise NotUnderstood(_pipes())


def _pipes() -> str:
    return _("There are no pipes here but cat <<EOF | kubectl and echo TEXT | kubectl. Use -l, -o or --field-selector.")
