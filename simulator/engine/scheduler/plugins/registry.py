"""The plugins by name.

Follows pkg/scheduler/framework/plugins/registry.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.scheduler.plugin import Plugin
from simulator.engine.scheduler.plugins.default_binder import DefaultBinder
from simulator.engine.scheduler.plugins.default_preemption import DefaultPreemption
from simulator.engine.scheduler.plugins.dynamic_resources import DynamicResources
from simulator.engine.scheduler.plugins.image_locality import ImageLocality
from simulator.engine.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from simulator.engine.scheduler.plugins.node_affinity import NodeAffinity
from simulator.engine.scheduler.plugins.node_name import NodeName
from simulator.engine.scheduler.plugins.node_ports import NodePorts
from simulator.engine.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from simulator.engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from simulator.engine.scheduler.plugins.node_unschedulable import NodeUnschedulable
from simulator.engine.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from simulator.engine.scheduler.plugins.pod_topology_spread import PodTopologySpread
from simulator.engine.scheduler.plugins.priority_sort import PrioritySort
from simulator.engine.scheduler.plugins.scheduling_gates import SchedulingGates
from simulator.engine.scheduler.plugins.taint_toleration import TaintToleration
from simulator.engine.scheduler.plugins.volume_binding.plugin import VolumeBinding
from simulator.engine.scheduler.plugins.volume_restrictions import VolumeRestrictions
from simulator.engine.scheduler.plugins.volume_zone import VolumeZone

PLUGINS: dict[str, type[Plugin]] = {
    one.name: one
    for one in (
        SchedulingGates,
        PrioritySort,
        NodeUnschedulable,
        NodeName,
        TaintToleration,
        NodeAffinity,
        NodePorts,
        NodeResourcesFit,
        VolumeRestrictions,
        NodeVolumeLimits,
        VolumeBinding,
        VolumeZone,
        PodTopologySpread,
        InterPodAffinity,
        DynamicResources,
        DefaultPreemption,
        NodeResourcesBalancedAllocation,
        ImageLocality,
        DefaultBinder,
    )
}
