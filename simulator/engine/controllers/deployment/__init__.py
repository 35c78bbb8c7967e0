"""The Deployment controller: moves pods from one version of a template to the next through ReplicaSets.

Follows pkg/controller/deployment/deployment_controller.go, v1.34.
"""

from __future__ import annotations

from simulator.engine import selectors
from simulator.engine.controllers import ownership
from simulator.engine.controllers.deployment import conditions, rollback, scaling, strategies
from simulator.engine.controllers.deployment.replica_sets import RESOURCE, Rollout
from simulator.engine.controllers.deployment.sizes import is_rolling
from simulator.engine.controllers.deployment.status import sync_status
from simulator.engine.journal import Change
from simulator.engine.objects import (
    controller_of,
    is_deleting,
    key_of,
    labels_of,
    namespace_of,
    set_in,
    status_of,
    uid_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_DEPLOYMENTS = "deployments.apps"


class DeploymentController(Reconciler):
    """Creates and scales ReplicaSets, and reports how a rollout gets on."""

    name = "deployment-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        ownership.add_indexes(world, RESOURCE)
        ownership.add_indexes(world, "pods")
        world.watch(_DEPLOYMENTS, self._deployment_changed)
        world.watch(RESOURCE, self._replicaset_changed)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        deployment = self.world.get(_DEPLOYMENTS, *key)
        if deployment is None:
            return
        owned = self._claim(deployment)
        rollout = Rollout(self, deployment, owned)
        if is_deleting(deployment):
            rollout.sync_revision(create=False)
            sync_status(rollout)
            return
        _note_pause(rollout)
        if deployment["spec"].get("paused"):
            scaling.sync(rollout)
            return
        revision = rollback.wanted_revision(rollout.deployment)
        if revision is not None:
            rollback.roll_back(rollout, revision)
            return
        rollout.sync_revision(create=False)
        if scaling.is_scaling(rollout):
            scaling.sync(rollout)
        elif is_rolling(deployment):
            strategies.roll(rollout)
        else:
            strategies.recreate(rollout)

    def _claim(self, deployment: Body) -> list[Body]:
        selector = selectors.of(deployment["spec"]["selector"])
        owned = []
        for rs in self.world.indexed(RESOURCE, "controller", uid_of(deployment)):
            if selector.matches(labels_of(rs)):
                owned.append(rs)
            elif not is_deleting(deployment):
                ownership.release(self, RESOURCE, deployment, rs)
        if not is_deleting(deployment):
            found = ownership.orphans(self.world, RESOURCE, namespace_of(deployment), selector)
            owned.extend(ownership.adopt(self, RESOURCE, deployment, rs) for rs in found)
        return owned

    # --- watching ------------------------------------------------------------------------------------------------

    def _deployment_changed(self, change: Change) -> None:
        if change.operation != "DELETED":
            self.enqueue(change.key, led_by=change.revision)

    def _replicaset_changed(self, change: Change) -> None:
        owner = controller_of(change.body)
        before = controller_of(change.before) if change.before else None
        for one in (owner, before if before != owner else None):
            if one is not None and one["kind"] == "Deployment":
                self.enqueue(Key(change.key.namespace, one["name"]), led_by=change.revision)
        if owner is not None or change.operation == "DELETED":
            return
        if change.before is None or before is not None or labels_of(change.before) != labels_of(change.body):
            for deployment in self.world.list(_DEPLOYMENTS, change.key.namespace):
                if selectors.of(deployment["spec"]["selector"]).matches(labels_of(change.body)):
                    self.enqueue(key_of(deployment), led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        """Recreate waits for the last old pod to be gone."""
        if change.operation != "DELETED":
            return
        deployment = self._deployment_of(change.body)
        if deployment is None or is_rolling(deployment):
            return
        siblings = self.world.indexed(RESOURCE, "controller", uid_of(deployment))
        if not any(self.world.indexed("pods", "controller", uid_of(rs)) for rs in siblings):
            self.enqueue(key_of(deployment), led_by=change.revision)

    def _deployment_of(self, pod: Body) -> Body | None:
        owner = controller_of(pod)
        if owner is None or owner["kind"] != "ReplicaSet":
            return None
        rs = self.world.get(RESOURCE, namespace_of(pod), owner["name"])
        above = controller_of(rs) if rs is not None else None
        if above is None or above["kind"] != "Deployment":
            return None
        return self.world.get(_DEPLOYMENTS, namespace_of(pod), above["name"])


def _note_pause(rollout: Rollout) -> None:
    """Says in the Progressing condition that the rollout pauses or goes on: a pause is no lack of progress."""
    deployment = rollout.deployment
    held = conditions.progressing(deployment)
    if not conditions.has_deadline(deployment) or (held and held["reason"] == "ProgressDeadlineExceeded"):
        return
    paused, noted = bool(deployment["spec"].get("paused")), bool(held and held["reason"] == "DeploymentPaused")
    if paused == noted:
        return
    reason, message = (
        ("DeploymentPaused", "Deployment is paused") if paused else ("DeploymentResumed", "Deployment is resumed")
    )
    new = conditions.with_condition(
        status_of(deployment).get("conditions") or [],
        "Progressing",
        "Unknown",
        reason,
        message,
        rollout.controller.world.now,
    )
    rollout.deployment = set_in(deployment, ("status", "conditions"), new)
