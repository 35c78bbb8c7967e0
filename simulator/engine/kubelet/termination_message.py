"""What a container says at its end: the file of its terminationMessagePath, or the end of its log.

Follows getTerminationMessage and readLastStringFromContainerLogs in pkg/kubelet/kuberuntime/kuberuntime_container.go
and normalizeStatus in pkg/kubelet/status/status_manager.go, v1.34.
"""

from __future__ import annotations

from ..kinds.file_system import RESOURCE
from ..objects import key_of
from ..registry import Body
from ..workloads import logs
from ..workloads.files import Files
from ..workloads.nodes import FileError
from . import behaving, status
from .turn import Turn

_DEFAULT = "/dev/termination-log"
_LONGEST = 4096
_LONGEST_IN_POD = 12 * 1024
_LONGEST_LOG = 2048
_LOG_LINES = 80


def of(turn: Turn, container: Body) -> str:
    """The message of a container that has just ended; empty if it has none."""
    name, box = container["name"], turn.box(container["name"])
    text = behaving.message(box).encode()[-_LONGEST:] or _file(turn, container)
    falls_back = container.get("terminationMessagePolicy") == "FallbackToLogsOnError"
    if not text and falls_back and box["code"]:
        pod = {**turn.pod, "status": status.of(turn, "", sandbox=True)}
        lines = logs.lines(pod, name, turn.now, most=_LOG_LINES, reader=turn.world)
        text = "".join(f"{line.text}\n" for line in lines).encode()[-_LONGEST_LOG:]
    most = _LONGEST_IN_POD // max(1, len(list(turn.containers())))
    return text[:most].decode(errors="replace")


def _file(turn: Turn, container: Body) -> bytes:
    """The last of what the container wrote to its file."""
    path = container.get("terminationMessagePath") or _DEFAULT
    has_words = container.get("command") or container.get("args")
    if not has_words and turn.world.get(RESOURCE, *key_of(turn.pod)) is None:
        return b""
    box = turn.box(container["name"])
    try:
        files = Files(turn.pod, container["name"], reader=turn.world, now=box["end"], started=box["at"])
        return files.read(path)[-_LONGEST:]
    except FileError:
        return b""
