"""What a command has in hand: the cluster's API, what it reads, and where it writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simulator import store
from simulator.engine.registry import Instant
from simulator.terminal.client import Client
from simulator.terminal.flags import Parsed
from simulator.terminal.troubles import Trouble

MOST = 1_000_000
"""Letters that one answer may have."""


class TooLong(Exception):
    """The output is longer than the page can show."""


class Unfinished(Exception):
    """The command goes on: it is to be asked again in a moment, with this `state`."""

    def __init__(self, state: dict[str, Any]) -> None:
        super().__init__()
        self.state = state


class Link(NamedTuple):
    """A name in the output that stands for an object: its line, its begin and length there, and the object's id."""

    line: int
    start: int
    length: int
    id: str


@dataclass
class Shell:
    """state: what the command left when it was to be asked again, None at its begin. documents: how many YAML documents
    it has written."""

    client: Client
    namespace: str = "default"
    stdin: str | None = None
    state: dict[str, Any] | None = None
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    namespace_set: str | None = None
    documents: int = 0
    _size: int = 0
    _lines: int = 0

    @property
    def now(self) -> Instant:
        """The virtual instant: commands wait in the cluster's own time."""
        return store.instant(self.client.cluster, store.wall())

    def write(self, text: str) -> None:
        """Text for stdout as it is."""
        self._size += len(text)
        if self._size > MOST:
            self.out.append(text[: MOST - self._size] if len(text) < MOST else text[:MOST])
            raise TooLong
        self._lines += text.count("\n")
        self.out.append(text)

    def print(self, line: str) -> None:
        self.write(f"{line}\n")

    def complain(self, text: str) -> None:
        """A line for stderr."""
        self.err.append(f"{text}\n")

    def link(self, start: int, length: int, identity: str, *, line: int = 0) -> None:
        """What will be written `line` lines further on stands for an object."""
        self.links.append(Link(self._lines + line, start, length, identity))

    def in_namespace(self, parsed: Parsed) -> str:
        """The namespace that a command works in."""
        return parsed.text("namespace") or self.namespace

    def read_stdin(self) -> str:
        """What the command reads. Raises Trouble."""
        if self.stdin is None:
            raise Trouble("no input: give it with a here-document (<<EOF)")
        return self.stdin
