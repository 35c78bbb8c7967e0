"""A node's tree of cgroups: what bounds each of them, what it holds, and the scores of the processes in it.

Follows pkg/kubelet/cm/{qos_container_manager,pod_container_manager,node_container_manager}_linux.go and
cgroup_v2_manager_linux.go, v1.34, with the systemd driver, cgroup v2 and without MemoryQoS. Derived from the objects
alone, for whoever wants to see it: a container's time begins with the second of its startedAt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from .. import pods, quantity
from ..objects import key_of, spec_of, status_of, uid_of
from ..registry import Body, Instant, Reader
from ..workloads import cpu, throttling, usage
from ..workloads.behaviors import Behaviors
from ..workloads.containers import container_of, running, spec_as_run, status_of_container
from ..workloads.cpu import PERIOD, Bounds
from ..workloads.traffic.flows import Flows
from . import configuration, enforcement, oom, pod_load, signals
from .configuration import Configuration
from .pod_load import Load

UNBOUNDED = "max"
_PAUSE_SCORE, _SYSTEM_SCORE = -998, -999
_HUGE = {"hugepages-2Mi": "hugetlb.2MB.max", "hugepages-1Gi": "hugetlb.1GB.max"}
_CLASSES = ("Burstable", "BestEffort")


class Cgroup(NamedTuple):
    """One cgroup. kind: root, system, kubepods, qos, pod, pause or container; about: the pod and container in it.

    settings: its files by name, as the kernel shows them. memory: bytes; cpu: cores; stat: what its quota has counted,
    None where nothing runs of its own. oom_score_adj: that of its processes, None where it has none of its own.
    """

    name: str
    kind: str
    about: tuple[str, ...]
    settings: Mapping[str, str]
    memory: int
    cpu: Fraction
    stat: throttling.Stat | None = None
    oom_score_adj: int | None = None
    children: tuple[Cgroup, ...] = ()

    def walk(self, above: str = "") -> Iterator[tuple[str, Cgroup]]:
        """Each cgroup of the tree with its path, parents first."""
        path = f"{above}/{self.name}" if self.name else above
        yield path or "/", self
        for child in self.children:
            yield from child.walk(path)


def told(group: Cgroup) -> Body:
    """A cgroup and all below it as JSON."""
    found: Body = {
        "name": group.name,
        "kind": group.kind,
        "about": list(group.about),
        "settings": dict(group.settings),
        "memory": group.memory,
        "millicores": round(group.cpu * 1000),
        "children": [told(one) for one in group.children],
    }
    if group.stat is not None:
        found["cpuStat"] = {
            "usage_usec": group.stat.usage,
            "nr_periods": group.stat.periods,
            "nr_throttled": group.stat.throttled,
            "throttled_usec": group.stat.throttled_time,
        }
    return found if group.oom_score_adj is None else {**found, "oomScoreAdj": group.oom_score_adj}


def tree(reader: Reader, node: Body, at: Instant) -> Cgroup:
    """The cgroups of a node at an instant."""
    name, behaviors, flows = node["metadata"]["name"], Behaviors(reader), Flows(reader)
    bodies = [one for one in reader.list("pods") if pods.node_of(one) == name and _has_cgroup(one)]
    loads = [pod_load.shown(one, behaviors, flows, reader, at) for one in bodies]
    asked = [one.running for one in loads]
    config = configuration.seen(reader, name)
    wanted = [
        (pod, {one: usage.wanted(pod, one, held, at) for one, held in demands.items()})
        for pod, demands in zip(bodies, asked, strict=True)
    ]
    own = usage.of_system(node, at)
    given = cpu.shared(node, wanted, own)
    groups: dict[str, list[Cgroup]] = {"Guaranteed": [], "Burstable": [], "BestEffort": []}
    for pod, load, cores in zip(bodies, loads, given, strict=True):
        groups[pods.qos(spec_of(pod))].append(_pod(node, pod, load, cores, at, config.number("podPidsLimit")))
    requested = sum(pods.requests(spec_of(pod))["cpu"] for pod in bodies if pods.qos(spec_of(pod)) == "Burstable")
    shares = {"Burstable": cpu.shares(requested), "BestEffort": cpu.shares(0)}
    classes = [_class(quality, shares[quality], groups[quality]) for quality in _CLASSES]
    kubepods = _summed("kubepods.slice", "kubepods", (), _kubepods(node, config), [*classes, *groups["Guaranteed"]])
    capacity = pods.figure("cpu", (status_of(node).get("capacity") or {}).get("cpu") or 0)
    system = Cgroup(
        "system.slice",
        "system",
        (),
        _system(config),
        usage.SYSTEM_MEMORY,
        min(own, max(Fraction(capacity, 1000) - kubepods.cpu, Fraction(0))) if capacity else own,
        oom_score_adj=_SYSTEM_SCORE,
    )
    return _summed("", "root", (), {}, [kubepods, system])


def _has_cgroup(pod: Body) -> bool:
    """Whether the kubelet has made the pod's cgroup and not yet taken it away."""
    return not pods.is_terminal(pod) and bool(status_of(pod).get("startTime"))


