"""Redirections: where a command's streams go."""

from __future__ import annotations

from collections.abc import Callable

from .. import nodes
from ..nodes import FileError
from . import expansion, streams
from .machine import Failure, Steps, raw
from .state import State
from .streams import Bytes, Nowhere, Source, Target
from .syntax import HereDocument, Redirection

_NAMES = {1: "stdout", 2: "stderr"}


def run(shell: State, redirections: tuple[Redirection, ...], start: Callable[[], Steps[int]]) -> Steps[int]:
    """Runs what `start` gives with its streams redirected."""
    targets: dict[str, Target] = {"stdout": "stdout", "stderr": "stderr"}
    source: Source | None = None
    for one in redirections:
        where = one.word.word if isinstance(one.word, HereDocument) else one.word
        to = yield from expansion.text(shell, where)
        try:
            if one.operator in ("<<", "<<<"):
                source = Bytes(raw(to if one.operator == "<<" else to + "\n"))
            elif one.operator in ("<", "<>"):
                source = streams.source_of(shell.files, _path(shell, to))
            elif one.operator != "<&":
                _point(shell, targets, one, to)
        except FileError as error:
            yield shell.complaint(_refusal(one, to, str(error)))
            return 1
    return (yield from streams.redirected(shell.machine, shell.name, start(), targets, source))


def _refusal(one: Redirection, to: str, reason: str) -> str:
    if one.operator in ("<", "<>"):
        return f"can't open {to}: {'no such file' if reason == nodes.NOT_FOUND else reason}"
    return f"can't create {to}: {'nonexistent directory' if reason == nodes.NOT_FOUND else reason}"


def _point(shell: State, targets: dict[str, Target], one: Redirection, to: str) -> None:
    """Points a descriptor to a file or to where another one points."""
    name = _NAMES.get(1 if one.fd < 0 else one.fd)
    if one.operator == ">&" and to == "-":
        new: Target = Nowhere()
    elif one.operator == ">&" and to.isdigit():
        if to not in ("1", "2"):
            raise Failure(f"{to}: bad file descriptor", 2)
        new = targets[_NAMES[int(to)]]
    else:
        new = streams.target_of(shell.files, _path(shell, to), append=one.operator == ">>")
        if one.operator == "&>" or (one.operator == ">&" and one.fd < 0):
            targets["stderr"] = new
    if name is not None:
        targets[name] = new


def _path(shell: State, text: str) -> str:
    if not text:
        raise FileError(nodes.NOT_FOUND)
    return shell.path(text)
