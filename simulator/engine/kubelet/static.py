"""Static pods: their manifests lie on the node, so a mirror object that somebody deletes is made again.

Follows pkg/kubelet/pod/mirror_client.go and syncPod in pkg/kubelet/kubelet.go, v1.34. Containers of a static pod do not
notice that their mirror goes.
"""

from __future__ import annotations

from ..causes import Cause, _
from ..objects import key_of
from ..registry import Body, Key
from ..world import World
from .turn import COMPONENT, Note, Turn

_KEPT = ("name", "namespace", "labels", "annotations", "ownerReferences")


def drop_mirror(turn: Turn) -> None:
    """Ends the deletion of a mirror pod: only the object goes."""
    key = key_of(turn.pod)
    cause = turn.cause("DeleteMirrorPod", _("The mirror of the static pod on {node} is deleted; its containers stay."))
    turn.done = True
    turn.world.delete("pods", key.namespace, key.name, cause, grace=0)


def remember(note: Note, mirror: Body) -> Note:
    """The memory of a static pod whose mirror is gone: with its manifest."""
    meta = {key: mirror["metadata"][key] for key in _KEPT if key in mirror["metadata"]}
    return {**note, "manifest": {"metadata": meta, "spec": mirror["spec"]}}


def restore(world: World, key: Key, note: Note, led_by: int | None) -> None:
    """Makes the mirror again, unless its node is gone. The creation brings the pod its next turn."""
    node = note["node"]
    if world.get("nodes", "", node) is None:
        return
    sentence = _("The mirror of the static pod on {node} was missing.")
    cause = Cause(f"{COMPONENT}/{node}", "CreateMirrorPod", sentence, {"node": node}, led_by)
    world.create("pods", note["manifest"], cause)
