"""Containers that end as a Behavior says, from their start or from the instant at which it says so."""

from __future__ import annotations

from ..clock import SECOND
from ..objects import get_in
from ..registry import Body
from ..workloads import behaved
from ..workloads.programs import Program
from . import creation
from .turn import COMPONENT, Box, Turn


def exit_of(turn: Turn, container: Body) -> Body | None:
    """What the container's Behavior says of its end, None if it says nothing."""
    found: Body | None = behaved.spec(turn.pod, container["name"], turn.world).get("exit")
    return found


def fields(turn: Turn, container: Body, program: Program) -> Box:
    """How a container will end that starts now, as fields of its box."""
    ended = exit_of(turn, container)
    return _fields(turn, turn.now, program, ended)


def look_again(turn: Turn) -> None:
    """The Behaviors are others: containers that run end as they say now."""
    if not turn.note.pop("behaves", False):
        return
    for name in turn.running():
        box, container = turn.box(name), turn.container(name)
        ended = exit_of(turn, container)
        if box.get("ending") or ended == get_in(box, "exit", "said"):
            continue
        program = creation.program(turn, container, box["at"])
        turn.set_box(name, {key: one for key, one in box.items() if key != "exit"})
        turn.put(name, **_fields(turn, box["at"], program, ended))


def await_start(turn: Turn, container: Body) -> None:
    """Books the instant at which a program listens, if a Behavior says so: others may wait for it."""
    name = container["name"]
    takes = get_in(behaved.spec(turn.pod, name, turn.world), "startup", "durationSeconds")
    if takes:
        instant = turn.now + int(takes) * SECOND
        turn.world.clock.move(COMPONENT, f"listens:{turn.note['uid']}:{name}", instant, led_by=turn.led_by)


def message(box: Box) -> str:
    """What a container that has ended by itself leaves, as its Behavior says."""
    held = box.get("exit")
    if held is None or held["ends"] != box["end"]:
        return ""
    return str(held["said"].get("message") or "")


def _fields(turn: Turn, started: int, program: Program, ended: Body | None) -> Box:
    found = program if ended is None else behaved.ending(program, ended)
    ends = None if found.lasts is None else max(started + found.lasts, turn.now)
    box: Box = {
        "ends": ends,
        "code": found.code,
        "stop": found.stop,
        "stop_code": found.stop_code,
        "waits": found.is_waiting,
    }
    return box if ended is None else {**box, "exit": {"said": ended, "ends": ends}}
