"""The claim protection controller: a claim that is deleted stays while a pod on a node uses it.

Follows pkg/controller/volume/pvcprotection/pvc_protection_controller.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.engine.admission.storage_object_in_use_protection import FINALIZERS
from simulator.engine.causes import _
from simulator.engine.journal import Change
from simulator.engine.objects import (
    controller_of,
    is_deleting,
    name_of,
    namespace_of,
    set_in,
    uid_of,
)
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

RESOURCE = "persistentvolumeclaims"
_FINALIZER = FINALIZERS[RESOURCE]
_PATH = ("metadata", "finalizers")


class PVCProtectionController(Reconciler):
    """Its keys are claims."""

    name = "persistentvolumeclaim-protection-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index("pods", "claim", claims_of)
        world.watch(RESOURCE, self._claim_changed)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        claim = self.world.get(RESOURCE, *key)
        if claim is None:
            return
        held = claim["metadata"].get("finalizers") or []
        if is_deleting(claim) and _FINALIZER in held:
            if not self._is_used(claim):
                cause = self.cause("removeFinalizer", _("No pod uses {claim}: it may go."), claim=key.name)
                self.world.update(RESOURCE, set_in(claim, _PATH, [one for one in held if one != _FINALIZER]), cause)
        elif not is_deleting(claim) and _FINALIZER not in held:
            cause = self.cause("addFinalizer", _("{claim} is kept while a pod uses it."), claim=key.name)
            self.world.update(RESOURCE, set_in(claim, _PATH, [*held, _FINALIZER]), cause)

    def _is_used(self, claim: Body) -> bool:
        place = (namespace_of(claim), name_of(claim))
        return any(_uses(pod, claim) for pod in self.world.indexed("pods", "claim", place))

    def _claim_changed(self, change: Change) -> None:
        protected = _FINALIZER in (change.body["metadata"].get("finalizers") or ())
        if change.operation != "DELETED" and is_deleting(change.body) == protected:
            self.enqueue(change.key, led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        """A pod that goes, ends or never was on a node lets go of its claims."""
        pod = change.body
        if change.operation != "DELETED" and not is_terminal(pod) and node_of(pod):
            return
        for namespace, name in claims_of(pod):
            claim = self.world.get(RESOURCE, namespace, name)
            if claim is not None and is_deleting(claim):
                self.enqueue(Key(namespace, name), led_by=change.revision)


def claims_of(pod: Body) -> Iterator[tuple[str, str]]:
    """Index function "claim": namespace and name of each claim that the pod's volumes name, ephemeral ones included."""
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            yield namespace_of(pod), volume["persistentVolumeClaim"].get("claimName", "")
        elif volume.get("ephemeral"):
            yield namespace_of(pod), f"{name_of(pod)}-{volume.get('name', '')}"


def _uses(pod: Body, claim: Body) -> bool:
    """True if the pod, once on a node, needs the claim: even an ended pod does, but for an ephemeral volume."""
    if not node_of(pod):
        return False
    named = {
        (volume.get("persistentVolumeClaim") or {}).get("claimName") for volume in pod["spec"].get("volumes") or ()
    }
    if name_of(claim) in named:
        return True
    owner = controller_of(claim)
    return not is_terminal(pod) and owner is not None and owner["uid"] == uid_of(pod)
