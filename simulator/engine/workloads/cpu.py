"""How a node's cores are shared: by weight, level by level of the cgroup tree, and within the quotas.

Figures follow pkg/kubelet/cm/helpers_linux.go (MilliCPUToShares, MilliCPUToQuota, ResourceConfigForPod),
cgroup_v2_manager_linux.go (CPUSharesToCPUWeight) and kuberuntime/kuberuntime_container_linux.go, v1.34; sharing follows
cpu.weight and cpu.max of the kernel's cgroup v2: whoever wants no more than its share by weight gets what it wants, and
what is left over goes to the others by weight (max-min fairness). Cores are fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from .. import pods
from ..objects import containers_of, status_of
from ..registry import Body
from .containers import spec_as_run
from .curves import NOTHING

PERIOD = 100_000
"""The period of quotas in microseconds."""
_LEAST_QUOTA = 1_000
_LEAST_SHARES, _MOST_SHARES = 2, 262_144
SYSTEM_WEIGHT = 100
"""The weight of system.slice: nobody sets it."""


def shares(millicores: int) -> int:
    """cpu.shares, as the kubelet has them."""
    return min(max(millicores * 1024 // 1000, _LEAST_SHARES), _MOST_SHARES)


def weight(shares: int) -> int:
    """cpu.weight of shares, by the straight line of the kubelet and of runc before 1.3.2."""
    return 1 + (shares - 2) * 9999 // 262_142


def quota(millicores: int) -> int | None:
    """How many microseconds of CPU a limit allows in each period; None without one."""
    return max(millicores * PERIOD // 1000, _LEAST_QUOTA) if millicores else None


class Bounds(NamedTuple):
    """What bounds a cgroup: shares, the quota in microseconds, memory in bytes; None where nothing does."""

    shares: int
    quota: int | None
    memory: int | None


def of_container(spec: Body, container: Body) -> Bounds:
    """A container's. Without a limit of its own, that of its pod counts."""
    asked, limits = pods.amounts(container), pods.amounts(container, "limits")
    level = pods.amounts(spec, "limits")
    cpu = limits.get("cpu") or level.get("cpu") or 0
    memory = limits.get("memory") or level.get("memory")
    request = asked.get("cpu", cpu)
    return Bounds(shares(request), quota(cpu), memory or None)


def of_pod(spec: Body) -> Bounds:
    """A pod's: limits hold where all its containers have them, or the pod itself. Follows ResourceConfigForPod."""
    quality = pods.qos(spec)
    if quality == "BestEffort":
        return Bounds(_LEAST_SHARES, None, None)
    limits, level = pods.limits(spec), pods.amounts(spec, "limits")
    bound = {
        name: quality == "Guaranteed"
        or bool(level.get(name))
        or all(pods.amounts(one, "limits").get(name) for one in containers_of(spec))
        for name in ("cpu", "memory")
    }
    return Bounds(
        shares(pods.requests(spec)["cpu"]),
        quota(limits["cpu"]) if bound["cpu"] else None,
        limits["memory"] or None if bound["memory"] else None,
    )


def capped(cores: Fraction, quota: int | None) -> Fraction:
    return cores if quota is None else min(cores, Fraction(quota, PERIOD))


def fill(cores: Fraction, members: Sequence[tuple[Fraction, int]]) -> list[Fraction]:
    """What each of some members, (wanted, weight), gets of some cores."""
    given = [NOTHING] * len(members)
    left, weights = cores, sum(weight for _, weight in members)
    order = sorted(range(len(members)), key=lambda one: members[one][0] / members[one][1])
    for position in order:
        wanted, weight = members[position]
        given[position] = min(wanted, left * weight / weights)
        left, weights = left - given[position], weights - weight
    return given


class _Pod(NamedTuple):
    """A pod's cgroup: what its containers may take of what they want, all of them together, and its weight."""

    containers: dict[str, tuple[Fraction, int]]
    wanted: Fraction
    weight: int
    quality: str


def shared(
    node: Body, held: Sequence[tuple[Body, Mapping[str, Fraction]]], system: Fraction
) -> list[dict[str, Fraction]]:
    """What the containers of a node's pods get of the cores that they want, pod by pod.

    system: the cores that the node wants for itself.
    """
    specs = [spec_as_run(pod) for pod, _ in held]
    groups = [_pod(spec, wanted) for spec, (_, wanted) in zip(specs, held, strict=True)]
    capacity = pods.figure("cpu", (status_of(node).get("capacity") or {}).get("cpu") or 0)
    if not capacity:
        return [_within(one, one.wanted) for one in groups]
    given = _by_quality(Fraction(capacity, 1000), system, _pods_weight(node, capacity), groups, specs)
    return [_within(one, cores) for one, cores in zip(groups, given, strict=True)]


def _pod(spec: Body, wanted: Mapping[str, Fraction]) -> _Pod:
    bounds, own = of_pod(spec), {one["name"]: of_container(spec, one) for one in containers_of(spec)}
    containers = {name: (capped(cores, own[name].quota), weight(own[name].shares)) for name, cores in wanted.items()}
    total = sum((cores for cores, _ in containers.values()), NOTHING)
    return _Pod(containers, capped(total, bounds.quota), weight(bounds.shares), pods.qos(spec))


def _within(pod: _Pod, cores: Fraction) -> dict[str, Fraction]:
    return dict(zip(pod.containers, fill(cores, list(pod.containers.values())), strict=True))


def _pods_weight(node: Body, capacity: int) -> int:
    """The weight of kubepods."""
    return weight(shares(pods.figure("cpu", (status_of(node).get("allocatable") or {}).get("cpu") or capacity)))


def _by_quality(cores: Fraction, system: Fraction, own: int, groups: list[_Pod], specs: list[Body]) -> list[Fraction]:
    """What each pod gets: Guaranteed ones stand beside the groups of the Burstable and of the BestEffort ones."""
    total = sum((one.wanted for one in groups), NOTHING)
    if total + system <= cores:
        return [one.wanted for one in groups]
    cores, _ = fill(cores, [(total, own), (system, SYSTEM_WEIGHT)])
    inner = {quality: [at for at, one in enumerate(groups) if one.quality == quality] for quality in _CLASSES}
    asked = sum(pods.requests(specs[at])["cpu"] for at in inner["Burstable"])
    weights = {"Burstable": weight(shares(asked)), "BestEffort": weight(_LEAST_SHARES)}
    single = inner.pop("Guaranteed")
    members = [(groups[at].wanted, groups[at].weight) for at in single]
    for quality, positions in inner.items():
        members.append((sum((groups[at].wanted for at in positions), NOTHING), weights[quality]))
    given = fill(cores, members)
    found = [NOTHING] * len(groups)
    for at, part in zip(single, given, strict=False):
        found[at] = part
    for part, positions in zip(given[len(single) :], inner.values(), strict=True):
        split = fill(part, [(groups[at].wanted, groups[at].weight) for at in positions])
        for at, one in zip(positions, split, strict=True):
            found[at] = one
    return found


_CLASSES = ("Guaranteed", "Burstable", "BestEffort")
