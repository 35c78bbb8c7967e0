"""What a container's program does: how long it runs, how it ends, how it takes SIGTERM, what it prints first.

A small reading of `command` and `args`: sleep, true, false, exit, echo, tail -f, loops, and `sh -c` of these. Programs
that are not known run until they are stopped, as servers do.
"""

from __future__ import annotations

import re
import shlex
from functools import lru_cache
from typing import NamedTuple

from ..clock import MILLISECOND, SECOND
from ..registry import Body
from . import catalogue, references
from .catalogue import Image

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_INTERPRETERS = frozenset({"python", "python3", "perl", "node", "php", "ruby"})
# fmt: off
_QUICK = frozenset(
    {
        ":", "[", "awk", "basename", "cat", "cd", "chmod", "chown", "cp", "curl", "cut", "date", "df", "dirname",
        "du", "env", "export", "find", "free", "grep", "head", "hostname", "id", "kill", "ln", "local", "ls",
        "mkdir", "mv", "nslookup", "printenv", "printf", "ps", "pwd", "read", "rm", "sed", "seq", "set", "shift",
        "sort", "stat", "sync", "tee", "test", "touch", "tr", "trap", "true", "ulimit", "umask", "uname", "uniq",
        "unset", "wc", "wget", "whoami",
    }
)
# fmt: on
_FETCHERS = frozenset({"wget", "curl", "nslookup"})
_SEPARATORS = re.compile(r"\s*(?:;|&&|\|\||\n)\s*")
_LOOP = re.compile(r"(?:^|[;\s&|])(?:while|until|for)\s")
_STEP = 5 * MILLISECOND


class Program(NamedTuple):
    """How one container's process behaves. Times are microseconds after its start, or after SIGTERM.

    lasts: when it ends by itself, None if it runs until it is stopped; code: its exit code then. stop: how long it
    takes to end on SIGTERM, None if it ignores the signal; stop_code: its exit code then. output: (when, line).
    """

    lasts: int | None
    code: int = 0
    stop: int | None = None
    stop_code: int = 0
    output: tuple[tuple[int, str], ...] = ()


def of(container: Body, *, init: bool = False) -> Program:
    """The program of a container; an init container that is no known server is done after its start-up time."""
    if is_shell(container):
        return Program(None)
    return _program(container["image"], tuple(container.get("command") or ()), tuple(container.get("args") or ()), init)


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
    return words[0].rsplit("/", 1)[-1] in _SHELLS and all(re.fullmatch(r"-[il]+", word) for word in words[1:])


def is_idle(container: Body) -> bool:
    """Whether the container's command only passes the time: `sleep`, `tail -f`, a loop of the shell."""
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    name = words[0].rsplit("/", 1)[-1] if words else ""
    return name in _SHELLS or name in ("sleep", "tail", "pause") or name in _QUICK


@lru_cache(maxsize=4096)
def _program(image_name: str, command: tuple[str, ...], args: tuple[str, ...], init: bool) -> Program:
    try:
        reference = references.parse(image_name)
    except ValueError:
        return Program(None)
    image = catalogue.of(reference)
    if command or (args and not image.entrypoint):
        found = _run(command + args, image)
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


def _entry(image: Image) -> Program:
    """What an image does without a command."""
    if image.entry == "shell":
        return Program(_STEP)
    if image.entry == "once":
        return Program(image.startup, output=_own_log(image))
    return Program(None, 0, image.stop, image.stop_code, _own_log(image))


def _own_log(image: Image) -> tuple[tuple[int, str], ...]:
    return tuple((offset * MILLISECOND, line) for offset, line in image.log)


def seconds(text: str) -> int | None:
    """What `sleep` understands: `5`, `0.5`, `2m`, `1h`; None for ever (`infinity`). Raises ValueError otherwise."""
    if text in ("inf", "infinity"):
        return None
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)([smhd]?)", text)
    if found is None:
        raise ValueError(f"sleep: invalid time interval '{text}'")
    return int(float(found[1]) * _UNITS[found[2]] * SECOND)


def _run(words: tuple[str, ...], image: Image) -> Program | None:
    """One command line; None if the command is not known."""
    name = words[0].rsplit("/", 1)[-1]
    if name in _SHELLS:
        for position, word in enumerate(words[1:], 1):
            if re.fullmatch(r"-[a-z]*c", word):
                return _script(words[position + 1] if len(words) > position + 1 else "")
        return Program(_STEP) if len(words) == 1 else None
    if name in _INTERPRETERS:
        if len(words) == 1:
            return Program(_STEP)
        return Program(5 * SECOND) if any(word.startswith("-") and word[-1:] in "ce" for word in words[1:]) else None
    return _simple(name, words[1:])


def _simple(name: str, rest: tuple[str, ...]) -> Program | None:
    """One plain command. As process 1 it has no handler for SIGTERM, so the kernel drops the signal."""
    if name == "sleep":
        total = 0
        for word in rest:
            try:
                part = seconds(word)
            except ValueError as error:
                return Program(_STEP, 1, output=((0, str(error)),))
            if part is None:
                return Program(None)
            total += part
        if rest:
            return Program(total)
        return Program(_STEP, 1, output=((0, "sleep: missing operand"),))
    if name == "tail" and any(re.fullmatch(r"-\w*[fF]\w*|--follow.*", word) for word in rest):
        return Program(None)
    if name == "exit":
        return Program(0, int(rest[0]) & 255 if rest and rest[0].isdigit() else 0)
    if name == "false":
        return Program(_STEP, 1)
    if name == "echo":
        return Program(_STEP, output=((0, " ".join(word for word in rest if word not in ("-n", "-e"))),))
    if name in _FETCHERS:
        return Program(SECOND)
    return Program(_STEP) if name in _QUICK else None


def _script(text: str) -> Program | None:
    """`sh -c`: commands one after the other; what follows `&&` or `||` depends on the exit code before it."""
    handles = re.search(r"(?:^|[;\s])trap\s", text) is not None
    stop = 100 * MILLISECOND if handles else None
    loop = _LOOP.search(text)
    if loop is not None:
        before = text[: loop.start()]
        head = _script(before) if before.strip() else Program(0)
        if head is None or head.lasts is None:
            return head
        return Program(None, 0, stop, 0, head.output)
    at, code, output = 0, 0, list[tuple[int, str]]()
    joints = ["", *(found.group().strip() for found in _SEPARATORS.finditer(text))]
    for joint, part in zip(joints, _SEPARATORS.split(text), strict=True):
        if not part or part.startswith("#") or (joint == "&&" and code) or (joint == "||" and not code):
            continue
        try:
            words = shlex.split(part)
        except ValueError:
            return Program(_STEP, 2, output=((0, "sh: syntax error: unterminated quoted string"),))
        if words and words[0] == "exec":
            words = words[1:]
        written = _without_redirections(words)
        if not written:
            continue
        name = written[0].rsplit("/", 1)[-1]
        if "=" in name and "==" not in name:
            continue
        one = _simple(name, tuple(written[1:]))
        if one is None:
            return None
        if len(written) == len(words):
            output += [(at + offset, line) for offset, line in one.output if "$" not in line and "`" not in line]
        if one.lasts is None:
            return Program(None, 0, stop, 0, tuple(output))
        at, code = at + one.lasts, one.code
        if name == "exit":
            break
    return Program(at or _STEP, code, stop, 0, tuple(output))


def _without_redirections(words: list[str]) -> list[str]:
    """The words before the first pipe or redirection."""
    for position, word in enumerate(words):
        if word[:1] in "|><&" or re.match(r"\d*[<>]", word):
            return words[:position]
    return words
