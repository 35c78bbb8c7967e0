"""What is known of a container's usage: of all pods together, and of each pod since its last peak.

Follows vertical-pod-autoscaler/pkg/recommender/model/{aggregate_container_state,container}.go of kubernetes/autoscaler.
"""

from __future__ import annotations

from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.controllers.vertical_pod_autoscaler.histogram import CPU, MEMORY, Histogram, weight_of
from simulator.engine.registry import Body, Instant

INTERVAL = 24 * 3600 * SECOND
"""Over so long only the peak of a container's memory counts."""
_BUMP_RATIO = 1.2
_LEAST_BUMP = 100 << 20


class Aggregate:
    """The samples of one container's name."""

    def __init__(self, held: Body | None = None) -> None:
        held = held or {}
        self.cpu, self.memory = Histogram(CPU, held.get("cpu")), Histogram(MEMORY, held.get("memory"))
        self.first: Instant = held.get("first", 0)
        self.last: Instant = held.get("last", 0)
        self.count: int = held.get("count", 0)

    def note(self) -> Body:
        figures = {"first": self.first, "last": self.last, "count": self.count}
        return {"cpu": self.cpu.note(), "memory": self.memory.note(), **figures}

    def add_cpu(self, cores: float, requested: float, at: Instant) -> None:
        self.cpu.add(cores, weight_of(requested), at)
        self.last = max(self.last, at)
        self.first = min(self.first or at, at)
        self.count += 1


class Window:
    """The peak of memory of one pod's container in the present interval."""

    def __init__(self, held: dict[str, Any] | None = None) -> None:
        held = held or {}
        self.end: Instant = held.get("end", 0)
        self.peak: int = held.get("peak", 0)
        self.oom: int = held.get("oom", 0)
        self.killed: str = held.get("killed", "")

    def note(self) -> Body:
        return {"end": self.end, "peak": self.peak, "oom": self.oom, "killed": self.killed}

    def add(self, aggregate: Aggregate, used: int, at: Instant, *, is_oom: bool = False) -> None:
        """Follows addMemorySample: a higher peak takes the place of the one before."""
        if not self.end:
            self.end = at
        if at < self.end:
            known = max(self.peak, self.oom)
            if not known or used <= known:
                return
            aggregate.memory.subtract(known, 1.0, self.end)
        else:
            self.end += (at - self.end) // INTERVAL * INTERVAL + INTERVAL
            self.peak = self.oom = 0
        aggregate.memory.add(used, 1.0, self.end)
        if is_oom:
            self.oom = used
        else:
            self.peak = used

    def record_oom(self, aggregate: Aggregate, requested: int, at: Instant) -> None:
        """Follows RecordOOM: the container would have needed more than it had."""
        used = max(requested, self.peak)
        self.add(aggregate, max(used + _LEAST_BUMP, int(used * _BUMP_RATIO)), at, is_oom=True)
