"""Autoscaling by itself: 500 autoscalers over a day of virtual time, of which a tenth has load that comes and goes."""

from __future__ import annotations

import time

from simulator.bench.cases import Case, Measured
from simulator.engine import topology
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import boot
from simulator.engine.world import World
from simulator.garbage import spare_the_worlds
from simulator.simulation import EPOCH

_NODES, _TARGETS = 100, 500
_DAY = 24 * 3600 * SECOND
_AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
_CAUSE = Cause("bench", "create", "")


def _fill(world: World, number: int) -> None:
    """One Deployment of two pods, what each of them uses, and its autoscaler."""
    name = f"app-{number:03}"
    labels, meta = {"app": name}, {"name": name, "namespace": "default"}
    requests = {"cpu": "100m", "memory": "32Mi"}
    container = {"name": "main", "image": "nginx:1.29", "resources": {"requests": requests}}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    world.create("deployments.apps", {"metadata": meta, "spec": spec}, _CAUSE, checked=True)
    step = {"by": "60m", "durationSeconds": 3600}
    curves = [{"type": "Step", "fromSeconds": 3600 * (1 + number % 20), "step": step}] if number % 10 == 0 else []
    load = {"selector": {"matchLabels": labels}, "cpu": {"idle": "50m", "curves": curves}}
    world.create("behaviors.sim.k8sviz.io", {"metadata": meta, "spec": load}, _CAUSE, checked=True)
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    target = {"type": "Utilization", "averageUtilization": 50}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    held = {"scaleTargetRef": reference, "minReplicas": 2, "maxReplicas": 6, "metrics": metrics}
    world.create(_AUTOSCALERS, {"metadata": meta, "spec": held}, _CAUSE, checked=True)


def _day() -> Measured:
    spare_the_worlds()
    world = World(seed=1, now=EPOCH)
    boot(world, topology.of_size(_NODES), until=EPOCH + 120 * SECOND)
    for number in range(_TARGETS):
        _fill(world, number)
    before = world.revision
    begun = time.perf_counter()
    world.clock.run_until(world.now + _DAY)
    took = time.perf_counter() - begun
    scaled = sum("lastScaleTime" in one["status"] for one in world.list(_AUTOSCALERS))
    assert scaled == _TARGETS // 10, f"{scaled} autoscalers scaled"
    return Measured([took], "s", {"targets": _TARGETS, "scaled": scaled, "writes": world.revision - before})


CASES = [
    Case(
        "engine/HPA/500Targets24h",
        "500 autoscalers over a day of virtual time, a tenth with changing load",
        _day,
        alone=True,
    )
]
