"""grep, sort, uniq, cut, tr, xargs."""

from __future__ import annotations

import re
import shlex
from typing import Any

from ...effects import Read, Write
from ..machine import CHUNK, Call, Failure, Program, Steps, everything, out, raw, shown
from ..options import Options, parse
from ..patterns import PatternFault, expression, fixed
from .inputs import Input, inputs
from .listing import walk

_SETS = {
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z", "space": " \t-\r",
    "blank": " \t", "punct": "!-/:-@[-`{-~",
}  # fmt: skip


def grep(call: Call) -> Steps[int]:
    long = {"color": "0", "ignore-case": "i", "invert-match": "v", "line-number": "n", "count": "c", "quiet": "q"}
    options = parse(call.args, "ivcnlLqsohHEFGwxr0RzP", "emABC", long=long)
    if call.name in ("egrep", "fgrep"):
        options.given[call.name[0].upper()] = [""]
    texts, names = options.given.get("e"), list(options.operands)
    if texts is None:
        if not names:
            raise Failure("usage: grep [-HhnlLoqvsrivwFE] [-m N] PATTERN [FILE]...", 2)
        texts = [names.pop(0)]
    try:
        found = [_matcher(options, line) for text in texts for line in text.split("\n")]
    except PatternFault as fault:
        raise Failure(f"bad regex '{texts[0]}': {fault}", 2) from None
    if "r" in options or "R" in options:
        names = [path for name in names or ["."] for path, node in walk(call, name) if node.type == "file"]
    named = ("H" in options or len(names) > 1 or "r" in options) and "h" not in options
    matched, failed = False, False
    for one in inputs(call, names):
        if one.broken:
            failed = True
            if "s" not in options:
                yield call.complaint(f"{one.name}: {one.broken}")
            continue
        if (yield from _search(options, found, one, f"{_named(one)}:" if named else "")):
            matched = True
            if "q" in options:
                return 0
    return 2 if failed else 0 if matched else 1


def _matcher(options: Options, text: str) -> Any:
    if "F" in options and "w" not in options and "x" not in options:
        return fixed(text, ignore_case="i" in options)
    if "F" in options:
        text = re.sub(r"([][\\.*^$])", r"\\\1", text)
    extended = "E" in options or "P" in options
    opening, closing = ("(", ")") if extended else ("\\(", "\\)")
    if "x" in options:
        text = f"^{opening}{text}{closing}$"
    elif "w" in options:
        text = f"\\<{opening}{text}{closing}\\>"
    return expression(text, extended=extended, ignore_case="i" in options)


def _search(options: Options, found: list[Any], one: Input, prefix: str) -> Steps[bool]:
    number = count = 0
    most, after = options.count("m", 1 << 60), 0
    trailing = max(options.count("A", 0), options.count("C", 0))
    while line := (yield from one.line()):
        number += 1
        body = line.removesuffix(b"\n")
        hits = [hit for pattern in found if (hit := pattern.search(body)) is not None]
        if bool(hits) == ("v" in options):
            if after > 0:
                after -= 1
                yield out(f"{prefix[:-1]}-" if prefix else "")
                yield Write("stdout", body + b"\n")
            continue
        count, after = count + 1, trailing
        if "q" in options or "l" in options or "L" in options:
            break
        if "c" not in options:
            head = prefix + (f"{number}:" if "n" in options else "")
            if "o" in options:
                for pattern in found:
                    for hit in pattern.finditer(body):
                        if hit.group(0):
                            yield Write("stdout", raw(head) + hit.group(0) + b"\n")
            else:
                yield Write("stdout", raw(head) + body + b"\n")
        if count >= most:
            break
    if "c" in options:
        yield out(f"{prefix}{count}\n")
    if ("l" in options and count) or ("L" in options and not count):
        yield out(f"{_named(one)}\n")
    return bool(count)


def _named(one: Input) -> str:
    return "(standard input)" if one.name == "-" else one.name


def sort(call: Call) -> Steps[int]:
    options = parse(call.args, "nrufbhVsg", "kto", long={"reverse": "r", "numeric-sort": "n", "unique": "u"})
    lines: list[bytes] = []
    for one in inputs(call, options.operands):
        if one.broken:
            raise Failure(f"{one.name}: {one.broken}", 2)
        lines += (yield from one.everything()).splitlines()
    field, own = _key_field(options.value("k"))
    separator = raw(options.value("t")) or None
    numeric = bool({"n", "h", "g", "V"} & options.given.keys()) or bool(set(own) & set("nhg"))

    def key(line: bytes) -> Any:
        if field:
            parts = line.split(separator)
            line = (separator or b" ").join(parts[field - 1 :]) if len(parts) >= field else b""
        line = line.lower() if "f" in options else line
        return (_leading(line), line) if numeric else line

    lines.sort(key=key, reverse="r" in options or "r" in own)
    if "u" in options:
        lines = list({key(line): line for line in reversed(lines)}.values())[::-1]
    data = b"".join(line + b"\n" for line in lines)
    if "o" in options:
        call.files.write(call.path(options.value("o")), data)
        return 0
    for at in range(0, len(data), CHUNK):
        yield Write("stdout", data[at : at + CHUNK])
    return 0


def _key_field(text: str) -> tuple[int, str]:
    found = re.match(r"(\d{1,6})[.\d]*([a-zA-Z]*)", text)
    return (int(found[1]), found[2]) if found is not None else (0, "")


