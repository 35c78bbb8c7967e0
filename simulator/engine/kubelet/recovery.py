"""What becomes of a node's pods when its kubelet stops, starts again or reaches the API server again.

Follows pkg/kubelet/kubelet.go (syncLoop, HandlePodAdditions), kubelet_node_status.go (tryRegisterWithAPIServer) and
kuberuntime/kuberuntime_manager.go (podSandboxChanged), v1.34, and what containerd makes of containers that were running
when their machine lost power (internal/cri/server/restart.go, v2.1).
"""

from __future__ import annotations

from ..causes import Cause, _
from ..objects import key_of, labels_of, text_of
from ..registry import Body, Instant
from ..world import World
from . import node as registration
from . import readmission
from .eviction import state as eviction
from .ledger import Ledger
from .turn import COMPONENT, Note, identity

_LOST = {"state": "exited", "code": 255, "reason": "Unknown", "wait": None}
_OWN_LABELS = ("beta.kubernetes.io/", "kubernetes.io/", "topology.kubernetes.io/")
_ANNOTATIONS = ("node.alpha.kubernetes.io/ttl", "volumes.kubernetes.io/controller-managed-attach-detach")


def register(world: World, node: str, former: Body | None, led_by: int | None) -> None:
    """A kubelet that starts registers its Node if there is none; what people had put on the former one is gone.

    On a Node that is there it sets its own labels again and leaves everything else as it is.
    """
    held = world.get("nodes", "", node)
    if held is not None:
        labels = {**labels_of(held), **registration.own_labels(node)}
        if labels != labels_of(held):
            sentence = _("The kubelet of {node} has started and sets its own labels on its node again.")
            cause = Cause(f"{COMPONENT}/{node}", "tryRegisterWithAPIServer", sentence, {"node": node}, led_by)
            world.update("nodes", {**held, "metadata": {**held["metadata"], "labels": labels}}, cause)
        return
    if former is None:
        return
    meta = former["metadata"]
    spec = {key: one for key, one in former["spec"].items() if key in ("podCIDR", "podCIDRs", "providerID")}
    body = {
        "metadata": {
            "name": node,
            "labels": {key: one for key, one in labels_of(former).items() if key.startswith(_OWN_LABELS)},
            "annotations": {key: one for key, one in (meta.get("annotations") or {}).items() if key in _ANNOTATIONS},
        },
        "spec": spec,
        "status": former.get("status") or {},
    }
    sentence = _("The kubelet of {node} has started and registers its node, of which there was no object.")
    cause = Cause(f"{COMPONENT}/{node}", "tryRegisterWithAPIServer", sentence, {"node": node}, led_by)
    world.create("nodes", body, cause)


def suspend(world: World, node: str, *, power: bool) -> None:
    """Nobody gives the node's pods their turns any more, and a pull that runs comes to nothing.

    power: the machine goes off, so that nothing on it uses memory any more.
    """
    for pod in world.indexed("pods", "node", node):
        world.clock.cancel(COMPONENT, text_of(key_of(pod)))
    for what in ("pull", "report", "shutdown", *(["memory"] if power else [])):
        world.clock.cancel(COMPONENT, f"{what}:{node}")
    world.set_note(COMPONENT, f"pull:{node}", None)
    eviction.forget(world, node)


def restart(
    world: World, ledger: Ledger, node: str, mirrorless: list[str], *, lost: Instant, led_by: int | None
) -> None:
    """Each pod has a turn with a kubelet that remembers nothing but what the runtime tells it.

    mirrorless: keys of static pods without an object, which have theirs when they have one again. lost: when the
    machine lost power since its kubelet last ran, 0 if it did not.
    """
    for text in mirrorless:
        held: Note | None = world.note(COMPONENT, text)
        if held is not None and "manifest" in held:
            world.set_note(COMPONENT, text, _restarted(held, held["manifest"], world.now, lost=lost))
    for pod in world.indexed("pods", "node", node):
        text = text_of(key_of(pod))
        note: Note | None = world.note(COMPONENT, text)
        if note is not None and note["uid"] == identity(pod):
            if lost and note["ip"]:
                ledger.of(node).addresses.discard(note["ip"])
            world.set_note(COMPONENT, text, _restarted(note, pod, world.now, lost=lost))
        world.clock.move(COMPONENT, text, world.now, led_by=led_by)
    readmission.admit(world, node, led_by)


def _restarted(note: Note, pod: Body, now: Instant, *, lost: Instant) -> Note:
    """The memory of a pod, whose sandbox is gone if the machine lost power: it begins again with the first container.

    A pod that is not to be restarted is not.
    """
    if note["step"] == "killed":
        return {**note, "act": now}
    note = {part: one for part, one in note.items() if part not in ("probes", "probed", "shows", "refused")}
    new = {
        **note,
        "restarted": True,
        "step": "sync",
        "act": now,
        "todo": [],
        "report": None,
        "retries": {},
        "crash": {},
        "pulls": {},
    }
    if lost:
        again = {"gone": True} if pod["spec"].get("restartPolicy", "Always") != "Never" else {}
        boxes = {}
        for name, box in note["boxes"].items():
            died = box["state"] == "running" and (box["ends"] is None or box["ends"] > lost)
            boxes[name] = {**box, **_LOST, "end": now, **again} if died else {**box, **again}
        new |= {"boxes": boxes, "ip": "", "anew": bool(note["ip"])}
    return new


def reconnect(world: World, node: str, led_by: int | None) -> None:
    """The kubelet went on without the API server: it hears of what it missed and says what it could not say."""
    for pod in world.indexed("pods", "node", node):
        text = text_of(key_of(pod))
        note: Note | None = world.note(COMPONENT, text)
        if note is not None and note["uid"] == identity(pod) and _waits(note):
            world.set_note(COMPONENT, text, {**note, "act": world.now})
        world.clock.move(COMPONENT, text, world.now, led_by=led_by)


def _waits(note: Note) -> bool:
    """Whether the pod's worker rests, or has ended a pod without being able to say so."""
    return note["step"] == "sync" or (note["step"] in ("killing", "killed") and note["act"] is None)
