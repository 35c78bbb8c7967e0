"""Restarts: what holds a container back that has ended, and who ends one so that it is started again.

Follows doBackOff, computePodActions and computeInitContainerActions in
pkg/kubelet/kuberuntime/kuberuntime_manager.go, v1.34.
"""

from __future__ import annotations

from ..clock import SECOND
from ..pods import is_sidecar
from ..registry import Body, Instant
from . import backoff, images, termination
from .turn import Box, Turn

_RELIST = SECOND
"""How long until a worker tells that it holds a restart back: one relist of the pod lifecycle event generator."""


def is_held_back(turn: Turn, container: Body) -> bool:
    """Whether a container that ended has to wait before it is started again. Follows doBackOff."""
    name, box = container["name"], turn.box(container["name"])
    if box["state"] != "exited" or box["image"] != container["image"]:
        return False
    entry = turn.note["crash"].get(name)
    ended = _counted_end(box)
    if ended is None:
        return False
    until = backoff.until(entry, ended)
    if until <= turn.now:
        turn.change("crash", name, backoff.following(entry, ended, turn.now))
        return False
    if box.get("restart"):
        turn.put(name, restart=False)
        return is_held_back(turn, container)
    turn.change("retries", name, until)
    pod = turn.full_name
    held = images.duration(until - box["end"])
    wait = ["CrashLoopBackOff", f"back-off {held} restarting failed container={name} pod={pod}"]
    if box["wait"] != wait:
        turn.event("Warning", "BackOff", f"Back-off restarting failed container {name} in pod {pod}", name)
        turn.put(name, wait=wait)
        turn.report(_RELIST)
    return True


def _counted_end(box: Box) -> Instant | None:
    """The end from which a container's back-off counts. A sync that kills a container only knows those before it."""
    if not box.get("restart"):
        return int(box["end"])
    return box["last"]["end"] if box["last"] else None


def changed(turn: Turn) -> list[tuple[Body, bool]]:
    """The containers that run from another image than they should, with whether one is a sidecar.

    Init containers that come to an end are left alone.
    """
    found = []
    for one, init in turn.containers():
        box = turn.box(one["name"])
        if box["state"] == "running" and box["image"] != one["image"] and (not init or is_sidecar(one)):
            found.append((one, init))
    return found


def replace_changed(turn: Turn) -> None:
    """Stops the containers whose image was changed; they are started again from the new one."""
    for one, init in changed(turn):
        name = one["name"]
        if not turn.box(name).get("replaced"):
            message = f"Container {name} definition changed, will be restarted"
            if init:
                message = f"Init container {name} definition changed"
            grace = turn.pod["spec"].get("terminationGracePeriodSeconds", 30)
            termination.stop(turn, [name], grace, message)
            turn.put(name, replaced=True)