def _leading(line: bytes) -> float:
    found = re.match(rb"\s*(-?\d{1,300}(?:\.\d{0,30})?)([KMGT]?)", line)
    return float(found[1]) * 1024 ** (b" KMGT".find(found[2] or b" ")) if found is not None else 0.0


def uniq(call: Call) -> Steps[int]:
    options = parse(call.args, "cdui", "fs")
    one = Input(call, options.operands[0] if options.operands else "-")
    if one.broken:
        raise Failure(f"{one.name}: {one.broken}")
    held, count = b"", 0
    while True:
        line = yield from one.line()
        body = line.removesuffix(b"\n")
        same = body.lower() == held.lower() if "i" in options else body == held
        if count and not (line and same):
            if not ("d" in options and count == 1) and not ("u" in options and count > 1):
                yield Write("stdout", (f"{count:7} ".encode() if "c" in options else b"") + held + b"\n")
            count = 0
        if not line:
            return 0
        held, count = (held if count else body), count + 1


def cut(call: Call) -> Steps[int]:
    long = {"delimiter": "d", "fields": "f", "characters": "c", "bytes": "b", "only-delimited": "s"}
    options = parse(call.args, "sn", "dfcb", long=long)
    what = next((letter for letter in "fcb" if letter in options), None)
    if what is None:
        raise Failure("expected a list of bytes, characters, or fields")
    ranges = [_range(part) for part in options.value(what).split(",")]
    delimiter = raw(options.value("d", "\t"))[:1] or b"\t"
    code = 0
    for one in inputs(call, options.operands):
        if one.broken:
            yield call.complaint(f"{one.name}: {one.broken}")
            code = 1
        while line := (yield from one.line()):
            body = line.removesuffix(b"\n")
            if what == "f" and delimiter not in body:
                if "s" not in options:
                    yield Write("stdout", body + b"\n")
                continue
            parts = body.split(delimiter) if what == "f" else [body[at : at + 1] for at in range(len(body))]
            kept = [part for at, part in enumerate(parts, 1) if any(low <= at <= high for low, high in ranges)]
            yield Write("stdout", (delimiter if what == "f" else b"").join(kept) + b"\n")
    return code


def _range(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{0,6})(-?)(\d{0,6})", text)
    if found is None or not (found[1] or found[3]):
        raise Failure(f"invalid byte or field list: {text}")
    low = int(found[1] or 1)
    return low, int(found[3]) if found[3] else 1 << 30 if found[2] else low


def tr(call: Call) -> Steps[int]:
    options = parse(call.args, "dscC", first=True)
    sets = [_set(text) for text in options.operands]
    if not sets or len(sets) > 2 or (len(sets) < 2 and not {"d", "s"} & options.given.keys()):
        raise Failure("missing operand")
    first = sets[0]
    if "c" in options or "C" in options:
        first = bytes(byte for byte in range(256) if byte not in set(first))
    second = sets[1] if len(sets) == 2 else b""
    deleted = first if "d" in options else b""
    table = None
    if second and "d" not in options:
        padded = second + second[-1:] * max(0, len(first) - len(second))
        mapping = dict(zip(first, padded, strict=False))
        table = bytes(mapping.get(byte, byte) for byte in range(256))
    squeezed = set(second or first) if "s" in options else set()
    last = -1
    while data := (yield Read(CHUNK)):
        data = data.translate(table, deleted)
        if squeezed:
            kept = bytearray()
            for byte in data:
                if byte != last or byte not in squeezed:
                    kept.append(byte)
                last = byte
            data = bytes(kept)
        yield Write("stdout", data)
    return 0


def _set(text: str) -> bytes:
    for name, inside in _SETS.items():
        text = text.replace(f"[:{name}:]", inside)
    data = raw(text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r").replace("\\0", "\0"))
    found = bytearray()
    at = 0
    while at < len(data):
        if data[at + 1 : at + 2] == b"-" and at + 2 < len(data) and data[at] <= data[at + 2]:
            found += bytes(range(data[at], data[at + 2] + 1))
            at += 3
        else:
            found.append(data[at])
            at += 1
    return bytes(found)


def xargs(call: Call) -> Steps[int]:
    options = parse(call.args, "0rtpx", "nIiPLd", first=True)
    text = shown((yield from everything(1 << 17)))
    if "0" in options:
        items = [item for item in text.split("\0") if item]
    elif "I" in options:
        items = [line.strip() for line in text.split("\n") if line.strip()]
    else:
        try:
            items = shlex.split(text, posix=True)
        except ValueError:
            raise Failure("unmatched quote") from None
    command = options.operands or ["echo"]
    if not items and "r" in options:
        return 0
    size = 1 if "I" in options else max(1, options.count("n", len(items) or 1))
    code = 0
    for at in range(0, max(len(items), 1), size):
        some = items[at : at + size]
        mark = options.value("I")
        words = [word.replace(mark, some[0]) for word in command] if mark and some else [*command, *some]
        one = yield from call.other(words)
        code = 123 if one else code
    return code


PROGRAMS: dict[str, Program] = {
    "grep": grep, "egrep": grep, "fgrep": grep, "sort": sort, "uniq": uniq, "cut": cut, "tr": tr, "xargs": xargs,
}  # fmt: skip
