"""What a kubelet exports for Prometheus: /metrics/cadvisor and /metrics/resource, from the tree of cgroups.

Follows the names and labels of google/cadvisor/metrics/prometheus.go, containerPrometheusLabelsFunc in
pkg/kubelet/server/server.go and pkg/kubelet/metrics/collectors/resource_metrics.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from .. import exposition, faults, pods
from ..clock import SECOND
from ..exposition import Sample, Series
from ..objects import instant_of, key_of, status_of
from ..registry import Body, Instant, Key, Reader
from ..scraping.targets import Scrape
from ..workloads import cpu, usage
from ..workloads.containers import container_of, running
from . import cgroups
from .cgroups import UNBOUNDED, Cgroup
from .stats import used_time


class _Row(NamedTuple):
    """A cgroup with its path, since when it is counted, and the image of the container in it."""

    path: str
    group: Cgroup
    since: Instant
    image: str = ""


def cadvisor(reader: Reader, node: Body, now: Instant) -> str:
    """The series of /metrics/cadvisor."""
    at = usage.sampled(now)
    return _text({**_of_containers(list(_rows(reader, node, at)), at), **_machine(node)}, _CADVISOR, at)


_CADVISOR = {
    "container_cpu_cfs_periods_total": ("counter", "Number of elapsed enforcement period intervals."),
    "container_cpu_cfs_throttled_periods_total": ("counter", "Number of throttled period intervals."),
    "container_cpu_cfs_throttled_seconds_total": (
        "counter",
        "Total time duration the container has been throttled.",
    ),
    "container_cpu_usage_seconds_total": ("counter", "Cumulative cpu time consumed in seconds."),
    "container_memory_rss": ("gauge", "Size of RSS in bytes."),
    "container_memory_usage_bytes": (
        "gauge",
        "Current memory usage in bytes, including all memory regardless of when it was accessed",
    ),
    "container_memory_working_set_bytes": ("gauge", "Current working set in bytes."),
    "container_spec_cpu_period": ("gauge", "CPU period of the container."),
    "container_spec_cpu_quota": ("gauge", "CPU quota of the container."),
    "container_spec_cpu_shares": ("gauge", "CPU share of the container."),
    "container_spec_memory_limit_bytes": ("gauge", "Memory limit for the container."),
    "container_start_time_seconds": ("gauge", "Start time of the container since unix epoch in seconds."),
    "machine_cpu_cores": ("gauge", "Number of logical CPU cores."),
    "machine_memory_bytes": ("gauge", "Amount of memory installed on the machine."),
}
_RESOURCE = {
    "container_cpu_usage_seconds_total": (
        "counter",
        "[STABLE] Cumulative cpu time consumed by the container in core-seconds",
    ),
    "container_memory_working_set_bytes": ("gauge", "[STABLE] Current working set of the container in bytes"),
    "container_start_time_seconds": ("gauge", "[STABLE] Start time of the container since unix epoch in seconds"),
    "node_cpu_usage_seconds_total": (
        "counter",
        "[STABLE] Cumulative cpu time consumed by the node in core-seconds",
    ),
    "node_memory_working_set_bytes": ("gauge", "[STABLE] Current working set of the node in bytes"),
    "pod_cpu_usage_seconds_total": ("counter", "[STABLE] Cumulative cpu time consumed by the pod in core-seconds"),
    "pod_memory_working_set_bytes": ("gauge", "[STABLE] Current working set of the pod in bytes"),
    "resource_scrape_error": (
        "gauge",
        "[STABLE] 1 if there was an error while getting container metrics, 0 otherwise",
    ),
}
"""What each series is, and the sentence that goes with it."""


def _rows(reader: Reader, node: Body, at: Instant) -> Iterator[_Row]:
    bodies = {key_of(one): one for one in reader.list("pods") if pods.node_of(one) == node["metadata"]["name"]}
    made = node["metadata"].get("creationTimestamp")
    began = instant_of(made) if made else at
    for path, group in cgroups.tree(reader, node, at).walk():
        pod = bodies[Key(*group.about[:2])] if len(group.about) > 1 else None
        if pod is None:
            yield _Row(path, group, began)
        elif group.kind == "container":
            name = group.about[-1]
            yield _Row(path, group, dict(running(pod))[name], container_of(pod, name).get("image") or "")
        else:
            yield _Row(path, group, instant_of(status_of(pod)["startTime"]))


def _labels(row: _Row) -> dict[str, str]:
    namespace, pod, container = (*row.group.about, "", "", "")[:3] if len(row.group.about) > 1 else ("", "", "")
    if row.group.kind == "pause":
        container = "POD"
    name = row.path.rpartition("cri-containerd-")[2].removesuffix(".scope") if row.group.kind == "container" else ""
    return {
        "container": container,
        "id": row.path,
        "image": row.image,
        "name": name,
        "namespace": namespace,
        "pod": pod,
    }


def containers(reader: Reader, scrape: Scrape) -> Iterator[Series]:
    """The same series of all nodes that can be reached, as a target of a Prometheus."""
    found: dict[str, list[Sample]] = {name: [] for name in _CADVISOR if scrape.wanted(name)}
    if not found:
        return
    silent, at = faults.silent(reader), usage.sampled(scrape.at)
    for node in reader.list("nodes"):
        name = node["metadata"]["name"]
        if name in silent:
            continue
        own = {"node": name, "job": "kubelet", "metrics_path": "/metrics/cadvisor"}
        for which, samples in {**_of_containers(list(_rows(reader, node, at)), at), **_machine(node)}.items():
            if which in found:
                found[which] += [({**labels, **own}, value) for labels, value in samples]
    for name, samples in found.items():
        yield Series(name, _CADVISOR[name][0], samples, _CADVISOR[name][1])


def _machine(node: Body) -> dict[str, list[Sample]]:
    capacity = status_of(node).get("capacity") or {}
    return {
        "machine_cpu_cores": [({}, pods.figure("cpu", capacity.get("cpu") or 0) // 1000)],
        "machine_memory_bytes": [({}, pods.figure("memory", capacity.get("memory") or 0))],
    }


def _of_containers(rows: list[_Row], at: Instant) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {name: [] for name in _CADVISOR}
    for row in rows:
        for name, figure in _figures(row, at).items():
            labels = _labels(row)
            found[name].append(({**labels, "cpu": "total"} if name == _CPU_TIME else labels, figure))
    return found


_CPU_TIME = "container_cpu_usage_seconds_total"


def _figures(row: _Row, at: Instant) -> dict[str, int | Fraction]:
    """What is told of one cgroup."""
    group, settings = row.group, row.group.settings
    found: dict[str, int | Fraction] = {_CPU_TIME: Fraction(used_time(group, at, row.since), SECOND)}
    for name in ("container_memory_rss", "container_memory_usage_bytes", "container_memory_working_set_bytes"):
        found[name] = group.memory
    found["container_start_time_seconds"] = row.since // SECOND
    if "cpu.max" not in settings:
        return found
    limit, quota = settings.get("memory.max", UNBOUNDED), settings["cpu.max"].partition(" ")[0]
    found["container_spec_memory_limit_bytes"] = 0 if limit == UNBOUNDED else int(limit)
    found["container_spec_cpu_shares"] = _shares(group)
    found["container_spec_cpu_period"] = cpu.PERIOD
    if quota != UNBOUNDED:
        found["container_spec_cpu_quota"] = int(quota)
        if group.stat is not None:
            found["container_cpu_cfs_periods_total"] = group.stat.periods
            found["container_cpu_cfs_throttled_periods_total"] = group.stat.throttled
            found["container_cpu_cfs_throttled_seconds_total"] = Fraction(group.stat.throttled_time, SECOND)
    return found


def _shares(group: Cgroup) -> int:
    """The shares that cAdvisor works out of a weight, by the same straight line."""
    return 2 + (int(group.settings["cpu.weight"]) - 1) * 262_142 // 9999


def resource(reader: Reader, node: Body, now: Instant) -> str:
    """The series of /metrics/resource, from which metrics-server takes its samples."""
    at = usage.sampled(now)
    found: dict[str, list[Sample]] = {name: [] for name in _RESOURCE}
    for row in _rows(reader, node, at):
        about = {"root": "node", "pod": "pod", "container": "container"}.get(row.group.kind)
        if about is None:
            continue
        labels = {key: one for key, one in _labels(row).items() if key in ("container", "namespace", "pod") and one}
        found[f"{about}_cpu_usage_seconds_total"].append(
            (labels, Fraction(used_time(row.group, at, row.since), SECOND))
        )
        found[f"{about}_memory_working_set_bytes"].append((labels, row.group.memory))
        if about == "container":
            found["container_start_time_seconds"].append((labels, row.since // SECOND))
    found["resource_scrape_error"].append(({}, 0))
    return _text(found, _RESOURCE, at)


def _text(found: Mapping[str, list[Sample]], about: Mapping[str, tuple[str, str]], at: Instant) -> str:
    """Series with their sentences; the scrape's own error has no time."""
    return exposition.text(
        Series(name, about[name][0], samples, about[name][1], None if name == "resource_scrape_error" else at)
        for name, samples in found.items()
    )
