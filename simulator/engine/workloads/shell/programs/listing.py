"""ls, stat, du, df, find, readlink, realpath: what lies where."""

from __future__ import annotations

from collections.abc import Iterator

from .... import quantity
from ....objects import get_in, timestamp
from ...files import ROOM
from ...nodes import FileError, Node, is_below
from ..machine import Call, Failure, Program, Steps, out, shown
from ..options import Options, parse
from .accounts import group_name, user_name

_BLOCK = 4096
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HALF_YEAR = 182 * 86_400 * 1_000_000
_LETTERS = {"dir": "d", "link": "l", "device": "c", "file": "-"}


def walk(call: Call, name: str, *, deepest: int = 60) -> Iterator[tuple[str, Node]]:
    """All that lies at and below a path, as the user would write it. Raises FileError for the path itself."""
    waiting = [(name, call.files.at(call.path(name), follow=False), 0)]
    while waiting:
        shown_as, node, depth = waiting.pop()
        yield shown_as, node
        if not node.is_dir or depth >= deepest:
            continue
        try:
            names = call.files.names(call.path(shown_as))
        except FileError:
            continue
        for below in reversed(names):
            path = f"{shown_as.rstrip('/')}/{below}" if shown_as != "/" else f"/{below}"
            inner = call.files.find(call.path(path), follow=False)
            if inner is not None:
                waiting.append((path, inner, depth + 1))


