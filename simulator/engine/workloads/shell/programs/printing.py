"""echo, printf, pwd, seq, yes, expr, basename, dirname."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...effects import Write
from .. import arithmetic
from ..machine import CHUNK, Call, Failure, Program, Steps, out, raw
from ..options import parse

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


def echo(call: Call) -> Steps[int]:
    words, newline, escaped = call.args, True, False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        newline = newline and "n" not in words[0]
        escaped = "e" in words[0] or (escaped and "E" not in words[0])
        words = words[1:]
    text = " ".join(words)
    stopped = escaped and "\\c" in text
    text = escapes(text) if escaped else text
    yield out(text if not newline or stopped else f"{text}\n")
    return 0


def printf(call: Call) -> Steps[int]:
    if not call.args:
        raise Failure("usage: printf FORMAT [ARG]...", 2)
    form, *rest = call.args
    pieces = list(_pieces(form))
    takes = any(not isinstance(piece, str) and piece[4] != "%" for piece in pieces)
    arguments = iter(rest)
    left, size, code = len(rest), 0, 0
    while True:
        text = []
        for piece in pieces:
            if isinstance(piece, str):
                text.append(piece)
                continue
            written, used, wrong = _converted(piece, arguments)
            left -= used
            if wrong:
                yield call.complaint(wrong)
                code = 1
            text.append(written)
        yield out("".join(text))
        size += 1
        if left <= 0 or not takes or size > CHUNK:
            return code


def _pieces(form: str) -> Iterator[str | re.Match[str]]:
    at = 0
    for found in _CONVERSION.finditer(form):
        if found.start() > at:
            yield escapes(form[at : found.start()])
        yield found
        at = found.end()
    if at < len(form):
        yield escapes(form[at:])


def _converted(conversion: re.Match[str], arguments: Iterator[str]) -> tuple[str, int, str]:
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


def pwd(call: Call) -> Steps[int]:
    yield out(f"{call.directory}\n")
    return 0


def seq(call: Call) -> Steps[int]:
    options = parse([f" {word}" if re.match(r"-[\d.]", word) else word for word in call.args], "w", "s")
    words = [word.strip() for word in options.operands]
    try:
        figures = [float(word) for word in words]
    except ValueError as error:
        raise Failure(f"invalid number: {error}") from None
    if not 1 <= len(figures) <= 3:
        raise Failure("missing operand")
    if any(abs(figure) > 1e15 or figure != figure for figure in figures):
        raise Failure("numbers too large")
    first = figures[0] if len(figures) > 1 else 1.0
    step, last = figures[1] if len(figures) == 3 else 1.0, figures[-1]
    if not step:
        raise Failure("invalid increment: 0")
    places = max(len(word.partition(".")[2]) for word in words)
    count = int((last - first) / step + 1e-9) + 1
    separator, number = options.value("s", "\n"), 0
    while number < count:
        lines = [f"{first + step * at:.{places}f}" for at in range(number, min(count, number + 1000))]
        number += len(lines)
        yield out(separator.join(lines) + (separator if number < count else "\n"))
    return 0


def yes(call: Call) -> Steps[int]:
    line = raw(" ".join(call.args or ["y"]) + "\n")
    block = line * max(1, 4096 // len(line))
    while True:
        yield Write("stdout", block)
    return 0


def expr(call: Call) -> Steps[int]:
    words = call.args
    try:
        value = arithmetic.evaluate(" ".join("==" if word == "=" else word for word in words), {})
    except arithmetic.ArithmeticFault as error:
        raise Failure(str(error) if len(words) > 1 else "syntax error", 2) from None
    yield out(f"{value}\n")
    return int(not value)


def basename(call: Call) -> Steps[int]:
    if not call.args:
        raise Failure("missing operand")
    name = call.args[0].rstrip("/").rpartition("/")[2] or "/"
    suffix = call.args[1] if len(call.args) > 1 else ""
    yield out(f"{name.removesuffix(suffix) if name != suffix else name}\n")
    return 0


def dirname(call: Call) -> Steps[int]:
    if not call.args:
        raise Failure("missing operand")
    path = call.args[0].rstrip("/")
    yield out(f"{path.rpartition('/')[0] or ('/' if path.startswith('/') or not path else '.')}\n")
    return 0


PROGRAMS: dict[str, Program] = {
    "echo": echo, "printf": printf, "pwd": pwd, "seq": seq, "yes": yes, "expr": expr, "basename": basename,
    "dirname": dirname,
}  # fmt: skip
