"""Where the streams of a process come from and go to: redirections, pipes, what is captured, what was read too far."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from typing import Any, Protocol

from .. import nodes
from ..effects import Interrupted, Process, Read, Sleep, Write
from ..files import Files
from ..nodes import FileError
from .machine import CHUNK, MOST, Failure, Machine, ReadLine, Steps


class Source(Protocol):
    """Something to read from that never makes anybody wait."""

    def read(self, most: int) -> bytes: ...

    def line(self, most: int) -> bytes: ...


class Bytes:
    """Bytes to read from, such as a file's content."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def read(self, most: int) -> bytes:
        data = self._content[self._at : self._at + most]
        self._at += len(data)
        return data

    def line(self, most: int) -> bytes:
        end = self._content.find(b"\n", self._at)
        return self.read(min(most, (len(self._content) if end < 0 else end + 1) - self._at))


class Endless:
    """/dev/zero and /dev/urandom."""

    def __init__(self, name: str) -> None:
        self._random = name != "zero"
        self._position = 0

    def read(self, most: int) -> bytes:
        return self.line(most)

    def line(self, most: int) -> bytes:
        if not self._random:
            return bytes(most)
        parts = []
        for _ in range(most // 64 + 1):
            self._position += 1
            parts.append(blake2b(self._position.to_bytes(8, "big"), person=b"urandom").digest())
        return b"".join(parts)[:most]


def source_of(files: Files, path: str) -> Source | None:
    """What reading a file gives; None for the standard input itself. Raises FileError."""
    node = files.at(path)
    if node.type == "device":
        name = node.content.decode()
        if name in ("stdin", "tty"):
            return None
        return Endless(name) if name in ("zero", "full", "random", "urandom") else Bytes(b"")
    return Bytes(files.read(path))


class Sink(Protocol):
    """Something to write to. Raises FileError."""

    def write(self, data: bytes) -> None: ...


class Nowhere:
    def write(self, data: bytes) -> None:
        return


class FileSink:
    """A file that was opened for writing."""

    def __init__(self, files: Files, path: str, *, append: bool) -> None:
        self._files, self._path = files, path
        files.write(path, b"", append=append)

    def write(self, data: bytes) -> None:
        self._files.write(self._path, data, append=True)


class FullDevice:
    def write(self, data: bytes) -> None:
        raise FileError(nodes.NO_SPACE)


Target = Sink | str
"""A sink, or `stdout` or `stderr` of whoever runs the process."""


def target_of(files: Files, path: str, *, append: bool) -> Target:
    """What writing to a path writes to. Raises FileError."""
    node = files.find(path)
    if node is not None and node.type == "device":
        name = node.content.decode()
        if name == "full":
            return FullDevice()
        return name if name in ("stdout", "stderr") else "stdout" if name == "tty" else Nowhere()
    return FileSink(files, path, append=append)


def redirected(
    machine: Machine, name: str, process: Steps[int], outer: dict[str, Target], source: Source | None
) -> Steps[int]:
    """A process whose streams are elsewhere. name: who complains when a file takes no more."""
    result: Any = None
    while True:
        try:
            effect = process.send(result)
        except StopIteration as end:
            return int(end.value)
        result = None
        if isinstance(effect, Write):
            target = outer[effect.stream]
            if target == "stdout":
                yield effect._replace(stream="stdout")
            elif target == "stderr":
                yield effect._replace(stream="stderr")
            elif not isinstance(target, str):
                try:
                    target.write(effect.data)
                except FileError as error:
                    process.close()
                    yield Write("stderr", f"{name}: write error: {error}\n".encode(errors="replace"))
                    return 1
                if pause := machine.tick(50):
                    yield pause
        elif source is not None and isinstance(effect, Read | ReadLine):
            result = source.read(effect.most) if isinstance(effect, Read) else source.line(effect.most)
            if pause := machine.tick(50):
                yield pause
        else:
            result = yield effect


def captured(machine: Machine, process: Steps[int]) -> Steps[tuple[bytes, int]]:
    """Runs a process for what it writes to stdout: (bytes, exit code). Raises Failure if it is too much."""
    parts, size, result = list[bytes](), 0, None
    while True:
        try:
            effect = process.send(result)
        except StopIteration as end:
            return b"".join(parts), int(end.value)
        result = None
        if isinstance(effect, Write) and effect.stream == "stdout":
            parts.append(effect.data)
            size += len(effect.data)
            if size > MOST:
                process.close()
                raise Failure("out of memory")
            if pause := machine.tick(50):
                yield pause
        else:
            result = yield effect


class _Pipe:
    """The bytes between two processes. `pull` runs the first until there are some; it stops for nobody else."""

    def __init__(self, process: Steps[int]) -> None:
        self._process = process
        self._buffer = bytearray()
        self._over = False

    def pull(self, machine: Machine, enough: Callable[[bytearray], bool]) -> Steps[None]:
        result: Any = None
        while not self._over and not enough(self._buffer):
            try:
                effect = self._process.send(result)
            except StopIteration:
                self._over = True
                return
            result = None
            if isinstance(effect, Write) and effect.stream == "stdout":
                self._buffer += effect.data
                if pause := machine.tick(50):
                    yield pause
            else:
                result = yield effect

    def take(self, most: int) -> bytes:
        data = bytes(self._buffer[:most])
        del self._buffer[:most]
        return data

    def line_end(self, most: int) -> int:
        end = self._buffer.find(b"\n")
        return min(most, len(self._buffer) if end < 0 else end + 1)

    def drain(self, machine: Machine) -> Steps[None]:
        """Nobody reads any more: the first process goes on to its end, or to its next write, which kills it."""
        self._buffer.clear()
        yield from self.pull(machine, bool)
        self._process.close()


def _has_line(most: int, buffer: bytearray) -> bool:
    return b"\n" in buffer or len(buffer) >= most


def piped(machine: Machine, first: Steps[int], second: Steps[int]) -> Steps[int]:
    """Two processes; what the first writes is what the second reads. The exit code is the second's."""
    pipe = _Pipe(first)
    result: Any = None
    while True:
        try:
            effect = second.send(result)
        except StopIteration as end:
            yield from pipe.drain(machine)
            return int(end.value)
        result = None
        if isinstance(effect, Read):
            yield from pipe.pull(machine, bool)
            result = pipe.take(effect.most)
        elif isinstance(effect, ReadLine):
            yield from pipe.pull(machine, partial(_has_line, effect.most))
            result = pipe.take(pipe.line_end(effect.most))
        else:
            result = yield effect


def with_lines(machine: Machine, process: Steps[int]) -> Process:
    """A process whose driver knows bytes only: lines are put together here, and what comes after one is kept."""
    buffer = bytearray()
    result: Any = None
    thrown: Interrupted | None = None
    while True:
        try:
            effect = process.send(result) if thrown is None else process.throw(thrown)
        except StopIteration as end:
            return int(end.value)
        result, thrown = None, None
        try:
            if isinstance(effect, Write):
                if effect.data:
                    yield effect
                pause = machine.tick(500)
                if pause is not None:
                    yield pause
                continue
            if isinstance(effect, Sleep):
                yield effect
                continue
            whole = isinstance(effect, ReadLine)
            while len(buffer) < effect.most and (b"\n" not in buffer if whole else not buffer):
                data = yield Read(CHUNK)
                if not data:
                    break
                buffer += data
            size = (buffer.find(b"\n") + 1 if whole else 0) or len(buffer)
            result = bytes(buffer[: min(size, effect.most)])
            del buffer[: len(result)]
        except Interrupted as signal:
            thrown = signal
