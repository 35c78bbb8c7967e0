"""Containers whose script is a loop without end that fetches a page: load generators, as tutorials have them.

Such a loop asks, waits for the answer, and pauses for as long as its other commands take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ...objects import spec_of
from ...registry import Body
from ..commands import STEP, seconds
from ..containers import container_of, running
from ..runs import SHELLS
from ..shell.parser import parse
from ..shell.syntax import AndOr, Command, Group, Loop, Pipeline, Redirected, Sequence, Simple, SyntaxFault, Text, Word

_URL = re.compile(r"(?:(https?)://)?([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::(\d{1,5}))?(/\S*)?")
_AT_ONCE = frozenset({":", "true", "false", "echo", "printf", "[", "test"})
_WITH_VALUE = frozenset(
    {"-O", "-o", "-T", "-t", "-U", "-Y", "-S", "-P", "-H", "-m", "-X", "-d", "-u", "-A", "-e", "-w", "--header",
     "--max-time", "--connect-timeout", "--request", "--data", "--output", "--write-out", "--timeout", "--tries",
     "--post-data"}
)  # fmt: skip
"""Options of wget and curl whose value is a word of its own."""
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


class Fetching(NamedTuple):
    """What a loop asks for, and how long it pauses from an answer to the next request, in microseconds."""

    host: str
    port: int
    path: str
    method: str
    pause: int
    timeout: int | None


def of(container: Body) -> Fetching | None:
    """What a container's script fetches for ever; None if it is no such loop."""
    return _of_words((*(container.get("command") or ()), *(container.get("args") or ())))


def fetching(pod: Body) -> Fetching | None:
    """What a running container of a pod fetches again and again."""
    if not any(of(one) for one in spec_of(pod).get("containers") or ()):
        return None
    fetched = (of(container_of(pod, name)) for name, _started in running(pod))
    return next((one for one in fetched if one is not None), None)


@lru_cache(maxsize=4096)
def _of_words(words: tuple[str, ...]) -> Fetching | None:
    if not any("wget" in word or "curl" in word for word in words) or words[0].rpartition("/")[2] not in SHELLS:
        return None
    flag = next((at for at, word in enumerate(words) if re.fullmatch(r"-[a-z]*c", word)), len(words))
    try:
        tree = parse(words[flag + 1]) if len(words) > flag + 1 else Sequence(())
    except (SyntaxFault, RecursionError):
        return None
    for item, _ in tree.items:
        for pipeline in _pipelines(item):
            found = [_of_loop(one) for one in pipeline.commands if isinstance(one, Loop)]
            if found:
                return found[0]
    return None


def _pipelines(item: AndOr) -> Iterator[Pipeline]:
    yield item.first
    yield from (pipeline for _, pipeline in item.rest)


class _Irregular(Exception):
    """A loop of which it cannot be said how often it comes round."""


def _of_loop(loop: Loop) -> Fetching | None:
    """A loop whose condition never changes: a pause, or a command that always succeeds or fails."""
    try:
        conditions, commands = list(_flat(loop.condition)), list(_flat(loop.body))
        if not conditions or not all(_is_steady(one, until=loop.until) for one in conditions):
            return None
        pause = sum(_lasts(one) for one in (*conditions, *commands))
    except (_Irregular, ValueError):
        return None
    fetched = (_fetching(_texts(one), pause) for one in commands if one.words)
    return next((one for one in fetched if one is not None), None)


def _flat(sequence: Sequence) -> Iterator[Simple]:
    for item, in_background in sequence.items:
        if in_background:
            raise _Irregular
        for pipeline in _pipelines(item):
            for command in pipeline.commands:
                yield from _simple(command)


def _simple(command: Command) -> Iterator[Simple]:
    match command:
        case Simple():
            yield command
        case Redirected():
            yield from _simple(command.command)
        case Group():
            yield from _flat(command.body)
        case _:
            raise _Irregular


def _texts(command: Simple) -> list[str]:
    return [_text(word) for word in command.words]


def _text(word: Word) -> str:
    """A word as it stands; empty if anything is expanded in it."""
    parts = [part.text if isinstance(part, Text) else None for part in word.parts]
    return "" if None in parts else "".join(part or "" for part in parts)


def _is_steady(command: Simple, *, until: bool) -> bool:
    name = _text(command.words[0]) if command.words else ""
    return name == "false" if until else name in ("true", ":", "sleep") or _texts(command) == ["[", "1", "]"]


def _lasts(command: Simple) -> int:
    """How long a command takes besides what the network takes; an endless sleep ends the loop."""
    words = _texts(command)
    if not words or words[0] in _AT_ONCE:
        return 0
    if words[0] in ("break", "exit", "return", "exec"):
        raise _Irregular
    if words[0] != "sleep":
        return STEP
    parts = [seconds(word) for word in words[1:]]
    if None in parts:
        raise _Irregular
    return sum(part or 0 for part in parts)


def _fetching(words: list[str], pause: int) -> Fetching | None:
    if words[0].rpartition("/")[2] not in ("wget", "curl"):
        return None
    plain, options, position = list[str](), dict[str, str](), 1
    while position < len(words):
        word = words[position]
        takes = word in _WITH_VALUE and position + 1 < len(words)
        if takes:
            options[word] = words[position + 1]
        elif word.startswith("-"):
            name, _, value = word.partition("=")
            options[name] = value
        else:
            plain.append(word)
        position += 2 if takes else 1
    found = next((match for word in plain if (match := _URL.fullmatch(word))), None)
    if found is None:
        return None
    port = int(found[3] or (443 if found[1] == "https" else 80))
    return Fetching(found[2].lower(), port, found[4] or "/", _method(options), pause, _timeout(options))


def _method(options: dict[str, str]) -> str:
    said = (options.get("-X") or options.get("--request") or "").upper()
    if said in _METHODS:
        return said
    if "-I" in options or "--head" in options or "--spider" in options:
        return "HEAD"
    return "POST" if any(one in options for one in ("-d", "--data", "--post-data")) else "GET"


def _timeout(options: dict[str, str]) -> int | None:
    for name in ("-T", "--timeout", "-m", "--max-time"):
        found = re.fullmatch(r"(\d{1,6})(?:\.\d+)?", options.get(name, ""))
        if found:
            return max(1, int(found[1]))
    return None
