"""What a container's program does: how long it runs, how it ends, how it takes SIGTERM, what it prints.

`command` and `args` are read as a script is (`scripts.py`); without them it is the image's own program. Programs that
are not known run until they are stopped, as servers do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ..clock import MILLISECOND, SECOND
from ..registry import Body, Instant
from . import catalogue, environment, pi, references, scripts
from .catalogue import Image
from .commands import QUICK, STEP
from .looking import Outside
from .runs import SHELLS
from .scripts import Told

_INTERPRETERS = frozenset({"python", "python3", "perl", "node", "php", "ruby"})
_TRAP = re.compile(r"(?:^|[;\s])trap\s")


class Program(NamedTuple):
    """How one container's process behaves. Times are microseconds after its start, or after SIGTERM.

    lasts: when it ends by itself, None if it runs until it is stopped; code: its exit code then. stop: how long it
    takes to end on SIGTERM, None if it ignores the signal; stop_code: its exit code then. output: (when, line) of the
    image's own program; what a script prints is in `told`. is_waiting: it waits for something on the network.
    """

    lasts: int | None
    code: int = 0
    stop: int | None = None
    stop_code: int = 0
    output: tuple[tuple[int, str], ...] = ()
    is_waiting: bool = False


def of(
    container: Body,
    *,
    init: bool = False,
    variables: Mapping[str, str] | None = None,
    started: Instant = 0,
    outside: Outside | None = None,
) -> Program:
    """The program of a container; an init container that is no known server is done after its start-up time.

    variables, outside: as for `told`.
    """
    if is_shell(container):
        return Program(None)
    has_words = container.get("command") or container.get("args")
    given = _given(container) if variables is None or not has_words else dict(variables)
    command, args = (
        tuple(environment.expand(word, given) for word in container.get(part) or ()) for part in ("command", "args")
    )
    missing = frozenset(one["name"] for one in container.get("env") or () if one["name"] not in given)
    if outside is not None and has_words:
        context = scripts.Context(started, outside)
        return _program(container["image"], command, args, init, tuple(given.items()), missing, context)
    return _remembered(container["image"], command, args, init, tuple(given.items()), missing)


def is_shell(container: Body) -> bool:
    """Whether the container's main process is a shell that reads its commands from the input that somebody attaches."""
    if not container.get("stdin"):
        return False
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    if not words:
        try:
            return catalogue.of(references.parse(container["image"])).entry == "shell"
        except ValueError:
            return False
    return words[0].rsplit("/", 1)[-1] in SHELLS and all(re.fullmatch(r"-[il]+", word) for word in words[1:])


def is_idle(container: Body) -> bool:
    """Whether the container's command only passes the time: `sleep`, `tail -f`, a loop of the shell."""
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    name = words[0].rsplit("/", 1)[-1] if words else ""
    return name in SHELLS or name in ("sleep", "tail", "pause") or name in QUICK


def told(
    container: Body,
    variables: Mapping[str, str] | None = None,
    started: Instant = 0,
    outside: Outside | None = None,
) -> Told | None:
    """What the words of a container say that it prints; None where its image's own program runs, or an unknown one.

    variables: those of its environment, without them those that its specification alone gives. outside: what commands
    see that look at something; without it they are taken to succeed and to print nothing.
    """
    try:
        image = catalogue.of(references.parse(container["image"]))
    except ValueError:
        return None
    given = _given(container)
    known = given if variables is None else variables
    words = environment.command_of(container, known)
    if is_shell(container) or not words or (not container.get("command") and image.entrypoint):
        return None
    missing = {one["name"] for one in container.get("env") or ()} - known.keys()
    found = scripts.told(words, known, unknown=frozenset(missing), started=started, outside=outside)
    return found if found.is_known or found.chunks else None


def _given(container: Body) -> dict[str, str]:
    """The variables that the specification of a container gives a value."""
    found = dict[str, str]()
    for one in container.get("env") or ():
        if not one.get("valueFrom"):
            found[one["name"]] = environment.expand(one.get("value") or "", found)
    return found


def _program(
    image_name: str,
    command: tuple[str, ...],
    args: tuple[str, ...],
    init: bool,
    variables: tuple[tuple[str, str], ...],
    unknown: frozenset[str],
    context: scripts.Context | None = None,
) -> Program:
    try:
        reference = references.parse(image_name)
    except ValueError:
        return Program(None)
    image = catalogue.of(reference)
    if command or (args and not image.entrypoint):
        found = _run(command + args, image, variables, unknown, context)
        if found is None and args and not command and catalogue.is_known(reference):
            found = _entry(image)
    else:
        found = _entry(image)
        if init and not catalogue.is_known(reference):
            found = None
    if found is not None:
        return found
    if init:
        return Program(image.startup, output=_own_log(image))
    return Program(None, 0, image.stop, image.stop_code)


_remembered = lru_cache(maxsize=4096)(_program)


def _entry(image: Image) -> Program:
    """What an image does without a command."""
    if image.entry == "shell":
        return Program(STEP)
    if image.entry == "once":
        return Program(image.startup, output=_own_log(image))
    return Program(None, 0, image.stop, image.stop_code, _own_log(image))


def _own_log(image: Image) -> tuple[tuple[int, str], ...]:
    return tuple((offset * MILLISECOND, line) for offset, line in image.log)


def _run(
    words: tuple[str, ...],
    image: Image,
    variables: tuple[tuple[str, str], ...],
    unknown: frozenset[str],
    context: scripts.Context | None,
) -> Program | None:
    """One command line; None if the command is not known. As process 1 it has no handler for SIGTERM but what it traps,
    so the kernel drops the signal."""
    name = words[0].rsplit("/", 1)[-1]
    if name in _INTERPRETERS:
        if len(words) == 1:
            return Program(STEP)
        digits = pi.printed(words)
        if digits:
            return Program(5 * SECOND, output=((5 * SECOND - STEP, digits),))
        return Program(5 * SECOND) if any(word.startswith("-") and word[-1:] in "ce" for word in words[1:]) else None
    started, outside = context or scripts.Context()
    found = scripts.told(list(words), dict(variables), unknown=unknown, started=started, outside=outside)
    if not found.is_known:
        return None
    handles = name in SHELLS and any(_TRAP.search(word) for word in words[1:])
    stop = 100 * MILLISECOND if handles else None
    return Program(found.lasts, found.code, stop, is_waiting=found.is_waiting)
