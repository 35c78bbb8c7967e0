"""A StatefulSet's status after a reconcile, and the booking that notices when a pod becomes available.

Follows computeReplicaStatus and updateStatefulSetStatus in pkg/controller/statefulset/stateful_set_control.go and
completeRollingUpdate in stateful_set_utils.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.controllers.statefulset.identity import revision_name
from simulator.engine.controllers.statefulset.plan import Plan, is_created
from simulator.engine.objects import is_deleting, key_of, name_of, status_of
from simulator.engine.pods import available_at, is_ready, phase
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body

_COMPARED = (
    "observedGeneration", "replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas",
    "currentRevision", "updateRevision",
)  # fmt: skip


def report(controller: Reconciler, plan: Plan, outdated: int) -> None:
    """Writes the status if it is another, and comes back when the next ready pod becomes available.

    outdated: how many pods of the current revision were deleted in this reconcile.
    """
    sts, world = plan.sts, controller.world
    status, held = _status(plan, outdated), status_of(sts)
    if any(status.get(name) != held.get(name) for name in _COMPARED):
        cause = controller.cause(
            "updateStatefulSetStatus",
            _("{statefulset} has {count} of {want} pods, {ready} ready and {updated} of the newest template."),
            statefulset=name_of(sts),
            count=status["replicas"],
            want=sts["spec"]["replicas"],
            ready=status.get("readyReplicas", 0),
            updated=status.get("updatedReplicas", 0),
        )
        world.update_status("statefulsets.apps", {**sts, "status": status}, cause)
    instants = (available_at(pod, plan.patience) for pod in (*plan.replicas, *plan.condemned))
    ripe = min((at for at in instants if at is not None and at > world.now), default=None)
    if ripe is not None:
        controller.enqueue(key_of(sts), after=ripe - world.now, led_by=controller.led_by)


def _status(plan: Plan, outdated: int) -> Body:
    """The status as Go writes it: figures that are 0 are left out, but for two of them."""
    sts, revisions = plan.sts, plan.revisions
    current, update = name_of(revisions.current), name_of(revisions.update)
    counts = dict.fromkeys(("replicas", "ready", "available", "current", "updated"), 0)
    for pod in (*plan.replicas, *plan.condemned):
        if not is_created(pod):
            continue
        ready = phase(pod) == "Running" and is_ready(pod)
        counts["replicas"] += 1
        counts["ready"] += ready
        counts["available"] += ready and plan.is_available(pod)
        if not is_deleting(pod):
            counts["current"] += revision_name(pod) == current
            counts["updated"] += revision_name(pod) == update
    counts["current"] = max(counts["current"] - outdated, 0)
    rolling = (sts["spec"].get("updateStrategy") or {}).get("type") == "RollingUpdate"
    if rolling and counts["updated"] == counts["ready"] == counts["replicas"] == sts["spec"]["replicas"]:
        counts["current"], current = counts["updated"], update
    figures = {
        "observedGeneration": sts["metadata"].get("generation", 0),
        "readyReplicas": counts["ready"],
        "currentReplicas": counts["current"],
        "updatedReplicas": counts["updated"],
    }
    return {
        "replicas": counts["replicas"],
        "availableReplicas": counts["available"],
        **{name: figure for name, figure in figures.items() if figure},
        "currentRevision": current,
        "updateRevision": update,
        "collisionCount": revisions.collisions,
    }
