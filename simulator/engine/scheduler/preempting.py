"""Pushing pods off a node: what the scheduler writes when it makes room for a pod.

Follows prepareCandidate of pkg/scheduler/framework/preemption/preemption.go, v1.34.
"""

from __future__ import annotations

from simulator.engine import events
from simulator.engine.causes import Cause, _
from simulator.engine.errors import StatusError
from simulator.engine.objects import (
    conditions_of,
    drop_in,
    is_deleting,
    key_of,
    set_in,
    text_of,
    timestamp,
    uid_of,
    with_condition,
)
from simulator.engine.registry import Body
from simulator.engine.scheduler.preemption import Choice
from simulator.engine.scheduler.profiles import scheduler_of
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.state import State
from simulator.engine.world import World


def carry_out(state: State, pod: Body, choice: Choice, *, led_by: int | None) -> None:
    """Evicts the victims, and takes the node from pods of lower priority that it was promised to."""
    node, world = choice.candidate.node, state.world
    why = {"pod": text_of(key_of(pod)), "node": node, "priority": pod["spec"].get("priority") or 0}
    for victim in choice.candidate.victims:
        held = world.get("pods", *victim.key)
        if held is not None and not is_deleting(held):
            _evict(world, held, pod, node, Cause(NAME, "Preemption", _PUSHED_OFF, why, led_by))
    for key in state.nodes.nominations.below(node, pod["spec"].get("priority") or 0):
        promised = world.get("pods", *key)
        if promised is not None:
            freed = drop_in(promised, ("status", "nominatedNodeName"))
            world.update_status("pods", freed, Cause(NAME, "Preemption", _TAKEN_BACK, why, led_by))


def _evict(world: World, victim: Body, preemptor: Body, node: str, cause: Cause) -> None:
    disrupted = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "PreemptionByScheduler",
        "message": f"{scheduler_of(preemptor)}: preempting to accommodate a higher priority pod",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(world.now),
    }
    key = key_of(victim)
    told = world.update_status(
        "pods", set_in(victim, ("status", "conditions"), with_condition(conditions_of(victim), disrupted)), cause
    )
    try:
        world.delete("pods", *key, cause)
    except StatusError:  # Somebody forbids it: the preemptor waits, and is tried again later.
        return
    message = f"Preempted by pod {uid_of(preemptor)} on node {node}"
    scheduler = scheduler_of(preemptor)
    events.record(world, told, "Normal", "Preempted", message, component=scheduler, led_by=cause.led_by)


_PUSHED_OFF = _("Pushed off {node} to make room for {pod}, which has the higher priority ({priority}).")
_TAKEN_BACK = _("No longer promised {node}: it was given to {pod}, which has the higher priority ({priority}).")
