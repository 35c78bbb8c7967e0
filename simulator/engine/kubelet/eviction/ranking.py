"""Which pod of a node goes first when something is short.

Follows rankMemoryPressure, rankPIDPressure and rankDiskPressureFunc in pkg/kubelet/eviction/helpers.go and
IsCriticalPod in pkg/kubelet/types/pod_update.go, v1.34. It is not by QoS class: whether a pod uses more than it
requests comes first, then its priority, then by how much. Where all of that is equal upstream's order is arbitrary;
here it is by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ... import pods
from ...objects import annotations_of, spec_of
from ...registry import Body, Instant
from .. import signals
from ..loads import Load
from .local_storage import used_volumes

_CRITICAL = 2_000_000_000
_STATIC = ("kubernetes.io/config.mirror", "kubernetes.io/config.source")
_FILE = 16 << 10
_KEYS = ("figures", "over", "priority", "excess", "name")
_PID_KEYS = ("priority", "figures", "used", "name")


class Standing(NamedTuple):
    """Where a pod stands. is_seen: whether there are figures of it; request: 0 for what cannot be requested."""

    text: str
    pod: Body
    resource: str
    is_seen: bool
    used: int
    request: int

    @property
    def priority(self) -> int:
        return int(spec_of(self.pod).get("priority") or 0)

    @property
    def is_over(self) -> bool:
        """Whether it uses more than it requests."""
        return self.is_seen and self.used > self.request

    @property
    def excess(self) -> int:
        """By how much; of files upstream takes away the request in bytes."""
        request = self.request
        if self.resource == "inodes":
            request = pods.requests(spec_of(self.pod)).get("ephemeral-storage", 0)
        return self.used - request if self.is_seen else 0

    @property
    def is_critical(self) -> bool:
        return is_critical(self.pod)

    @property
    def order(self) -> tuple[object, ...]:
        """The less, the sooner it goes. A pod without figures goes before those that have some."""
        if self.resource == "pids":
            return self.priority, self.is_seen, -self.used, self.text
        return self.is_seen, self.is_seen and not self.is_over, self.priority, -self.excess, self.text

    def before(self, other: Standing) -> str:
        """Which key of the order tells the two apart: figures, over, priority, used, excess or name."""
        keys = _PID_KEYS if self.resource == "pids" else _KEYS
        return next(key for key, one, its in zip(keys, self.order, other.order, strict=True) if one != its)


def is_critical(pod: Body) -> bool:
    """Whether it is never evicted: static pods, their mirrors, and system-critical ones."""
    annotations = annotations_of(pod)
    if _STATIC[0] in annotations or annotations.get(_STATIC[1], "api") != "api":
        return True
    return bool((spec_of(pod).get("priority") or 0) >= _CRITICAL)


def ranked(resource: str, held: Iterable[tuple[str, Body, Load]], at: Instant) -> list[Standing]:
    """The pods of a node in the order in which they are evicted."""
    return sorted((_standing(resource, *one, at) for one in held), key=lambda one: one.order)


def _standing(resource: str, text: str, pod: Body, load: Load, at: Instant) -> Standing:
    request = 0 if resource in ("pids", "inodes") else pods.requests(spec_of(pod)).get(resource, 0)
    return Standing(text, pod, resource, bool(load.running), _used(resource, pod, load, at), request)


def _used(resource: str, pod: Body, load: Load, at: Instant) -> int:
    if resource == "memory":
        return signals.memory_usage(load, at)
    if resource == "pids":
        return signals.processes(load)
    disk = sum(signals.disk_usage(load, at, name) for name in load.running) + used_volumes(pod, load, at)
    return disk // _FILE if resource == "inodes" else disk
