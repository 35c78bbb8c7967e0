"""One process of the house: started, its output kept in DATA_DIR/log, its warnings passed on, and stopped."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LARGEST_LOG = 5 * 1024 * 1024  # bytes; then the log starts anew and the old one is kept once as NAME.log.1
# A line of ours, of Celery's or of Twisted's that a person should see; the rest is in the log.
WORTH_TELLING = re.compile(r"^\S+ \S+ (WARNING|ERROR|CRITICAL) (?P<rest>.*)")
TELL_PARENT_DIED = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Program:
    """What to run. `stdin` is written to the process' standard input, which is then closed."""

    name: str
    arguments: Sequence[str]
    stdin: str = ""


class Child:
    """A running `Program`."""

    def __init__(
        self, program: Program, *, log: Path, environment: Mapping[str, str], tell: Callable[[str, str], None]
    ) -> None:
        self.program = program
        self._tell = tell
        self._log = log
        self._process = subprocess.Popen(
            program.arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            text=True,
            errors="replace",
            # A session of its own: Ctrl-C reaches the supervisor only, and it stops the children in order.
            start_new_session=True,
            preexec_fn=_stop_when_parent_dies if sys.platform == "linux" else None,
        )
        assert self._process.stdin and self._process.stdout
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            pipe.write(program.stdin)
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ended(self) -> int | None:
        """The exit status (minus the signal's number when a signal ended it), None while it runs."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Waits for the end; after `seconds` the process and its own children are killed."""
        try:
            self._process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
        self._reader.join(1)

    def _read(self, output: IO[str]) -> None:
        log = _Log(self._log)
        for line in output:
            told = WORTH_TELLING.match(line)
            if told:
                self._tell(self.program.name, f"{told['rest'].strip()[:300]}")
            if not log.write(line):
                self._tell(self.program.name, f"cannot write to {self._log}: {log.trouble}")
        log.close()


class _Log:
    """A file that does not grow without end, and whose troubles (a full disk) never stop the process it is about."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble: OSError | None = None
        self._file: IO[str] | None = None

    def write(self, line: str) -> bool:
        """False when the line could not be written and this is news."""
        try:
            if self._file and self._file.tell() > LARGEST_LOG:
                self.close()
                self.path.replace(self.path.with_suffix(".log.1"))
            self._file = self._file or open(self.path, "a", encoding="utf-8", buffering=1)  # noqa: SIM115
            self._file.write(line)
        except OSError as error:
            known, self.trouble = self.trouble is not None, error
            self.close()
            return known
        self.trouble = None
        return True

    def close(self) -> None:
        if self._file:
            with contextlib.suppress(OSError):
                self._file.close()
        self._file = None


def _stop_when_parent_dies() -> None:
    """Linux ends the child when the supervisor is killed in a way that it cannot answer (SIGKILL)."""
    ctypes.CDLL(None).prctl(TELL_PARENT_DIED, signal.SIGTERM)
