"""sed: addresses, s, y, p, d, q, a, i, c, =, n, and blocks are enough for what people type."""

from __future__ import annotations

import re
from typing import Any

from ...effects import Write
from ..machine import Call, Failure, Program, Steps
from ..options import parse
from .inputs import Input, inputs
from .sed_script import Command, Reader

_LONGEST = 1 << 18


def sed(call: Call) -> Steps[int]:
    long = {"expression": "e", "quiet": "n", "silent": "n", "regexp-extended": "E", "in-place": "i"}
    args = ["-i" if re.fullmatch(r"-i\..*", word) else word for word in call.args]
    options = parse(args, "nErisuz", "ef", long=long)
    names = list(options.operands)
    scripts = list(options.given.get("e", ()))
    for name in options.given.get("f", ()):
        scripts.append(call.files.read(call.path(name)).decode(errors="replace"))
    if not scripts:
        if not names:
            raise Failure("no script specified")
        scripts.append(names.pop(0))
    extended = "E" in options or "r" in options
    code = 0
    for one in inputs(call, names):
        if one.broken:
            yield call.complaint(f"{one.name}: {one.broken}")
            code = 1
            continue
        commands = Reader("\n".join(scripts), extended).commands()
        if "i" in options and one.name != "-":
            parts: list[bytes] = []
            yield from _edit(call, commands, one, "n" in options, parts)
            call.files.write(call.path(one.name), b"".join(parts))
        else:
            yield from _edit(call, commands, one, "n" in options, None)
    return code


def _edit(call: Call, commands: list[Command], one: Input, quiet: bool, kept: list[bytes] | None) -> Steps[None]:
    """Runs the commands over each line; writes, or keeps what is to be written."""
    line, number = (yield from one.line()), 0
    while line:
        following = yield from one.line()
        number += 1
        run = _Run(quiet, number, not following)
        shown = run.line(commands, line.removesuffix(b"\n"))
        data = b"".join(part + b"\n" for part in shown)
        if not line.endswith(b"\n") and not following:
            data = data.removesuffix(b"\n")
        if kept is not None:
            kept.append(data)
        elif data:
            yield Write("stdout", data)
        if run.over:
            if kept is not None:
                while following:
                    kept.append(following)
                    following = yield from one.line()
            return
        line = following


class _Run:
    """What the commands make of one line."""

    def __init__(self, quiet: bool, number: int, last: bool) -> None:
        self._quiet, self._number, self._last = quiet, number, last
        self._out: list[bytes] = []
        self._after: list[bytes] = []
        self._deleted = self.over = False

    def line(self, commands: list[Command], line: bytes) -> list[bytes]:
        line = self._all(commands, line)
        if not self._deleted and not self._quiet:
            self._out.append(line)
        return self._out + self._after

    def _all(self, commands: list[Command], line: bytes) -> bytes:
        for command in commands:
            if self._deleted or self.over:
                break
            if command.applies(self._number, line, self._last):
                line = self._one(command, line)
        return line

    def _one(self, command: Command, line: bytes) -> bytes:
        letter = command.letter
        if letter == "{":
            return self._all(command.block, line)
        if letter == "s":
            return self._substitute(command, line)
        if letter == "y":
            return line.translate(command.table)
        if letter == "p":
            self._out.append(line)
        elif letter == "=":
            self._out.append(str(self._number).encode())
        elif letter == "i":
            self._out.append(command.text)
        elif letter == "a":
            self._after.append(command.text)
        elif letter == "c":
            self._out.append(command.text)
            self._deleted = True
        elif letter == "d":
            self._deleted = True
        elif letter == "q":
            self.over = True
        return line

    def _substitute(self, command: Command, line: bytes) -> bytes:
        nth = int("".join(letter for letter in command.flags if letter.isdigit()) or 1)
        parts, at, count, done = [], 0, 0, False
        for found in command.pattern.finditer(line):
            count += 1
            if count < nth or (count > nth and "g" not in command.flags):
                continue
            parts += [line[at : found.start()], _replacement(command.text, found)]
            at, done = found.end(), True
        if not done:
            return line
        line = b"".join(parts) + line[at:]
        if len(line) > _LONGEST:
            raise Failure("out of memory")
        if "p" in command.flags:
            self._out.append(line)
        return line


def _replacement(text: bytes, found: Any) -> bytes:
    out, at = bytearray(), 0
    while at < len(text):
        byte = text[at : at + 1]
        if byte == b"&":
            out += found.group(0)
        elif byte == b"\\" and at + 1 < len(text):
            at += 1
            following = text[at : at + 1]
            if following.isdigit():
                out += _group(found, int(following))
            else:
                out += {b"n": b"\n", b"t": b"\t"}.get(following, following)
        else:
            out += byte
        at += 1
    return bytes(out)


def _group(found: Any, number: int) -> bytes:
    try:
        value: bytes | None = found.group(number)
    except (IndexError, ValueError):
        raise Failure(f"invalid reference \\{number} on s command's RHS") from None
    return value or b""


PROGRAMS: dict[str, Program] = {"sed": sed}
