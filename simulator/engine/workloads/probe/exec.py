"""A probe that runs a command in the container.

Follows pkg/probe/exec/exec.go and ExecSync in staging/src/k8s.io/cri-client/pkg/remote_runtime.go, v1.34.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from ...registry import Body, Instant
from .. import environment
from ..containers import status_of_container
from ..effects import NotFound, Read, Sleep, Write
from ..files import Files
from ..processes import execution
from .target import NETWORK, Answer, Target, seconds

_LONGEST = 10 * 1024
_STEPS = 5_000
"""After so many steps a command is taken to run for ever."""
_NO_EXEC = "rpc error: code = Unknown desc = failed to exec in container: failed to start exec"
_WORD = re.compile(r"[A-Za-z0-9_.+-]+")
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_STEADY = frozenset(
    {
        "[", "awk", "basename", "cat", "cut", "dirname", "echo", "egrep", "env", "expr", "false", "fgrep", "grep",
        "head", "hostname", "id", "ls", "printenv", "printf", "pwd", "readlink", "sed", "seq", "sleep", "sort", "tail",
        "test", "tr", "true", "uniq", "wc", "which", "whoami",
    }
)  # fmt: skip
"""Programs whose answer follows from the container's files and environment."""
_MOVING = frozenset(
    {
        "RANDOM", "curl", "date", "dig", "find", "host", "kill", "mysqladmin", "nc", "nginx", "node", "nodetool",
        "nslookup", "pg_isready", "pgrep", "ping", "ps", "python", "python3", "ready-probe.sh", "redis-cli", "stat",
        "telnet", "top", "uptime", "wget", "zookeeper-ready",
    }
)  # fmt: skip
"""Words of a script that make its answer depend on the time or on the network."""


def answer(target: Target, action: Body, at: Instant, timeout: int) -> Answer:
    words = _expanded(target, action)
    files = Files(target.pod, target.container["name"], reader=target.reader, now=at, started=target.started)
    is_momentary = not _is_steady(words)
    until = None if is_momentary else target.files_change(at)
    try:
        running = execution(target.pod, target.container["name"], words, reader=target.reader, now=at, files=files)
    except NotFound as error:
        return Answer("Error", f'{_NO_EXEC} "{_session(target, words)}": {error}', NETWORK, until, is_momentary)
    output: dict[str, bytes] = {"stdout": b"", "stderr": b""}
    took, result, code = NETWORK, None, None
    for _step in range(_STEPS):
        try:
            effect = running.process.send(result)
        except StopIteration as end:
            code = int(end.value)
            break
        result = None
        match effect:
            case Write(stream, data):
                output[stream] = (output[stream] + data)[:_LONGEST]
            case Read():
                result = b""
            case Sleep(microseconds):
                took += microseconds
        if took >= timeout:
            break
    if code is None:
        running.process.close()
        return timed_out(action, timeout)._replace(until=until, is_momentary=is_momentary)
    text = (output["stdout"] + output["stderr"])[:_LONGEST].decode(errors="replace")
    return Answer("Failure" if code else "Success", text if code else "", took, until, is_momentary)


def timed_out(action: Body, timeout: int) -> Answer:
    text = f'command timed out: "{_quoted(" ".join(action.get("command") or ()))}" timed out after {seconds(timeout)}'
    return Answer("Failure", text, timeout)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")


def _expanded(target: Target, action: Body) -> list[str]:
    """The command with the variables that the specification alone gives. Follows ExpandContainerCommandOnlyStatic."""
    given = {one["name"]: one.get("value") or "" for one in target.container.get("env") or () if "valueFrom" not in one}
    return [environment.expand(word, given) for word in action.get("command") or ()]


def _is_steady(words: list[str]) -> bool:
    """Whether the command only looks at files and variables, which change at instants that are known."""
    name = words[0].rpartition("/")[2] if words else ""
    if name not in _SHELLS:
        return name in _STEADY
    return not any(word in _MOVING for text in words[1:] for word in _WORD.findall(text))


def _session(target: Target, words: list[str]) -> str:
    """The name that the runtime gives to an attempt to run something."""
    instance = status_of_container(target.pod, target.container["name"]).get("containerID", "")
    return blake2b(f"{instance}/{words}".encode(), digest_size=32).hexdigest()
