"""Containers that are killed because their probes fail.

Follows computePodActions and computeInitContainerActions in pkg/kubelet/kuberuntime/kuberuntime_manager.go, v1.34.
"""

from __future__ import annotations

from . import termination
from .prober import manager as prober
from .turn import Turn


def kill(turn: Turn) -> bool:
    """Stops the containers whose liveness or startup probes have failed; the worker waits until they have ended."""
    killed, policy = [], turn.pod["spec"].get("restartPolicy", "Always")
    for one, init in turn.containers():
        name, box = one["name"], turn.box(one["name"])
        kind = prober.failed(turn, name) if box["state"] == "running" and not box.get("replaced") else None
        if kind is None:
            continue
        restarts = init or policy != "Never"
        message = f"{'Init container' if init else 'Container'} {name} failed {kind} probe"
        if restarts and not init:
            message += ", will be restarted"
        grace = one[f"{kind}Probe"].get("terminationGracePeriodSeconds")
        if grace is None:
            grace = turn.pod["spec"].get("terminationGracePeriodSeconds", 30)
        termination.stop(turn, [name], grace, message)
        turn.put(name, restart=restarts)
        killed.append(name)
    if killed:
        turn.book("restart", max(turn.box(name)["ends"] for name in killed) - turn.now)
    return bool(killed)
