"""echo, printf, pwd, seq, yes, expr, basename, dirname."""

from __future__ import annotations

import re

from ...effects import Write
from .. import arithmetic
from ..formats import converted, echoed, pieces
from ..machine import CHUNK, Call, Failure, Program, Steps, out, raw
from ..options import parse


def echo(call: Call) -> Steps[int]:
    yield out(echoed(call.args))
    return 0


def printf(call: Call) -> Steps[int]:
    if not call.args:
        raise Failure("usage: printf FORMAT [ARG]...", 2)
    form, *rest = call.args
    found = list(pieces(form))
    takes = any(not isinstance(piece, str) and piece[4] != "%" for piece in found)
    arguments = iter(rest)
    left, size, code = len(rest), 0, 0
    while True:
        text = []
        for piece in found:
            if isinstance(piece, str):
                text.append(piece)
                continue
            written, used, wrong = converted(piece, arguments)
            left -= used
            if wrong:
                yield call.complaint(wrong)
                code = 1
            text.append(written)
        yield out("".join(text))
        size += 1
        if left <= 0 or not takes or size > CHUNK:
            return code


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
