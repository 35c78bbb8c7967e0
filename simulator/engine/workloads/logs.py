"""What `kubectl logs` shows: a container's lines, as a function of its pod's status and the catalogue alone."""

from __future__ import annotations

from ..objects import instant_of, micro_timestamp, status_of, timestamp
from ..registry import Body, Instant
from . import programs, references
from .containers import container_of, part_of, status_of_container

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def lines(pod: Body, container: str, now: Instant, *, previous: bool = False) -> list[tuple[Instant, str]]:
    """The lines that a container has printed by `now`, with their instants, oldest first.

    previous: those of the run before the present one. Empty if there is no such container or it has not started.
    """
    found = _run_of(pod, container, previous)
    spec, init = _spec_of(pod, container)
    if found is None or spec is None:
        return []
    started, ended = found
    program = programs.of(spec, init=init)
    last = min(now, ended if ended is not None else now)
    names = _names(pod, spec)
    return [
        (started + offset, _filled(line, started + offset, names))
        for offset, line in program.output
        if started + offset <= last
    ]


def _run_of(pod: Body, container: str, previous: bool) -> tuple[Instant, Instant | None] | None:
    """When the run began and ended."""
    one = status_of_container(pod, container)
    state, last = one.get("state") or {}, one.get("lastState") or {}
    shown = last if previous or "waiting" in state else state
    if "running" in shown:
        return instant_of(shown["running"]["startedAt"]), None
    ended = shown.get("terminated") or {}
    if ended.get("startedAt") and ended.get("finishedAt"):
        return instant_of(ended["startedAt"]), instant_of(ended["finishedAt"])
    return None


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
