"""SchedulingGates: a pod is not queued while its spec names a gate.

Follows pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugin import PreEnqueuePlugin


class SchedulingGates(PreEnqueuePlugin):
    name = "SchedulingGates"

    def admits(self, pod: Body) -> bool:
        return not pod["spec"].get("schedulingGates")
