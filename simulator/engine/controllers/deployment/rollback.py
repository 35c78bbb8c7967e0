"""A Deployment that asks by an annotation to be rolled back, as clients of extensions/v1beta1 did.

`kubectl rollout undo` writes the old template itself. Follows pkg/controller/deployment/rollback.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.controllers.deployment import revisions
from simulator.engine.controllers.deployment.replica_sets import HASH_LABEL, Rollout, same_template
from simulator.engine.objects import annotations_of, labels_of, name_of, set_in
from simulator.engine.registry import Body

_NOTES = ("metadata", "annotations")


def wanted_revision(deployment: Body) -> int | None:
    """The revision that the annotation names, 0 for the last one; None if there is no annotation, or a bad one."""
    try:
        return int(annotations_of(deployment)[revisions.ROLLBACK_TO])
    except (KeyError, ValueError):
        return None


def roll_back(rollout: Rollout, revision: int) -> None:
    """Takes over the template and the annotations of a revision, and takes the wish away, whatever comes of it."""
    rollout.sync_revision(create=True)
    everyone = {revisions.revision_of(rs): rs for rs in reversed(rollout.everyone)}
    if revision == 0:
        revision = _last(rollout.everyone)
        if revision == 0:
            _give_up(rollout, "DeploymentRollbackRevisionNotFound", "Unable to find last revision.")
            return
    source = everyone.get(revision)
    if source is None:
        _give_up(rollout, "DeploymentRollbackRevisionNotFound", "Unable to find the revision to rollback to.")
        return
    name = name_of(rollout.deployment)
    if same_template(source, rollout.deployment):
        said = f'The rollback revision contains the same template as current deployment "{name}"'
        _give_up(rollout, "DeploymentRollbackTemplateUnchanged", said)
        return
    _write(rollout, _as_it_was(rollout.deployment, source), revision)
    rollout.tell(f'Rolled back deployment "{name}" to revision {revision}', reason="DeploymentRollback")


def _last(replicasets: list[Body]) -> int:
    """The highest revision but one; 0 if there is none."""
    return sorted([0, 0, *map(revisions.revision_of, replicasets)])[-2]


def _as_it_was(deployment: Body, source: Body) -> Body:
    template = source["spec"]["template"]
    labels = {key: value for key, value in labels_of(template).items() if key != HASH_LABEL}
    template = set_in(template, ("metadata", "labels"), labels)
    return set_in(
        set_in(deployment, ("spec", "template"), template),
        _NOTES,
        revisions.taken_back(annotations_of(deployment), annotations_of(source)),
    )


def _give_up(rollout: Rollout, reason: str, message: str) -> None:
    rollout.tell(message, type="Warning", reason=reason)
    _write(rollout, rollout.deployment, 0)


def _write(rollout: Rollout, deployment: Body, revision: int) -> None:
    controller = rollout.controller
    notes = {key: value for key, value in annotations_of(deployment).items() if key != revisions.ROLLBACK_TO}
    sentence = (
        _("{deployment} is rolled back to revision {revision}.")
        if revision
        else _("{deployment} cannot be rolled back: the wish is taken away.")
    )
    cause = controller.cause("rollback", sentence, deployment=name_of(deployment), revision=revision)
    controller.world.update("deployments.apps", set_in(deployment, _NOTES, notes), cause)
