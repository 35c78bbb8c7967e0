"""Processes that do one thing each, for tests of what carries them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from simulator.engine.workloads import processes
from simulator.engine.workloads.processes import Interrupted, Process, Read, Sleep, Write


@dataclass
class FakeFiles:
    """Files that count how often they were stored."""

    changed: bool = False
    stored: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        meta = {"name": "web", "namespace": "default"}
        return {"metadata": meta, "containers": [{"name": "main", "containerID": "x", "files": []}]}

    def saved(self) -> None:
        self.changed = False
        self.stored.append("saved")

    def refresh(self) -> None:
        self.stored.append("refreshed")


@dataclass
class FakeExec:
    process: Process
    files: FakeFiles
    now: int = 0


FILES: list[FakeFiles] = []


def program(argv: list[str], files: FakeFiles) -> Process:
    match argv:
        case ["true"]:
            pass
        case ["exit", code]:
            yield Write("stderr", b"no good\n")
            return int(code)
        case ["cat"]:
            while data := (yield Read(4096)):
                yield Write("stdout", data)
        case ["sleep", microseconds]:
            try:
                yield Sleep(int(microseconds))
            except Interrupted:
                yield Write("stdout", b"^C")
                return 130
            yield Write("stdout", b"awake")
        case ["touch"]:
            files.changed = True
            yield Read(1)
            files.changed = True
        case ["flood"]:
            for _ in range(100):
                yield Write("stdout", bytes(10_000))
        case ["break"]:
            raise RuntimeError("a bug")
    return 0


def put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of the tests' own instead of the engine's."""

    def execution(pod: Any, container: str, argv: list[str], **more: Any) -> FakeExec:
        if argv == ["nope"]:
            raise processes.NotFound('exec: "nope": executable file not found in $PATH')
        FILES[:] = [FakeFiles()]
        return FakeExec(program(argv, FILES[0]), FILES[0], more["now"])

    def attached(pod: Any, container: str, **more: Any) -> FakeExec:
        FILES[:] = [FakeFiles()]
        return FakeExec(printing(), FILES[0], more["now"])

    def printing() -> Process:
        yield Write("stdout", b"line\n")
        while data := (yield Read(100)):
            yield Write("stdout", data)
        return 0

    monkeypatch.setattr(processes, "execution", execution)
    monkeypatch.setattr(processes, "attached", attached)
