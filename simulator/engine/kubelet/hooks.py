"""Hooks of containers: what postStart and preStop do, how long they take and how they fail.

Follows pkg/kubelet/lifecycle/handlers.go and RunInContainer in pkg/kubelet/kuberuntime/kuberuntime_container.go,
v1.34. A hook is run to its end at the instant at which it begins; what it does to files is there when it has ended.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, NamedTuple

from ..causes import _
from ..clock import SECOND
from ..errors import StatusError
from ..kinds.file_system import RESOURCE
from ..objects import key_of
from ..registry import Bodies, Body
from ..workloads import processes, programs
from ..workloads.effects import NotFound, Read, Sleep, Write
from ..workloads.files import Files
from ..workloads.probe import http
from ..workloads.probe.target import BadPort, Target
from ..world import World
from . import status
from .turn import Turn

Moment = Literal["postStart", "preStop"]

_MOST_EFFECTS = 20_000
"""What a command may do until it is taken to go on for ever."""
_LONGEST = 10 * 1024
_NETWORK = 1000
_KILLED = 137


class Ran(NamedTuple):
    """What came of a hook.

    took: microseconds, None if it never ends by itself; fault: why it failed, in the kubelet's words; quits: after how
    long it has ended the container's main process, else None; files: the FileSystem to store, if it wrote any.
    """

    took: int | None
    fault: str = ""
    quits: int | None = None
    files: Body | None = None


def run(turn: Turn, container: Body, moment: Moment) -> Ran | None:
    """Runs a hook of a container that runs; None if it has none."""
    handler = (container.get("lifecycle") or {}).get(moment)
    if not handler:
        return None
    about = f"for Container {_quoted(container['name'])} in Pod {_quoted(turn.full_name)} failed - error: "
    if handler.get("exec"):
        return _exec(turn, container, list(handler["exec"].get("command") or ()), about)
    if handler.get("httpGet"):
        return _get(turn, container, handler["httpGet"], about)
    if handler.get("sleep"):
        return Ran(int(handler["sleep"]["seconds"]) * SECOND)
    return Ran(0, f"Cannot run handler: invalid handler: {handler}")


def store(turn: Turn, files: Body | None) -> None:
    """Keeps what a hook has written."""
    if files is None:
        return
    cause = turn.cause("lifecycle", _("A hook of a container has written files."))
    held = turn.world.get(RESOURCE, *key_of(turn.pod))
    with suppress(StatusError):
        if held is None:
            turn.world.create(RESOURCE, files, cause)
        else:
            turn.world.update(RESOURCE, {**files, "metadata": {**held["metadata"], **files["metadata"]}}, cause)


def begin(turn: Turn, container: Body) -> bool:
    """Runs the postStart hook of a container that was just started; True if the worker waits for its end."""
    ran = run(turn, container, "postStart")
    if ran is None:
        return False
    name = container["name"]
    if ran.quits is not None:
        box = turn.box(name)
        turn.put(name, ends=turn.now + ran.quits + (box["stop"] or 0), code=box["stop_code"], ending=True)
    turn.note["hook"] = [ran.fault, ran.files]
    turn.note["step"], turn.note["act"] = "hook", None if ran.took is None else turn.now + ran.took
    return True


def cut(turn: Turn, container: Body) -> None:
    """The container has ended before its postStart hook: a command in it has ended too."""
    handler = (container.get("lifecycle") or {}).get("postStart") or {}
    if turn.note["step"] != "hook":
        return
    if handler.get("exec"):
        words = list(handler["exec"].get("command") or ())
        about = f"for Container {_quoted(container['name'])} in Pod {_quoted(turn.full_name)} failed - error: "
        error = f"command '{' '.join(words)}' exited with {_KILLED}: "
        turn.note["hook"] = [f'Exec lifecycle hook ([{" ".join(words)}]) {about}{error}, message: ""', None]
    elif turn.note["act"] is not None:
        return
    turn.note["act"] = turn.now


def end(turn: Turn, container: Body) -> str:
    """What a postStart hook that is over leaves; why it failed, if it did."""
    fault, files = turn.note.pop("hook")
    store(turn, files)
    if fault:
        turn.event("Warning", "FailedPostStartHook", "PostStartHook failed", container["name"])
        turn.put(container["name"], wait=["PostStartHookError", fault])
    return str(fault)


def before_stop(turn: Turn, container: Body, grace: int) -> int:
    """Runs the preStop hook of a container; how long it holds back SIGTERM, at most `grace` seconds."""
    ran = run(turn, container, "preStop") if grace > 0 else None
    if ran is None:
        return 0
    name, most = container["name"], grace * SECOND
    store(turn, ran.files)
    if ran.quits is not None:
        box = turn.box(name)
        turn.put(name, ends=turn.now + ran.quits + (box["stop"] or 0), code=box["stop_code"])
    took = most if ran.took is None else min(ran.took, most)
    if ran.fault and ran.took is not None and ran.took <= most:
        turn.note["failing"] = [*turn.note.get("failing", ()), [turn.now + ran.took, name]]
    return took


def tell(turn: Turn) -> None:
    """Tells of the preStop hooks that have failed by now."""
    failing = turn.note.get("failing")
    if not failing:
        return
    for instant, name in failing:
        if instant <= turn.now:
            turn.event("Warning", "FailedPreStopHook", "PreStopHook failed", name)
    turn.note["failing"] = [one for one in failing if one[0] > turn.now]


def _get(turn: Turn, container: Body, action: Body, about: str) -> Ran:
    """Whatever the status of the answer is, it is a success."""
    target = Target(turn.pod, container, turn.note["ip"], _starts(turn), turn.world)
    try:
        answer = http.answer(target, action, turn.now, 10 * SECOND)
    except BadPort as fault:
        return Ran(0, f"HTTP lifecycle hook ({action.get('path', '')}) {about}{fault}")
    if answer.text.startswith('Get "'):
        return Ran(answer.took, f"HTTP lifecycle hook ({action.get('path', '')}) {about}{answer.text}")
    return Ran(answer.took)


def _starts(turn: Turn) -> dict[str, int]:
    return {name: turn.box(name)["at"] for name in turn.running()}


def _exec(turn: Turn, container: Body, words: list[str], about: str) -> Ran:
    name, said = container["name"], f"Exec lifecycle hook ([{' '.join(words)}]) {about}"
    pod = {**turn.pod, "status": status.of(turn, (turn.pod.get("status") or {}).get("hostIP", ""), sandbox=True)}
    reader = _Seen(turn.world, pod)
    files = Files(pod, name, reader=reader, now=turn.now, started=turn.box(name)["at"])
    try:
        running = processes.execution(pod, name, words, reader=reader, now=turn.now, files=files)
    except NotFound as error:
        session = blake2b(f"{turn.note['uid']}/{name}/{words}".encode(), digest_size=32).hexdigest()
        failed = "rpc error: code = Unknown desc = failed to exec in container: failed to start exec"
        return Ran(_NETWORK, f'{said}{failed} "{session}": {error}: unknown, message: ""')
    took, quits, code, output = _driven(running, container)
    if code == 0 or took is None:
        fault = ""
    else:
        exited = f"command '{' '.join(words)}' exited with {code}: {output['stderr']}"
        fault = f"{said}{exited}, message: {_quoted(output['stdout'] + output['stderr'])}"
    return Ran(took, fault, quits, files.written() if files.changed else None)


def _driven(running: processes.Exec, container: Body) -> tuple[int | None, int | None, int, dict[str, str]]:
    """Runs a command: how long it takes, when it has ended its container's main process, its code and its output."""
    output = {"stdout": "", "stderr": ""}
    took, quits, stop = _NETWORK, None, programs.of(container).stop or 0
    result: bytes | None = None
    for _effect in range(_MOST_EFFECTS):
        try:
            effect = running.process.send(result)
        except StopIteration as end:
            return took, quits, int(end.value), output
        if quits is None and running.files.code is not None:
            quits = took
        result = None
        match effect:
            case Write(stream, data):
                output[stream] = (output[stream] + data.decode(errors="replace"))[:_LONGEST]
            case Read():
                result = b""
            case Sleep(microseconds):
                took += microseconds
        if quits is not None and took > quits + stop:
            running.process.close()
            return quits + stop, quits, _KILLED, output
    running.process.close()
    return None, quits, 0, output


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True)
class _Seen:
    """The world, with one pod as its kubelet knows it."""

    world: World
    pod: Body

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        if resource == "pods" and (namespace, name) == key_of(self.pod):
            return self.pod
        return self.world.get(resource, namespace, name)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        return self.world.list(resource, namespace)
