"""What a command of a script finds that looks at files, the network or its own machine: it is run as `exec` runs it.

The rest of a script is read (`runs.py`), so that what it does is a function of time; a command that looks sees the
world as it is now, and files as its pod's scripts have left them by its own instant.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..registry import Body, Instant, Reader
from . import catalogue, image_tree, references
from .effects import Interrupted, Read, Sleep, Write
from .files import Files
from .looking import Looked
from .nodes import Node
from .script_files import History, Step
from .shell.builtins import BUILTINS
from .shell.interpreter import Shell
from .shell.launch import launcher
from .shell.machine import Machine, shown
from .shell.running import PROGRAMS
from .shell.spoken import Deed
from .shell.streams import with_lines
from .shell.syntax import Command, Pipeline

_MOST_EFFECTS = 2_000
_LONGEST = 1 << 16
_launch = launcher(PROGRAMS)


class _Recorded(Files):
    """Files that remember what is written to them from now on, by the container's own paths."""

    written_to: dict[str, Node | None] | None = None

    def _set(self, path: str, node: Node | None) -> None:
        super()._set(path, node)
        if self.written_to is not None:
            self.written_to[path] = node


@dataclass(frozen=True)
class Outside:
    """What is around the script of a container. is_alone: scripts of other containers do not count.

    fails_until: before then, nothing that a loop waits for has come.
    """

    pod: Body
    container: Body
    reader: Reader
    is_alone: bool = False
    fails_until: Instant = 0

    def has(self, name: str) -> bool | None:
        """Whether the image has a program; None if nobody knows."""
        reference = references.parse(self.container["image"])
        image = catalogue.of(reference)
        if not catalogue.is_known(reference) or name in image.programs:
            return None
        if name in BUILTINS or name in image_tree.of_family(reference):
            return True
        return True if image_tree.is_plausible(name) else None if image.family == "scratch" else False

    def run(
        self,
        command: Command | Pipeline,
        *,
        variables: dict[str, str],
        exported: frozenset[str],
        started: Instant,
        at: int,
        steps: list[Step],
    ) -> Looked | None:
        """Runs one command of a script; None if it does not end."""
        now = started + at
        own = [(started + one.at, one) for one in steps]
        files = _Recorded(
            self.pod, self.container["name"], reader=self.reader, now=now, history=History(own, self.is_alone)
        )
        files.written_to = {}
        machine = Machine(self.pod, self.container, files, self.reader, _launch, process=1)
        directory = self.container.get("workingDir") or "/"
        shell = Shell(machine, dict(variables), set(exported), directory, builtins=BUILTINS)
        whole = command if isinstance(command, Pipeline) else Pipeline((command,), negated=False)
        process = with_lines(machine, shell.inside(shell.pipeline(whole)))
        output, took, room, result = list[tuple[str, str]](), 0, _LONGEST, None
        for _effect in range(_MOST_EFFECTS):
            try:
                effect = process.send(result)
            except StopIteration as end:
                return Looked(int(end.value), output, took, _deeds(files, at + took))
            except (RecursionError, Interrupted):
                return None
            result = None
            match effect:
                case Write(stream, data):
                    output.append((stream, shown(data)[:room]))
                    room = max(0, room - len(data))
                case Read():
                    result = b""
                case Sleep(microseconds):
                    took += microseconds
                    files.now = now + took
        process.close()
        return None


def _deeds(files: _Recorded, at: int) -> list[Deed]:
    found = []
    for path, node in (files.written_to or {}).items():
        if node is None:
            found.append(Deed(at, "rm", ("-rf", path)))
        elif node.is_dir:
            found.append(Deed(at, "mkdir", ("-p", path)))
        elif node.type == "file":
            found.append(Deed(at, "=", (path, shown(node.content), str(node.mode))))
    return found
