"""Pods on a node that is not ready are not ready, whatever their kubelet said last.

Follows MarkPodsNotReady in pkg/controller/util/node/controller_utils.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.engine import events
from simulator.engine.causes import Cause, _
from simulator.engine.objects import condition, conditions_of, name_of, status_of, timestamp, with_condition
from simulator.engine.registry import Body
from simulator.engine.world import World


def mark_not_ready(world: World, pods: Iterable[Body], node: str, led_by: int | None) -> None:
    for pod in pods:
        known = condition(pod, "Ready")
        if known is None or known["status"] == "False":
            continue
        new = {**known, "status": "False", "lastTransitionTime": timestamp(world.now)}
        status = {**status_of(pod), "conditions": with_condition(conditions_of(pod), new)}
        inputs = {"node": node, "pod": name_of(pod)}
        sentence = _("{pod} is not ready, because {node} is not.")
        cause = Cause("node-lifecycle-controller", "MarkPodsNotReady", sentence, inputs, led_by)
        stored = world.update_status("pods", {**pod, "status": status}, cause)
        events.record(
            world,
            stored,
            "Warning",
            "NodeNotReady",
            "Node is not ready",
            component="node-controller",
            led_by=led_by,
        )
