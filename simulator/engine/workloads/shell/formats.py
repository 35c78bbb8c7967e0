"""The backslash escapes of echo and the conversions of printf."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import arithmetic

_ESCAPE = re.compile(r"\\(0?[0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
_PLAIN = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_CONVERSION = re.compile(r"%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?([diouxXcsbeEfgGq%])")
_WIDEST = 4096


def escapes(text: str) -> str:
    """The text with its backslash escapes replaced; `\\c` ends it."""
    text = text.partition("\\c")[0]

    def replaced(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16))
        if code[0].isdigit() and code[0] < "8":
            return chr(int(code, 8) & 255)
        return _PLAIN.get(code, found[0])

    return _ESCAPE.sub(replaced, text)


def echoed(words: list[str]) -> str:
    """What echo prints."""
    newline, escaped = True, False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        newline = newline and "n" not in words[0]
        escaped = "e" in words[0] or (escaped and "E" not in words[0])
        words = words[1:]
    text = " ".join(words)
    stopped = escaped and "\\c" in text
    text = escapes(text) if escaped else text
    return text if not newline or stopped else f"{text}\n"


def formatted(form: str, arguments: list[str]) -> str:
    """What printf prints, less what it complains of; a format with conversions is used until no argument is left."""
    found, text, size = list(pieces(form)), list[str](), 0
    takes = any(not isinstance(piece, str) and piece[4] != "%" for piece in found)
    rest, left = iter(arguments), len(arguments)
    while True:
        for piece in found:
            if isinstance(piece, str):
                text.append(piece)
                continue
            written, used, _ = converted(piece, rest)
            left -= used
            text.append(written)
        size += 1
        if left <= 0 or not takes or size > _WIDEST:
            return "".join(text)


def pieces(form: str) -> Iterator[str | re.Match[str]]:
    at = 0
    for found in _CONVERSION.finditer(form):
        if found.start() > at:
            yield escapes(form[at : found.start()])
        yield found
        at = found.end()
    if at < len(form):
        yield escapes(form[at:])


def converted(conversion: re.Match[str], arguments: Iterator[str]) -> tuple[str, int, str]:
    """One conversion: its text, how many arguments it took, and what is wrong with them."""
    flags, width, precision, letter = conversion.groups()
    if letter == "%":
        return "%", 0, ""
    used, wrong = 1, ""
    if width == "*":
        width, used = str(_number(next(arguments, "0"))[0]), used + 1
    if precision == "*":
        precision, used = str(_number(next(arguments, "0"))[0]), used + 1
    argument = next(arguments, "")
    width = str(max(-_WIDEST, min(_WIDEST, int(width)))) if width else ""
    digits = min(int(precision or 0), _WIDEST)
    if letter in "diouxX":
        number, wrong = _number(argument)
        kind = "d" if letter in "diu" else letter
        number = number if kind == "d" or number >= 0 else number + (1 << 64)
        return f"%{flags}{width}{kind}" % number, used, wrong
    if letter in "eEfgG":
        try:
            value = float(argument or 0)
        except ValueError:
            value, wrong = 0.0, f"invalid number '{argument}'"
        return f"%{flags}{width}.{digits if precision is not None else 6}{letter}" % value, used, wrong
    text = escapes(argument) if letter == "b" else argument[:1] if letter == "c" else argument
    text = text[:digits] if precision is not None and letter != "c" else text
    return f"%{'-' if '-' in flags else ''}{width}s" % text, used, ""


def _number(text: str) -> tuple[int, str]:
    if text[:1] in ("'", '"') and len(text) > 1:
        return ord(text[1]), ""
    try:
        return arithmetic.number(text or "0"), ""
    except arithmetic.ArithmeticFault:
        return 0, f"invalid number '{text}'"
