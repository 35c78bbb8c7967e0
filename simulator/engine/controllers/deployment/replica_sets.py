"""The ReplicaSets of one Deployment during one reconcile: which is new, which are old, and the writes on them.

Follows pkg/controller/deployment/sync.go and util/deployment_util.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.engine import events
from simulator.engine.causes import _
from simulator.engine.controllers.deployment import conditions, revisions
from simulator.engine.controllers.deployment.sizes import (
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    active,
    max_surge,
    new_size,
    wanted,
)
from simulator.engine.controllers.pod_control import is_terminating
from simulator.engine.controllers.template_hash import template_hash
from simulator.engine.errors import StatusError
from simulator.engine.objects import (
    annotations_of,
    controller_of,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    set_in,
    status_of,
    uid_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body

RESOURCE = "replicasets.apps"
HASH_LABEL = "pod-template-hash"
_NO_LIMIT = 2**31 - 1


class Rollout:
    """One Deployment with its ReplicaSets: `new` has its template (None: not yet made), `old` are all others.

    `deployment` is a working copy, whose status is written by `save` at the end of the reconcile.
    """

    def __init__(self, controller: Reconciler, deployment: Body, owned: Iterable[Body]) -> None:
        self.controller = controller
        self.deployment = deployment
        ordered = sorted(owned, key=_age)
        self.new = next((rs for rs in ordered if same_template(rs, deployment)), None)
        self.old = [rs for rs in ordered if rs is not self.new]

    @property
    def everyone(self) -> list[Body]:
        return [*self.old, self.new] if self.new is not None else list(self.old)

    @property
    def active_old(self) -> list[Body]:
        return active(self.old)

    def save(self) -> bool:
        """Writes the working copy's status and annotations; True if anything was new."""
        world, deployment = self.controller.world, self.deployment
        held = world.get("deployments.apps", namespace_of(deployment), name_of(deployment))
        status = status_of(deployment)
        cause = self.controller.cause(
            "syncRolloutStatus",
            _("{deployment} has {updated} of {want} pods of its template, {available} available."),
            deployment=name_of(deployment),
            updated=status.get("updatedReplicas", 0),
            want=wanted(deployment),
            available=status.get("availableReplicas", 0),
        )
        return world.update_status("deployments.apps", deployment, cause) is not held

    # --- revisions -----------------------------------------------------------------------------------------------

    def sync_revision(self, *, create: bool) -> None:
        """Gives the new ReplicaSet its revision and annotations, and the Deployment its revision; makes it if asked."""
        revision = max((revisions.revision_of(rs) for rs in self.old), default=0) + 1
        if self.new is not None:
            self._sync_existing(self.new, revision)
        elif create:
            self._create(revision)

    def _sync_existing(self, new: Body, revision: int) -> None:
        notes = revisions.carried_over(self.deployment, annotations_of(new), revision)
        patience = self.deployment["spec"].get("minReadySeconds") or 0
        if notes != annotations_of(new) or patience != (new["spec"].get("minReadySeconds") or 0):
            changed = set_in(new, ("metadata", "annotations"), notes)
            if patience != (new["spec"].get("minReadySeconds") or 0):
                changed = set_in(changed, ("spec", "minReadySeconds"), patience)
            cause = self.controller.cause(
                "getNewReplicaSet",
                _("{replicaset} is revision {revision} of {deployment}."),
                replicaset=name_of(new),
                revision=notes[revisions.REVISION],
                deployment=name_of(self.deployment),
            )
            self.new = self.controller.world.update(RESOURCE, changed, cause)
            return
        self._set_revision(notes[revisions.REVISION])
        if conditions.has_deadline(self.deployment) and conditions.progressing(self.deployment) is None:
            self._progress("True", "FoundNewReplicaSet", f'Found new replica set "{name_of(new)}"')

    def _set_revision(self, revision: str) -> None:
        notes = annotations_of(self.deployment)
        if notes.get(revisions.REVISION) != revision:
            self.deployment = set_in(
                self.deployment, ("metadata", "annotations"), {**notes, revisions.REVISION: revision}
            )

    def _progress(self, status: str, reason: str, message: str) -> None:
        now = self.controller.world.now
        new = conditions.with_condition(
            status_of(self.deployment).get("conditions") or [], "Progressing", status, reason, message, now
        )
        self.deployment = set_in(self.deployment, ("status", "conditions"), new)

    # --- creation ------------------------------------------------------------------------------------------------

    def _create(self, revision: int) -> None:
        deployment, controller = self.deployment, self.controller
        rs = self._blueprint(revision)
        size = wanted(rs)
        cause = controller.cause(
            "getNewReplicaSet",
            _("No ReplicaSet of {deployment} has its pod template: creating {replicaset} with {size} pod(s)."),
            deployment=name_of(deployment),
            replicaset=name_of(rs),
            size=size,
        )
        try:
            self.new = controller.world.create(RESOURCE, rs, cause)
        except StatusError as refusal:
            self._not_created(rs, refusal)
        else:
            if size:
                self.tell(f"Scaled up replica set {name_of(rs)} from 0 to {size}")
            if conditions.has_deadline(deployment):
                self._progress("True", "NewReplicaSetCreated", f'Created new replica set "{name_of(rs)}"')
        self._set_revision(str(revision))

    def _blueprint(self, revision: int) -> Body:
        deployment = self.deployment
        spec, template = deployment["spec"], deployment["spec"]["template"]
        text = template_hash(template, status_of(deployment).get("collisionCount"))
        labels = {**labels_of(template), HASH_LABEL: text}
        selector = spec["selector"]
        rs: Body = {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"{name_of(deployment)}-{text}",
                "namespace": namespace_of(deployment),
                "labels": labels,
                "ownerReferences": [owner_reference(deployment)],
            },
            "spec": {
                "replicas": 0,
                "selector": {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), HASH_LABEL: text}},
                "template": set_in(template, ("metadata", "labels"), labels),
            },
        }
        if spec.get("minReadySeconds"):
            rs["spec"]["minReadySeconds"] = spec["minReadySeconds"]
        rs = set_in(rs, ("spec", "replicas"), new_size(deployment, rs, [*self.old, rs]))
        notes = {**revisions.carried_over(deployment, {}, revision), **self._replica_annotations()}
        return set_in(rs, ("metadata", "annotations"), notes)

    def _not_created(self, rs: Body, refusal: StatusError) -> None:
        """A ReplicaSet of that name may be ours after all, or the hash met another's: then try the next hash."""
        controller, deployment = self.controller, self.deployment
        if refusal.reason == "AlreadyExists":
            held = controller.world.held(RESOURCE, key_of(rs))
            owner = controller_of(held)
            if owner is not None and owner["uid"] == uid_of(deployment) and same_template(held, deployment):
                self.new = held
                return
            collisions = status_of(deployment).get("collisionCount", 0) + 1
            self.deployment = set_in(deployment, ("status", "collisionCount"), collisions)
        elif not is_terminating(refusal):
            message = f'Failed to create new replica set "{name_of(rs)}": {refusal.message}'
            if conditions.has_deadline(deployment):
                self._progress("False", "ReplicaSetCreateError", message)
            self.tell(message, type="Warning", reason="ReplicaSetCreateError")
        self.save()
        raise refusal

    # --- size ----------------------------------------------------------------------------------------------------

    def scale(self, rs: Body, size: int, sentence: str, **inputs: object) -> bool:
        """Gives a ReplicaSet another size and says so; True if the size was another. `sentence`: why."""
        notes = {**annotations_of(rs), **self._replica_annotations()}
        before = wanted(rs)
        if size == before and notes == annotations_of(rs):
            return False
        changed = set_in(set_in(rs, ("metadata", "annotations"), notes), ("spec", "replicas"), size)
        cause = self.controller.cause(
            "scaleReplicaSet",
            sentence,
            **{"deployment": name_of(self.deployment), "replicaset": name_of(rs), "old": before, "new": size, **inputs},
        )
        self._replace(rs, self.controller.world.update(RESOURCE, changed, cause))
        if size != before:
            direction = "up" if before < size else "down"
            self.tell(f"Scaled {direction} replica set {name_of(rs)} from {before} to {size}")
        return size != before

    def tell(self, message: str, *, type: str = "Normal", reason: str = "ScalingReplicaSet") -> None:
        world = self.controller.world
        events.record(
            world,
            self.deployment,
            "Warning" if type == "Warning" else "Normal",
            reason,
            message,
            component=self.controller.name,
            led_by=world.revision,
        )

    def _replica_annotations(self) -> dict[str, str]:
        size = wanted(self.deployment)
        return {DESIRED_REPLICAS: str(size), MAX_REPLICAS: str(size + max_surge(self.deployment))}

    def _replace(self, rs: Body, changed: Body) -> None:
        if self.new is rs:
            self.new = changed
        else:
            self.old = [changed if one is rs else one for one in self.old]

    # --- history -------------------------------------------------------------------------------------------------

    def clean_up(self) -> None:
        """Deletes the oldest empty ReplicaSets beyond revisionHistoryLimit."""
        limit = self.deployment["spec"].get("revisionHistoryLimit")
        if limit is None or limit == _NO_LIMIT:
            return
        candidates = sorted(
            (rs for rs in self.old if not is_deleting(rs)), key=lambda rs: (revisions.revision_of(rs), *_age(rs))
        )
        for rs in candidates[: max(0, len(candidates) - limit)]:
            observed = status_of(rs).get("observedGeneration", 0)
            if wanted(rs) or status_of(rs).get("replicas") or rs["metadata"].get("generation", 0) > observed:
                continue
            cause = self.controller.cause(
                "cleanupDeployment",
                _("{deployment} keeps {limit} old ReplicaSets: deleting {replicaset}."),
                deployment=name_of(self.deployment),
                limit=limit,
                replicaset=name_of(rs),
            )
            self.controller.world.delete(RESOURCE, namespace_of(rs), name_of(rs), cause)


def _age(rs: Body) -> tuple[str, str]:
    return rs["metadata"].get("creationTimestamp", ""), name_of(rs)


def same_template(rs: Body, deployment: Body) -> bool:
    """True if the pods of a ReplicaSet are those that the Deployment wants. Follows EqualIgnoreHash."""
    return _bare(rs["spec"]["template"]) == _bare(deployment["spec"]["template"])


def _bare(template: Body) -> Body:
    """The template without the label that the controller adds and without empty metadata."""
    meta = dict(template.get("metadata") or {})
    meta["labels"] = {name: text for name, text in (meta.get("labels") or {}).items() if name != HASH_LABEL}
    return {**template, "metadata": {name: held for name, held in meta.items() if held}}
