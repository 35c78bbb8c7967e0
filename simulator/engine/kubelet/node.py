"""A node as its kubelet registers it: labels, capacity, conditions, addresses, images, and its lease.

Follows pkg/kubelet/kubelet_node_status.go, nodestatus/setters.go and cm/node_container_manager_linux.go, v1.34.
Heartbeats are functions of time: an annotation says when one of them was and how long the period is, both in
microseconds, and whoever reads the object works out the latest.
"""

from __future__ import annotations

from ..clock import SECOND
from ..objects import micro_timestamp, timestamp
from ..quantity import from_bytes, from_milli, value
from ..registry import Body
from ..release import KUBERNETES
from ..renewal import HEARTBEAT, RENEWS, beats
from ..topology import HUGE_PAGES, NodeSize
from ..workloads import catalogue, references
from ..world import World
from . import node_status

PAUSE = "registry.k8s.io/pause:3.10.1"
_RENEWAL = 10 * SECOND
_REPORT = 300 * SECOND
_EVICTION_MEMORY = 100 * 1024**2
_CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def register(world: World, size: NodeSize, *, ip: str, pod_cidr: str, images: tuple[str, ...] = ()) -> Body:
    """The body of a Node that is up and ready now. `images` lie on it besides the pause container's."""
    name = size.name
    held = {name: catalogue.of(references.parse(name)).size for name in (PAUSE, *images)}
    spec: Body = {"podCIDR": pod_cidr, "podCIDRs": [pod_cidr]}
    if size.taints:
        spec["taints"] = [dict(taint) for taint in size.taints]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": _labels(size), "annotations": _annotations(world, name)},
        "spec": spec,
        "status": {
            "addresses": [{"type": "InternalIP", "address": ip}, {"type": "Hostname", "address": name}],
            "allocatable": _allocatable(size),
            "capacity": _capacity(size),
            "conditions": [_condition(world, *one) for one in _CONDITIONS],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "images": node_status.listing(held),
            "nodeInfo": _info(world, name),
            "runtimeHandlers": [
                {"features": {"recursiveReadOnlyMounts": True, "userNamespaces": True}, "name": ""},
                {"features": {"recursiveReadOnlyMounts": True, "userNamespaces": True}, "name": "runc"},
            ],
            "features": {"supplementalGroupsPolicy": True},
        },
    }


def lease(world: World, node: Body) -> Body:
    """The Lease of a registered node, renewed every 10 s from now on."""
    name, uid = node["metadata"]["name"], node["metadata"]["uid"]
    first = world.now - world.hash("renews", name) % _RENEWAL
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": name,
            "namespace": "kube-node-lease",
            "annotations": {RENEWS: beats(first, _RENEWAL)},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": name, "uid": uid}],
        },
        "spec": {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": micro_timestamp(first)},
    }


def _labels(size: NodeSize) -> dict[str, str]:
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": size.name,
        "kubernetes.io/os": "linux",
    }
    if size.control_plane:
        labels |= {
            "node-role.kubernetes.io/control-plane": "",
            "node.kubernetes.io/exclude-from-external-load-balancers": "",
        }
    if size.region:
        labels["topology.kubernetes.io/region"] = size.region
    if size.zone:
        labels["topology.kubernetes.io/zone"] = size.zone
    return {**labels, **size.labels}


def _annotations(world: World, name: str) -> dict[str, str]:
    first = world.now - world.hash("heartbeat", name) % _REPORT
    return {
        "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock",
        "node.alpha.kubernetes.io/ttl": "0",
        HEARTBEAT: beats(first, _REPORT),
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
    }


def _capacity(size: NodeSize) -> dict[str, str]:
    return {
        "cpu": from_milli(size.cpu),
        "ephemeral-storage": from_bytes(size.storage),
        **dict.fromkeys(HUGE_PAGES, "0"),
        "memory": from_bytes(size.memory),
        "pods": str(size.pods),
        **{name: from_bytes(value(text)) if name in HUGE_PAGES else text for name, text in size.resources.items()},
    }


def _allocatable(size: NodeSize) -> dict[str, str]:
    """Capacity less what hard eviction keeps free: 100 MiB of memory and a tenth of the disk; huge pages are memory."""
    huge = sum(value(size.resources.get(name, 0)) for name in HUGE_PAGES)
    return {
        **_capacity(size),
        "ephemeral-storage": from_bytes(size.storage - size.storage // 10),
        "memory": from_bytes(max(size.memory - _EVICTION_MEMORY - huge, 0)),
    }


def _condition(world: World, kind: str, status: str, reason: str, message: str) -> Body:
    now = timestamp(world.now)
    return {
        "lastHeartbeatTime": now,
        "lastTransitionTime": now,
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    }


def _info(world: World, name: str) -> Body:
    def figures(what: str) -> str:
        return f"{world.hash(what, name):016x}{world.hash(what, name, 2):016x}"

    def dashed(what: str) -> str:
        text = figures(what)
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    return {
        "architecture": "amd64",
        "bootID": dashed("boot"),
        "containerRuntimeVersion": "containerd://2.1.4",
        "kernelVersion": "6.12.41+deb13-amd64",
        "kubeProxyVersion": "",
        "kubeletVersion": KUBERNETES,
        "machineID": figures("machine"),
        "operatingSystem": "linux",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "swap": {"capacity": 0},
        "systemUUID": dashed("system"),
    }
