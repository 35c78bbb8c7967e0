"""How the files grow that the script of a container writes, as far as its own words tell.

What `dd`, `fallocate` and `head -c` write follows from their command lines, at 200 MiB a second and after the sleeps
before them; what an endless loop appends counts as a steady flow. Files take blocks of 4 KiB.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache

from ..clock import SECOND
from ..registry import Body
from . import nodes, programs
from .curves import Term
from .shell.spoken import Chunk, Deed

_BLOCK = 4096
_RATE = 200 << 20
_MOST = 64
"""How many steps of one file are told apart."""
_MARKS = (">", "touch", "cp ", "mv ", "dd ", "fallocate", "tee ")
_DD = re.compile(r"\bdd\s+([^;&|\n]*)")
_FALLOCATE = re.compile(r"\bfallocate\s+-l\s*(\S+)\s+([^\s;&|]+)")
_HEAD = re.compile(r"\bhead\s+-c\s*(\S+)\s+/dev/u?(?:zero|random)\s*>>?\s*([^\s;&|]+)")
_SLEEP = re.compile(r"\bsleep\s+(\d{1,6})\b")
_SIZE = re.compile(r"(\d{1,18})([kKMGT]?)(?:i?B)?")
_UNITS = {"": 1, "k": 1 << 10, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
Sizes = dict[str, int]
Grown = tuple[str, Term]
"""A path, and a curve on a clock that begins with the container."""


def of(container: Body) -> tuple[Grown, ...]:
    """The curves by which the files grow that a container writes."""
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    if not any(mark in word for word in words for mark in _MARKS) and words[:1] not in (["dd"], ["fallocate"]):
        return ()
    parts = {key: container[key] for key in ("image", "command", "args", "env", "workingDir") if key in container}
    return _of(json.dumps(parts))


def blocks(size: int) -> int:
    """The bytes that a file takes on the disk."""
    return -(-size // _BLOCK) * _BLOCK


@lru_cache(maxsize=1024)
def _of(text: str) -> tuple[Grown, ...]:
    container: Body = {"name": "", **json.loads(text)}
    directory = container.get("workingDir") or "/"
    line = " ".join([*(container.get("command") or ()), *(container.get("args") or ())])
    large = list(_large(line, directory))
    named = {path for path, _ in large}
    return (*large, *(one for one in _of_script(container, directory) if one[0] not in named))


# --- programs that write much ----------------------------------------------------------------------------------------


def _large(line: str, directory: str) -> Iterator[Grown]:
    for found in _DD.finditer(line):
        given = dict(word.split("=", 1) for word in found[1].split() if "=" in word)
        if given.get("if", "").startswith(("/dev/zero", "/dev/urandom", "/dev/random")) and given.get("of"):
            size = bytes_of(given.get("bs", "512"))
            count = given.get("count", "")
            whole = size * int(count) if count.isdecimal() else None
            yield from _filled(line, found.start(), given["of"], whole, directory)
    for pattern in (_FALLOCATE, _HEAD):
        for found in pattern.finditer(line):
            yield from _filled(line, found.start(), found[2], bytes_of(found[1]), directory)


def _filled(line: str, at: int, path: str, size: int | None, directory: str) -> Iterator[Grown]:
    path = path.strip("'\"")
    if "$" in path:
        return
    begin = sum(int(one[1]) for one in _SLEEP.finditer(line[:at])) * SECOND
    where = nodes.normal(path, directory)
    if size is None:
        yield where, Term("leak", begin, Fraction(_RATE))
    elif size:
        yield where, Term("ramp", begin, Fraction(blocks(size)), max(1, size * SECOND // _RATE))


def bytes_of(text: str) -> int:
    """A size as dd and fallocate read it; 0 where it is none."""
    found = _SIZE.fullmatch(text)
    return min(int(found[1]) * _UNITS[found[2]], 1 << 62) if found else 0


# --- scripts that are read -------------------------------------------------------------------------------------------


def _of_script(container: Body, directory: str) -> Iterator[Grown]:
    told = programs.told(container)
    if told is None:
        return
    sizes, grown = Sizes(), dict[str, list[tuple[int, int]]]()
    _play(sizes, grown, [*told.deeds, *told.chunks], directory)
    flows = list[Grown]()
    if told.cycle is not None:
        for number in (0, 1):
            before = dict(sizes)
            steps: list[Deed | Chunk] = [*told.cycle.deeds(number, 0), *told.cycle.round(number, 0)]
            _play(sizes, grown if number == 0 else {}, steps, directory)
        begin, period = told.cycle.base + told.cycle.period, told.cycle.period
        for path, size in sizes.items():
            more = size - before[path] if path in before else blocks(size)
            if more > 0:
                flows.append((path, Term("leak", begin, Fraction(more * SECOND, period))))
    for path, steps_of in grown.items():
        for at, more in _merged(steps_of):
            if more:
                yield path, Term("step", at, Fraction(more))
    yield from flows


def _merged(steps: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same in no more than so many steps."""
    width = -(-len(steps) // _MOST)
    for first in range(0, len(steps), max(1, width)):
        group = steps[first : first + width]
        yield group[-1][0], sum(more for _, more in group)


def _play(sizes: Sizes, grown: dict[str, list[tuple[int, int]]], steps: Iterable[Deed | Chunk], directory: str) -> None:
    """Does the steps to the sizes, and notes by how much which file is larger when."""
    for step in sorted(steps, key=lambda one: (one.at, isinstance(one, Chunk))):
        if isinstance(step, Chunk):
            path = nodes.normal(step.path, directory)
            new = {path: sizes.get(path, 0) + len(step.text.encode())} if step.path else {}
        else:
            new = _done(sizes, step, directory)
        for path, size in new.items():
            more = blocks(size) - blocks(sizes.get(path, 0))
            if more:
                grown.setdefault(path, []).append((step.at, more))
            sizes[path] = size


def _done(sizes: Sizes, deed: Deed, directory: str) -> Sizes:
    """The sizes that are others after something was done to files."""
    paths = [nodes.normal(word, directory) for word in deed.words if word[:1] != "-"]
    if deed.name == "=":
        return {nodes.normal(deed.words[0], directory): len(deed.words[1].encode("utf-8", "surrogateescape"))}
    if deed.name == ">":
        return dict.fromkeys(paths, 0)
    if deed.name in ("rm", "rmdir"):
        return {one: 0 for one in sizes if any(nodes.is_below(one, path) for path in paths)}
    if deed.name in ("cp", "mv") and len(paths) == 2 and paths[0] in sizes:
        moved = {paths[1]: sizes[paths[0]]}
        return {**moved, paths[0]: 0} if deed.name == "mv" else moved
    return {}
