"""`manage.py` commands, run in this process: arguments and stdin in; status, stdout and stderr out."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command

from simulator.management.commands import schedule, simulate

COMMANDS = {"simulate": simulate.Command, "schedule": schedule.Command}


class Done(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """run("simulate", "-f", "a.yaml", stdin=b"...")"""

    def run(name: str, *arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        out, err = io.StringIO(), io.StringIO()
        status = 0
        try:
            call_command(COMMANDS[name](stdout=out, stderr=err), *map(str, arguments))
        except SystemExit as ended:
            status = int(ended.code or 0)
        return Done(status, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a text or bytes to a file of the test's own."""

    def write(text: str | bytes, name: str = "input.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write
