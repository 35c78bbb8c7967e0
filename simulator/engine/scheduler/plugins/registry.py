"""The plugins by name, and the default profile.

Follows pkg/scheduler/framework/plugins/registry.go and pkg/scheduler/apis/config/v1/default_plugins.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.registry import Reader
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.plugin import Plugin
from simulator.engine.scheduler.plugins.default_binder import DefaultBinder
from simulator.engine.scheduler.plugins.default_preemption import DefaultPreemption
from simulator.engine.scheduler.plugins.dynamic_resources import DynamicResources
from simulator.engine.scheduler.plugins.node_affinity import NodeAffinity
from simulator.engine.scheduler.plugins.node_name import NodeName
from simulator.engine.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from simulator.engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from simulator.engine.scheduler.plugins.node_unschedulable import NodeUnschedulable
from simulator.engine.scheduler.plugins.scheduling_gates import SchedulingGates
from simulator.engine.scheduler.plugins.taint_toleration import TaintToleration
from simulator.engine.scheduler.profile import Enabled, Profile

PLUGINS: dict[str, type[Plugin]] = {
    one.name: one
    for one in (
        SchedulingGates,
        NodeUnschedulable,
        NodeName,
        TaintToleration,
        NodeAffinity,
        NodeResourcesFit,
        NodeResourcesBalancedAllocation,
        DynamicResources,
        DefaultPreemption,
        DefaultBinder,
    )
}
_WEIGHTS = {"TaintToleration": 3, "NodeAffinity": 2, "PodTopologySpread": 2, "InterPodAffinity": 2}
_POINTS = (
    "preEnqueue",
    "queueSort",
    "preFilter",
    "filter",
    "postFilter",
    "score",
    "reserve",
    "permit",
    "preBind",
    "bind",
    "postBind",
)
DEFAULT = Profile(
    "default-scheduler",
    {point: tuple(Enabled(name, _WEIGHTS.get(name, 1)) for name in PLUGINS) for point in _POINTS},
    {},
)


def default_framework(reader: Reader, *, percentage: int = 0) -> Framework:
    """The default profile. `percentage` is percentageOfNodesToScore, 100 for every node."""
    return Framework(DEFAULT._replace(percentage=percentage), reader, PLUGINS)
