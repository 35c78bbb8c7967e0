"""The phase of a pod, from the states of its containers. Follows getPhase in pkg/kubelet/kubelet_pods.go, v1.34."""

from __future__ import annotations

from collections.abc import Mapping

from ..pods import is_sidecar
from ..registry import Body


def _ended(status: Body) -> Body | None:
    """How the container's latest finished run ended, if it does not run now."""
    state = status["state"]
    if "terminated" in state:
        found: Body = state["terminated"]
        return found
    last: Body | None = status["lastState"].get("terminated") if "waiting" in state else None
    return last


def restarts(policy: str, code: int) -> bool:
    """Whether a container that ended with this exit code is started again."""
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def of(spec: Body, statuses: Mapping[str, Body], *, ending: bool, initialized: bool) -> str:
    """Pending, Running, Succeeded or Failed.

    statuses: by container name, init containers included. ending: the pod is on its way out, so nothing is restarted.
    initialized: a container proper has started before.
    """
    policy = spec.get("restartPolicy", "Always")
    pending = running = waiting = stopped = succeeded = restartable = 0
    for container in spec.get("initContainers") or ():
        status = statuses[container["name"]]
        state, ended = status["state"], _ended(status)
        if is_sidecar(container):
            running += "running" in state
            if "waiting" in state and ended is None:
                waiting += 1
            pending += not initialized and ended is None and not status["started"]
        elif ended is None:
            pending += 1
        elif ended["exitCode"] and policy == "Never":
            return "Failed"
    for container in spec["containers"]:
        status = statuses[container["name"]]
        ended = _ended(status)
        if "running" in status["state"]:
            running += 1
        elif ended is None:
            waiting += 1
        else:
            stopped += 1
            succeeded += ended["exitCode"] == 0
            restartable += restarts(policy, ended["exitCode"])
    if pending or waiting or not (running or stopped):
        return "Pending"
    if running or (restartable and not ending):
        return "Running"
    return "Succeeded" if stopped == succeeded else "Failed"
