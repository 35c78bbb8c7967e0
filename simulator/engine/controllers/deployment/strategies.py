"""How pods of the old template give way to pods of the new one: little by little, or all at once.

Follows pkg/controller/deployment/rolling.go and recreate.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.controllers.deployment import conditions
from simulator.engine.controllers.deployment.replica_sets import Rollout
from simulator.engine.controllers.deployment.sizes import (
    counted,
    max_surge,
    max_unavailable,
    new_size,
    wanted,
    wanted_of,
)
from simulator.engine.controllers.deployment.status import sync_rollout_status
from simulator.engine.objects import status_of, uid_of


def roll(rollout: Rollout) -> None:
    """One step of a rolling update: grow the new ReplicaSet, or else shrink the old ones."""
    rollout.sync_revision(create=True)
    if not _grow_new(rollout) and not _shrink_old(rollout):
        _clean_up_when_complete(rollout)
    sync_rollout_status(rollout)


def recreate(rollout: Rollout) -> None:
    """One step of a recreation: the old pods go, and when the last is gone the new ones come."""
    down = [
        rollout.scale(rs, 0, _("{deployment} recreates its pods: old {replicaset} goes from {old} to {new}."))
        for rs in rollout.active_old
    ]
    if not any(down) and not _old_pods_run(rollout):
        if rollout.new is None:
            rollout.sync_revision(create=True)
        if rollout.new is not None and wanted(rollout.new) != wanted(rollout.deployment):
            sentence = _("No old pod of {deployment} is left: {replicaset} goes from {old} to {new}.")
            rollout.scale(rollout.new, wanted(rollout.deployment), sentence)
        _clean_up_when_complete(rollout)
    sync_rollout_status(rollout)


def _clean_up_when_complete(rollout: Rollout) -> None:
    if conditions.is_complete(rollout.deployment, status_of(rollout.deployment)):
        rollout.clean_up()


def _old_pods_run(rollout: Rollout) -> bool:
    """True while a pod of an old ReplicaSet has not ended; one on its way out still counts."""
    if counted(rollout.old) > 0:
        return True
    world = rollout.controller.world
    return any(
        status_of(pod).get("phase") not in ("Succeeded", "Failed")
        for rs in rollout.old
        for pod in world.indexed("pods", "controller", uid_of(rs))
    )


def _grow_new(rollout: Rollout) -> bool:
    new, deployment = rollout.new, rollout.deployment
    if new is None or wanted(new) == wanted(deployment):
        return False
    if wanted(new) > wanted(deployment):
        return rollout.scale(
            new, wanted(deployment), _("{deployment} wants {new} pod(s): {replicaset} goes from {old} to {new}.")
        )
    size = new_size(deployment, new, rollout.everyone)
    if size == wanted(new):
        return False
    return rollout.scale(
        new,
        size,
        _("{deployment} may have {most} pods in all during the update: new {replicaset} goes from {old} to {new}."),
        most=wanted(deployment) + max_surge(deployment),
    )


def _shrink_old(rollout: Rollout) -> bool:
    new, deployment = rollout.new, rollout.deployment
    if new is None or wanted_of(rollout.active_old) == 0:
        return False
    least = wanted(deployment) - max_unavailable(deployment)
    missing = wanted(new) - status_of(new).get("availableReplicas", 0)
    most = wanted_of(rollout.everyone) - least - missing
    if most <= 0:
        return False
    dropped = _drop_unhealthy(rollout, most)
    return dropped is not None and dropped + _drop_available(rollout, least) > 0


def _drop_unhealthy(rollout: Rollout, most: int) -> int | None:
    """Takes away old pods that are not available anyway, so that they do not hold the update up; says how many.

    None if the status of an old ReplicaSet is behind its size: then nothing more may be taken away. Upstream ends such
    a step with an error that it does not hand on.
    """
    dropped = 0
    for rs in rollout.active_old:
        if dropped >= most:
            break
        sick = wanted(rs) - status_of(rs).get("availableReplicas", 0)
        if sick < 0:
            return None
        if sick == 0:
            continue
        count = min(most - dropped, sick)
        sentence = _("{count} pod(s) of old {replicaset} are not available: it goes from {old} to {new}.")
        rollout.scale(rs, wanted(rs) - count, sentence, count=count)
        dropped += count
    return dropped


def _drop_available(rollout: Rollout, least: int) -> int:
    """Takes away old pods as far as enough available ones stay."""
    available = counted([*rollout.active_old, *([rollout.new] if rollout.new else [])], "availableReplicas")
    spare, dropped = available - least, 0
    for rs in rollout.active_old:
        count = min(wanted(rs), spare - dropped)
        if count <= 0:
            break
        sentence = _("{available} pod(s) are available, {least} are enough: old {replicaset} goes from {old} to {new}.")
        rollout.scale(rs, wanted(rs) - count, sentence, available=available, least=least)
        dropped += count
    return dropped
