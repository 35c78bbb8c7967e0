"""A Deployment that is scaled, or paused: its size is spread over the ReplicaSets it has.

Follows sync, scale and isScalingEvent in pkg/controller/deployment/sync.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.controllers.deployment.replica_sets import Rollout
from simulator.engine.controllers.deployment.sizes import (
    DESIRED_REPLICAS,
    active,
    annotation,
    is_rolling,
    is_saturated,
    max_surge,
    proportion,
    wanted,
    wanted_of,
)
from simulator.engine.controllers.deployment.status import sync_status
from simulator.engine.objects import name_of
from simulator.engine.registry import Body

_SCALED = _("{deployment} was scaled to {want} pod(s): {replicaset} goes from {old} to {new}.")


def is_scaling(rollout: Rollout) -> bool:
    """True if a ReplicaSet was last sized for another number of replicas than the Deployment has now."""
    sizes = (annotation(rs, DESIRED_REPLICAS) for rs in active(rollout.everyone))
    return any(size is not None and size != wanted(rollout.deployment) for size in sizes)


def sync(rollout: Rollout) -> None:
    """Scales without rolling anything out."""
    rollout.sync_revision(create=False)
    _scale(rollout)
    if rollout.deployment["spec"].get("paused"):
        rollout.clean_up()
    sync_status(rollout)


def _scale(rollout: Rollout) -> None:
    deployment = rollout.deployment
    running = active(rollout.everyone)
    if len(running) <= 1:
        only = running[0] if running else rollout.new or (rollout.old[-1] if rollout.old else None)
        if only is not None and wanted(only) != wanted(deployment):
            rollout.scale(only, wanted(deployment), _SCALED, want=wanted(deployment))
    elif is_saturated(deployment, rollout.new):
        for rs in rollout.active_old:
            rollout.scale(rs, 0, _("All pods of the new template are available: old {replicaset} goes to {new}."))
    elif is_rolling(deployment):
        _scale_in_proportion(rollout, running)


def _scale_in_proportion(rollout: Rollout, running: list[Body]) -> None:
    """Larger ReplicaSets bear more of the change, which keeps the risk of a rollout in its middle as it was."""
    deployment = rollout.deployment
    most = wanted(deployment) + max_surge(deployment) if wanted(deployment) > 0 else 0
    to_add = most - wanted_of(running)
    by_age = sorted(running, key=lambda rs: (rs["metadata"].get("creationTimestamp", ""), name_of(rs)))
    if to_add > 0:
        by_age.reverse()
    ordered = sorted(by_age, key=wanted, reverse=True)
    added, sizes = 0, []
    for rs in ordered:
        part = proportion(rs, deployment, to_add, added)
        sizes.append(wanted(rs) + part)
        added += part
    sizes[0] = max(0, sizes[0] + to_add - added)
    for rs, size in zip(ordered, sizes, strict=True):
        rollout.scale(rs, size, _SCALED, want=wanted(deployment))
