"""cp, mv, ln: files from one place to another."""

from __future__ import annotations

from ...nodes import NOT_FOUND, FileError, base, is_below, normal
from ..machine import Call, Failure, Program, Steps
from ..options import Options, parse
from ..streams import source_of
from .changing import needed
from .listing import walk


def _into(call: Call, options: Options) -> tuple[list[str], str, bool]:
    """What is copied or moved, where to, and whether that is a directory."""
    names = list(options.operands)
    if "t" in options:
        names.append(options.value("t"))
    if len(names) < 2:
        raise Failure("missing operand")
    to = names.pop()
    node = call.files.find(call.path(to))
    is_dir = node is not None and node.is_dir
    if len(names) > 1 and not is_dir:
        raise Failure(f"target '{to}' is not a directory")
    return names, to, is_dir


def cp(call: Call) -> Steps[int]:
    options = parse(call.args, "rRafpdLPuvTn", "t", long={"recursive": "r", "archive": "a"})
    names, to, is_dir = _into(call, options)
    code = 0
    for name in names:
        target = f"{to.rstrip('/')}/{base(normal(name, call.directory))}" if is_dir else to
        try:
            recursive = bool({"r", "R", "a"} & options.given.keys())
            node = call.files.at(call.path(name), follow=not recursive)
            if node.is_dir and not recursive:
                yield call.complaint(f"omitting directory '{name}'")
                code = 1
                continue
            if node.is_dir and is_below(normal(target, call.directory), normal(name, call.directory)):
                raise FileError(f"cannot copy a directory, '{name}', into itself")
            yield from _copied(call, name, target, recursive)
        except FileError as error:
            yield call.complaint(
                f"can't copy '{name}': {error}" if str(error) != NOT_FOUND else f"can't stat '{name}': {error}"
            )
            code = 1
    return code


def _copied(call: Call, name: str, target: str, recursive: bool) -> Steps[None]:
    files = call.files
    if not recursive:
        source = source_of(files, call.path(name))
        content = b"" if source is None else source.read(1 << 20)
        files.write(call.path(target), content, mode=files.at(call.path(name)).mode & 0o777)
        return
    for path, node in list(walk(call, name)):
        if pause := call.machine.tick(50):
            yield pause
        to = call.path(target + path[len(name.rstrip("/")) :] if path != name else target)
        if node.is_dir:
            if files.find(to) is None:
                files.make_directory(to, node.mode)
        elif node.type == "link":
            if files.find(to, follow=False) is not None:
                files.remove(to)
            files.make_link(to, node.content.decode(errors="replace"))
        else:
            files.write(to, node.content, mode=node.mode & 0o777)


def mv(call: Call) -> Steps[int]:
    options = parse(call.args, "finuvT", "t")
    names, to, is_dir = _into(call, options)
    code = 0
    for name in names:
        target = f"{to.rstrip('/')}/{base(normal(name, call.directory))}" if is_dir else to
        try:
            call.files.at(call.path(name), follow=False)
            if normal(target, call.directory) == normal(name, call.directory):
                continue
            if is_below(normal(target, call.directory), normal(name, call.directory)):
                raise FileError("Invalid argument")
            yield from _copied(call, name, target, True)
            for path, _ in reversed(list(walk(call, name))):
                call.files.remove(call.path(path))
        except FileError as error:
            yield call.complaint(f"can't rename '{name}': {error}")
            code = 1
    return code


def ln(call: Call) -> Steps[int]:
    options = parse(call.args, "sfnvT")
    names = needed(options)
    to = names[1] if len(names) > 1 else base(names[0])
    there = call.files.find(call.path(to))
    if there is not None and there.is_dir and "n" not in options:
        to = f"{to.rstrip('/')}/{base(names[0])}"
    try:
        if "f" in options and call.files.find(call.path(to), follow=False) is not None:
            call.files.remove(call.path(to))
        if "s" in options:
            call.files.make_link(call.path(to), names[0])
        else:
            node = call.files.at(call.path(names[0]))
            if call.files.find(call.path(to), follow=False) is not None:
                raise FileError("File exists")
            call.files.write(call.path(to), node.content, mode=node.mode)
    except FileError as error:
        yield call.complaint(f"{to}: {error}")
        return 1
    return 0


PROGRAMS: dict[str, Program] = {"cp": cp, "mv": mv, "ln": ln}
