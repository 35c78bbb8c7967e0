"""exec: a command in a container, to its end. A shell that waits for keys has its place in the pod's own view.

Follows staging/src/k8s.io/kubectl/pkg/cmd/exec/exec.go, v1.32.
"""

from __future__ import annotations

from typing import Any

import orjson

from simulator.engine.objects import annotations_of, name_of, namespace_of, status_of
from simulator.engine.registry import Body
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.commands.logs import pods_of
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.selecting import Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Plain, Refused, Trouble

_LONGEST = 20.0
_SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")
_STDOUT, _STDERR, _ERROR = 1, 2, 3
_DEFAULT = "kubectl.kubernetes.io/default-container"


def run(shell: Shell, parsed: Parsed) -> int:
    if not parsed.args or parsed.dash == 0:
        raise Trouble("pod, type/name or --filename must be specified")
    command = parsed.args[parsed.dash :] if parsed.dash is not None else parsed.args[1:]
    if parsed.dash is None and len(parsed.args) > 1:
        raise Trouble(
            "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
            "See 'kubectl exec -h' for help and examples"
        )
    if parsed.dash is not None and parsed.dash > 1:
        raise Trouble(
            "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
            "See 'kubectl exec -h' for help and examples"
        )
    if not command:
        raise Trouble("you must specify at least one command for the container")
    if len(command) == 1 and command[0] in _SHELLS and shell.stdin is None:
        raise Trouble("the terminal has no keyboard for a shell: give it a command with -c, or a here-document with -i")
    pod = _pod(shell, parsed)
    if status_of(pod).get("phase") in ("Succeeded", "Failed"):
        raise Trouble(f"cannot exec into a container in a completed pod; current phase is {status_of(pod)['phase']}")
    container = _container(shell, parsed, pod)
    query: dict[str, Any] = {"container": container, "command": command, "stdout": "true", "stderr": "true"}
    stdin = shell.stdin if parsed.yes("stdin") else None
    if stdin is not None:
        query["stdin"] = "true"
    path = path_of(shell.client.kinds["pods"], namespace_of(pod), name_of(pod), "exec")
    try:
        channels = shell.client.execute(path, query, stdin, _LONGEST)
    except Refused as refused:
        if refused.reason in ("NotFound", "Forbidden", "BadRequest"):
            raise
        raise Trouble(refused.message) from None
    shell.write(channels.get(_STDOUT, b"").decode(errors="replace"))
    shell.err.append(channels.get(_STDERR, b"").decode(errors="replace"))
    return _ended(channels.get(_ERROR, b""))


def _pod(shell: Shell, parsed: Parsed) -> Body:
    word = parsed.args[0]
    found = Selection(shell, parsed, [word] if "/" in word else ["pods", word]).objects()[0]
    return found.body if found.kind.resource == "pods" else pods_of(shell, parsed, found, quiet=True)[0]


def _container(shell: Shell, parsed: Parsed, pod: Body) -> str:
    spec = pod["spec"]
    names = [one["name"] for one in spec["containers"]]
    inits = [one["name"] for one in spec.get("initContainers", ())]
    name = parsed.text("container")
    if name:
        if name not in [*names, *inits, *(one["name"] for one in spec.get("ephemeralContainers", ()))]:
            raise Trouble(f"container {name} is not valid for pod {name_of(pod)}")
        return name
    chosen = annotations_of(pod).get(_DEFAULT)
    if chosen in names:
        return str(chosen)
    if len(names) + len(inits) > 1 and not parsed.yes("quiet"):
        listed = ", ".join([*names, *(f"{one} (init)" for one in inits)])
        shell.complain(f'Defaulted container "{names[0]}" out of: {listed}')
    return str(names[0])


def _ended(told: bytes) -> int:
    """The exit code of the process. Raises Trouble where it could not be run."""
    if not told:
        raise Trouble("the command still runs: the terminal waits no longer")
    status = orjson.loads(told)
    if status.get("status") == "Success":
        return 0
    if status.get("reason") == "NonZeroExitCode":
        code = int(status["details"]["causes"][0]["message"])
        raise Plain(f"command terminated with exit code {code}", code)
    raise Trouble(status.get("message", ""))


COMMAND = Command(
    "exec",
    run,
    (
        Flag("container", "c"),
        Flag("stdin", "i", form="yes", default=False),
        Flag("tty", "t", form="yes", default=False),
        Flag("quiet", "q", form="yes", default=False),
        Flag("pod-running-timeout", form="span", default=60),
    ),
    completes="pods",
    about="Execute a command in a container",
)
