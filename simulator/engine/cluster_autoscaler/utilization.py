"""How much of a node is asked for.

Follows cluster-autoscaler/simulator/utilization/info.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine import pods
from simulator.engine.cluster_autoscaler.drainability import is_daemon, is_long_terminating, is_mirror
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.objects import get_in
from simulator.engine.registry import Bodies, Body, Instant


class Utilization(NamedTuple):
    """Shares of what a node can give; the greater of both counts."""

    cpu: float
    memory: float

    @property
    def most(self) -> float:
        return max(self.cpu, self.memory)

    def text(self) -> str:
        """As Go prints upstream's Info."""
        name = "cpu" if self.cpu > self.memory else "memory"
        return f"{{{_go(self.cpu)} {_go(self.memory)} 0 0 {name} {_go(self.most)}}}"


def _go(figure: float) -> str:
    return repr(figure).removesuffix(".0")


def utilization(node: Body, held: Bodies, settings: Settings, now: Instant) -> Utilization:
    shares = []
    for name in ("cpu", "memory"):
        offered = pods.figure(name, get_in(node, "status", "allocatable", name, default=0))
        asked = 0
        for pod in held:
            amount = pods.requests(pod["spec"])[name]
            ignored = (is_daemon(pod) and settings.is_on("ignore-daemonsets-utilization")) or (
                is_mirror(pod) and settings.is_on("ignore-mirror-pods-utilization")
            )
            if ignored:
                offered -= amount
            elif not is_long_terminating(pod, now):
                asked += amount
        shares.append(asked / offered if offered > 0 else 0.0)
    return Utilization(*shares)
