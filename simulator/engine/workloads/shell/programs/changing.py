"""mkdir, rmdir, rm, touch, cp, mv, ln, chmod, chown, mktemp, dd, sync: what changes files."""

from __future__ import annotations

import re

from ...effects import Read, Write
from ...nodes import NOT_FOUND, FileError, Node, base, normal
from ..machine import CHUNK, Call, Failure, Program, Steps, out
from ..options import Options, parse
from ..streams import Sink, source_of, target_of
from .accounts import number_of
from .listing import walk

_UNITS = {"": 1, "c": 1, "w": 2, "b": 512, "k": 1024, "K": 1024, "kB": 1000, "M": 1 << 20, "MB": 10**6, "G": 1 << 30}


def mkdir(call: Call) -> Steps[int]:
    options = parse(call.args, "pv", "m", long={"parents": "p", "mode": "m"})
    mode, code = (
        int(options.value("m", "755"), 8) if re.fullmatch("[0-7]{3,4}", options.value("m", "755")) else 0o755,
        0,
    )
    for name in needed(options):
        try:
            path = normal(name, call.directory)
            if "p" in options:
                _with_parents(call, path, mode)
            else:
                call.files.make_directory(path, mode)
        except FileError as error:
            yield call.complaint(f"can't create directory '{name}': {error}")
            code = 1
    return code


def _with_parents(call: Call, path: str, mode: int) -> None:
    at = 0
    while at >= 0:
        at = path.find("/", at + 1)
        part = path if at < 0 else path[:at]
        node = call.files.find(part)
        if node is None:
            call.files.make_directory(part, mode if at < 0 else 0o755)
        elif not node.is_dir:
            raise FileError("File exists" if at < 0 else "Not a directory")


def needed(options: Options) -> list[str]:
    if not options.operands:
        raise Failure("missing operand")
    return options.operands


def rmdir(call: Call) -> Steps[int]:
    code = 0
    for name in needed(parse(call.args, "p")):
        try:
            if not call.files.at(call.path(name)).is_dir:
                raise FileError("Not a directory")
            call.files.remove(call.path(name))
        except FileError as error:
            yield call.complaint(f"'{name}': {error}")
            code = 1
    return code


def rm(call: Call) -> Steps[int]:
    options = parse(call.args, "rRfiv", long={"recursive": "r", "force": "f"})
    code = 0
    if not options.operands and "f" not in options:
        raise Failure("missing operand")
    for name in options.operands:
        try:
            if base(normal(name)) == "" or name.rstrip("/").rpartition("/")[2] in (".", ".."):
                raise FileError("refusing to remove '.' or '..' directory: skipping")
            node = call.files.at(call.path(name), follow=False)
            if node.is_dir and not {"r", "R"} & options.given.keys():
                raise FileError("Is a directory")
            for path, _ in reversed(list(walk(call, name))):
                if pause := call.machine.tick(20):
                    yield pause
                call.files.remove(call.path(path))
        except FileError as error:
            if "f" in options and str(error) == NOT_FOUND:
                continue
            yield call.complaint(
                f"can't remove '{name}': {error}" if str(error) != "Is a directory" else f"'{name}' is a directory"
            )
            code = 1
    return code


def touch(call: Call) -> Steps[int]:
    options, code = parse(call.args, "cam", "dtr"), 0
    for name in needed(options):
        try:
            if "c" not in options or call.files.find(call.path(name)) is not None:
                call.files.touch(call.path(name))
        except FileError as error:
            yield call.complaint(f"{name}: {error}")
            code = 1
    return code


def chmod(call: Call) -> Steps[int]:
    options = parse(
        [f" {word}" if re.fullmatch(r"-[rwxXst]+", word) and word != "-R" else word for word in call.args], "Rfv"
    )
    operands = [word.strip() if position == 0 else word for position, word in enumerate(options.operands)]
    if len(operands) < 2:
        raise Failure("missing operand")
    code = 0
    for name in operands[1:]:
        try:
            for path, node in walk(call, name) if "R" in options else [(name, call.files.at(call.path(name)))]:
                call.files.change(call.path(path), mode=_mode(operands[0], node))
        except FileError as error:
            yield call.complaint(f"{name}: {error}")
            code = 1
    return code


