"""The scheduler's queue as its notes tell it."""

from __future__ import annotations

from simulator.engine.objects import key_from
from simulator.engine.registry import Key
from simulator.engine.scheduler.queue import Queued
from simulator.engine.scheduler.reports import NAME
from simulator.states import State


def queued(state: State) -> dict[Key, Queued]:
    """The pods that the scheduler of a cluster has in hand, in the order of its decisions, then by name."""
    held = {key_from(key): note for key, note in state.notes(NAME).items() if "/" in key}
    found = {key: Queued(**{**note, "refused_by": tuple(note.get("refused_by", ()))}) for key, note in held.items()}
    return dict(sorted(found.items(), key=lambda one: (one[1].why or {}).get("cycle", 0)))
