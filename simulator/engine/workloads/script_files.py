"""What the script of a container has done to files by some instant: touch, rm, mkdir, mv, cp, and redirections.

The script is read, not run (`scripts.py`), so that this is a function of time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..objects import get_in, instant_of
from ..registry import Body, Instant, Reader
from . import environment, nodes, programs
from .containers import status_of_container
from .scripts import Told
from .shell.spoken import Chunk, Deed

if TYPE_CHECKING:
    from .files import Files

Step = Deed | Chunk


def done(
    pod: Body, container: Body, started: Instant | None, now: Instant, reader: Reader
) -> Iterator[tuple[Instant, Step]]:
    """What the container's script has done to files by `now`, in its order."""
    since = _since(pod, container) if started is None else started
    told = None if since is None else _told(pod, container, since, reader)
    if told is None or since is None:
        return
    steps = [*_steps(told.deeds, told.chunks)]
    if told.cycle is not None and now - since >= told.cycle.base:
        number = told.cycle.at(now - since)
        for one in range(max(0, number - 1), number + 1):
            steps += _steps(told.cycle.deeds(one, since), told.cycle.round(one, since))
    for step in sorted(steps, key=lambda step: (step.at, isinstance(step, Chunk))):
        if since + step.at <= now:
            yield since + step.at, step


def following(pod: Body, container: Body, started: Instant, now: Instant, reader: Reader) -> Instant | None:
    """When the script next does something to a file after `now`."""
    told = _told(pod, container, started, reader)
    if told is None:
        return None
    steps = [*_steps(told.deeds, told.chunks)]
    if told.cycle is not None:
        number = max(0, told.cycle.at(now - started))
        for one in (number, number + 1):
            steps += _steps(told.cycle.deeds(one, started), told.cycle.round(one, started))
    return min((started + step.at for step in steps if started + step.at > now), default=None)


def _steps(deeds: list[Deed], chunks: list[Chunk]) -> Iterator[Step]:
    yield from deeds
    yield from (one for one in chunks if one.path and one.path != "/dev/null")


def _since(pod: Body, container: Body) -> Instant | None:
    text = get_in(status_of_container(pod, container["name"]), "state", "running", "startedAt")
    return None if text is None else instant_of(text)


def _told(pod: Body, container: Body, started: Instant, reader: Reader) -> Told | None:
    """The container's script, if it has one that touches files."""
    if not container.get("command") and not container.get("args"):
        return None
    variables = environment.of(pod, container, reader).variables
    return programs.told(container, variables, started)


def do(files: Files, step: Step, directory: str) -> None:
    """Does one thing. Raises FileError."""
    if isinstance(step, Chunk):
        files.write(nodes.normal(step.path, directory), step.text.encode(), append=True)
        return
    flags = "".join(word[1:] for word in step.words if word[:1] == "-" and word[1:2] != "-")
    paths = [nodes.normal(word, directory) for word in step.words if word[:1] != "-"]
    match step.name:
        case ">":
            if paths[0] != "/dev/null":
                files.write(paths[0], b"")
        case ">>":
            files.write(paths[0], b"", append=True)
        case "touch":
            for path in paths:
                files.touch(path)
        case "mkdir":
            for path in paths:
                _make(files, path, parents="p" in flags)
        case "rm" | "rmdir":
            for path in paths:
                _remove(files, path, whole="r" in flags.lower())
        case _ if len(paths) == 2:
            _copy(files, *paths, removes=step.name == "mv")


def _make(files: Files, path: str, *, parents: bool) -> None:
    above = nodes.parent(path)
    if parents and path != "/" and files.find(above) is None:
        _make(files, above, parents=True)
    files.make_directory(path)


def _remove(files: Files, path: str, *, whole: bool) -> None:
    node = files.find(path, follow=False)
    if node is None:
        return
    if whole and node.is_dir:
        for name in files.names(path):
            _remove(files, f"{path.rstrip('/')}/{name}", whole=True)
    files.remove(path)


def _copy(files: Files, source: str, target: str, *, removes: bool) -> None:
    content = files.read(source)
    node = files.find(target)
    if node is not None and node.is_dir:
        target = f"{target.rstrip('/')}/{source.rpartition('/')[2]}"
    files.write(target, content)
    if removes:
        files.remove(source)
