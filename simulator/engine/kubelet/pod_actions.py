"""Which containers of a pod are to be started now.

Follows computePodActions and computeInitContainerActions in pkg/kubelet/kuberuntime/kuberuntime_manager.go and
ShouldContainerBeRestarted in pkg/kubelet/container/helpers.go, v1.34.
"""

from __future__ import annotations

from ..pods import is_sidecar
from . import phase
from .prober import manager as prober
from .turn import Box, Turn


def ephemeral(turn: Turn) -> list[str]:
    """The ephemeral containers that never ran; what has ended is not started again."""
    listed = turn.pod["spec"].get("ephemeralContainers") or ()
    return [one["name"] for one in listed if not turn.box(one["name"])["state"]]


def to_start(turn: Turn) -> list[str] | None:
    """The containers to start now, in order; None when the pod has come to its end."""
    policy = turn.pod["spec"].get("restartPolicy", "Always")
    if turn.note.get("anew") and policy == "Never" and any(box["state"] for box in turn.note["boxes"].values()):
        return None
    found = _inits(turn, policy)
    if found is None:
        return None
    sidecars, initialized = found
    if not initialized:
        return sidecars
    wanted, alive = [], False
    for one in turn.pod["spec"]["containers"]:
        box = turn.box(one["name"])
        if box["state"] == "running":
            alive = True
        elif box["state"] != "exited" or box.get("replaced") or _is_restarted(policy, box):
            wanted.append(one["name"])
    return [*sidecars, *wanted] if alive or wanted else None


def _inits(turn: Turn, policy: str) -> tuple[list[str], bool] | None:
    """The init containers to start, and whether the containers may follow; None when one has failed for good.

    The last one that has begun tells how far the pod has come. Of those before it only sidecars are kept running.
    """
    spec = turn.pod["spec"]
    inits = spec.get("initContainers") or ()
    initialized = past = not inits or any(_has_begun(turn.box(one["name"])) for one in spec["containers"])
    names: list[str] = []
    following: str | None = None
    for one in reversed(inits):
        name, box, sidecar = one["name"], turn.box(one["name"]), is_sidecar(one)
        after, following = following, name
        if not _has_begun(box):
            names += [name] if past and sidecar else []
            continue
        if past and not sidecar:
            continue
        if _is_through(turn, name, sidecar=sidecar):
            initialized = initialized or after is None
            names += [after] if after and not past else []
        elif box["state"] != "running":
            if policy == "Never" and not sidecar:
                return None
            names.append(name)
        past = True
    return names[::-1] if past else [str(following)], initialized


def _has_begun(box: Box) -> bool:
    """Whether the container was started in the sandbox that the pod has."""
    return bool(box["state"]) and not box.get("gone")


def _is_through(turn: Turn, name: str, *, sidecar: bool) -> bool:
    """Whether the next one may follow an init container that has begun."""
    box = turn.box(name)
    if sidecar:
        return box["state"] == "running" and prober.has_started(turn, name)
    return box["state"] == "exited" and not box["code"]


def _is_restarted(policy: str, box: Box) -> bool:
    return phase.restarts(policy, box["code"]) or bool(box.get("restart"))
