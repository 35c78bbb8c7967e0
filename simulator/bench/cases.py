"""What a benchmark case is, and the list of them all."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Measured:
    """The figures of one case: `samples` in `unit`, of which the median is the value, and what else was seen."""

    samples: Sequence[float]
    unit: str
    extra: dict[str, Any] = field(default_factory=dict)

    def report(self) -> dict[str, Any]:
        ordered = sorted(self.samples)
        return {
            "value": round(statistics.median(ordered), 4),
            "unit": self.unit,
            "n": len(ordered),
            "min": round(ordered[0], 4),
            "max": round(ordered[-1], 4),
            "p95": round(ordered[max(0, -(-len(ordered) * 95 // 100) - 1)], 4),
            **self.extra,
        }


@dataclass(frozen=True)
class Case:
    """A named case. `alone`: it is run in a process of its own, so that its peak memory is its own."""

    name: str
    about: str
    run: Callable[[], Measured]
    alone: bool = False


def every_case() -> list[Case]:
    """All cases, in the order in which they run."""
    from simulator.bench import (
        api,
        autoscaling,
        controllers,
        engine,
        idle,
        kubelet,
        live,
        page,
        present,
        scheduler_perf,
        start,
    )

    parts = (scheduler_perf, engine, controllers, autoscaling, kubelet, api, idle, live, page, present, start)
    return [case for part in parts for case in part.CASES]
