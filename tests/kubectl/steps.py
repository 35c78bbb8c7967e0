"""A table of kubectl commands that build on each other, and what each of them should print."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Iterable
from typing import NamedTuple

from tests.servers import Kubectl


class Step(NamedTuple):
    """One command. `shape` is searched for in what it prints (stdout and stderr), with lines as lines.

    `env` adds variables such as KUBE_EDITOR; `within` retries until the shape is there, for that many seconds.
    What only looks is given some seconds anyway: the controllers act on a change soon, and not at once.
    """

    command: str
    shape: str = ""
    code: int = 0
    stdin: str | None = None
    env: dict[str, str] = {}
    within: float = 0


_LOOKS = frozenset(("describe", "events", "get", "logs", "top"))
_PATIENCE = 15.0


def words(command: str) -> list[str]:
    """The words of a command, as a shell splits them; without quotes, those that hold JSON are one."""
    return shlex.split(command) if "'" in command else re.findall(r"[\[{].*[\]}]$|\S+", command)


def run(kubectl: Kubectl, steps: Iterable[Step], namespace: str = "") -> None:
    """Runs the steps; every one that goes wrong is told, not just the first."""
    wrong = []
    for number, step in enumerate(steps):
        printed, code = _run(kubectl, step, namespace)
        if code != step.code or not re.search(step.shape, printed, re.MULTILINE):
            wrong.append(f"{number}. kubectl {step.command}: exit {code}, not /{step.shape}/ in:\n{printed}")
    assert not wrong, "\n\n".join(wrong)


def _run(kubectl: Kubectl, step: Step, namespace: str) -> tuple[str, int]:
    arguments = [*words(step.command), *(["-n", namespace] if namespace else [])]
    if "--" in arguments and namespace:
        arguments = ["-n", namespace, *words(step.command)]
    until = time.monotonic() + (step.within or (_PATIENCE if arguments[0] in _LOOKS else 0))
    while True:
        done = kubectl(*arguments, stdin=step.stdin, check=False, timeout=90, env=step.env)
        printed = (done.stdout + done.stderr).strip()
        if time.monotonic() >= until or (done.returncode == step.code and re.search(step.shape, printed, re.MULTILINE)):
            return printed, done.returncode
        time.sleep(0.5)
