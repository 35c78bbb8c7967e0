"""What filters read: the files that are named, or the standard input."""

from __future__ import annotations

from collections.abc import Iterator

from ...effects import Read
from ...nodes import FileError
from ..machine import CHUNK, Call, Failure, ReadLine, Steps
from ..streams import Source, source_of


class Input:
    """One file, or the standard input where the name is `-`. broken: why it cannot be read, empty if it can."""

    def __init__(self, call: Call, name: str) -> None:
        self.name = name
        self.broken = ""
        self._source: Source | None = None
        if name != "-":
            try:
                self._source = source_of(call.files, call.path(name))
            except FileError as error:
                self.broken = str(error)
        self._call = call

    def line(self) -> Steps[bytes]:
        """The next line with its newline; empty at the end."""
        if self.broken:
            return b""
        if self._source is None:
            data: bytes = yield ReadLine()
            return data
        if pause := self._call.machine.tick(20):
            yield pause
        return self._source.line(CHUNK)

    def chunk(self, most: int = CHUNK) -> Steps[bytes]:
        """The next bytes; empty at the end."""
        if self.broken:
            return b""
        if self._source is None:
            data: bytes = yield Read(most)
            return data
        if pause := self._call.machine.tick(500):
            yield pause
        return self._source.read(most)

    def everything(self, most: int = 1 << 20) -> Steps[bytes]:
        """All there is. Raises Failure if it is too much."""
        parts, size = [], 0
        while data := (yield from self.chunk()):
            parts.append(data)
            size += len(data)
            if size > most:
                raise Failure("out of memory")
        return b"".join(parts)


def inputs(call: Call, names: list[str]) -> Iterator[Input]:
    """Each of the files; the standard input if none is named."""
    for name in names or ["-"]:
        yield Input(call, name)
