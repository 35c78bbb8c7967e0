"""DynamicResources: what it says about a pod without resource claims. Claims themselves are not simulated.

Follows PostFilter of pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go, v1.34.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.plugin import Draw, PostFiltered, PostFilterPlugin
from simulator.engine.scheduler.shape import Shape

if TYPE_CHECKING:
    from simulator.engine.scheduler.fit_error import Failure
    from simulator.engine.scheduler.framework import Framework

_CLAIMS = "no new claims to deallocate"


class DynamicResources(PostFilterPlugin):
    name = "DynamicResources"

    def post_filter(
        self, pod: Body, shape: Shape, nodes: NodeTable, framework: Framework, failure: Failure, draw: Draw
    ) -> PostFiltered:
        return PostFiltered(None, _CLAIMS)
