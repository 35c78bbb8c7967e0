"""How much of what is wanted is used: the ratio of a metric to its target.

Follows pkg/controller/podautoscaler/metrics/utilization.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from simulator.engine.controllers.podautoscaler.readings import MetricsError


class Utilization(NamedTuple):
    """ratio: used to wanted; percent: of the requests; average: thousandths for each pod."""

    ratio: float
    percent: int
    average: int


def of_requests(metrics: Mapping[str, int], requests: Mapping[str, int], target: int) -> Utilization:
    """The use of a resource against a percentage of the requests, both in thousandths. Raises MetricsError."""
    known = [name for name in metrics if name in requests]
    total, wanted = sum(metrics[name] for name in known), sum(requests[name] for name in known)
    if not wanted:
        raise MetricsError("no metrics returned matched known pods")
    percent = _quotient(total * 100, wanted)
    return Utilization(percent / target, percent, _quotient(total, len(known)))


def of_target(metrics: Mapping[str, int], target: int) -> tuple[float, int]:
    """The ratio of the average of a metric to the target, and the average, both in thousandths."""
    average = _quotient(sum(metrics.values()), len(metrics))
    return average / target, average


def _quotient(figure: int, by: int) -> int:
    """As Go divides: towards nothing."""
    return figure // by if figure >= 0 else -(-figure // by)
