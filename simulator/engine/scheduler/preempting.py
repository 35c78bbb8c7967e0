"""Pushing pods off a node: what the scheduler writes when it makes room for a pod.

Follows prepareCandidateAsync and PreemptPod of pkg/scheduler/framework/preemption/preemption.go, v1.34.
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
    revision_of,
    set_in,
    text_of,
    timestamp,
    uid_of,
    with_condition,
)
from simulator.engine.registry import Body
from simulator.engine.scheduler.binding import Binding
from simulator.engine.scheduler.preemption import Choice
from simulator.engine.scheduler.profiles import scheduler_of
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.state import State
from simulator.engine.world import World

_PLUGIN = "DefaultPreemption"


def carry_out(state: State, binding: Binding, pod: Body, choice: Choice) -> None:
    """Takes the node from pods of lower priority that it was promised to, and evicts the victims.

    Where a victim cannot be deleted, those after it stay too, and the pod is tried again after a back-off: upstream
    tries at once, which here would be the same instant.
    """
    node, world, revision = choice.candidate.node, state.world, revision_of(pod)
    priority = pod["spec"].get("priority") or 0
    why = {"pod": text_of(key_of(pod)), "node": node, "priority": priority}
    for key in state.nodes.nominations.below(node, priority):
        promised = world.get("pods", *key)
        if promised is not None:
            freed = drop_in(promised, ("status", "nominatedNodeName"))
            world.update_status("pods", freed, Cause(NAME, "Preemption", _TAKEN_BACK, why, revision))
    for victim in choice.candidate.victims:
        held = world.get("pods", *victim.key)
        if held is None or is_deleting(held):
            continue
        if not binding.reject(victim.key, _PLUGIN, "preempted"):
            try:
                _evict(world, held, pod, Cause(NAME, "Preemption", _PUSHED_OFF, why, revision))
            except StatusError:
                state.queue.retry(key_of(pod))
                return
        message = f"Preempted by pod {uid_of(pod)} on node {node}"
        events.record(world, held, "Normal", "Preempted", message, component=scheduler_of(pod), led_by=revision)


def _evict(world: World, victim: Body, preemptor: Body, cause: Cause) -> None:
    """Says in the victim's status why it ends, and deletes it. Raises StatusError where somebody forbids it."""
    disrupted = {
        "type": "DisruptionTarget",
        "status": "True",
        "observedGeneration": victim["metadata"].get("generation", 0),
        "reason": "PreemptionByScheduler",
        "message": f"{scheduler_of(preemptor)}: preempting to accommodate a higher priority pod",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(world.now),
    }
    conditions = with_condition(conditions_of(victim), disrupted)
    world.update_status("pods", set_in(victim, ("status", "conditions"), conditions), cause)
    world.delete("pods", *key_of(victim), cause)


_PUSHED_OFF = _("Pushed off {node} to make room for {pod}, which has the higher priority ({priority}).")
_TAKEN_BACK = _("No longer promised {node}: it was given to {pod}, which has the higher priority ({priority}).")
