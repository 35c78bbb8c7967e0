"""cat, tac, head, tail, wc, tee, rev, nl."""

from __future__ import annotations

from collections import deque

from ....clock import SECOND
from ...effects import Read, Sleep, Write
from ...nodes import FileError
from ..machine import CHUNK, Call, Failure, Program, Steps, out, raw
from ..options import parse
from ..streams import FileSink
from .inputs import Input, inputs

_POLL = SECOND
_KEPT = 20_000


def cat(call: Call) -> Steps[int]:
    options = parse(call.args, "nuveAtETbs")
    code, number = 0, 0
    for one in inputs(call, options.operands):
        if one.broken:
            yield call.complaint(f"can't open '{one.name}': {one.broken}")
            code = 1
        elif "n" in options:
            while line := (yield from one.line()):
                number += 1
                yield Write("stdout", f"{number:6}\t".encode() + line)
        else:
            while data := (yield from one.chunk()):
                yield Write("stdout", data)
    return code


def tac(call: Call) -> Steps[int]:
    for one in inputs(call, parse(call.args, "").operands):
        if one.broken:
            raise Failure(f"can't open '{one.name}': {one.broken}")
        data = yield from one.everything()
        for line in reversed(data.splitlines(keepends=True)):
            yield Write("stdout", line)
    return 0


def head(call: Call) -> Steps[int]:
    args = [f"-n{word[1:]}" if word[:1] == "-" and word[1:].isdigit() else word for word in call.args]
    options = parse(args, "qv", "nc", long={"lines": "n", "bytes": "c", "quiet": "q"})
    several, code = len(options.operands) > 1, 0
    for position, one in enumerate(inputs(call, options.operands)):
        if one.broken:
            yield call.complaint(f"{one.name}: {one.broken}")
            code = 1
            continue
        if (several and "q" not in options) or "v" in options:
            yield out(f"{chr(10) if position else ''}==> {one.name} <==\n")
        if "c" in options:
            left = options.count("c", 0)
            while left > 0 and (data := (yield from one.chunk(min(left, CHUNK)))):
                left -= len(data)
                yield Write("stdout", data)
        else:
            left = options.count("n", 10)
            if left < 0:
                lines = (yield from one.everything()).splitlines(keepends=True)
                yield Write("stdout", b"".join(lines[:left]))
            while left > 0 and (line := (yield from one.line())):
                left -= 1
                yield Write("stdout", line)
    return code


def tail(call: Call) -> Steps[int]:
    args = [f"-n{word[1:]}" if word[:1] == "-" and word[1:].isdigit() else word for word in call.args]
    if args and args[0][:1] == "+" and args[0][1:].isdigit():
        args[0] = f"-n{args[0]}"
    options = parse(args, "fFqv", "ncs", long={"follow": "f", "lines": "n", "bytes": "c", "retry": "F", "quiet": "q"})
    several, code, given = len(options.operands) > 1, 0, dict[str, int]()
    for position, one in enumerate(inputs(call, options.operands)):
        if one.broken:
            yield call.complaint(f"can't open '{one.name}': {one.broken}")
            code = 1
            continue
        if several and "q" not in options:
            yield out(f"{chr(10) if position else ''}==> {one.name} <==\n")
        last = yield from _last(one, options.value("c") or options.value("n", "10"), "c" in options)
        yield Write("stdout", last)
        if one.name != "-":
            given[one.name] = len(call.files.read(call.path(one.name)))
    if "f" in options or "F" in options:
        for name in options.operands:
            given.setdefault(name, 0)
        if code and "F" not in options and not any(one for one in given.values()):
            yield call.complaint("no files")
            return 1
        yield from _follow(call, given)
    return code


def _last(one: Input, text: str, of_bytes: bool) -> Steps[bytes]:
    """The last lines or bytes; with `+` all from that one on."""
    from_start = text.startswith("+")
    try:
        count = abs(int(text[:18]))
    except ValueError:
        raise Failure(f"invalid number '{text}'") from None
    if of_bytes:
        data = yield from one.everything()
        return data[max(count - 1, 0) :] if from_start else data[max(len(data) - count, 0) :]
    if from_start:
        data = yield from one.everything()
        return b"".join(data.splitlines(keepends=True)[max(count - 1, 0) :])
    kept: deque[bytes] = deque(maxlen=min(count, _KEPT))
    while line := (yield from one.line()):
        kept.append(line)
    return b"".join(kept)


def _follow(call: Call, given: dict[str, int]) -> Steps[int]:
    """Writes what is added to the files, for ever."""
    while True:
        yield Sleep(_POLL)
        call.files.refresh()
        for name, size in given.items():
            try:
                data = call.files.read(call.path(name))
            except FileError:
                given[name] = 0
                continue
            size = size if len(data) >= size else 0
            if len(data) > size:
                yield Write("stdout", data[size:])
            given[name] = len(data)


def wc(call: Call) -> Steps[int]:
    options = parse(call.args, "lwcmL", long={"lines": "l", "words": "w", "bytes": "c"})
    shown = [letter for letter in "lwc" if letter in options or (letter == "c" and "m" in options)] or list("lwc")
    totals, code = dict.fromkeys("lwc", 0), 0
    for one in inputs(call, options.operands):
        if one.broken:
            yield call.complaint(f"{one.name}: {one.broken}")
            code = 1
            continue
        counts = dict.fromkeys("lwc", 0)
        while line := (yield from one.line()):
            counts["l"] += line.endswith(b"\n")
            counts["w"] += len(line.split())
            counts["c"] += len(line)
        yield out(_counts(counts, shown, one.name if options.operands else ""))
        totals = {letter: totals[letter] + counts[letter] for letter in "lwc"}
    if len(options.operands) > 1:
        yield out(_counts(totals, shown, "total"))
    return code


def _counts(counts: dict[str, int], shown: list[str], name: str) -> str:
    if len(shown) == 1:
        text = str(counts[shown[0]])
    else:
        text = " ".join(f"{counts[letter]:9}" for letter in shown)
    return f"{text} {name}\n" if name else f"{text}\n"


def tee(call: Call) -> Steps[int]:
    options = parse(call.args, "ai")
    sinks, code = list[FileSink](), 0
    for name in options.operands:
        try:
            sinks.append(FileSink(call.files, call.path(name), append="a" in options))
        except FileError as error:
            yield call.complaint(f"{name}: {error}")
            code = 1
    while data := (yield Read(CHUNK)):
        yield Write("stdout", data)
        for sink in sinks:
            sink.write(data)
    return code


def rev(call: Call) -> Steps[int]:
    for one in inputs(call, call.args):
        if one.broken:
            raise Failure(f"{one.name}: {one.broken}")
        while line := (yield from one.line()):
            text = line.removesuffix(b"\n").decode(errors="replace")
            yield Write("stdout", raw(text[::-1]) + (b"\n" if line.endswith(b"\n") else b""))
    return 0


PROGRAMS: dict[str, Program] = {
    "cat": cat, "tac": tac, "head": head, "tail": tail, "wc": wc, "tee": tee, "rev": rev,
}  # fmt: skip
