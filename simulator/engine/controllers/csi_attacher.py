"""The attachers of CSI drivers: they do what VolumeAttachments ask for. They run beside a driver, not in Kubernetes.

Follows pkg/controller/csi_handler.go of kubernetes-csi/external-attacher. Here one stands for those of all drivers that
the cluster knows by a CSIDriver; a volume of another driver waits for ever.
"""

from __future__ import annotations

import re

from simulator.engine.causes import Cause, _
from simulator.engine.journal import Change
from simulator.engine.objects import get_in, is_deleting, name_of, set_in, spec_of, status_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

ATTACHMENTS = "volumeattachments.storage.k8s.io"
_DRIVERS = "csidrivers.storage.k8s.io"
_VOLUMES = "persistentvolumes"
_FINALIZERS = ("metadata", "finalizers")
_BY_VOLUME = "volume"


class CSIAttacher(Reconciler):
    """Its keys are VolumeAttachments, and PersistentVolumes as `persistentvolumes/NAME`.

    The note of a VolumeAttachment is whether its volume is being attached or detached now.
    """

    name = "external-attacher"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index(ATTACHMENTS, _BY_VOLUME, lambda one: filter(None, [_volume_of(one)]))
        world.watch(ATTACHMENTS, self._attachment_changed)
        world.watch(_DRIVERS, self._driver_changed)
        world.watch(_VOLUMES, self._volume_changed)

    def reconcile(self, key: Key) -> None:
        if key.namespace == _VOLUMES:
            self._let_go(key.name)
            return
        attachment = self.world.get(ATTACHMENTS, *key)
        if attachment is None:
            self.world.set_note(self.name, key.name, None)
            return
        if self.world.get(_DRIVERS, "", spec_of(attachment).get("attacher") or "") is None:
            return
        wanted = "detach" if is_deleting(attachment) else "attach"
        finalizer = finalizer_of(spec_of(attachment)["attacher"])
        has_finalizer = finalizer in (attachment["metadata"].get("finalizers") or ())
        is_attached = bool(get_in(attachment, "status", "attached"))
        if (not has_finalizer) if wanted == "detach" else (is_attached and has_finalizer):
            return
        if self.world.note(self.name, key.name) != wanted:
            if wanted == "attach":
                self._protect(attachment, finalizer)
            self.world.set_note(self.name, key.name, wanted)
            self.enqueue(key, after=self.world.latency.attach, led_by=self.led_by)
            return
        self.world.set_note(self.name, key.name, None)
        if wanted == "attach":
            cause = self.cause("csiAttach", _("{volume} is attached to {node}."), **_about(attachment))
            status = {**status_of(attachment), "attached": True}
            status.pop("attachError", None)
            self.world.update_status(ATTACHMENTS, {**attachment, "status": status}, cause)
        else:
            cause = self.cause("csiDetach", _("{volume} is detached from {node}."), **_about(attachment))
            self._drop(ATTACHMENTS, attachment, finalizer, cause)

    def _protect(self, attachment: Body, finalizer: str) -> None:
        """Neither the attachment nor its volume may go before it is detached."""
        cause = self.cause("addVAFinalizer", _("{volume} is to be attached to {node}."), **_about(attachment))
        volume = self.world.get(_VOLUMES, "", _volume_of(attachment))
        for resource, body in ((_VOLUMES, volume), (ATTACHMENTS, attachment)):
            held = (body or attachment)["metadata"].get("finalizers") or []
            if body is not None and finalizer not in held and not is_deleting(body):
                self.world.update(resource, set_in(body, _FINALIZERS, [*held, finalizer]), cause)

    def _let_go(self, name: str) -> None:
        """A volume that is deleted and attached nowhere may go."""
        volume = self.world.get(_VOLUMES, "", name)
        driver = get_in(volume, "spec", "csi", "driver", default="")
        if volume is None or not driver or self.world.indexed(ATTACHMENTS, _BY_VOLUME, name):
            return
        finalizer = finalizer_of(driver)
        if is_deleting(volume) and finalizer in (volume["metadata"].get("finalizers") or ()):
            cause = self.cause("syncPV", _("{volume} is attached to no node: it may go."), volume=name)
            self._drop(_VOLUMES, volume, finalizer, cause)

    def _drop(self, resource: str, body: Body, finalizer: str, cause: Cause) -> None:
        kept = [one for one in body["metadata"]["finalizers"] if one != finalizer]
        self.world.update(resource, set_in(body, _FINALIZERS, kept), cause)

    # --- watching ------------------------------------------------------------------------------------------------

    def _attachment_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            self._queue_volume(_volume_of(change.body), change.revision)
        if change.cause.component != self.name:
            self.enqueue(change.key, led_by=change.revision)

    def _driver_changed(self, change: Change) -> None:
        if change.operation != "ADDED":
            return
        for one in self.world.list(ATTACHMENTS):
            if spec_of(one).get("attacher") == change.key.name:
                self.enqueue(Key("", name_of(one)), led_by=change.revision)

    def _volume_changed(self, change: Change) -> None:
        if change.operation == "MODIFIED" and is_deleting(change.body):
            self._queue_volume(change.key.name, change.revision)

    def _queue_volume(self, name: str, led_by: int) -> None:
        volume = self.world.get(_VOLUMES, "", name) if name else None
        if volume is not None and is_deleting(volume):
            self.enqueue(Key(_VOLUMES, name), led_by=led_by)


def finalizer_of(driver: str) -> str:
    """The finalizer by which a driver's attacher keeps things."""
    return f"external-attacher/{re.sub('[^a-zA-Z0-9-]', '-', driver)}"


def _volume_of(attachment: Body) -> str:
    return str(get_in(attachment, "spec", "source", "persistentVolumeName", default=""))


def _about(attachment: Body) -> dict[str, str]:
    return {"volume": _volume_of(attachment) or name_of(attachment), "node": spec_of(attachment).get("nodeName") or ""}
