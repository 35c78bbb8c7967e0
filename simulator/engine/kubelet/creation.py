"""What can go wrong between a container's image and its first instruction.

Follows startContainer and generateContainerConfig in pkg/kubelet/kuberuntime/kuberuntime_container.go,
verifyRunAsNonRoot in security_context.go there, and makeEnvironmentVariables in pkg/kubelet/kubelet_pods.go, v1.34.
What the runtime says is containerd's.
"""

from __future__ import annotations

import json

from ..pods import is_sidecar
from ..registry import Body, Instant
from ..workloads import catalogue, environment, executables, programs, references
from ..workloads.looks import Outside
from . import status
from .images import RESYNC
from .turn import Note, Turn

CONFIG_ERROR = "CreateContainerConfigError"
_START_ERROR = 128


def is_refused(turn: Turn, container: Body) -> bool:
    """Whether the container cannot be made as its specification asks; says so."""
    refers = container.get("env") or container.get("envFrom")
    missing = variables(turn, container).missing if refers else ()
    fault = next(iter(missing), "") or _root(turn, container)
    if fault:
        name = container["name"]
        turn.event("Warning", "Failed", f"Error: {fault}", name)
        turn.put(name, wait=[CONFIG_ERROR, fault])
        turn.note["failed"] = turn.now
        turn.report(turn.world.latency.status)
    return bool(fault)


def is_broken(turn: Turn, container: Body) -> bool:
    """Whether the runtime cannot start what it has made; says so, and the container has ended."""
    name, old = container["name"], turn.box(container["name"])
    words = environment.command_of(container, variables(turn, container).variables) if _has_words(container) else []
    fault = executables.refusal(turn.pod, container, words, reader=turn.world, now=turn.now)
    if not fault:
        return False
    turn.event("Warning", "Failed", f"Error: {fault}", name)
    turn.set_box(
        name,
        {
            "n": old["n"] + (old["state"] == "exited"),
            "state": "exited",
            "image": container["image"],
            "at": 0,
            "end": turn.now,
            "code": _START_ERROR,
            "reason": "StartError",
            "message": fault,
            "last": turn.ended(name),
            "wait": ["RunContainerError", fault],
        },
    )
    turn.report(turn.world.latency.status)
    return True


def program(turn: Turn, container: Body, started: Instant) -> programs.Program:
    """What a container does that was started at an instant, as far as it can be told now."""
    inits = turn.pod["spec"].get("initContainers") or ()
    init = any(one["name"] == container["name"] and not is_sidecar(one) for one in inits)
    if not _has_words(container):
        return programs.of(container, init=init)
    pod = _seen(turn)
    return programs.of(
        container,
        init=init,
        variables=environment.of(pod, container, turn.world).variables,
        started=started,
        outside=Outside(pod, container, turn.world, fails_until=turn.now),
    )


def _has_words(container: Body) -> bool:
    """Whether a container is told what to run: without that nothing around it says what it does."""
    return bool(container.get("command") or container.get("args"))


def look_again(turn: Turn) -> None:
    """Containers may have found what they wait for on the network; says when they will have ended, if so."""
    if not turn.note.pop("look", False):
        return
    for name in turn.running():
        box = turn.box(name)
        if box.get("waits") and not box.get("ending"):
            found = program(turn, turn.container(name), box["at"])
            ends = None if found.lasts is None else box["at"] + found.lasts
            turn.put(name, ends=ends, code=found.code, waits=found.is_waiting)


def is_looking(note: Note) -> bool:
    """Whether a container waits for something on the network."""
    return any(box["state"] == "running" and box.get("waits") for box in note["boxes"].values())


def variables(turn: Turn, container: Body) -> environment.Environment:
    """The environment that the container is given."""
    return environment.of(_seen(turn), container, turn.world)


def _seen(turn: Turn) -> Body:
    """The pod as its kubelet knows it, whose status may not have been written yet."""
    host = (turn.pod.get("status") or {}).get("hostIP", "")
    return {**turn.pod, "status": status.of(turn, host, sandbox=True)}


def _root(turn: Turn, container: Body) -> str:
    """What is against the user, if it must not be root."""
    own = container.get("securityContext") or {}
    whole = {**(turn.pod["spec"].get("securityContext") or {}), **own}
    if not whole.get("runAsNonRoot"):
        return ""
    about = f"(pod: {json.dumps(turn.full_name, ensure_ascii=False)}, container: {container['name']})"
    if "runAsUser" in whole:
        return "" if whole["runAsUser"] else f"container's runAsUser breaks non-root policy {about}"
    image = catalogue.of(references.parse(container["image"]))
    if image.user_name:
        return (
            f"container has runAsNonRoot and image has non-numeric user ({image.user_name}), cannot verify user is "
            f"non-root {about}"
        )
    return "" if image.user else f"container has runAsNonRoot and image will run as root {about}"


def is_waiting(note: Note) -> bool:
    """Whether a container waits for something that it refers to."""
    waits = [box["wait"] for box in note["boxes"].values()]
    return any(wait is not None and wait[0] == CONFIG_ERROR for wait in waits)


def is_held(turn: Turn, name: str) -> bool:
    """Whether a container whose making has failed is not tried again yet."""
    wait = turn.box(name)["wait"]
    if wait is None or wait[0] != CONFIG_ERROR:
        return False
    return next_try(turn.note, turn.world.hash("resync", turn.note["uid"]), turn.now) != turn.now


def next_try(note: Note, spread: int, now: Instant) -> Instant:
    """When a worker whose sync has failed next tries again: every ten seconds and up to half as long again."""
    period = RESYNC + spread % (RESYNC // 2)
    return now + (int(note["failed"]) - now) % period
