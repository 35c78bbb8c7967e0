"""The scheduler by itself, on the workloads of kube-scheduler's own benchmark, scheduler_perf, under their names.

What is measured is the scheduler's own work, one pod after the other: its place in the queue, its shape, the decision,
and that it counts on its node; there is no API server, and a binding is only noted.
Follows test/integration/scheduler_perf, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.bench.cases import Case, Measured
from simulator.bench.scheduler_perf.measuring import measure
from simulator.bench.scheduler_perf.testcases import WORKLOADS, workload


def _runner(name: str, *, every_node: bool = False) -> Callable[[], Measured]:
    return lambda: measure(workload(name), every_node=every_node)


def _about(name: str) -> str:
    nodes, _init, measured = WORKLOADS[name]
    return f"{measured:,} pods, one after the other, onto {nodes:,} nodes"


CASES = [Case(f"scheduler/{name}", _about(name), _runner(name), alone=True) for name in WORKLOADS] + [
    Case(
        f"scheduler/{name}/AllNodes", f"{_about(name)}, each of them scored", _runner(name, every_node=True), alone=True
    )
    for name in ("SchedulingBasic/5000Nodes", "SchedulingBasic/15000Nodes")
]
