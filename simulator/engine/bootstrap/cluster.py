"""Writes a new cluster's first objects, in the order in which a real one gets them.

Follows cmd/kubeadm/app/phases (init and join) and pkg/controlplane (the `kubernetes` Service), v1.34. Service accounts,
their root certificates, the pods of CoreDNS and kube-proxy and all that follows from them are left to the controllers.
"""

from __future__ import annotations

from .. import node_addresses
from ..causes import Cause, _
from ..kinds.priority_class import SYSTEM
from ..kubelet import node as kubelet_node
from ..objects import name_of
from ..registry import Body, Reader
from ..topology import Topology
from ..world import World
from . import coredns, kube_proxy, kubeadm_config, policy, static_pods, versions

PRIORITY_CLASSES = "priorityclasses.scheduling.k8s.io"
_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


def bootstrap(world: World, topology: Topology) -> None:
    """Fills an empty world whose components are already listening. The topology's first node is the control plane."""
    for name in _NAMESPACES:
        body: Body = {"metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}}}
        world.create("namespaces", body, _cause("apiserver", "SystemNamespaces", _("A cluster starts with this.")))
    for resource, body in policy.missing(world):
        world.create(resource, body, policy_cause())
    for body in missing_priority_classes(world):
        world.create(PRIORITY_CLASSES, body, priority_cause())
    ranges = node_addresses.pod_ranges(len(topology.nodes))
    main = topology.nodes[0]
    main_ip = node_addresses.host(0)
    for position, size in enumerate(topology.nodes):
        images = versions.CONTROL_PLANE_IMAGES if size.control_plane else ()
        ip = node_addresses.host(position)
        body = kubelet_node.register(world, size, ip=ip, pod_cidr=ranges[position], images=images)
        cause = _cause(f"kubelet/{size.name}", "tryRegisterWithAPIServer", _("The node has joined the cluster."))
        stored = world.create("nodes", body, cause)
        sentence = _("The kubelet renews this every {seconds} seconds to say that its node lives.")
        cause = Cause(f"kubelet/{size.name}", "NodeLease", sentence, {"seconds": "10"}, world.revision)
        world.create("leases.coordination.k8s.io", kubelet_node.lease(world, stored), cause)
        if size.control_plane:
            cause = _cause(
                f"kubelet/{size.name}", "CreateMirrorPod", _("Shows a static pod of this node."), world.revision
            )
            for pod in static_pods.of(world, stored, ip):
                world.create("pods", pod, cause)
    _kubernetes_service(world, main_ip)
    addon = _cause("kubeadm", "addon", _("kubeadm installs this in each cluster."))
    network = str(node_addresses.pod_network(len(topology.nodes)))
    for resource, body in (
        *kubeadm_config.objects(main.name, main_ip, network),
        *coredns.objects(),
        *kube_proxy.objects(main_ip, network),
    ):
        world.create(resource, body, addon)


def missing_priority_classes(reader: Reader) -> list[Body]:
    """The system's priority classes that are not there."""
    return [body for body in SYSTEM.values() if reader.get(PRIORITY_CLASSES, "", name_of(body)) is None]


def priority_cause() -> Cause:
    sentence = _("Pods that the cluster needs come first by this.")
    return _cause("apiserver", "scheduling/bootstrap-system-priority-classes", sentence)


def policy_cause() -> Cause:
    """The cause of the roles and bindings that a cluster begins with."""
    return _cause("apiserver", "rbac/bootstrap-roles", _("Every cluster has these roles and bindings."))


def _kubernetes_service(world: World, ip: str) -> None:
    """The Service by which pods reach the API server, with the endpoints that the API server itself looks after."""
    meta = {"name": "kubernetes", "namespace": "default"}
    cause = _cause("apiserver", "kubernetesservice", _("Pods reach the API server by this Service."))
    service: Body = {
        "metadata": {**meta, "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {
            "clusterIP": versions.API_SERVICE_IP,
            "clusterIPs": [versions.API_SERVICE_IP],
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": versions.API_PORT}],
            "sessionAffinity": "None",
            "type": "ClusterIP",
        },
    }
    port = {"name": "https", "port": versions.API_PORT, "protocol": "TCP"}
    endpoints: Body = {
        "metadata": {**meta, "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
        "subsets": [{"addresses": [{"ip": ip}], "ports": [port]}],
    }
    endpoint_slice: Body = {
        "metadata": {**meta, "labels": {"kubernetes.io/service-name": "kubernetes"}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [ip], "conditions": {"ready": True}}],
        "ports": [port],
    }
    world.create("services", service, cause)
    world.create("endpoints", endpoints, cause)
    world.create("endpointslices.discovery.k8s.io", endpoint_slice, cause)


def _cause(component: str, rule: str, sentence: str, led_by: int | None = None) -> Cause:
    return Cause(component, rule, sentence, {}, led_by)
