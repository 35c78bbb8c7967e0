"""Assembles the components over one world: the only file that names them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .bootstrap import bootstrap
from .clock import SECOND
from .cloud_provider import CloudProvider
from .cluster_autoscaler.autoscaler import ClusterAutoscaler
from .controllers.attach_detach import AttachDetachController
from .controllers.behavior import BehaviorController
from .controllers.cluster_role_aggregation import ClusterRoleAggregation
from .controllers.cronjob import CronJobController
from .controllers.csi_attacher import CSIAttacher
from .controllers.custom_resource_definitions import CustomResourceDefinitions
from .controllers.daemonset import DaemonSetController
from .controllers.deployment import DeploymentController
from .controllers.disruption import DisruptionController
from .controllers.endpoints import EndpointsController
from .controllers.endpointslice import EndpointSliceController
from .controllers.endpointslice_mirroring import EndpointSliceMirroringController
from .controllers.ephemeral_volume import EphemeralVolumeController
from .controllers.event_ttl import EventTTL
from .controllers.fault import FaultController
from .controllers.garbage_collector import GarbageCollector
from .controllers.job import JobController
from .controllers.namespace import NamespaceController
from .controllers.node_ipam import NodeIpamController
from .controllers.node_lifecycle import NodeLifecycleController
from .controllers.pod_gc import PodGC
from .controllers.podautoscaler import HorizontalController
from .controllers.pv_protection import PVProtectionController
from .controllers.pvc_protection import PVCProtectionController
from .controllers.replicaset import ReplicaSetController
from .controllers.replication_controller import ReplicationManager
from .controllers.resource_quota import ResourceQuotaController
from .controllers.root_ca import RootCAPublisher
from .controllers.service_account import ServiceAccountController
from .controllers.service_account_tokens import TokensController
from .controllers.stale_disruption import StalePodDisruption
from .controllers.statefulset import StatefulSetController
from .controllers.taint_eviction import TaintEvictionController
from .controllers.traffic import TrafficController
from .controllers.ttl import TTLController
from .controllers.ttl_after_finished import TTLAfterFinishedController
from .controllers.vertical_pod_autoscaler import VerticalPodAutoscalers
from .kubelet import series
from .kubelet.sync import Kubelets
from .registry import Body, Instant, Kind
from .scheduler import configured
from .scheduler.cycle import Scheduler
from .scraping import custom_metrics
from .scraping.scraped import EXPORTERS
from .topology import Topology
from .world import World

BOOT = 90 * SECOND
"""After so long the pods of a new cluster's own run, and it is shown to people."""


class Component(Protocol):
    """What a part of the control plane offers: a name for its memories, and start() after a world is loaded."""

    @property
    def name(self) -> str: ...

    def start(self) -> None: ...


COMPONENTS: tuple[Callable[[World], Component], ...] = (
    CustomResourceDefinitions,
    NamespaceController,
    ServiceAccountController,
    TokensController,
    RootCAPublisher,
    ClusterRoleAggregation,
    DeploymentController,
    ReplicaSetController,
    ReplicationManager,
    DaemonSetController,
    StatefulSetController,
    JobController,
    CronJobController,
    TTLAfterFinishedController,
    ResourceQuotaController,
    HorizontalController,
    DisruptionController,
    StalePodDisruption,
    EphemeralVolumeController,
    PVCProtectionController,
    PVProtectionController,
    AttachDetachController,
    CSIAttacher,
    Scheduler,
    Kubelets,
    CloudProvider,
    ClusterAutoscaler,
    VerticalPodAutoscalers,
    EndpointsController,
    EndpointSliceController,
    EndpointSliceMirroringController,
    GarbageCollector,
    PodGC,
    NodeIpamController,
    NodeLifecycleController,
    TTLController,
    TaintEvictionController,
    FaultController,
    TrafficController,
    BehaviorController,
    EventTTL,
)

WARNINGS: dict[str, tuple[Callable[[Body, Body | None], list[str]], ...]] = {
    "configmaps": (configured.warnings, custom_metrics.warnings)
}
"""What the writer of an object is warned of by the components that the object is for, by resource."""


def warnings(kind: Kind, new: Body, old: Body | None) -> list[str]:
    """What the writer of an object is warned of; `old` is None for a new one."""
    further = (one for warn in WARNINGS.get(kind.resource, ()) for one in warn(new, old))
    return [*kind.warnings(new, old), *further]


class ControlPlane:
    """One cluster that runs. Fill the world, call start() once, then move its clock."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.exporters = (*EXPORTERS, series.containers)
        self.components = [component(world) for component in COMPONENTS]

    def start(self) -> None:
        for component in self.components:
            component.start()


def boot(world: World, nodes: Topology, until: Instant) -> ControlPlane:
    """A cluster whose machines come up at the world's present instant, run until `until`."""
    plane = ControlPlane(world)
    plane.start()
    bootstrap(world, nodes)
    world.clock.run_until(until)
    return plane
