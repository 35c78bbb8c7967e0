"""From tokens to commands. Follows the grammar of POSIX sh (Shell Command Language, 2.10), less what nobody misses."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from .lexer import Lexer, Token
from .syntax import (
    AndOr,
    Case,
    Command,
    For,
    Function,
    Group,
    HereDocument,
    If,
    Incomplete,
    Loop,
    Pipeline,
    Redirected,
    Redirection,
    Sequence,
    Simple,
    SyntaxFault,
    Text,
    Word,
)

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_REDIRECTIONS = frozenset({"<", ">", ">>", ">|", "<>", "<&", ">&", "&>", "<<", "<<-", "<<<"})
_ENDINGS = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})
_DEEPEST = 40


@lru_cache(maxsize=512)
def parse(text: str) -> Sequence:
    """The script. Raises SyntaxFault, or Incomplete where more lines might complete it."""
    parser = _Parser(text)
    found = parser.sequence()
    if parser.token.kind != "end":
        raise parser.unexpected()
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._lexer = Lexer(text)
        self._depth = 0
        self.token: Token = self._lexer.next()

    def unexpected(self) -> SyntaxFault:
        if self.token.kind == "end":
            return Incomplete("unexpected end of file")
        shown = "newline" if self.token.kind == "newline" else f'"{self.token.text}"'
        return SyntaxFault(f"unexpected {shown}")

    def _advance(self) -> Token:
        token, self.token = self.token, self._lexer.next()
        return token

    def _is(self, *texts: str) -> bool:
        return self.token.kind in ("word", "operator") and self.token.text in texts

    def _take(self, text: str) -> None:
        if not self._is(text):
            raise self.unexpected()
        self._advance()

    def _newlines(self) -> None:
        while self.token.kind == "newline":
            self._advance()

    # --- lists -----------------------------------------------------------------------------------------------------

    def sequence(self, *, needed: bool = False) -> Sequence:
        """Commands up to something that ends them. needed: there must be at least one."""
        items: list[tuple[AndOr, bool]] = []
        self._newlines()
        while self.token.kind != "end" and not self._is(*_ENDINGS, ")", ";;"):
            item = self._and_or()
            background = self._is("&")
            items.append((item, background))
            if not (background or self._is(";") or self.token.kind == "newline"):
                break
            self._advance()
            self._newlines()
        if needed and not items:
            raise self.unexpected()
        return Sequence(tuple(items))

    def _and_or(self) -> AndOr:
        first, rest = self._pipeline(), []
        while self._is("&&", "||"):
            operator = self._advance().text
            self._newlines()
            rest.append((operator, self._pipeline()))
        return AndOr(first, tuple(rest))

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._is("!"):
            self._advance()
            negated = not negated
        commands = [self._command()]
        while self._is("|"):
            self._advance()
            self._newlines()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    # --- commands --------------------------------------------------------------------------------------------------

    def _command(self) -> Command:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise SyntaxFault("nested too deeply")
        command = self._one_command()
        self._depth -= 1
        return command

    def _one_command(self) -> Command:
        readers: dict[str, Callable[[], Command]] = {
            "if": self._if,
            "while": self._loop,
            "until": self._loop,
            "for": self._for,
            "case": self._case,
            "{": self._braces,
            "(": self._subshell,
        }
        reader = readers.get(self.token.text) if self.token.kind in ("word", "operator") else None
        if reader is None:
            return self._simple()
        command = reader()
        redirections = []
        while self._is_redirection():
            redirections.append(self._redirection())
        return Redirected(command, tuple(redirections)) if redirections else command

    def _if(self) -> If:
        branches, otherwise = [], None
        while self._is("if", "elif"):
            self._advance()
            condition = self.sequence(needed=True)
            self._take("then")
            branches.append((condition, self.sequence(needed=True)))
        if self._is("else"):
            self._advance()
            otherwise = self.sequence(needed=True)
        self._take("fi")
        return If(tuple(branches), otherwise)

    def _loop(self) -> Loop:
        until = self._advance().text == "until"
        condition = self.sequence(needed=True)
        return Loop(condition, self._body(), until)

    def _body(self) -> Sequence:
        self._take("do")
        body = self.sequence(needed=True)
        self._take("done")
        return body

    def _for(self) -> For:
        self._advance()
        name = self._advance()
        if name.kind != "word" or not _NAME.fullmatch(name.text):
            raise SyntaxFault("bad for loop variable")
        words: tuple[Word, ...] | None = None
        self._newlines()
        if self._is("in"):
            self._advance()
            found = []
            while self.token.word is not None:
                found.append(self.token.word)
                self._advance()
            words = tuple(found)
        if self._is(";"):
            self._advance()
        self._newlines()
        return For(name.text, words, self._body())

    def _case(self) -> Case:
        self._advance()
        word = self._word()
        self._newlines()
        self._take("in")
        self._newlines()
        items = []
        while not self._is("esac"):
            if self._is("("):
                self._advance()
            patterns = [self._word()]
            while self._is("|"):
                self._advance()
                patterns.append(self._word())
            self._take(")")
            items.append((tuple(patterns), self.sequence()))
            if not self._is(";;"):
                break
            self._advance()
            self._newlines()
        self._take("esac")
        return Case(word, tuple(items))

    def _braces(self) -> Group:
        self._advance()
        body = self.sequence(needed=True)
        self._take("}")
        return Group(body, False)

    def _subshell(self) -> Group:
        self._advance()
        body = self.sequence(needed=True)
        self._take(")")
        return Group(body, True)

    def _simple(self) -> Command:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        while True:
            if self._is_redirection():
                redirections.append(self._redirection())
            elif self.token.kind == "array" and not words:
                assignments += _array(self._advance())
            elif self.token.word is not None:
                token = self._advance()
                word = token.word or Word(())
                assignment = None if words else _assignment(word)
                if assignment is not None:
                    assignments.append(assignment)
                    continue
                words.append(word)
                if len(words) == 1 and self._is("(") and not assignments and _NAME.fullmatch(token.text):
                    return self._function(token.text)
            else:
                break
        if not (assignments or words or redirections):
            raise self.unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirections))

    def _function(self, name: str) -> Function:
        self._take("(")
        self._take(")")
        self._newlines()
        return Function(name, self._command())

    def _word(self) -> Word:
        if self.token.word is None:
            raise self.unexpected()
        word = self.token.word
        self._advance()
        return word

    # --- redirections ----------------------------------------------------------------------------------------------

    def _is_redirection(self) -> bool:
        return self.token.kind == "operator" and self.token.text in _REDIRECTIONS

    def _redirection(self) -> Redirection:
        token = self.token
        if token.text not in ("<<", "<<-"):
            self._advance()
            return Redirection(token.fd, token.text, self._word())
        delimiter = self._lexer.next()
        if delimiter.word is None:
            self.token = delimiter
            raise self.unexpected()
        parts = [part for part in delimiter.word.parts if isinstance(part, Text)]
        quoted = any(part.quoted for part in parts)
        document = HereDocument("".join(part.text for part in parts), quoted, token.text == "<<-")
        self._lexer.expect(document)
        self._advance()
        return Redirection(token.fd, "<<", document)


def _array(token: Token) -> list[tuple[str, Word]]:
    """An array as variables, one for each element; the first is also that of the name alone."""
    first = token.elements[0] if token.elements else Word(())
    return [(token.text, first), *((f"{token.text}[{at}]", word) for at, word in enumerate(token.elements))]


def _assignment(word: Word) -> tuple[str, Word] | None:
    """`name=value` as name and value, if the word is one."""
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Text) or first.quoted:
        return None
    found = _ASSIGNMENT.match(first.text)
    if found is None:
        return None
    rest = first.text[found.end() :]
    return found[1], Word((*((Text(rest, False),) if rest else ()), *word.parts[1:]))
