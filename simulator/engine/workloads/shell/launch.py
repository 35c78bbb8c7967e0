"""Starts programs: finds the file, and what it is, and runs it."""

from __future__ import annotations

from collections.abc import Mapping

from .. import nodes
from ..effects import NotFound
from ..environment import PATH
from ..nodes import FileError, Node
from .machine import Call, Failure, Program, Steps, shown
from .patterns import PatternFault

_DEEPEST = 40


def found(call: Call) -> str:
    """The file of the program that is called. Raises NotFound, or FileError for a path that cannot be run."""
    name, files = call.words[0], call.files
    if "/" in name:
        node = files.at(call.path(name))
        if node.is_dir or not node.mode & 0o111:
            raise FileError(nodes.DENIED)
        return call.path(name)
    for directory in call.environment.get("PATH", PATH).split(":"):
        path = f"{directory or call.directory}/{name}"
        try:
            there = files.find(path)
        except FileError:
            continue
        if there is not None and there.type == "file" and there.mode & 0o111:
            return path
    raise NotFound(name)


def launcher(programs: Mapping[str, Program]) -> Program:
    """What starts programs out of a table. It raises NotFound and FileError before the program's first step."""

    def launch(call: Call) -> Steps[int]:
        path = found(call)
        node = call.files.at(path)
        name = nodes.program_of(node)
        if not name:
            return _script(call, path, node)
        program = programs.get(name)
        if program is None:
            return _unknown(call)
        return _guarded(program, call)

    return launch


def _script(call: Call, path: str, node: Node) -> Steps[int]:
    """A file that is no program: its first line says who reads it, else the shell does."""
    first = shown(node.content.partition(b"\n")[0][:256])
    interpreter = first[2:].split() if first.startswith("#!") else ["/bin/sh"]
    if call.depth > _DEEPEST or not interpreter:
        raise FileError("Exec format error")
    if b"\0" in node.content[:256]:
        raise FileError("Exec format error")
    words = [*interpreter, path, *call.args]
    return call.machine.launch(Call(call.machine, words, call.environment, call.directory, call.depth + 1))


def _guarded(program: Program, call: Call) -> Steps[int]:
    if call.depth > _DEEPEST:
        yield call.complaint("can't fork: Resource temporarily unavailable")
        return 1
    try:
        return (yield from program(call))
    except Failure as failure:
        yield call.complaint(str(failure))
        return failure.code
    except (FileError, PatternFault) as error:
        yield call.complaint(str(error))
        return 1


def _unknown(call: Call) -> Steps[int]:
    yield call.complaint("this program is not simulated")
    return 126
