"""The lines that scripts write: to their own log, and to files of a volume that another container follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..registry import Body, Instant
from .scripts import Told
from .shell.spoken import Chunk

LONGEST = 10_000
"""Lines that a log keeps of a loop that never ends; the older ones were rotated away."""


class Line(NamedTuple):
    at: Instant
    text: str


class Window(NamedTuple):
    """Which lines are wanted: those from `since` to `until`, of a loop no more than the last `most`."""

    since: Instant
    until: Instant
    most: int = LONGEST

    def of(self, lines: list[Line]) -> list[Line]:
        return [line for line in lines if self.since <= line.at <= self.until]


def lines(told: Told, started: Instant, window: Window, path: str = "") -> list[Line]:
    """What a script prints, or writes to a file."""
    last = window.until - started
    has_ended = told.lasts is not None and told.lasts <= last
    head = _joined([one for one in told.chunks if one.path == path], started, has_ended=has_ended)
    return [*window.of(head), *_of_rounds(told, started, window, path)]


def _of_rounds(told: Told, started: Instant, window: Window, path: str) -> list[Line]:
    """Reads the rounds from the newest back, until there is enough."""
    cycle = told.cycle
    if cycle is None:
        return []
    newest, oldest = cycle.at(window.until - started), max(0, cycle.at(window.since - started))
    found, count = list[list[Line]](), 0
    chunks = _of_round(told, started, newest, path)
    for number in range(newest, max(oldest, newest - LONGEST) - 1, -1):
        if not chunks or count >= window.most:
            break
        before = _of_round(told, started, number - 1, path)
        found.append(window.of(_joined(_begun(before, chunks[0].at) + chunks, started, has_ended=False)))
        count += len(found[-1])
        chunks = before
    return [line for one in reversed(found) for line in one]


def _of_round(told: Told, started: Instant, number: int, path: str) -> list[Chunk]:
    """What a round prints; before the first one, what the script has printed until then."""
    printed = told.cycle.round(number, started) if told.cycle is not None and number >= 0 else told.chunks
    return [one for one in printed if one.path == path]


def _begun(before: list[Chunk], at: int) -> list[Chunk]:
    """The line that the round before has begun and not ended."""
    text = "".join(one.text for one in before).rpartition("\n")[2]
    return [Chunk(at, before[0].path, text)] if text else []


def _joined(chunks: list[Chunk], started: Instant, *, has_ended: bool) -> list[Line]:
    """Whole lines; only a process that has ended leaves one without its end."""
    found, held, at = list[Line](), "", 0
    for at, _, text in sorted(chunks, key=lambda chunk: chunk.at):
        *whole, held = (held + text).split("\n")
        found += [Line(started + at, line) for line in whole]
    return [*found, Line(started + at, held)] if held and has_ended else found


def settled(told: Told, started: Instant, now: Instant) -> Instant:
    """An instant by which the script prints something after `now`, if it prints anything more."""
    if told.cycle is None:
        return max(now, started + max((one.at for one in told.chunks), default=0))
    return max(now, started + told.cycle.base) + 2 * told.cycle.period


# --- tail -F -------------------------------------------------------------------------------------------------------


def same_file(spec: Body, path: str, pod: Body) -> Iterator[tuple[str, str]]:
    """The other containers of a pod that have a file of this one in a volume, and its path in each of them."""
    place = _place(spec, path)
    for part in ("initContainers", "containers") if place else ():
        for other in pod["spec"].get(part) or ():
            for mount in other.get("volumeMounts") or () if other["name"] != spec["name"] else ():
                there = _seen(mount, *place) if place else None
                if there is not None:
                    yield other["name"], there


def _place(spec: Body, path: str) -> tuple[str, str] | None:
    """The volume in which a path of a container is, and where in it."""
    for mount in spec.get("volumeMounts") or ():
        base = mount["mountPath"].rstrip("/") + "/"
        if path.startswith(base):
            inner = (mount.get("subPath") or "").strip("/")
            return mount["name"], "/".join(filter(None, (inner, path[len(base) :])))
    return None


def _seen(mount: Body, volume: str, inner: str) -> str | None:
    """Where something of a volume is seen that is mounted so."""
    sub = (mount.get("subPath") or "").strip("/")
    if mount["name"] != volume or (sub and not inner.startswith(f"{sub}/")):
        return None
    return f"{mount['mountPath'].rstrip('/')}/{inner[len(sub) + 1 if sub else 0 :]}"


def tailed(written: list[Line], begun: Instant, first: int) -> list[Line]:
    """What `tail -F` shows of a file: what was there from line `first`, from the end where negative, and what comes."""
    before = [line for line in written if line.at < begun]
    shown = before[max(0, first - 1) :] if first > 0 else before[max(0, len(before) + first) :]
    return [*(Line(begun, line.text) for line in shown), *(line for line in written if line.at >= begun)]
