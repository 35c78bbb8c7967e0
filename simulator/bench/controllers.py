"""What the controllers cost: a Deployment's life with 5,000 pods, and a reconcile that finds nothing to do.

Upstream's number of writes is the yardstick for those of a pod: of its creation eleven (the pod, its binding, at least
four of its status, and the events SuccessfulCreate, Scheduled, Pulled, Created and Started).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from simulator.bench.cases import Case, Measured
from simulator.bench.engine import deployment
from simulator.engine import topology
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import ControlPlane, boot
from simulator.engine.objects import key_from, key_of
from simulator.engine.pods import is_ready
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body
from simulator.engine.world import World
from simulator.garbage import spare_the_worlds
from simulator.simulation import EPOCH

_DEPLOYMENTS = "deployments.apps"
_NODES, _PODS = 1_000, 5_000
_BY_PERSON = Cause("bench", "write", "")
_ROUNDS = 200


class _Phase(NamedTuple):
    """What one phase took: seconds of the wall's clock and of CPU, virtual seconds, writes but Events, and Events."""

    wall: float
    cpu: float
    virtual: float
    writes: int
    events: int


def _booted(nodes: int) -> tuple[World, ControlPlane]:
    spare_the_worlds()
    world = World(seed=1, now=EPOCH)
    plane = boot(world, topology.of_size(nodes), until=EPOCH + 120 * SECOND)
    world.drain()
    return world, plane


def _settle(world: World) -> Counter[str]:
    """Runs a world until nothing is due; how often each resource was written."""
    written: Counter[str] = Counter(change.resource for change in world.drain().changes)
    while not world.clock.settled():
        due = world.clock.next_due(housekeeping=False)
        assert due is not None
        world.clock.run_until(due + SECOND)
        written.update(change.resource for change in world.drain().changes)
    return written


def _phase(world: World, write: Callable[[], object]) -> _Phase:
    wall, cpu, now = time.perf_counter(), time.process_time(), world.now
    write()
    written = _settle(world)
    events = written.pop("events", 0)
    spent = time.perf_counter() - wall, time.process_time() - cpu
    return _Phase(*spent, (world.now - now) / SECOND, written.total(), events)


def _roll(world: World, image: str) -> None:
    """Gives the Deployment another image."""
    held = world.get(_DEPLOYMENTS, "default", "load")
    assert held is not None
    template = held["spec"]["template"]
    containers = [{**one, "image": image} for one in template["spec"]["containers"]]
    spec = {**held["spec"], "template": {**template, "spec": {**template["spec"], "containers": containers}}}
    world.update(_DEPLOYMENTS, {**held, "spec": spec}, _BY_PERSON, checked=True)


def _ready(world: World) -> int:
    return sum(is_ready(pod) for pod in world.list("pods", "default"))


def _life() -> Measured:
    world, _plane = _booted(_NODES)
    phases = {"create": _phase(world, lambda: world.create(_DEPLOYMENTS, deployment(_PODS), _BY_PERSON, checked=True))}
    assert _ready(world) == _PODS
    for name, image in (("roll", "nginx:1.30"), ("roll_back", "nginx:1.29")):
        phases[name] = _phase(world, partial(_roll, world, image))
        assert _ready(world) == _PODS
        assert {pod["spec"]["containers"][0]["image"] for pod in world.list("pods", "default")} == {image}
    phases["delete"] = _phase(
        world, lambda: world.delete(_DEPLOYMENTS, "default", "load", _BY_PERSON, propagation="Background")
    )
    assert not world.list("pods", "default")
    extra = {
        name: {
            "wall_seconds": round(one.wall, 2),
            "cpu_seconds": round(one.cpu, 2),
            "virtual_seconds": round(one.virtual, 1),
            "writes_per_pod": round(one.writes / _PODS, 2),
            "events_per_pod": round(one.events / _PODS, 2),
        }
        for name, one in phases.items()
    }
    return Measured([sum(one.wall for one in phases.values())], "s", extra)


_AT_REST = (
    ("deployment-controller", _DEPLOYMENTS, "default/load"),
    ("replicaset-controller", "replicasets.apps", ""),
    ("statefulset-controller", "statefulsets.apps", "default/store"),
    ("daemonset-controller", "daemonsets.apps", "kube-system/kube-proxy"),
    ("job-controller", "jobs.batch", "default/work"),
    ("cronjob-controller", "cronjobs.batch", "default/nightly"),
    ("endpoint-slice-controller", "services", "default/load"),
    ("disruption-controller", "poddisruptionbudgets.policy", "default/load"),
)
"""Whom to ask about what: component, resource and key; without a key the only object there is."""


def _at_rest() -> Measured:
    """Controllers that are asked again and again although nothing has changed."""
    world, plane = _booted(100)
    template = deployment(1)["spec"]["template"]
    labels = template["metadata"]["labels"]
    job = {"template": {"spec": {**template["spec"], "restartPolicy": "Never"}}, "parallelism": 3, "completions": 3}
    for resource, name, spec in (
        (_DEPLOYMENTS, "load", deployment(_PODS // 10)["spec"]),
        ("services", "load", {"selector": labels, "ports": [{"port": 80}]}),
        ("poddisruptionbudgets.policy", "load", {"selector": {"matchLabels": labels}, "maxUnavailable": 1}),
        ("statefulsets.apps", "store", _store()),
        ("jobs.batch", "work", job),
        ("cronjobs.batch", "nightly", {"schedule": "0 3 1 1 *", "jobTemplate": {"spec": job}}),
    ):
        world.create(
            resource, {"metadata": {"name": name, "namespace": "default"}, "spec": spec}, _BY_PERSON, checked=True
        )
    world.clock.run_until(world.now + 120 * SECOND)
    revision = world.revision
    asked = {one.name: one for one in plane.components if isinstance(one, Reconciler)}
    spent: dict[str, float] = {}
    for name, resource, text in _AT_REST:
        key = key_from(text) if text else key_of(world.list(resource, "default")[0])
        begun = time.perf_counter()
        for _round in range(_ROUNDS):
            asked[name].reconcile(key)
        spent[name] = (time.perf_counter() - begun) / _ROUNDS * 1e6
    assert world.revision == revision, "a reconcile that had nothing to do has written something"
    return Measured(list(spent.values()), "µs", {name: round(one, 1) for name, one in spent.items()})


def _store() -> Body:
    """A StatefulSet's spec, of fifty pods."""
    spec = deployment(50)["spec"]
    labels = {"app": "store"}
    template = {**spec["template"], "metadata": {"labels": labels}}
    rest = {"selector": {"matchLabels": labels}, "template": template, "podManagementPolicy": "Parallel"}
    return {**spec, **rest, "serviceName": "store"}


CASES = [
    Case(
        "controllers/Deployment/1000Nodes5000Pods",
        "a Deployment created, rolled to a new image, rolled back and deleted",
        _life,
        alone=True,
    ),
    Case(
        "controllers/AtRest/500Pods",
        "a reconcile that finds nothing to do",
        _at_rest,
        alone=True,
    ),
]