def _mode(text: str, node: Node) -> int:
    if re.fullmatch("[0-7]{1,4}", text):
        return int(text, 8)
    mode = node.mode
    for part in text.split(","):
        found = re.fullmatch(r"([ugoa]*)([-+=])([rwxXst]*)", part)
        if found is None:
            raise Failure(f"invalid mode '{text}'")
        bits = sum({"r": 4, "w": 2, "x": 1}.get(letter, 0) for letter in set(found[3].lower()) & set("rwx"))
        for letter in "ugo" if not found[1] or "a" in found[1] else found[1]:
            shift = {"u": 6, "g": 3, "o": 0}[letter]
            here = bits << shift
            mode = mode | here if found[2] == "+" else mode & ~here if found[2] == "-" else mode & ~(7 << shift) | here
    return mode


def chown(call: Call) -> Steps[int]:
    options = parse(call.args, "Rhfv")
    if len(options.operands) < 2:
        raise Failure("missing operand")
    owner, _, group = options.operands[0].partition(":")
    if call.name == "chgrp":
        owner, group = "", options.operands[0]
    uid = number_of(call, "/etc/passwd", owner) if owner else None
    gid = number_of(call, "/etc/group", group) if group else None
    if (owner and uid is None) or (group and gid is None):
        raise Failure(f"unknown user/group {options.operands[0]}")
    for name in options.operands[1:]:
        for path, _ in walk(call, name) if "R" in options else [(name, call.files.at(call.path(name)))]:
            call.files.change(call.path(path), uid=uid, gid=gid)
    return 0
    yield


def mktemp(call: Call) -> Steps[int]:
    options = parse(call.args, "dqu", "p")
    form = options.operands[0] if options.operands else "tmp.XXXXXX"
    folder = options.value("p", "/tmp") if "/" not in form else ""
    for number in range(1000):
        figure = f"{(call.machine.now // 1000 + number * 7919) % 36**6:06d}"[-6:]
        path = (f"{folder}/" if folder else "") + form.replace("XXXXXX", figure)
        if call.files.find(call.path(path)) is None:
            break
    if "d" in options:
        call.files.make_directory(call.path(path), 0o700)
    else:
        call.files.write(call.path(path), b"", mode=0o600)
    yield out(f"{path}\n")
    return 0


def dd(call: Call) -> Steps[int]:
    values = dict(word.partition("=")[::2] for word in call.args if "=" in word)
    size = _amount(values.get("bs", "512"))
    count = _amount(values["count"]) if "count" in values else None
    source = source_of(call.files, call.path(values["if"])) if "if" in values else None
    sink: Sink | None = None
    if "of" in values:
        target = target_of(call.files, call.path(values["of"]), append=False)
        sink = target if not isinstance(target, str) else None
    copied = blocks = 0
    left = None if count is None else count * size
    while left is None or left > 0:
        most = min(CHUNK, left if left is not None else CHUNK)
        if source is None:
            data = yield Read(most)
        else:
            data = source.read(most)
            if pause := call.machine.tick(500):
                yield pause
        if not data:
            break
        left = None if left is None else left - len(data)
        try:
            if sink is None:
                yield Write("stdout", data)
            else:
                sink.write(data)
        except FileError as error:
            yield call.complaint(f"error writing '{values['of']}': {error}")
            return 1
        copied += len(data)
    blocks = copied // size if size else 0
    yield Write("stderr", f"{blocks}+0 records in\n{blocks}+0 records out\n{copied} bytes copied\n".encode())
    return 0


def _amount(text: str) -> int:
    found = re.fullmatch(r"(\d{1,12})([a-zA-Z]{0,2})", text)
    if found is None or found[2] not in _UNITS:
        raise Failure(f"invalid number '{text}'")
    return int(found[1]) * _UNITS[found[2]]


def sync(call: Call) -> Steps[int]:
    return 0
    yield


PROGRAMS: dict[str, Program] = {
    "mkdir": mkdir, "rmdir": rmdir, "rm": rm, "touch": touch, "chmod": chmod,
    "chown": chown, "chgrp": chown, "mktemp": mktemp, "dd": dd, "sync": sync,
}  # fmt: skip
