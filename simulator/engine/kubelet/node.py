"""A node as its kubelet registers it: labels, capacity, conditions, addresses, images, and its lease.

Follows pkg/kubelet/kubelet_node_status.go, nodestatus/setters.go and cm/node_container_manager_linux.go, v1.34.
Heartbeats are functions of time: an annotation says when one of them was and how long the period is, both in
microseconds, and whoever reads the object works out the latest.
"""

from __future__ import annotations

from ..clock import MILLISECOND, SECOND
from ..objects import micro_timestamp, timestamp
from ..quantity import from_bytes, from_milli, value
from ..registry import Body, Instant
from ..release import KUBERNETES
from ..renewal import HEARTBEAT, RENEWS, beats
from ..topology import HUGE_PAGES, NodeSize
from ..workloads import catalogue, references
from ..world import World
from . import configuration

_MOST_IMAGES = 50
PAUSE = "registry.k8s.io/pause:3.10.1"
CONDITIONS = (
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
            "conditions": [condition(world, *one) for one in CONDITIONS],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "images": listing(held),
            "nodeInfo": _info(world, name),
            "runtimeHandlers": [
                {"features": {"recursiveReadOnlyMounts": True, "userNamespaces": True}, "name": ""},
                {"features": {"recursiveReadOnlyMounts": True, "userNamespaces": True}, "name": "runc"},
            ],
            "features": {"supplementalGroupsPolicy": True},
        },
    }


def lease_duration(world: World, name: str) -> int:
    """For how many seconds a renewal of a node's lease counts."""
    return configuration.running(world, name).number("nodeLeaseDurationSeconds")


def renewal(world: World, name: str) -> int:
    """From one renewal of a node's lease to the next, in microseconds: a quarter of what one counts."""
    return lease_duration(world, name) * SECOND // 4


def updating(world: World, name: str) -> int:
    """From one look of a kubelet at its node's status to the next, in microseconds."""
    return max(MILLISECOND, configuration.running(world, name).period("nodeStatusUpdateFrequency"))


def reporting(world: World, name: str) -> int:
    """From one status that a kubelet sends to the next if nothing changes: at the first look for which it is time."""
    every = updating(world, name)
    return max(every, -(-configuration.running(world, name).period("nodeStatusReportFrequency") // every) * every)


def lease(world: World, node: Body, first: Instant | None = None) -> Body:
    """The Lease of a registered node; `first` is an instant of renewal, by default the last one."""
    name, uid = node["metadata"]["name"], node["metadata"]["uid"]
    every = renewal(world, name)
    if first is None:
        first = world.now - world.hash("renews", name) % every
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": name,
            "namespace": "kube-node-lease",
            "annotations": {RENEWS: beats(first, every)},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": name, "uid": uid}],
        },
        "spec": {
            "holderIdentity": name,
            "leaseDurationSeconds": lease_duration(world, name),
            "renewTime": micro_timestamp(first),
        },
    }


def own_labels(name: str) -> dict[str, str]:
    """The labels that a kubelet sees to itself."""
    return {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
    }


def _labels(size: NodeSize) -> dict[str, str]:
    labels = own_labels(size.name)
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
    every = reporting(world, name)
    first = world.now - world.hash("heartbeat", name) % every
    return {
        "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock",
        "node.alpha.kubernetes.io/ttl": "0",
        HEARTBEAT: beats(first, every),
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
    """Capacity less what hard eviction keeps free: 100 MiB of memory and a tenth of the disk."""
    return configuration.allocatable(configuration.DEFAULT, _capacity(size))


def condition(world: World, kind: str, status: str, reason: str, message: str) -> Body:
    now = timestamp(world.now)
    return {
        "lastHeartbeatTime": now,
        "lastTransitionTime": now,
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    }


def boot_id(world: World, name: str, booted: Instant) -> str:
    """What tells this run of a machine from the one before it was rebooted at `booted`."""
    return _dashed(_figures(world, "boot", name, booted))


def _figures(world: World, *what: str | int) -> str:
    return f"{world.hash(*what):016x}{world.hash(*what, 2):016x}"


def _dashed(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _info(world: World, name: str) -> Body:

    return {
        "architecture": "amd64",
        "bootID": _dashed(_figures(world, "boot", name)),
        "containerRuntimeVersion": "containerd://2.1.4",
        "kernelVersion": "6.12.41+deb13-amd64",
        "kubeProxyVersion": "",
        "kubeletVersion": KUBERNETES,
        "machineID": _figures(world, "machine", name),
        "operatingSystem": "linux",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "swap": {"capacity": 0},
        "systemUUID": _dashed(_figures(world, "system", name)),
    }


def listing(held: dict[str, int]) -> list[Body]:
    """Images as a node's status lists them: the largest first, at most 50."""
    ordered = sorted(held.items(), key=lambda one: (-one[1], one[0]))
    return [{"names": _names(name), "sizeBytes": size} for name, size in ordered[:_MOST_IMAGES]]


def _names(name: str) -> list[str]:
    reference = references.parse(name)
    return [reference.by_digest, reference.name] if reference.tag else [reference.by_digest]
