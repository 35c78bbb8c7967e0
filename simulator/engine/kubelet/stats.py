"""What a kubelet answers at /stats/summary: the figures of its node and pods at the last sample.

Follows staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go and pkg/kubelet/server/stats/summary.go, v1.34. The
figures are those of the tree of cgroups, so that kubectl top, this and the cAdvisor series never differ. Counters of a
node and of a pod add up what runs now: they fall when a container ends, as counters do that were reset.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import pods
from ..clock import SECOND
from ..objects import instant_of, is_condition_true, key_of, name_of, namespace_of, status_of, timestamp, uid_of
from ..registry import Body, Instant, Reader
from ..workloads import usage
from ..workloads.behaviors import Behaviors
from ..workloads.containers import running
from ..workloads.curves import Course
from ..workloads.traffic.flows import Flows
from ..world import World
from . import cgroups, configuration, disk_fill, pod_load, signals
from .cgroups import Cgroup
from .pod_load import Load
from .signals import Reading

_NANO = 1_000_000_000


def summary(
    reader: Reader,
    node: Body,
    now: Instant,
    *,
    only_cpu_and_memory: bool = False,
    fills: Iterable[Course] | None = None,
) -> Body:
    """The Summary of a node. fills: the files of Faults on its disk, for a reader that does not know of them."""
    at = usage.sampled(now)
    tree, behaviors, flows = cgroups.tree(reader, node, at), Behaviors(reader), Flows(reader)
    by_pod = {one.about: one for _, one in tree.walk() if one.kind == "pod"}
    bodies = [one for one in reader.list("pods") if key_of(one) in by_pod]
    most = configuration.seen(reader, name_of(node)).number("podPidsLimit")
    loads = {key_of(pod): pod_load.shown(pod, behaviors, flows, reader, at)._replace(most=most) for pod in bodies}
    if fills is None:
        fills = disk_fill.courses(reader, name_of(node)) if isinstance(reader, World) else ()
    besides = {signals.NODEFS: fills, signals.NODEFS_INODES: fills}
    there = sum(one.get("sizeBytes", 0) for one in status_of(node).get("images") or ())
    signal = {
        name: signals.reading(node, loads.values(), there, name, besides=besides.get(name, ()))
        for name in (signals.MEMORY, signals.NODEFS, signals.NODEFS_INODES, signals.PIDS)
    }
    kubepods, system = tree.children
    since = instant_of(node["metadata"].get("creationTimestamp") or timestamp(at))
    head: Body = {
        "nodeName": name_of(node),
        "systemContainers": [
            {"name": "kubelet", "startTime": timestamp(since), **_compute(system, at, since)},
            {"name": "pods", "startTime": timestamp(since), **_compute(kubepods, at, since)},
        ],
        "startTime": timestamp(since),
        **_compute(tree, at, since, available=signal[signals.MEMORY].available(at)),
    }
    if not only_cpu_and_memory:
        disk = _filesystem(signal[signals.NODEFS], signal[signals.NODEFS_INODES], at)
        pids = signal[signals.PIDS]
        head |= {
            "fs": disk,
            "runtime": {"imageFs": {**disk, "usedBytes": there}, "containerFs": disk},
            "rlimit": {"time": timestamp(at), "maxpid": pids.capacity, "curproc": int(pids.used.at(at))},
        }
    shown = [_pod(pod, by_pod[key_of(pod)], loads[key_of(pod)], at, full=not only_cpu_and_memory) for pod in bodies]
    return {"node": head, "pods": shown}


def _pod(pod: Body, group: Cgroup, load: Load, at: Instant, *, full: bool) -> Body:
    started, since = dict(running(pod)), instant_of(status_of(pod)["startTime"])
    containers = []
    for one in group.children:
        if one.kind == "container":
            name = one.about[-1]
            shown = {"name": name, "startTime": timestamp(started[name]), **_compute(one, at, started[name])}
            if full:
                shown["rootfs"] = _used(signals.disk_usage(load, at, name), at)
                shown["logs"] = _used(0, at)
            containers.append(shown)
    found: Body = {
        "podRef": {"name": name_of(pod), "namespace": namespace_of(pod), "uid": uid_of(pod)},
        "startTime": timestamp(since),
        "containers": containers,
        **_compute(group, at, since),
    }
    if full:
        found["volume"] = [
            {"name": name, **_used(round(course.at(at)), at)} for name, course in {**load.volumes, **load.tmpfs}.items()
        ]
        found["ephemeral-storage"] = _used(signals.disk_usage(load, at), at)
        found["process_stats"] = {"process_count": signals.processes(load)}
    return found


def used_time(group: Cgroup, at: Instant, since: Instant) -> int:
    """The CPU time in microseconds of a cgroup and all below it."""
    if group.kind == "system":
        return int(usage.SYSTEM_CPU * max(0, at - since))
    own = group.stat.usage if group.stat else 0
    return own + sum(used_time(child, at, since) for child in group.children)


def _compute(group: Cgroup, at: Instant, since: Instant, *, available: int | None = None) -> dict[str, Any]:
    when = timestamp(at)
    memory: Body = {"time": when}
    bound = group.settings.get("memory.max", cgroups.UNBOUNDED)
    if available is None and bound != cgroups.UNBOUNDED:
        available = max(0, int(bound) - group.memory)
    if available is not None:
        memory["availableBytes"] = available
    memory |= {
        "usageBytes": group.memory,
        "workingSetBytes": group.memory,
        "rssBytes": group.memory,
        "pageFaults": 0,
        "majorPageFaults": 0,
    }
    return {
        "cpu": {
            "time": when,
            "usageNanoCores": round(group.cpu * _NANO),
            "usageCoreNanoSeconds": used_time(group, at, since) * _NANO // SECOND,
        },
        "memory": memory,
    }


def _filesystem(bytes_: Reading, inodes: Reading, at: Instant) -> Body:
    return {
        "time": timestamp(at),
        "availableBytes": bytes_.available(at),
        "capacityBytes": bytes_.capacity,
        "usedBytes": int(bytes_.used.at(at)),
        "inodesFree": inodes.available(at),
        "inodes": inodes.capacity,
        "inodesUsed": int(inodes.used.at(at)),
    }


def _used(figure: int, at: Instant) -> Body:
    return {"time": timestamp(at), "usedBytes": figure}


def is_reachable(node: Body) -> bool:
    """Whether the API server's requests to the node's kubelet arrive."""
    return is_condition_true(node, "Ready")


def pods_of(reader: Reader, node: Body) -> Body:
    """What a kubelet answers at /pods: the pods that are bound to it."""
    held = [one for one in reader.list("pods") if pods.node_of(one) == name_of(node)]
    return {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": held}