def permissions(node: Node) -> str:
    """As `ls -l` writes them."""
    bits = "".join(letter if node.mode >> (8 - at) & 1 else "-" for at, letter in enumerate("rwxrwxrwx"))
    for bit, at, letter in ((0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")):
        if node.mode & bit:
            bits = bits[:at] + (letter if bits[at] == "x" else letter.upper()) + bits[at + 1 :]
    return _LETTERS[node.type] + bits


def size_of(node: Node) -> int:
    return _BLOCK if node.is_dir else 0 if node.type == "device" else len(node.content)


def ls(call: Call) -> Steps[int]:
    options = parse(call.args, "laA1dhrtSRFinGgopCxLHk", long={"all": "a", "almost-all": "A", "color": "0"})
    code, files, directories = 0, list[tuple[str, Node]](), list[str]()
    for name in options.operands or ["."]:
        try:
            node = call.files.at(call.path(name), follow="l" not in options and "d" not in options)
        except FileError as error:
            yield call.complaint(f"{name}: {error}" if not _is_gnu(call) else f"cannot access '{name}': {error}")
            code = 1 if not _is_gnu(call) else 2
            continue
        if node.is_dir and "d" not in options:
            directories.append(name)
        else:
            files.append((name, node))
    yield out(_listed(call, options, files))
    for position, name in enumerate(directories):
        if len(options.operands) > 1 or "R" in options:
            yield out(f"{chr(10) if files or position else ''}{name}:\n")
        try:
            entries = _entries(call, options, name)
        except FileError as error:
            yield call.complaint(f"can't open '{name}': {error}")
            code = 1
            continue
        if "l" in options:
            yield out(f"total {sum(_blocks(node) for _, node in entries)}\n")
        yield out(_listed(call, options, entries))
        if "R" in options and len(directories) < 1000:
            directories += [
                f"{name.rstrip('/')}/{inner}" for inner, node in entries if node.is_dir and inner not in (".", "..")
            ]
    return code


def _entries(call: Call, options: Options, name: str) -> list[tuple[str, Node]]:
    hidden = "a" in options or "A" in options
    names = [one for one in call.files.names(call.path(name)) if hidden or not one.startswith(".")]
    if "a" in options:
        names = [".", "..", *names]
    found = []
    for one in names:
        node = call.files.find(f"{call.path(name)}/{one}", follow=False)
        if node is not None:
            found.append((one, node))
    return found


def _listed(call: Call, options: Options, entries: list[tuple[str, Node]]) -> str:
    if "t" in options:
        entries = sorted(entries, key=lambda one: -one[1].modified)
    elif "S" in options:
        entries = sorted(entries, key=lambda one: -size_of(one[1]))
    if "r" in options:
        entries = entries[::-1]
    names = [name + ("/" if node.is_dir and ("F" in options or "p" in options) else "") for name, node in entries]
    if not entries:
        return ""
    if "l" in options:
        return _long(call, options, entries, names)
    if call.machine.tty and "1" not in options:
        width = max(len(name) for name in names) + 2
        across = max(1, 80 // width)
        rows = -(-len(names) // across)
        lines = ("".join(name.ljust(width) for name in names[row::rows]).rstrip() for row in range(rows))
        return "".join(f"{line}\n" for line in lines)
    return "".join(f"{name}\n" for name in names)


def _long(call: Call, options: Options, entries: list[tuple[str, Node]], names: list[str]) -> str:
    sizes = [_human(size_of(node)) if "h" in options else str(size_of(node)) for _, node in entries]
    numeric = "n" in options
    owners = [
        (str(node.uid), str(node.gid)) if numeric else (user_name(call, node.uid), group_name(call, node.gid))
        for _, node in entries
    ]
    gnu = _is_gnu(call)
    widths = [max(len(text) for text in texts) for texts in (sizes, *zip(*owners, strict=True))] if gnu else [9, 8, 8]
    lines = []
    for (_, node), shown_as, size, (user, group) in zip(entries, names, sizes, owners, strict=True):
        count = 2 if node.is_dir else 1
        who = f"{user:{widths[1]}} {group:{widths[2]}}"
        links = f"{count}" if gnu else f"{count:4}"
        text = f"{permissions(node)} {links} {who} {size:>{widths[0]}} {_when(call, node)} {shown_as}"
        if node.type == "link":
            text += f" -> {shown(node.content)}"
        lines.append(text + "\n")
    return "".join(lines)


def _when(call: Call, node: Node) -> str:
    at = node.modified or _started(call)
    text = timestamp(at)
    year, month, day, clock = text[:4], int(text[5:7]), int(text[8:10]), text[11:16]
    recent = 0 <= call.machine.now - at < _HALF_YEAR
    return f"{_MONTHS[month - 1]} {day:2} {clock if recent else f' {year}'}"


def _started(call: Call) -> int:
    """What is part of the image is shown as old as the pod."""
    return call.machine.started


def _human(figure: int) -> str:
    if figure < 1024:
        return str(figure)
    for letter in "KMGT":
        amount = figure / 1024
        if amount < 1024 or letter == "T":
            return f"{amount:.1f}{letter}"
        figure = int(amount)
    return str(figure)


def _blocks(node: Node) -> int:
    return -(-size_of(node) // _BLOCK) * 4 if node.type != "link" else 0


def _is_gnu(call: Call) -> bool:
    return call.machine.is_gnu


def stat(call: Call) -> Steps[int]:
    options = parse(call.args, "Lft", "c")
    for name in options.operands:
        try:
            node = call.files.at(call.path(name), follow="L" in options)
        except FileError as error:
            yield call.complaint(f"can't stat '{name}': {error}")
            return 1
        at = node.modified or _started(call)
        figures = {
            "n": name, "s": str(size_of(node)), "a": f"{node.mode:o}", "A": permissions(node), "u": str(node.uid),
            "g": str(node.gid), "U": user_name(call, node.uid), "G": group_name(call, node.gid), "Y": str(at // 10**6),
            "F": {"dir": "directory", "link": "symbolic link", "device": "character special file"}.get(
                node.type, "regular file" if node.content else "regular empty file"),
            "y": f"{timestamp(at)[:10]} {timestamp(at)[11:19]}.000000000 +0000",
        }  # fmt: skip
        form = options.value("c")
        if not form:
            form = "  File: %n\n  Size: %s\t%F\nAccess: (0%a/%A)  Uid: (%u/%U)   Gid: (%g/%G)\nModify: %y"
        for letter, text in figures.items():
            form = form.replace(f"%{letter}", text)
        yield out(f"{form}\n")
    return 0


def du(call: Call) -> Steps[int]:
    options = parse(call.args, "shakmcxlL", "d")
    unit = 1 << 20 if "m" in options else 1024
    for name in options.operands or ["."]:
        sizes: dict[str, int] = {}
        for path, node in walk(call, name):
            if pause := call.machine.tick(20):
                yield pause
            amount = _blocks(node) * 1024
            sizes[path] = amount
            above = path
            while above != name and "/" in above:
                above = above.rpartition("/")[0] or "/"
                if above in sizes:
                    sizes[above] += amount
        for path in reversed(sizes):
            if path == name or ("s" not in options and (_is_dir(call, path) or "a" in options)):
                amount = sizes[path]
                yield out(f"{_human(amount) if 'h' in options else -(-amount // unit)}\t{path}\n")
    return 0


def _is_dir(call: Call, path: str) -> bool:
    node = call.files.find(call.path(path), follow=False)
    return node is not None and node.is_dir


def df(call: Call) -> Steps[int]:
    options = parse(call.args, "hkmPTia")
    node = call.machine.reader.get("nodes", "", call.machine.pod["spec"].get("nodeName", ""))
    total = quantity.value(get_in(node, "status", "capacity", "ephemeral-storage", default="100Gi"))
    rows = [("overlay", total, total // 10, "/"), ("tmpfs", 64 << 20, 0, "/dev")]
    rows += [("/dev/sda1", ROOM, used, path) for path, used in call.files.mounts()]
    if options.operands:
        path = call.files.real(call.path(options.operands[0]))
        rows = [max((row for row in rows if is_below(path, row[3])), key=lambda row: len(row[3]))]
    human = "h" in options
    yield out(
        f"{'Filesystem':20} {'Size' if human else '1K-blocks':>10} {'Used':>9} {'Available':>9} Use% Mounted on\n"
    )
    for name, size, used, path in rows:
        figures = [_human(one) if human else str(one // 1024) for one in (size, used, size - used)]
        yield out(f"{name:20} {figures[0]:>10} {figures[1]:>9} {figures[2]:>9} {used * 100 // size:3}% {path}\n")
    return 0


def readlink(call: Call) -> Steps[int]:
    options = parse(call.args, "fnevms")
    if not options.operands:
        raise Failure("missing operand")
    for name in options.operands:
        if call.name == "realpath" or "f" in options or "e" in options:
            yield out(f"{call.files.real(call.path(name))}\n")
            continue
        node = call.files.find(call.path(name), follow=False)
        if node is None or node.type != "link":
            return 1
        yield out(f"{shown(node.content)}\n")
    return 0


def which(call: Call) -> Steps[int]:
    code = 0
    for name in [word for word in call.args if not word.startswith("-")]:
        for directory in call.environment.get("PATH", "").split(":"):
            node = call.files.find(f"{directory}/{name}")
            if node is not None and node.type == "file" and node.mode & 0o111:
                yield out(f"{directory}/{name}\n")
                break
        else:
            code = 1
    return code


PROGRAMS: dict[str, Program] = {
    "ls": ls, "stat": stat, "du": du, "df": df, "readlink": readlink, "realpath": readlink, "which": which,
}  # fmt: skip
