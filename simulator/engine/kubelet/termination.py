"""The end of a pod that is deleted: SIGTERM, the grace period, SIGKILL, the last status, the object's removal.

Follows pkg/kubelet/kubelet.go (SyncTerminatingPod, SyncTerminatedPod), kuberuntime/kuberuntime_container.go
(killContainer, terminationOrder) and status/status_manager.go (TerminatePod), v1.34.
"""

from __future__ import annotations

from ..causes import _
from ..clock import SECOND
from ..objects import is_deleting, key_of
from ..pods import is_sidecar
from ..registry import Body, Instant
from . import admission, allocation, hooks, status
from .ledger import Ledger
from .prober import manager as prober
from .turn import Note, Turn

_LEAST_GRACE = 2
_KILLED = 137


def stop(turn: Turn, names: list[str], grace: int, message: str = "") -> None:
    """Ends running containers: their preStop hooks, then SIGTERM, and SIGKILL when `grace` seconds are over.

    Sidecars get SIGTERM after the containers, in the reverse order of their start, as long as there is time; whatever
    the hooks and the others took, each has at least two seconds.
    """
    for name in names:
        turn.event("Normal", "Killing", message or f"Stopping container {name}", name)
    sidecars = [one for one in turn.pod["spec"].get("initContainers") or () if is_sidecar(one)]
    order = [one["name"] for one in reversed(sidecars) if one["name"] in names]
    latest = turn.now
    for name in (*(one for one in names if one not in order), *order):
        held = hooks.before_stop(turn, turn.container(name), grace)
        left, signalled = grace - held // SECOND, turn.now + held
        if name in order and left > 0:
            waited = max(0, min(latest - signalled, left * SECOND))
            left, signalled = left - waited // SECOND, signalled + waited
        ended = settle(turn, name, signalled, signalled + max(left, _LEAST_GRACE) * SECOND)
        latest = max(latest, ended)


def settle(turn: Turn, name: str, signalled: Instant, deadline: Instant) -> Instant:
    """Settles when and how a container ends that gets SIGTERM at `signalled`; returns the instant."""
    box = turn.box(name)
    at, code = deadline, _KILLED
    if box["stop"] is not None and signalled + box["stop"] <= deadline:
        at, code = signalled + box["stop"], box["stop_code"]
    if box["ends"] is not None and box["ends"] <= at:
        at, code = box["ends"], box["code"]
    turn.put(name, ends=at, code=code, ending=True)
    return at


def begin(turn: Turn) -> None:
    """The pod is deleted, its phase is a last one, or its kubelet ends it: stops what runs, drops what is under way."""
    grace = _grace(turn)
    prober.stop(turn)
    stop(turn, turn.running(), grace)
    turn.note["todo"], turn.note["retries"], turn.note["report"] = [], {}, None
    turn.note["step"] = "killing"
    turn.note["grace"] = grace
    _book_end(turn)


def hasten(turn: Turn) -> None:
    """Takes over a grace period that was shortened while the pod was being killed."""
    grace = _grace(turn)
    if turn.note["step"] != "killing" or grace >= turn.note["grace"]:
        return
    turn.note["grace"] = grace
    deadline = turn.now + max(grace, _LEAST_GRACE) * SECOND
    for name in turn.running():
        if turn.box(name)["ends"] > deadline:
            turn.put(name, ends=deadline, code=_KILLED)
    _book_end(turn)


def shows(turn: Turn, node: Body) -> None:
    """Writes what the readiness probes say of a pod on its way out."""
    if (turn.note.get("shows") or turn.now + 1) <= turn.now:
        turn.note["shows"] = None
        if turn.note["step"] == "killing":
            status.write(turn, status.host_ip(node), sandbox=bool(turn.note["ip"]), ending=True)


def _grace(turn: Turn) -> int:
    if is_deleting(turn.pod):
        asked = int(turn.pod["metadata"].get("deletionGracePeriodSeconds", 0))
        return min(asked, int(turn.note.get("verdict", {}).get("grace", asked)))
    if "verdict" in turn.note:
        return int(turn.note["verdict"]["grace"])
    return int(turn.pod["spec"].get("terminationGracePeriodSeconds", 30))


def _book_end(turn: Turn) -> None:
    last = max((turn.box(name)["ends"] for name in turn.running()), default=turn.now)
    turn.note["act"] = last + (turn.world.latency.kill if turn.note["ip"] else 0)


def killed(turn: Turn, node: Body, ledger: Ledger) -> None:
    """All containers and the sandbox are gone: the last status, and room on the node for others."""
    if "refused" in turn.note:
        admission.tell(turn, admission.Refusal(*turn.note["refused"]))
    else:
        status.write(turn, status.host_ip(node), sandbox=False, ending=True, gone=True)
    ledger.release(turn.node, allocation.as_allocated(turn.pod, turn.note), turn.note["ip"])
    turn.book("killed", turn.world.latency.status)


def is_over(note: Note) -> bool:
    """Whether nothing of the pod is left on its node but the object, so that it takes no room there.

    Follows filterOutInactivePods in pkg/kubelet/kubelet_pods.go, v1.34.
    """
    return bool(note["step"] == "killed")


def remove(turn: Turn, node: Body, ledger: Ledger) -> None:
    """Takes the object away, if it is deleted; the pod's memory goes in any case."""
    turn.done = True
    if not is_deleting(turn.pod):
        return
    key = key_of(turn.pod)
    cause = turn.cause("SyncTerminatedPod", _("The containers of the pod are gone from {node}, and so is the pod."))
    turn.world.delete("pods", key.namespace, key.name, cause, grace=0)
