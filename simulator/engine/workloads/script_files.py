"""What the script of a container has done to files by some instant: touch, rm, mkdir, mv, cp, and redirections.

The script is read, not run (`scripts.py`), so that this is a function of time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from ..clock import SECOND
from ..objects import instant_of
from ..registry import Body, Instant, Reader
from . import environment, nodes, programs
from .containers import status_of_container
from .scripts import Told
from .shell.spoken import Chunk, Deed

if TYPE_CHECKING:
    from .files import Files

Step = Deed | Chunk


class History(NamedTuple):
    """What scripts have done. steps: the container's own, with their instants, None where they are to be found out.

    is_alone: scripts of other containers do not count, but for `bases`: what lies in volumes.
    """

    steps: Sequence[tuple[Instant, Step]] | None = None
    is_alone: bool = False
    bases: Mapping[str, nodes.Tree] = MappingProxyType({})


UNKNOWN = History()
LAST_ROUND = 1_500_000
"""How long before a container's end, which is known to the second, what it waited for had not come."""


def writers(pod: Body, container: Body) -> Iterator[Body]:
    """The other containers of a pod that may write to its volumes, in the order in which they start."""
    for part in ("initContainers", "containers"):
        for other in pod["spec"].get(part) or ():
            has_words = other.get("command") or other.get("args")
            if other["name"] != container["name"] and has_words and other.get("volumeMounts"):
                yield other


def last(pod: Body, container: Body, now: Instant) -> Instant | None:
    """The last instant by `now` at which a container ran that has started; its end is only known to the second."""
    state = status_of_container(pod, container["name"]).get("state") or {}
    if "running" in state:
        return now
    ended = (state.get("terminated") or {}).get("finishedAt")
    return min(now, instant_of(ended) + SECOND - 1) if ended else None


def done(
    pod: Body,
    container: Body,
    started: Instant | None,
    now: Instant,
    reader: Reader,
    *,
    is_alone: bool = False,
) -> Iterator[tuple[Instant, Step]]:
    """What the container's script has done to files by `now`, in its order."""
    since = _since(pod, container) if started is None else started
    told = None if since is None else _told(pod, container, since, reader, now, is_alone=is_alone)
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
    told = _told(pod, container, started, reader, now)
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
    state = status_of_container(pod, container["name"]).get("state") or {}
    text = (state.get("running") or state.get("terminated") or {}).get("startedAt")
    return None if text is None else instant_of(text)


def _waited(pod: Body, container: Body, now: Instant) -> Instant:
    """Until when nothing has come that a container's loops waited for."""
    state = status_of_container(pod, container["name"]).get("state") or {}
    ended = (state.get("terminated") or {}).get("finishedAt")
    return instant_of(ended) - LAST_ROUND if ended else now


def _told(
    pod: Body, container: Body, started: Instant, reader: Reader, now: Instant, *, is_alone: bool = False
) -> Told | None:
    """The container's script, if it has one that touches files."""
    if not container.get("command") and not container.get("args"):
        return None
    variables = environment.of(pod, container, reader).variables
    from .looks import Outside  # a command that looks sees files, and what these are, scripts say

    return programs.told(
        container, variables, started, Outside(pod, container, reader, is_alone, _waited(pod, container, now))
    )


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
        case "=":
            path, content, mode = step.words
            files.write(path, content.encode("utf-8", "surrogateescape"), mode=int(mode))
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
