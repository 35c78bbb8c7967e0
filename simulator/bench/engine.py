"""The engine by itself: 10,000 pods from a Deployment on 1,000 nodes, created to all Running, in virtual time."""

from __future__ import annotations

import atexit
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction

from simulator import store
from simulator.bench.cases import Case, Measured
from simulator.engine import topology
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND, Entry
from simulator.engine.control_plane import boot
from simulator.engine.registry import Body
from simulator.engine.world import World
from simulator.garbage import spare_the_worlds
from simulator.models import Cluster
from simulator.simulation import EPOCH

_NODES, _PODS = 1_000, 10_000
_SLICE = 0.05


def deployment(replicas: int) -> Body:
    labels = {"app": "load"}
    requests = {"cpu": "100m", "memory": "128Mi"}
    containers = [{"name": "main", "image": "nginx:1.29", "resources": {"requests": requests}}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": "load", "namespace": "default"}, "spec": spec}


class _Share:
    """How much of the time one component's entries took: its handler, with a stopwatch around it."""

    def __init__(self, world: World, component: str) -> None:
        self.seconds = 0.0
        self._inner = world.clock._handlers[component]
        world.clock.handle(component, self._timed)

    def _timed(self, key: str, entry: Entry) -> None:
        begun = time.perf_counter()
        self._inner(key, entry)
        self.seconds += time.perf_counter() - begun


def _until(instant: float) -> Callable[[], bool]:
    return lambda: time.perf_counter() > instant


def _load(*, database: bool) -> Measured:
    spare_the_worlds()
    world = World(seed=1, now=EPOCH)
    boot(world, topology.of_size(_NODES), until=EPOCH + 120 * SECOND)
    cluster = _stored(world) if database else None
    share = _Share(world, "default-scheduler")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    world.create("deployments.apps", deployment(_PODS), Cause("bench", "create", ""), checked=True)
    while not world.clock.settled():
        due = world.clock.next_due(housekeeping=False)
        assert due is not None
        world.clock.run_until(due + SECOND, stop=_until(time.perf_counter() + _SLICE))
        if cluster is not None:
            with transaction.atomic():
                cluster.now = world.now
                store.commit(cluster, world.drain(), fence=cluster.fence)
    took = time.perf_counter() - begun
    running = sum(pod["status"]["phase"] == "Running" for pod in world.list("pods", "default"))
    assert running == _PODS, f"only {running} of {_PODS} pods run"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    extra = {
        "wall_seconds": round(took, 2),
        "virtual_seconds": round((world.now - EPOCH) / SECOND - 120, 1),
        "writes_per_pod": round(world.revision / _PODS, 2),
        "scheduler_share": round(share.seconds / took, 3),
        "peak_memory_mb": round(peak / 1024),
        "memory_before_mb": round(before / 1024),
    }
    return Measured([_PODS / took], "pods/s", extra)


def _stored(world: World) -> Cluster:
    """The world in a database of its own on disk, made for this run, as a cluster that only the bench knows."""
    folder = Path(tempfile.mkdtemp(prefix="k8sviz-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    connection.settings_dict["TEST"]["NAME"] = str(folder / "db.sqlite3")
    connection.creation.create_test_db(verbosity=0)
    cluster = Cluster.objects.create(name="bench", born=EPOCH, now=world.now, anchor=0, paused=True)
    with transaction.atomic():
        store.commit(cluster, world.drain(), fence=cluster.fence)
    return cluster


CASES = [
    Case(
        "engine/Deployment/1000Nodes10000Pods",
        "a Deployment's pods, created to all Running, without a database",
        lambda: _load(database=False),
        alone=True,
    ),
    Case(
        "store/Deployment/1000Nodes10000Pods",
        "the same with every tick committed to the database",
        lambda: _load(database=True),
        alone=True,
    ),
]