def _summed(
    name: str, kind: str, about: tuple[str, ...], settings: Mapping[str, str], children: list[Cgroup]
) -> Cgroup:
    memory, cores = sum(one.memory for one in children), sum((one.cpu for one in children), Fraction(0))
    return Cgroup(name, kind, about, settings, memory, cores, children=tuple(children))


def _system(config: Configuration) -> dict[str, str]:
    """The bounds of what is no pod: what is reserved for it, where its kubelet is to enforce that."""
    kept = quantity.value(config.fields["systemReserved"].get("memory", "0"))
    bound = kept if kept and config.enforces(enforcement.SYSTEM) else None
    return {
        "cpu.weight": str(cpu.SYSTEM_WEIGHT),
        "cpu.max": _cpu_max(None),
        "memory.max": UNBOUNDED if bound is None else str(bound),
    }


def _kubepods(node: Body, config: Configuration) -> dict[str, str]:
    """The bounds of all pods together, as far as its kubelet is to enforce what the node can give them."""
    allocatable = status_of(node).get("allocatable") or {}
    if not config.enforces(enforcement.PODS):
        return {"cpu.weight": "100", "cpu.max": _cpu_max(None), "memory.max": UNBOUNDED, "pids.max": UNBOUNDED}
    memory = signals.pods_memory(node, config)
    return {
        "cpu.weight": str(cpu.weight(cpu.shares(pods.figure("cpu", allocatable.get("cpu") or 0)))),
        "cpu.max": _cpu_max(None),
        "memory.max": str(memory) if memory else UNBOUNDED,
        "pids.max": str(signals.most_pids(node)),
        **{file: str(pods.figure(name, allocatable.get(name) or 0)) for name, file in _HUGE.items()},
    }


def _class(quality: str, shares: int, children: list[Cgroup]) -> Cgroup:
    settings = {
        "cpu.weight": str(cpu.weight(shares)),
        "cpu.max": _cpu_max(None),
        "memory.max": UNBOUNDED,
        "pids.max": UNBOUNDED,
        **dict.fromkeys(_HUGE.values(), UNBOUNDED),
    }
    return _summed(f"kubepods-{quality.lower()}.slice", "qos", (quality,), settings, children)


def _pod(node: Body, pod: Body, load: Load, cores: Mapping[str, Fraction], at: Instant, most: int) -> Cgroup:
    """A pod's. What its ended containers left in its volumes in memory is charged to itself."""
    spec, key = spec_as_run(pod), key_of(pod)
    about, quality = (key.namespace, key.name), pods.qos(spec)
    uid = (uid_of(pod) or "").replace("-", "_")
    prefix = "kubepods" if quality == "Guaranteed" else f"kubepods-{quality.lower()}"
    capacity = pods.figure("memory", (status_of(node).get("capacity") or {}).get("memory") or 0)
    limits = pods.limits(spec)
    settings = {
        **_bounded(cpu.of_pod(spec)),
        "pids.max": str(most) if most > 0 else UNBOUNDED,
        **{file: str(limits.get(name, 0)) for name, file in _HUGE.items()},
    }
    children = [] if not status_of(pod).get("podIP") else [_pause(about)]
    for name, started in running(pod):
        container = container_of({**pod, "spec": spec}, name)
        bounds, asked = cpu.of_container(spec, container), load.running[name]
        scope = status_of_container(pod, name).get("containerID", "").rpartition("/")[2]
        children.append(
            Cgroup(
                f"cri-containerd-{scope}.scope",
                "container",
                (*about, name),
                {**_bounded(bounds), "memory.oom.group": "1", "pids.max": UNBOUNDED},
                usage.memory_of(pod, name, asked, at),
                cores[name],
                throttling.stat(asked, bounds.quota, started, max(at, started)),
                oom.score_adj(pod, container, capacity) if capacity else None,
            )
        )
    whole = _summed(f"{prefix}-pod{uid}.slice", "pod", about, settings, children)
    return whole._replace(memory=whole.memory + round(load.kept))


def _pause(about: tuple[str, ...]) -> Cgroup:
    """The container that holds the pod's namespaces: it takes next to nothing."""
    settings = {**_bounded(Bounds(cpu.shares(0), None, None)), "memory.oom.group": "1", "pids.max": UNBOUNDED}
    return Cgroup("cri-containerd-pause.scope", "pause", about, settings, 0, Fraction(0), oom_score_adj=_PAUSE_SCORE)


def _bounded(bounds: Bounds) -> dict[str, str]:
    return {
        "cpu.weight": str(cpu.weight(bounds.shares)),
        "cpu.max": _cpu_max(bounds.quota),
        "memory.max": UNBOUNDED if bounds.memory is None else str(bounds.memory),
    }


def _cpu_max(quota: int | None) -> str:
    return f"{UNBOUNDED if quota is None else quota} {PERIOD}"
