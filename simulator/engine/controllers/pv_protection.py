"""The volume protection controller: a volume that is deleted stays while a claim is bound to it.

Follows pkg/controller/volume/pvprotection/pv_protection_controller.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.admission.storage_object_in_use_protection import FINALIZERS
from simulator.engine.causes import _
from simulator.engine.journal import Change
from simulator.engine.objects import is_deleting, set_in, status_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Key
from simulator.engine.world import World

RESOURCE = "persistentvolumes"
_FINALIZER = FINALIZERS[RESOURCE]
_PATH = ("metadata", "finalizers")


class PVProtectionController(Reconciler):
    """Its keys are volumes."""

    name = "persistentvolume-protection-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch(RESOURCE, self._volume_changed)

    def reconcile(self, key: Key) -> None:
        volume = self.world.get(RESOURCE, *key)
        if volume is None:
            return
        held = volume["metadata"].get("finalizers") or []
        if is_deleting(volume) and _FINALIZER in held:
            if status_of(volume).get("phase") != "Bound":
                cause = self.cause("removeFinalizer", _("No claim is bound to {volume}: it may go."), volume=key.name)
                self.world.update(RESOURCE, set_in(volume, _PATH, [one for one in held if one != _FINALIZER]), cause)
        elif not is_deleting(volume) and _FINALIZER not in held:
            cause = self.cause("addFinalizer", _("{volume} is kept while a claim is bound to it."), volume=key.name)
            self.world.update(RESOURCE, set_in(volume, _PATH, [*held, _FINALIZER]), cause)

    def _volume_changed(self, change: Change) -> None:
        protected = _FINALIZER in (change.body["metadata"].get("finalizers") or ())
        if change.operation != "DELETED" and is_deleting(change.body) == protected:
            self.enqueue(change.key, led_by=change.revision)
