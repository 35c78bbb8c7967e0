"""Processes inside simulated containers: what exec, attach, cp, port-forward and debug talk to.

`effects.py` says how a process is driven. What a server answers is in `servers.py`, the shell in `shell/`.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from ..objects import get_in
from ..registry import Body, Instant, Reader
from . import environment, logs, nodes
from .containers import container_of, status_of_container
from .effects import Effect, Interrupted, NotFound, Process, Read, Response, Sleep, Write
from .files import Files
from .nodes import FileError
from .programs import is_shell
from .servers import is_listening, respond
from .shell.launch import launcher
from .shell.machine import Call, Machine, Steps, raw
from .shell.running import PROGRAMS
from .shell.streams import with_lines
from .shell.terminal import on_terminal

__all__ = [
    "Effect", "Exec", "Interrupted", "NotFound", "Process", "Read", "Response", "Sleep", "Write", "attached",
    "attachment", "execution", "is_listening", "respond",
]  # fmt: skip

_POLL = 1_000_000
_KILLED = 137
_FAILED = "OCI runtime exec failed: exec failed: unable to start container process: "
_launch = launcher(PROGRAMS)


@dataclass
class Exec:
    """A process and what it sees. files: the container's file system as the process has left it so far.

    A driver may set `now` before it sends a result, so that the process knows how late it has become while it waited;
    otherwise only its sleeps count.
    """

    process: Process
    files: Files

    @property
    def now(self) -> Instant:
        return self.files.now

    @now.setter
    def now(self, instant: Instant) -> None:
        self.files.now = instant


def execution(
    pod: Body,
    container: str,
    argv: list[str],
    *,
    reader: Reader,
    now: Instant,
    tty: bool = False,
    files: Files | None = None,
) -> Exec:
    """Starts a program in a container. Raises NotFound, with the runtime's words, for one that it does not have."""
    spec = container_of(pod, container)
    files = files or Files(pod, container, reader=reader, now=now)
    words = [word.encode("utf-8", "replace").decode() for word in argv]
    machine = Machine(pod, spec, files, reader, _launch, words, tty=tty)
    variables = environment.of(pod, spec, reader, tty=tty).variables
    directory = spec.get("workingDir") or "/"
    try:
        process = _launch(Call(machine, words, variables, _directory(files, directory)))
    except NotFound:
        raise NotFound(f'{_FAILED}exec: "{words[0]}": executable file not found in $PATH') from None
    except FileError as error:
        raise NotFound(f'{_FAILED}exec: "{words[0]}": {_reason(words[0], error)}') from None
    return Exec(_driven(machine, process), files)


def _directory(files: Files, path: str) -> str:
    try:
        return path if files.at(path).is_dir else "/"
    except FileError:
        return "/"


def _reason(path: str, error: FileError) -> str:
    text = str(error)
    return f"stat {path}: {text[:1].lower()}{text[1:]}" if text == nodes.NOT_FOUND else text[:1].lower() + text[1:]


def _driven(machine: Machine, process: Steps[int]) -> Process:
    whole = _timed(machine, with_lines(machine, _bounded(process)))
    return on_terminal(whole) if machine.tty else whole


def _bounded(process: Steps[int]) -> Steps[int]:
    """Whatever a script manages to do, it ends as a process does."""
    try:
        return (yield from process)
    except RecursionError:
        yield Write("stderr", b"out of memory\n")
        return _KILLED
    except Interrupted:
        return 130


def _timed(machine: Machine, process: Process) -> Process:
    """Time goes by while the process sleeps, if its driver does not say how late it is."""
    result: Any = None
    thrown: Interrupted | None = None
    while True:
        try:
            effect = process.send(result) if thrown is None else process.throw(thrown)
        except StopIteration as end:
            return int(end.value)
        result, thrown = None, None
        before = machine.files.now
        try:
            result = yield effect
        except Interrupted as signal:
            thrown = signal
        if isinstance(effect, Sleep) and thrown is None:
            machine.files.now = max(machine.files.now, before + effect.microseconds)


# --- attach --------------------------------------------------------------------------------------------------------


def attachment(pod: Body, container: str, *, reader: Reader, now: Instant) -> Process:
    """What somebody sees who attaches to a container: the process of `attached`."""
    return attached(pod, container, reader=reader, now=now).process


def attached(pod: Body, container: str, *, reader: Reader, now: Instant, files: Files | None = None) -> Exec:
    """Attaches to a container's main process: what it prints from now on, and its shell, if it reads the input.

    When such a shell ends, so does the container: `files` say so.
    """
    spec = container_of(pod, container)
    files = files or Files(pod, container, reader=reader, now=now)
    if not is_shell(spec):
        return Exec(_printed(pod, container, reader, files), files)
    words = [*(spec.get("command") or ()), *(spec.get("args") or ())] or ["sh"]
    machine = Machine(pod, spec, files, reader, _launch, words, tty=bool(spec.get("tty")), process=1)
    variables = environment.of(pod, spec, reader, tty=machine.tty).variables
    call = Call(machine, words, variables, _directory(files, spec.get("workingDir") or "/"))
    try:
        process = _launch(call)
    except (NotFound, FileError) as error:
        process = _broken(str(error))
    return Exec(_driven(machine, _main(machine, process)), files)


def _broken(message: str) -> Steps[int]:
    yield Write("stderr", raw(f"{message}\n"))
    return 127


def _main(machine: Machine, process: Steps[int]) -> Steps[int]:
    code = yield from process
    machine.files.end(code)
    return code


def _printed(pod: Body, container: str, reader: Reader, files: Files) -> Generator[Effect, Any, int]:
    """The lines of the container's log that come from now on, until it has ended."""
    given = files.now
    instance = status_of_container(pod, container).get("containerID")
    while True:
        meta = pod["metadata"]
        fresh = reader.get("pods", meta.get("namespace", ""), meta["name"])
        status = status_of_container(fresh or {}, container)
        ended = get_in(status, "state", "terminated")
        same = fresh is not None and status.get("containerID") == instance
        for at, line in (
            logs.lines(fresh, container, files.now, since=given + 1, reader=reader) if fresh and same else ()
        ):
            yield Write("stdout", raw(f"{line}\n"))
            given = at
        if not same or ended is not None:
            return int((ended or {}).get("exitCode", _KILLED))
        following = logs.following(fresh or pod, container, files.now, reader=reader) or files.now + 15 * _POLL
        before = files.now
        pause = max(1, min(following - before, 15 * _POLL))
        yield Sleep(pause)
        files.now = max(files.now, before + pause)
