"""The ephemeral volume controller: the claims of pods' generic ephemeral volumes.

Follows pkg/controller/volume/ephemeral/controller.go and
staging/src/k8s.io/component-helpers/storage/ephemeral/ephemeral.go, v1.34. A claim goes with its pod, which owns it.
"""

from __future__ import annotations

from simulator.engine import events
from simulator.engine.causes import _
from simulator.engine.controllers.pvc_protection import RESOURCE, claims_of
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import (
    controller_of,
    is_deleting,
    key_of,
    name_of,
    namespace_of,
    owner_reference,
    uid_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World


class EphemeralVolumeController(Reconciler):
    """Its keys are pods."""

    name = "ephemeral-volume-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index("pods", "claim", claims_of)
        world.watch("pods", self._pod_changed)
        world.watch(RESOURCE, self._claim_changed)

    def reconcile(self, key: Key) -> None:
        pod = self.world.get("pods", *key)
        if pod is None or is_deleting(pod):
            return
        for volume in pod["spec"].get("volumes") or ():
            if volume.get("ephemeral") is None:
                continue
            try:
                self._provide(pod, volume)
            except StatusError as refusal:
                said = f"ephemeral volume {volume['name']}: {refusal.message}"
                # Upstream's recorder is named ephemeral_volume.
                events.record(
                    self.world, pod, "Warning", "FailedBinding", said, component="ephemeral_volume", led_by=self.led_by
                )
                raise

    def _provide(self, pod: Body, volume: Body) -> None:
        """Makes the claim of a volume, unless it is there. Raises StatusError, also if it is another's."""
        name, namespace = f"{name_of(pod)}-{volume['name']}", namespace_of(pod)
        held = self.world.get(RESOURCE, namespace, name)
        if held is not None:
            if (controller_of(held) or {}).get("uid") != uid_of(pod):
                raise StatusError(
                    500,
                    "InternalError",
                    f"PVC {namespace}/{name} was not created for pod {namespace}/{name_of(pod)} (pod is not owner)",
                )
            return
        template = volume["ephemeral"].get("volumeClaimTemplate") or {}
        told = template.get("metadata") or {}
        copied = {part: told[part] for part in ("annotations", "labels") if told.get(part)}
        meta = {"name": name, "namespace": namespace, **copied, "ownerReferences": [owner_reference(pod)]}
        cause = self.cause(
            "handleVolume",
            _("{pod} has the ephemeral volume {volume}, which needs a claim of its own."),
            pod=name_of(pod),
            volume=volume["name"],
        )
        try:
            self.world.create(RESOURCE, {"metadata": meta, "spec": template.get("spec") or {}}, cause)
        except StatusError as refusal:
            raise StatusError(refusal.code, refusal.reason, f"create PVC {name}: {refusal.message}") from None

    # --- watching ------------------------------------------------------------------------------------------------

    def _pod_changed(self, change: Change) -> None:
        """The volumes of a pod never change, so it is looked at once."""
        if change.operation == "ADDED":
            self._queue(change.body, change.revision)

    def _claim_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            for pod in self.world.indexed("pods", "claim", (change.key.namespace, change.key.name)):
                self._queue(pod, change.revision)

    def _queue(self, pod: Body, led_by: int) -> None:
        if not is_deleting(pod) and any(one.get("ephemeral") is not None for one in pod["spec"].get("volumes") or ()):
            self.enqueue(key_of(pod), led_by=led_by)
