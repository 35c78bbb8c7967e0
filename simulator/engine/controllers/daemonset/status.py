"""A DaemonSet's status after a reconcile, and the booking that notices when a pod becomes available.

Follows updateDaemonSetStatus in pkg/controller/daemon/daemon_controller.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.controllers.controller_history import REVISION_LABEL
from simulator.engine.controllers.daemonset.daemon_pods import seniority
from simulator.engine.controllers.daemonset.plan import Plan
from simulator.engine.objects import key_of, labels_of, name_of, status_of
from simulator.engine.pods import available_at
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant


def report(controller: Reconciler, plan: Plan) -> None:
    """Writes the status if it is another, and comes back when the next ready pod becomes available."""
    ds, world = plan.ds, controller.world
    status = _status(plan, world.now)
    if status != status_of(ds):
        cause = controller.cause(
            "updateDaemonSetStatus",
            _("{daemonset} has pods on {have} of {want} nodes, {ready} ready."),
            daemonset=name_of(ds),
            have=status["currentNumberScheduled"],
            want=status["desiredNumberScheduled"],
            ready=status["numberReady"],
        )
        world.update_status("daemonsets.apps", {**ds, "status": status}, cause)
    ripe = _next_available(plan, world.now)
    if ripe is not None:
        controller.enqueue(key_of(ds), after=ripe - world.now, led_by=controller.led_by)


def _status(plan: Plan, now: Instant) -> Body:
    """The oldest pod of a node speaks for it; the figures of the second group are left out where they are 0."""
    figures = dict.fromkeys(
        ("desiredNumberScheduled", "currentNumberScheduled", "numberMisscheduled", "numberReady"), 0
    )
    more = {"updatedNumberScheduled": 0, "numberAvailable": 0}
    for node, verdict in plan.nodes:
        pods = plan.on_nodes.get(name_of(node))
        if not verdict.run:
            figures["numberMisscheduled"] += bool(pods)
            continue
        figures["desiredNumberScheduled"] += 1
        if not pods:
            continue
        oldest = min(pods, key=seniority)
        due = available_at(oldest, plan.patience)
        figures["currentNumberScheduled"] += 1
        figures["numberReady"] += due is not None
        more["numberAvailable"] += due is not None and due <= now
        more["updatedNumberScheduled"] += labels_of(oldest).get(REVISION_LABEL) == plan.hash
    more["numberUnavailable"] = figures["desiredNumberScheduled"] - more["numberAvailable"]
    more["observedGeneration"] = plan.ds["metadata"].get("generation", 0)
    kept = {key: status_of(plan.ds)[key] for key in ("collisionCount", "conditions") if key in status_of(plan.ds)}
    return figures | {name: figure for name, figure in more.items() if figure} | kept


def _next_available(plan: Plan, now: Instant) -> Instant | None:
    """When the next pod becomes available that is ready but not for long enough; None if there is none."""
    wanted = (name_of(node) for node, verdict in plan.nodes if verdict.run)
    instants = (available_at(pod, plan.patience) for name in wanted for pod in plan.on_nodes.get(name, ()))
    return min((at for at in instants if at is not None and at > now), default=None)
