"""What the processes of one exec share, and what a program is given when it is called."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from ...objects import instant_of
from ...registry import Body, Instant, Reader
from .. import catalogue, nodes, programs, references
from ..containers import status_of_container
from ..effects import Effect, NotFound, Read, Sleep, Write
from ..files import Files

T = TypeVar("T")
CHUNK = 32_768
"""Bytes that are read or written at once."""
MOST = 1 << 20
"""Bytes that a program may hold at once, such as `sort` or `$(...)`."""
_TURN = 64_000
_STEP = 1_000
_KILL = 9


class ReadLine(NamedTuple):
    """The process waits for a line, or for `most` bytes of it. The result ends in a newline but at the end of input."""

    most: int = CHUNK


Steps = Generator[Effect | ReadLine, Any, T]
"""A part of a process that comes to a result."""


class Failure(Exception):
    """A program gives up: str() is what it says on stderr after its name."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Machine:
    """One container as the processes of an exec see it.

    launch: starts a program by its words. Raises NotFound or FileError. words: what was executed. process: its number.
    """

    pod: Body
    container: Body
    files: Files
    reader: Reader
    launch: Callable[[Call], Steps[int]]
    words: list[str] = field(default_factory=list)
    tty: bool = False
    process: int = 7
    _spent: int = 0
    _draws: int = 0

    @property
    def now(self) -> Instant:
        return self.files.now

    @property
    def started(self) -> Instant:
        """When the container was started."""
        running = (status_of_container(self.pod, self.container["name"]).get("state") or {}).get("running") or {}
        return instant_of(running["startedAt"]) if "startedAt" in running else self.now

    @property
    def is_gnu(self) -> bool:
        """Whether the image has GNU's programs rather than BusyBox's."""
        return catalogue.of(references.parse(self.container["image"])).family in ("debian", "ubuntu")

    @property
    def main(self) -> list[str]:
        """The command line of the container's main process."""
        return main_of(self.container)

    def tick(self, microseconds: int = _STEP) -> Sleep | None:
        """Counts what a step takes. Now and then it gives the time that the steps took: others have a turn then."""
        self._spent += microseconds
        if self._spent < _TURN:
            return None
        spent, self._spent = self._spent, 0
        return Sleep(spent)

    def draw(self) -> int:
        """A number that no earlier connection had."""
        self._draws += 1
        return self._draws

    def signal(self, number: int) -> None:
        """Sends a signal to the container's main process."""
        program = programs.of(self.container)
        if number == _KILL or number == 0:
            return
        if program.stop is not None:
            self.files.end(program.stop_code)


@dataclass(slots=True)
class Call:
    """A program that is called: its words, its environment, where it is. depth: how many calls there are above it."""

    machine: Machine
    words: list[str]
    environment: dict[str, str]
    directory: str
    depth: int = 0
    files: Files = field(init=False)

    def __post_init__(self) -> None:
        self.files = self.machine.files

    @property
    def name(self) -> str:
        return self.words[0].rpartition("/")[2]

    @property
    def args(self) -> list[str]:
        return self.words[1:]

    def path(self, text: str) -> str:
        """An absolute path, not yet free of links and `..`. Raises FileError for an empty one."""
        if not text:
            raise nodes.FileError(nodes.NOT_FOUND)
        return text if text.startswith("/") else f"{self.directory.rstrip('/')}/{text}"

    def other(self, words: list[str], environment: dict[str, str] | None = None) -> Steps[int]:
        """Another program, called by this one."""
        inner = self.environment if environment is None else environment
        try:
            process = self.machine.launch(Call(self.machine, words, dict(inner), self.directory, self.depth + 1))
        except NotFound:
            yield self.complaint(f"can't execute '{words[0]}': {nodes.NOT_FOUND}")
            return 127
        except nodes.FileError as error:
            yield self.complaint(f"can't execute '{words[0]}': {error}")
            return 126
        return (yield from process)

    def complaint(self, message: str) -> Write:
        return Write("stderr", raw(f"{self.name}: {message}\n"))


Program = Callable[[Call], Steps[int]]


def main_of(container: Body) -> list[str]:
    """The command line of a container's main process, as far as it is known."""
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    return words or [references.parse(container["image"]).path.rpartition("/")[2]]


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def shown(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def out(text: str) -> Write:
    return Write("stdout", raw(text))


def everything(most: int = MOST) -> Steps[bytes]:
    """All of the standard input. Raises Failure if it is too much."""
    parts, size = [], 0
    while data := (yield Read(CHUNK)):
        parts.append(data)
        size += len(data)
        if size > most:
            raise Failure("out of memory")
    return b"".join(parts)


def chunks(data: bytes) -> Steps[None]:
    """Writes data piece by piece."""
    for at in range(0, len(data), CHUNK):
        yield Write("stdout", data[at : at + CHUNK])
