"""Series about nodes, namespaces, services, storage and limits."""

from __future__ import annotations

from collections.abc import Iterable

from ..objects import get_in, labels_of, spec_of, status_of
from ..registry import Body
from .families import (
    Family,
    Row,
    amount,
    conditions,
    created,
    deleted,
    figure,
    info,
    label_name,
    one_of,
    owners,
    parsed,
    resources,
    version,
)

_ROLE = "node-role.kubernetes.io/"


def _node_info(node: Body) -> Iterable[Row]:
    held, addresses = status_of(node).get("nodeInfo") or {}, status_of(node).get("addresses") or ()
    yield (
        {
            "kernel_version": held.get("kernelVersion") or "",
            "os_image": held.get("osImage") or "",
            "container_runtime_version": held.get("containerRuntimeVersion") or "",
            "kubelet_version": held.get("kubeletVersion") or "",
            "kubeproxy_version": "deprecated",
            "pod_cidr": spec_of(node).get("podCIDR") or "",
            "provider_id": spec_of(node).get("providerID") or "",
            "system_uuid": held.get("systemUUID") or "",
            "internal_ip": next((one["address"] for one in addresses if one.get("type") == "InternalIP"), ""),
        },
        1.0,
    )


def _taints(node: Body) -> Iterable[Row]:
    for one in spec_of(node).get("taints") or ():
        yield {"key": one["key"], "value": one.get("value") or "", "effect": one["effect"]}, 1.0


def _roles(node: Body) -> Iterable[Row]:
    for label in sorted(labels_of(node)):
        if label.startswith(_ROLE):
            yield {"role": label.removeprefix(_ROLE)}, 1.0


def _addresses(node: Body) -> Iterable[Row]:
    for one in status_of(node).get("addresses") or ():
        yield {"type": one["type"], "address": one["address"]}, 1.0


NODES = (
    Family("kube_node_info", _node_info),
    created("kube_node"),
    deleted("kube_node"),
    Family("kube_node_role", _roles),
    figure("kube_node_spec_unschedulable", "spec", "unschedulable", otherwise=0.0),
    Family("kube_node_spec_taint", _taints),
    resources("kube_node_status_capacity", "status", "capacity"),
    resources("kube_node_status_allocatable", "status", "allocatable"),
    Family("kube_node_status_addresses", _addresses),
    conditions("kube_node_status_condition"),
)
NAMESPACES = (
    created("kube_namespace"),
    one_of("kube_namespace_status_phase", "phase", ("Active", "Terminating"), "status", "phase"),
    conditions("kube_namespace_status_condition"),
)
SERVICES = (
    info(
        "kube_service_info",
        cluster_ip=("spec", "clusterIP"),
        external_name=("spec", "externalName"),
        external_traffic_policy=("spec", "externalTrafficPolicy"),
        load_balancer_ip=("spec", "loadBalancerIP"),
    ),
    created("kube_service"),
    deleted("kube_service"),
    info("kube_service_spec_type", type=("spec", "type")),
)


def _paths(ingress: Body) -> Iterable[Row]:
    for rule in spec_of(ingress).get("rules") or ():
        for path in get_in(rule, "http", "paths") or ():
            service = get_in(path, "backend", "service") or {}
            port = service.get("port") or {}
            if service:
                yield (
                    {
                        "host": rule.get("host") or "",
                        "path": path.get("path") or "",
                        "path_type": path.get("pathType") or "",
                        "service_name": service.get("name") or "",
                        "service_port": str(port.get("name") or port.get("number") or ""),
                    },
                    1.0,
                )


INGRESSES = (
    Family(
        "kube_ingress_info",
        lambda body: [({"ingressclass": spec_of(body).get("ingressClassName") or "_default"}, 1.0)],
    ),
    created("kube_ingress"),
    version("kube_ingress"),
    Family("kube_ingress_path", _paths),
)


def _modes(name: str) -> Family:
    return Family(name, lambda body: [({"access_mode": one}, 1.0) for one in spec_of(body).get("accessModes") or ()])


CLAIMS = (
    info(
        "kube_persistentvolumeclaim_info",
        storageclass=("spec", "storageClassName"),
        volumename=("spec", "volumeName"),
        volumemode=("spec", "volumeMode"),
    ),
    created("kube_persistentvolumeclaim"),
    deleted("kube_persistentvolumeclaim"),
    one_of("kube_persistentvolumeclaim_status_phase", "phase", ("Lost", "Bound", "Pending"), "status", "phase"),
    amount("kube_persistentvolumeclaim_resource_requests_storage_bytes", "spec", "resources", "requests", "storage"),
    _modes("kube_persistentvolumeclaim_access_mode"),
)
_PHASES = ("Pending", "Available", "Bound", "Released", "Failed")
VOLUMES = (
    info(
        "kube_persistentvolume_info",
        storageclass=("spec", "storageClassName"),
        host_path=("spec", "hostPath", "path"),
        local_path=("spec", "local", "path"),
        nfs_server=("spec", "nfs", "server"),
        csi_driver=("spec", "csi", "driver"),
        csi_volume_handle=("spec", "csi", "volumeHandle"),
        reclaim_policy=("spec", "persistentVolumeReclaimPolicy"),
    ),
    created("kube_persistentvolume"),
    deleted("kube_persistentvolume"),
    amount("kube_persistentvolume_capacity_bytes", "spec", "capacity", "storage"),
    one_of("kube_persistentvolume_status_phase", "phase", _PHASES, "status", "phase"),
    info("kube_persistentvolume_volume_mode", volumemode=("spec", "volumeMode")),
    _modes("kube_persistentvolume_access_mode"),
)


def _quota(body: Body) -> Iterable[Row]:
    for kind in ("hard", "used"):
        for resource, held in sorted((status_of(body).get(kind) or {}).items()):
            yield {"resource": resource, "type": kind}, parsed(held)


def _limits(body: Body) -> Iterable[Row]:
    for one in spec_of(body).get("limits") or ():
        for constraint in ("min", "max", "default", "defaultRequest", "maxLimitRequestRatio"):
            for resource, held in sorted((one.get(constraint) or {}).items()):
                yield {"resource": label_name(resource), "type": one["type"], "constraint": constraint}, parsed(held)


QUOTAS = (created("kube_resourcequota"), Family("kube_resourcequota", _quota))
LIMIT_RANGES = (created("kube_limitrange"), Family("kube_limitrange", _limits))
CONFIG_MAPS = (info("kube_configmap_info"), created("kube_configmap"), version("kube_configmap"))
SECRETS = (
    info("kube_secret_info"),
    created("kube_secret"),
    info("kube_secret_type", type=("type",)),
    version("kube_secret"),
    owners("kube_secret"),
)
