"""What a command of the terminal is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.shell import Shell

Run = Callable[[Shell, Parsed], int | None]


@dataclass(frozen=True)
class Command:
    """One command. name: its words after kubectl, such as `rollout status`; run: does it and gives the exit code.

    completes: what its arguments are: types (a type, then names), names of one type such as `pods`, or nothing.
    own_flags: False where all words are its arguments, for it reads them itself.
    """

    name: str
    run: Run
    flags: tuple[Flag, ...] = ()
    completes: str = "types"
    about: str = ""
