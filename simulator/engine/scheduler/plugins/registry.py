"""The plugins of the default profile, in upstream's order, with their weights.

Follows pkg/scheduler/apis/config/v1/default_plugins.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.scheduler.framework import Framework, Plugin
from simulator.engine.scheduler.plugins.node_affinity import NodeAffinity
from simulator.engine.scheduler.plugins.node_name import NodeName
from simulator.engine.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from simulator.engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from simulator.engine.scheduler.plugins.node_unschedulable import NodeUnschedulable
from simulator.engine.scheduler.plugins.scheduling_gates import SchedulingGates
from simulator.engine.scheduler.plugins.taint_toleration import TaintToleration

DEFAULT: tuple[type[Plugin], ...] = (
    SchedulingGates,
    NodeUnschedulable,
    NodeName,
    TaintToleration,
    NodeAffinity,
    NodeResourcesFit,
    NodeResourcesBalancedAllocation,
)
WEIGHTS = {"TaintToleration": 3, "NodeAffinity": 2}


def default_framework(*, percentage: int = 0) -> Framework:
    """The default profile. `percentage` is percentageOfNodesToScore, 100 for every node."""
    return Framework([plugin() for plugin in DEFAULT], WEIGHTS, percentage=percentage)
