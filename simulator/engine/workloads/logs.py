"""What `kubectl logs` shows: a container's lines, as a function of its pod, its Behavior and the catalogue alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..clock import SECOND
from ..objects import instant_of, micro_timestamp, status_of, timestamp
from ..registry import Body, Instant, Reader
from . import behaved, environment, programs, references, written
from .containers import container_of, part_of, status_of_container
from .looks import Outside
from .script_files import LAST_ROUND
from .scripts import Told
from .written import LONGEST, Line, Window, settled

_AHEAD = 86_400 * SECOND
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class _Run(NamedTuple):
    """A run of a container: when it began and ended, and what its words say that it prints."""

    spec: Body
    is_init: bool
    started: Instant
    ended: Instant | None
    told: Told | None

    def last(self, now: Instant) -> Instant:
        """The last instant by `now` at which it ran; its end is only known to the second."""
        return now if self.ended is None else min(now, self.ended + SECOND - 1)


def lines(
    pod: Body,
    container: str,
    now: Instant,
    *,
    previous: bool = False,
    since: Instant = 0,
    most: int = LONGEST,
    reader: Reader | None = None,
) -> list[Line]:
    """The lines that a container has printed by `now`, with their instants, oldest first.

    previous: those of the run before the present one. since: none from before; most: only the last so many. reader:
    knows what the environment refers to. Empty if there is no such container or it has not started.
    """
    run = _run_of(pod, container, reader, now, previous=previous)
    if run is None:
        return []
    window = Window(since, run.last(now), min(most, LONGEST))
    found, besides = _lines(pod, run, window, reader), behaved.lines(_besides(pod, run, reader), run.started, window)
    if besides:
        found = sorted(found + besides, key=lambda line: line.at)
    return found[max(0, len(found) - most) :]


def following(pod: Body, container: str, now: Instant, *, reader: Reader | None = None) -> Instant | None:
    """When the container prints its next line after `now`, if it goes on as it does; None if there is none."""
    run = _run_of(pod, container, reader, now)
    if run is None or run.ended is not None:
        return None
    if run.told is None:
        until = now + _AHEAD
    else:
        told = [
            (run.told, run.started),
            *((told, writer.started) for writer, told, _ in _writers(pod, run, reader, now)),
        ]
        until = max(settled(one, started, now) for one, started in told)
    coming = [line.at for line in _lines(pod, run, Window(now + 1, until), reader)[:1]]
    besides = behaved.following(_besides(pod, run, reader), run.started, now)
    return min([*coming, *(() if besides is None else (besides,))], default=None)


def _besides(pod: Body, run: _Run, reader: Reader | None) -> list[Body]:
    """The lines that the container's Behavior has it write."""
    return [] if reader is None else behaved.spec(pod, run.spec["name"], reader).get("logs") or []


def _lines(pod: Body, run: _Run, window: Window, reader: Reader | None) -> list[Line]:
    if run.told is None:
        names = _names(pod, run.spec)
        timed = [(run.started + at, line) for at, line in programs.of(run.spec, init=run.is_init).output]
        return window.of([Line(at, _filled(line, at, names)) for at, line in timed])
    found = written.lines(run.told, run.started, window)
    for writer, told, path in _writers(pod, run, reader, window.until):
        since = window.since if window.since > run.started else 0
        shown = written.lines(told, writer.started, Window(since, writer.last(window.until), window.most), path)
        found += window.of(written.tailed(shown, run.started, run.told.follows[1] if run.told.follows else 0))
    return sorted(found, key=lambda line: line.at) if run.told.follows else found


def _writers(pod: Body, run: _Run, reader: Reader | None, now: Instant) -> Iterator[tuple[_Run, Told, str]]:
    """Who writes to the file that a container follows, and how the file is called there."""
    if run.told is None or run.told.follows is None:
        return
    for name, path in written.same_file(run.spec, run.told.follows[0], pod):
        writer = _run_of(pod, name, reader, run.last(now))
        if writer is not None and writer.told is not None:
            yield writer, writer.told, path


def _run_of(pod: Body, container: str, reader: Reader | None, now: Instant, *, previous: bool = False) -> _Run | None:
    spec, is_init = _spec_of(pod, container)
    one = status_of_container(pod, container)
    state, last = one.get("state") or {}, one.get("lastState") or {}
    shown = last if previous or "waiting" in state else state
    span = shown.get("running") or shown.get("terminated") or {}
    if (
        spec is None
        or not span.get("startedAt")
        or span.get("reason") == "StartError"
        or ("running" not in shown and not span.get("finishedAt"))
    ):
        return None
    started = instant_of(span["startedAt"])
    ended = instant_of(span["finishedAt"]) if "running" not in shown else None
    if reader is None:
        return _Run(spec, is_init, started, ended, programs.told(spec, None, started))
    waited = now if ended is None else ended - LAST_ROUND
    variables = environment.of(pod, spec, reader).variables
    outside = Outside(pod, spec, reader, fails_until=waited)
    return _Run(spec, is_init, started, ended, programs.told(spec, variables, started, outside))


def _spec_of(pod: Body, container: str) -> tuple[Body | None, bool]:
    try:
        found, part = container_of(pod, container), part_of(pod, container)
    except KeyError:
        return None, False
    return found, part == "initContainers" and found.get("restartPolicy") != "Always"


def _names(pod: Body, spec: Body) -> dict[str, str]:
    return {"tag": references.parse(spec["image"]).tag, "ip": status_of(pod).get("podIP", "")}


def _filled(line: str, at: Instant, names: dict[str, str]) -> str:
    """The line with its own stamps: each program writes the time in its own way."""
    if "{" not in line:
        return line
    text = micro_timestamp(at)
    year, month, day, clock, fraction = text[:4], text[5:7], text[8:10], text[11:19], text[20:26]
    written = {
        **names,
        "slashed": f"{year}/{month}/{day} {clock}",
        "dashed": f"{year}-{month}-{day} {clock}.{fraction[:3]}",
        "dotted": f"{day} {_MONTHS[int(month) - 1]} {year} {clock}.{fraction[:3]}",
        "apache": f"{_MONTHS[int(month) - 1]} {day} {clock}.{fraction} {year}",
        "klog": f"{month}{day} {clock}.{fraction}",
        "iso": text,
        "second": timestamp(at),
    }
    for name, value in written.items():
        line = line.replace("{" + name + "}", value)
    return line
