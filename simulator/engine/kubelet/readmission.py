"""A kubelet that has started again admits its pods anew, and ends those that its node does not take any more.

Follows HandlePodAdditions in pkg/kubelet/kubelet.go, HandlePodCleanups in kubelet_pods.go, SyncTerminatingRuntimePod,
CouldHaveRunningContainers in pod_workers.go and mergePodStatus in status/status_manager.go, v1.34. Such a pod loses
what its status says of conditions, containers and addresses at once; its containers are ended by the first clean-up,
without their hooks; it has failed when the status manager looks at all pods again.
"""

from __future__ import annotations

from ..clock import SECOND
from ..objects import is_deleting, key_of, text_of
from ..pods import is_terminal
from ..registry import Body
from ..world import World
from . import admission, allocation, preemption, termination
from .admission import Refusal
from .eviction import ranking
from .ledger import Account, Ledger
from .turn import COMPONENT, Note, Turn, identity, is_static

_CLEAN_UP, _SYNC = 2 * SECOND, 10 * SECOND
"""The periods of the kubelet's housekeeping and of its status manager."""
_LEAST_GRACE = 2 * SECOND


def admit(world: World, node: str, led_by: int | None) -> None:
    """Looks at the node's pods in the order of their creation, each with those that it has taken before."""
    body = world.get("nodes", "", node)
    if body is None:
        return
    ledger, taken = Ledger(world), dict[str, Body]()
    for pod in sorted(world.indexed("pods", "node", node), key=_created):
        text = text_of(key_of(pod))
        note: Note | None = world.note(COMPONENT, text)
        if note is None or note["uid"] != identity(pod) or termination.is_over(note) or is_terminal(pod):
            continue
        given = allocation.as_allocated(pod, note)
        if not (is_deleting(pod) or is_static(pod) or "verdict" in note):
            refusal = _refusal(world, given, body, ledger, taken)
            if refusal is not None:
                _refuse(Turn(world, text, pod, dict(note), led_by), refusal)
                continue
        ledger.admit(node, given)
        taken[text] = given


def _created(pod: Body) -> str:
    return str(pod["metadata"]["creationTimestamp"])


def _refusal(world: World, pod: Body, node: Body, ledger: Ledger, taken: dict[str, Body]) -> Refusal | None:
    """Why the node does not take a pod. For a critical one others end if need be."""
    name = node["metadata"]["name"]
    account: Account = ledger.of(name)
    refusal = admission.refuse(pod, node, account)
    if refusal is None or not ranking.is_critical(pod):
        return refusal
    victims = preemption.choice(pod, node, account, list(taken.values()))
    if isinstance(victims, Refusal):
        return victims
    for text in [text for text, one in taken.items() if one in victims]:
        gone = taken.pop(text)
        ledger.release(name, gone, "")
        preemption.end(world, name, text, gone)
    return None


def _refuse(turn: Turn, refusal: Refusal) -> None:
    turn.event("Warning", refusal.reason, refusal.message)
    admission.tell(turn, refusal, runs=True)
    turn.note["refused"] = [*refusal]
    turn.book("refused", _CLEAN_UP)
    turn.world.set_note(COMPONENT, turn.key, turn.note)


def end(turn: Turn, node: Body, ledger: Ledger) -> None:
    """Ends what runs of a pod that was refused; then it has failed."""
    for name in turn.running():
        turn.event("Normal", "Killing", f"Stopping container {name}", name)
        termination.settle(turn, name, turn.now, turn.now + _LEAST_GRACE)
    turn.note |= {"todo": [], "retries": {}, "report": None, "grace": 1}
    turn.book("killing", _SYNC - _CLEAN_UP)
