"""Commands of a script that look at something: which of them are run (`looks.py`), and what comes of that."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from ..registry import Instant
from .commands import STEP
from .shell.spoken import DEEDS, Chunk, Deed
from .shell.syntax import Command, Pipeline, Simple, Text, Word

COST = 20
"""How many commands a look counts as, of those that are read of a script."""
NETWORK = frozenset(
    {"curl", "dig", "host", "mysqladmin", "nc", "nslookup", "pg_isready", "ping", "redis-cli", "telnet", "wget"}
)
"""What a loop waits for that calls one of these comes at an instant that nobody knows beforehand."""
_ITS_OWN = frozenset(
    {
        ".", ":", "alias", "bg", "cd", "command", "declare", "eval", "exec", "exit", "export", "false", "fg", "getopts",
        "jobs", "kill", "let", "local", "pushd", "popd", "read", "readonly", "return", "set", "shift", "sleep",
        "source", "tail", "times", "trap", "true", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait",
    }
)  # fmt: skip
"""What a shell does itself, to itself; and what takes time."""
_NOT_FOUND, _NOT_SIMULATED = 127, 126


class Looked(NamedTuple):
    """took: microseconds; deeds: what the command has done to files, at the instant of its end."""

    code: int
    output: list[tuple[str, str]]
    took: int
    deeds: list[Deed]


class Outside(Protocol):
    """What is around the script of a container. fails_until: before then, nothing that a loop waits for has come."""

    @property
    def fails_until(self) -> Instant: ...

    def has(self, name: str) -> bool | None:
        """Whether the image has a program; None if nobody knows."""

    def run(
        self,
        command: Command | Pipeline,
        *,
        variables: dict[str, str],
        exported: frozenset[str],
        started: Instant,
        at: int,
        steps: list[Deed | Chunk],
    ) -> Looked | None:
        """Runs one command of a script; None if it does not end."""


class Looker(Protocol):
    """A script that is read."""

    variables: dict[str, str]
    exported: frozenset[str]
    outside: Outside | None
    started: Instant
    at: int
    code: int
    left: int
    is_guess: bool
    is_condition: bool
    is_waiting: bool
    is_refused: bool
    target: str
    chunks: list[Chunk]
    deeds: list[Deed]

    def prints(self, text: str) -> None: ...


def program(run: Looker, name: str, words: list[str], command: Simple | None) -> bool:
    """Runs a program that looks at something; False if that is not known, or not to be run here."""
    if run.outside is None or name in _ITS_OWN or name in DEEDS:
        return False
    if run.is_condition and name in NETWORK:
        return _has_come(run, _simple([name, *words], command))
    has = run.outside.has(name)
    if has is False:
        _finish(run, Looked(_NOT_FOUND, [("stderr", f"sh: {name}: not found\n")], STEP, []))
        return True
    looked = _run(run, _simple([name, *words], command))
    is_unknown = looked is not None and looked.code in (_NOT_FOUND, _NOT_SIMULATED)
    if looked is None or (is_unknown and (has is None or command is None)):
        return False
    if is_unknown:
        text = f"sh: {name}: this program is not simulated\n"
        looked = Looked(_NOT_FOUND, [("stderr", text)], STEP, [])
    _finish(run, looked)
    return True


def _has_come(run: Looker, command: Simple) -> bool:
    """A loop waits for something on the network. False if it has not come by now: nobody knows when it will."""
    assert run.outside is not None
    if run.started + run.at < run.outside.fails_until:
        run.is_refused = True
        _finish(run, Looked(1, [], STEP, []))
        return True
    looked = _run(run, command)
    if looked is None or looked.code:
        run.is_waiting = True
        return False
    _finish(run, looked)
    return True


def whole(run: Looker, command: Simple | Pipeline) -> bool:
    """Runs a command as it stands; False if what it comes to is not known."""
    commands = command.commands if isinstance(command, Pipeline) else (command,)
    names = [one.words[0].literal or "" for one in commands if isinstance(one, Simple) and one.words]
    if run.outside is None or len(names) < len(commands) or any(name in _ITS_OWN for name in names):
        return False
    if any(run.outside.has(name) is None for name in names) or (run.is_condition and NETWORK & set(names)):
        return False
    looked = _run(run, command)
    if looked is not None:
        _finish(run, looked)
    return looked is not None


def _run(run: Looker, command: Command | Pipeline) -> Looked | None:
    assert run.outside is not None
    run.left -= COST
    steps: list[Deed | Chunk] = [*run.deeds, *(one for one in run.chunks if one.path)]
    steps.sort(key=lambda step: step.at)
    return run.outside.run(
        command,
        variables=run.variables,
        exported=run.exported,
        started=run.started,
        at=run.at,
        steps=steps,
    )


def _finish(run: Looker, looked: Looked) -> None:
    run.code, run.is_guess = looked.code, False
    before = run.target
    for stream, text in looked.output:
        run.target = before if stream == "stdout" else ""
        run.prints(text)
    run.target = before
    run.deeds += looked.deeds
    run.at += max(looked.took, STEP)


def _simple(words: list[str], command: Simple | None) -> Simple:
    """A command of these words, with what another has of input and of errors that go elsewhere."""
    kept = tuple(
        one
        for one in (command.redirections if command else ())
        if one.operator in ("<", "<<", "<<-", "<<<") or one.fd == 2
    )
    return Simple((), tuple(Word((Text(word, quoted=True),)) for word in words), kept)
