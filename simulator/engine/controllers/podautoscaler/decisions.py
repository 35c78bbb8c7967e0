"""What comes of a look at an autoscaler's metrics.

Follows computeReplicasForMetrics in pkg/controller/podautoscaler/horizontal.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine.controllers.podautoscaler.limits import Limited
from simulator.engine.registry import Instant


class Computed(NamedTuple):
    """What all metrics ask for, together; the name of the one that asks for most, and when that may change."""

    replicas: int
    name: str
    until: Instant


class FailedError(Exception):
    """Nothing can be said of the replicas, and why."""


class Decision(NamedTuple):
    """What is to be done: the replicas, why, what was recommended, what was made of it, and what limited it."""

    replicas: int
    reason: str = ""
    recommended: int | None = None
    stabilized: int | None = None
    limited: Limited | None = None
    until: Instant = 0
