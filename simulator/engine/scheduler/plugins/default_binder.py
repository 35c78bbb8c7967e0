"""DefaultBinder: writes the node into the pod.

Follows pkg/scheduler/framework/plugins/defaultbinder/default_binder.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import Cause
from simulator.engine.objects import key_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.plugin import BindPlugin
from simulator.engine.world import World


class DefaultBinder(BindPlugin):
    name = "DefaultBinder"

    def bind(self, world: World, pod: Body, node: str, cause: Cause) -> Body | None:
        return world.bind(key_of(pod), node, cause)
