"""Evicting a pod as the API does: a deletion that asks the pod's disruption budget first.

Follows pkg/registry/core/pod/storage/eviction.go, v1.34.
"""

from __future__ import annotations

from simulator.engine import disruption_budgets
from simulator.engine.causes import Cause
from simulator.engine.errors import StatusError
from simulator.engine.objects import name_of, namespace_of
from simulator.engine.registry import Body
from simulator.engine.world import World


def evict(world: World, pod: Body, cause: Cause, *, grace: int | None = None) -> None:
    """Takes one disruption off the pod's budget and deletes the pod, within so many seconds.

    Raises StatusError where the budget does not allow it, or where several guard the pod.
    """
    budgets = disruption_budgets.asked(world, pod)
    if len(budgets) > 1:
        raise StatusError(500, "", disruption_budgets.SEVERAL)
    for budget in budgets:
        if not disruption_budgets.may_go_unasked(pod, budget):
            left = disruption_budgets.less_one(budget, name_of(pod), world.now)
            world.update_status(disruption_budgets.RESOURCE, {**budget, "status": left}, cause)
    world.update_status("pods", disruption_budgets.evicted(pod, world.now), cause)
    world.delete("pods", namespace_of(pod), name_of(pod), cause, grace=grace)
