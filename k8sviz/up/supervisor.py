"""Keeps the processes running until it is told to stop: starts them, restarts those that die, stops them in order."""

import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from k8sviz.up.child import Child, Program
from k8sviz.up.trouble import CannotStart

STOP_WITHIN = 10.0  # seconds from SIGTERM to SIGKILL
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a restart; doubles each time
CALM_AFTER = 60.0  # seconds of life after which a restart counts as the first again
FRUITLESS_STARTS = 3  # deaths before the system was ever ready, after which it gives up


class Supervisor:
    def __init__(self, *, log_folder: Path, environment: Mapping[str, str]) -> None:
        self._logs = log_folder
        self._environment = environment
        self._children: dict[str, Child] = {}
        self._births: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._waiting: dict[str, tuple[float, Program]] = {}  # name -> (when to start it again, what)
        self._deaths = 0
        # SimpleQueue.put may be called from a signal handler.
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._stopping = False
        self._terminal = threading.Lock()

    @contextmanager
    def listening_to_signals(self) -> Iterator[None]:
        """SIGINT, SIGTERM and SIGHUP ask for the end, SIGCHLD tells of a dead child, within this block."""

        def stop(*_: Any) -> None:
            self._stopping = True
            self._news.put("stop")

        wanted = {signal.SIGINT: stop, signal.SIGTERM: stop, signal.SIGHUP: stop}
        before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: self._news.put("child"))
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def tell(self, name: str, text: str) -> None:
        """A line for the person at the terminal, with the name of the process that it is about."""
        with self._terminal:
            print(f"{name}: {text}", file=sys.stderr, flush=True)

    def start(self, program: Program) -> None:
        self._births[program.name] = time.monotonic()
        self._children[program.name] = Child(
            program, log=self._logs / f"{program.name}.log", environment=self._environment, tell=self.tell
        )

    def wait_until(self, ready: Callable[[], bool], *, within: float) -> bool:
        """Tends the children until `ready()`; False when asked to stop. Raises `CannotStart` when it takes too long."""
        end = time.monotonic() + within
        while not self._stopping:
            if ready():
                return True
            if self._deaths >= FRUITLESS_STARTS or time.monotonic() > end:
                raise CannotStart(f"k8sviz did not get ready. The logs in {self._logs} say why.", exit_code=1)
            self._tend(0.1)
        return False

    def run(self) -> None:
        """Tends the children until asked to stop."""
        while not self._stopping:
            self._tend(None)

    def stop(self, *, last: str) -> None:
        """Ends all children, `last` (which the others need for a clean end) after the others."""
        # A second Ctrl-C while stopping would leave processes behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end = time.monotonic() + STOP_WITHIN
        final = self._children.pop(last, None)
        for child in self._children.values():
            child.ask_to_stop()
        for child in self._children.values():
            child.wait(end - time.monotonic())
        if final:
            final.ask_to_stop()
            final.wait(STOP_WITHIN / 2)
        self._children.clear()

    def _tend(self, patience: float | None) -> None:
        """Waits for news, for a restart that is due, or for `patience` seconds; then acts on it."""
        due = min((when - time.monotonic() for when, _ in self._waiting.values()), default=None)
        pauses = [max(pause, 0.0) for pause in (due, patience) if pause is not None]
        with suppress(queue.Empty):
            self._news.get(timeout=min(pauses) if pauses else None)
        if self._stopping:
            return
        for name, child in list(self._children.items()):
            status = child.ended()
            if status is not None:
                self._plan_restart(name, child, status)
        for name, (when, program) in list(self._waiting.items()):
            if when <= time.monotonic():
                del self._waiting[name]
                self.start(program)

    def _plan_restart(self, name: str, child: Child, status: int) -> None:
        del self._children[name]
        child.wait(0)
        self._deaths += 1
        lived = time.monotonic() - self._births[name]
        pause = FIRST_PAUSE if lived > CALM_AFTER else self._pauses.get(name, FIRST_PAUSE)
        self._pauses[name] = min(pause * 2, LONGEST_PAUSE)
        self._waiting[name] = (time.monotonic() + pause, child.program)
        self.tell(
            name,
            f"ended unexpectedly ({ended_how(status)}); starting again in {pause:g} s. See {self._logs / name}.log",
        )


def ended_how(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"
