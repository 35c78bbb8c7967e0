"""What a Behavior makes of a container's program: how it ends, the lines that it writes besides, what it answers."""

from __future__ import annotations

from hashlib import blake2b

from ..clock import MILLISECOND, SECOND
from ..objects import namespace_of, spec_of
from ..registry import Body, Instant, Reader
from .behaviors import Behaviors
from .commands import STEP
from .http import REASONS, Reply, Request
from .programs import Program
from .written import Line, Window

_TERMINATED = 143


def spec(pod: Body, container: str, reader: Reader) -> Body:
    """The spec of the Behavior that counts for a container of a pod, empty if none does."""
    return spec_of(Behaviors(reader, namespace_of(pod)).of_pod(pod).of(container))


def ending(program: Program, ended: Body) -> Program:
    """The program that ends as a Behavior's `exit` says."""
    stop, stop_code = program.stop, program.stop_code
    if ended.get("ignoresTerm"):
        stop, stop_code = None, 0
    elif ended.get("ignoresTerm") is False and stop is None:
        stop, stop_code = 0, _TERMINATED
    lasts = max(int(ended.get("afterSeconds") or 0) * SECOND, STEP)
    return program._replace(
        lasts=lasts, code=int(ended.get("code") or 0), stop=stop, stop_code=stop_code, is_waiting=False
    )


def reply(given: Body, request: Request, now: Instant) -> Reply | None:
    """What a Behavior's `response` answers to a request; None where the program answers for itself.

    Which requests fail is drawn by hash of the instant and of what is asked.
    """
    draw = blake2b(f"{now}/{request.method}/{request.target}".encode(errors="replace"), digest_size=4).digest()
    if int.from_bytes(draw, "big") % 100 < int(given.get("errorPercent") or 0):
        return Reply(500, REASONS[500].encode())
    status, body = int(given.get("status") or 200), given.get("body")
    if status == 200 and body is None:
        return None
    return Reply(status, (body or "").encode())


def latency(given: Body) -> int:
    """How long an answer takes while the CPU is free."""
    return int(given.get("latencyMilliseconds") or 0) * MILLISECOND


def lines(logs: list[Body], started: Instant, window: Window) -> list[Line]:
    """The lines of a Behavior's `logs` that were written in a window, oldest first."""
    found = list[Line]()
    for one in logs:
        first, every = started + int(one.get("afterSeconds") or 0) * SECOND, int(one.get("everySeconds") or 0) * SECOND
        if first > window.until:
            continue
        newest = (window.until - first) // every if every else 0
        oldest = max(0, -((first - window.since) // every) if every else 0, newest - window.most + 1)
        found += [Line(first + number * every, one["line"]) for number in range(oldest, newest + 1)]
    return sorted(window.of(found), key=lambda line: line.at)


def following(logs: list[Body], started: Instant, now: Instant) -> Instant | None:
    """When the next of those lines is written after an instant, None if there is none."""
    coming = list[Instant]()
    for one in logs:
        first, every = started + int(one.get("afterSeconds") or 0) * SECOND, int(one.get("everySeconds") or 0) * SECOND
        if first > now:
            coming.append(first)
        elif every:
            coming.append(first + ((now - first) // every + 1) * every)
    return min(coming, default=None)
