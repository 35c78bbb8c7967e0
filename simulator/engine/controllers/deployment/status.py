"""A Deployment's status after a reconcile, and the booking that notices when it no longer progresses.

Follows calculateStatus in pkg/controller/deployment/sync.go and syncRolloutStatus in progress.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.clock import SECOND
from simulator.engine.controllers.deployment import conditions
from simulator.engine.controllers.deployment.replica_sets import Rollout
from simulator.engine.controllers.deployment.sizes import counted, max_unavailable, wanted, wanted_of
from simulator.engine.objects import conditions_of, key_of, name_of, status_of
from simulator.engine.reconciler import FIRST_RETRY
from simulator.engine.registry import Body


def sync_status(rollout: Rollout) -> None:
    """Reports the figures alone: nothing is said about progress while a rollout is paused or scaled."""
    rollout.deployment = {**rollout.deployment, "status": _status(rollout)}
    rollout.save()


def sync_rollout_status(rollout: Rollout) -> None:
    """Reports the figures and how the rollout gets on."""
    deployment = rollout.deployment
    status = _status(rollout)
    held: list[Body] = status.get("conditions") or []
    if not conditions.has_deadline(deployment):
        held = conditions.without(held, "Progressing")
    else:
        held = _progress(rollout, status, held)
    failure = _replica_failure(rollout)
    if failure is None:
        held = conditions.without(held, "ReplicaFailure")
    elif not any(one["type"] == "ReplicaFailure" and one.get("reason") == failure["reason"] for one in held):
        held = [*conditions.without(held, "ReplicaFailure"), failure]
    rollout.deployment = {**deployment, "status": {**status, "conditions": held}}
    if not rollout.save():
        _book_deadline(rollout)


def _status(rollout: Rollout) -> Body:
    deployment = rollout.deployment
    everyone, new = rollout.everyone, [rollout.new] if rollout.new is not None else []
    available = counted(everyone, "availableReplicas")
    figures = {
        "observedGeneration": deployment["metadata"].get("generation", 0),
        "replicas": counted(everyone),
        "updatedReplicas": counted(new),
        "readyReplicas": counted(everyone, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, wanted_of(everyone) - available),
    }
    status: Body = {name: figure for name, figure in figures.items() if figure}
    if "collisionCount" in status_of(deployment):
        status["collisionCount"] = status_of(deployment)["collisionCount"]
    now = rollout.controller.world.now
    if available >= wanted(deployment) - max_unavailable(deployment):
        word = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    else:
        word = ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    status["conditions"] = conditions.with_condition(conditions_of(deployment), "Available", *word, now)
    return status


def _progress(rollout: Rollout, status: Body, held: list[Body]) -> list[Body]:
    deployment, now = rollout.deployment, rollout.controller.world.now
    current = conditions.progressing(deployment)
    finished = current is not None and current["reason"] == "NewReplicaSetAvailable"
    if finished and status.get("replicas", 0) == status.get("updatedReplicas", 0):
        return held
    about = f'ReplicaSet "{name_of(rollout.new)}"' if rollout.new is not None else f'Deployment "{name_of(deployment)}"'
    if conditions.is_complete(deployment, status):
        said = f"{about} has successfully progressed."
        return conditions.with_condition(held, "Progressing", "True", "NewReplicaSetAvailable", said, now)
    if conditions.has_progressed(deployment, status):
        new = conditions.made("Progressing", "True", "ReplicaSetUpdated", f"{about} is progressing.", now)
        if current is not None and current["status"] == "True":
            new["lastTransitionTime"] = current["lastTransitionTime"]
        return [*conditions.without(held, "Progressing"), new]
    if conditions.has_timed_out(deployment, held, now):
        said = f"{about} has timed out progressing."
        return conditions.with_condition(held, "Progressing", "False", "ProgressDeadlineExceeded", said, now)
    return held


def _replica_failure(rollout: Rollout) -> Body | None:
    """The failure of the new ReplicaSet, or else of an old one, as a condition of the Deployment."""
    for rs in [*([rollout.new] if rollout.new is not None else []), *rollout.old]:
        for one in conditions_of(rs):
            if one["type"] == "ReplicaFailure":
                return {**one, "lastUpdateTime": one["lastTransitionTime"]}
    return None


def _book_deadline(rollout: Rollout) -> None:
    deployment, controller = rollout.deployment, rollout.controller
    held = conditions.progressing(deployment)
    if held is None or not conditions.has_deadline(deployment):
        return
    if conditions.is_complete(deployment, status_of(deployment)):
        return
    # A rollout that succeeded once cannot time out, whatever becomes of its pods later: there is nothing to look at.
    if held["reason"] in ("ProgressDeadlineExceeded", "NewReplicaSetAvailable"):
        return
    left = conditions.deadline(deployment, held) - controller.world.now
    controller.enqueue(key_of(deployment), after=_look_after(left), led_by=controller.led_by)


def _look_after(left: int) -> int:
    """When to look whether the deadline has passed that is `left` microseconds away.

    Upstream comes back a second after it, because timestamps have whole seconds; in the last second it comes back again
    and again with the queue's first delay, and of those looks only the first beyond the deadline matters.
    """
    if left >= SECOND:
        return left + SECOND
    return FIRST_RETRY * (max(0, left) // FIRST_RETRY + 1)
