"""What a script of a container prints, and when, as far as its words alone tell.

A container's main process is not run: its script is read. Commands that look at the world are taken to succeed and to
print nothing. A loop that never ends is read once; `rounds.py` has what it prints later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..registry import Instant
from . import rounds
from .commands import STEP
from .looking import Outside
from .runs import Run
from .shell.spoken import Chunk, Deed, Exit, Forever, Jump, Opaque, Unknown


@dataclass
class Told:
    """A script that was read. lasts: None if it runs until it is stopped; is_known: nothing of it was unknown.

    follows: the file whose lines it prints as they come, and its first line's number, negative from the end.
    deeds: what it does to files; is_waiting: it runs until something on the network comes.
    """

    lasts: int | None
    code: int
    is_known: bool
    chunks: list[Chunk]
    cycle: rounds.Cycle | None = None
    follows: tuple[str, int] | None = None
    deeds: list[Deed] = field(default_factory=list)
    is_waiting: bool = False


class Context(NamedTuple):
    """When a script was started, and what is around it."""

    started: Instant = 0
    outside: Outside | None = None


def told(
    words: list[str],
    variables: Mapping[str, str],
    *,
    unknown: frozenset[str],
    started: Instant = 0,
    outside: Outside | None = None,
) -> Told:
    """Reads a command line. unknown: variables that it has, whose values are not known."""
    run = Run(dict(variables), set(unknown), frozenset(variables), started=started, outside=outside)
    try:
        run.argv(words)
    except (Unknown, Opaque, RecursionError):
        return Told(None, 0, False, run.chunks, deeds=run.deeds)
    except Forever:
        return Told(None, 0, True, run.chunks, run.cycle, run.follows, run.deeds, run.is_waiting)
    except (Exit, Jump):
        pass
    return Told(run.at or STEP, run.code, True, run.chunks, deeds=run.deeds)
