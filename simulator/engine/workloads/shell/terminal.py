"""A terminal between a person and a process: it echoes, lets a line be edited, and ends lines as screens want it.

What the kernel's line discipline and the shell's line editor do together: backspace, ^U, ^W, ^C, ^D, the arrows up and
down for earlier lines.
"""

from __future__ import annotations

from typing import Any

from ..effects import Effect, Interrupted, Process, Read, Sleep, Write
from .machine import CHUNK

_MOST_LINES = 200
_LONGEST = 4096


class _Line:
    """The line that is being typed, and those before it."""

    def __init__(self) -> None:
        self.text = b""
        self._history: list[bytes] = []
        self._at = 0

    def add(self, text: bytes) -> bytes:
        """What the screen shows for it."""
        text = text[: max(0, _LONGEST - len(self.text))]
        self.text += text
        return text

    def erase(self, count: int) -> bytes:
        kept = self.text
        for _ in range(count):
            kept = kept[:-1]
            while kept and kept[-1] & 0xC0 == 0x80:
                kept = kept[:-1]
        gone = len(self.text.decode(errors="replace")) - len(kept.decode(errors="replace"))
        self.text = kept
        return b"\b \b" * gone

    def word(self) -> int:
        """How many characters ^W takes away."""
        text = self.text.decode(errors="replace")
        return len(text) - (text.rstrip().rfind(" ") + 1)

    def recall(self, step: int) -> bytes:
        at = self._at + step
        if not 0 <= at <= len(self._history):
            return b""
        self._at = at
        gone = self.erase(len(self.text))
        return gone + self.add(self._history[at] if at < len(self._history) else b"")

    def done(self) -> bytes:
        line, self.text = self.text, b""
        if line.strip() and self._history[-1:] != [line]:
            self._history = [*self._history, line][-_MOST_LINES:]
        self._at = len(self._history)
        return line + b"\n"


def on_terminal(process: Process) -> Process:
    """A process whose driver is a terminal in raw mode, as kubectl's is with `-t`."""
    line, typed, ready = _Line(), bytearray(), bytearray()
    result: Any = None
    thrown: Interrupted | None = None
    while True:
        try:
            effect: Effect = process.send(result) if thrown is None else process.throw(thrown)
        except StopIteration as end:
            return int(end.value)
        result, thrown = None, None
        try:
            if isinstance(effect, Write):
                yield Write("stdout", effect.data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            elif isinstance(effect, Sleep):
                yield effect
            else:
                result = yield from _read(effect.most, line, typed, ready)
        except Interrupted as signal:
            line.text = b""
            thrown = signal


def _read(most: int, line: _Line, typed: bytearray, ready: bytearray) -> Any:
    """Input for the process: a line when it is done, b"" for ^D on an empty one. Raises Interrupted for ^C."""
    while not ready:
        if not typed:
            data = yield Read(CHUNK)
            if not data:
                return b""
            typed += data
        key = _key(typed)
        if key in (b"\r", b"\n"):
            yield Write("stdout", b"\r\n")
            ready += line.done()
        elif key == b"\x03":
            line.text = b""
            raise Interrupted
        elif key == b"\x04":
            if not line.text:
                return b""
        elif shown := _edited(key, line):
            yield Write("stdout", shown)
    data = bytes(ready[:most])
    del ready[:most]
    return data


def _key(typed: bytearray) -> bytes:
    """Takes one key's bytes; of plain characters as many as there are."""
    if typed[0] == 0x1B and len(typed) > 1:
        size = 3 if bytes(typed[1:2]) in (b"[", b"O") else 2
        while size < len(typed) and size < 8 and typed[1:2] == b"[" and (48 <= typed[size - 1] < 64):
            size += 1
    elif typed[0] < 0x20 or typed[0] == 0x7F:
        size = 1
    else:
        size = 1
        while size < len(typed) and typed[size] >= 0x20 and typed[size] != 0x7F:
            size += 1
    key = bytes(typed[:size])
    del typed[:size]
    return key


def _edited(key: bytes, line: _Line) -> bytes:
    """What the screen shows for a key that edits the line."""
    if key in (b"\x7f", b"\x08"):
        return line.erase(1)
    if key == b"\x15":
        return line.erase(len(line.text))
    if key == b"\x17":
        return line.erase(line.word())
    if key == b"\x0c":
        return b"\x1b[H\x1b[J" + line.text
    if key in (b"\x1b[A", b"\x1bOA", b"\x10"):
        return line.recall(-1)
    if key in (b"\x1b[B", b"\x1bOB", b"\x0e"):
        return line.recall(1)
    return line.add(key) if key[:1] == b"\t" or key[0] >= 0x20 else b""
