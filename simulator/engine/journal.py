"""What a world writes down: its changes, and what its components remember. Plain data, for the store to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from .causes import Cause
from .clock import Entry
from .registry import Body, Instant, Key

Operation = Literal["ADDED", "MODIFIED", "DELETED"]


class Change(NamedTuple):
    """One line of the log. `body` is the object after it (for DELETED: as it was last), `before` the one before."""

    revision: int
    at: Instant
    operation: Operation
    resource: str
    key: Key
    body: Body
    before: Body | None
    cause: Cause


class Memory(NamedTuple):
    """What a component remembers about one key: a note and an entry of the agenda, either may be None."""

    component: str
    key: str
    note: Any
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Batch:
    """All that happened since the last drain: the changes in order, and the memories that differ now."""

    changes: list[Change]
    memories: list[Memory]
