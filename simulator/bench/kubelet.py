"""What pods cost their kubelets over a day: with probes that pass, with probes that do not, and one idle pod more.

The peer, in the same run, is SimPy with as many bare timeouts as the agenda had entries. Seconds are of CPU time.
"""

from __future__ import annotations

import resource
import time
from typing import NamedTuple

from simulator.bench.cases import Case, Measured
from simulator.engine import topology
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import boot
from simulator.engine.journal import Change
from simulator.engine.kubelet.prober.worker import rule, settled
from simulator.engine.kubelet.turn import COMPONENT
from simulator.engine.objects import labels_of
from simulator.engine.pods import is_ready
from simulator.engine.registry import Body, Instant
from simulator.engine.world import World
from simulator.garbage import spare_the_worlds
from simulator.simulation import EPOCH

_HOUR = 3600 * SECOND
_DAY = 24 * _HOUR
_BY_PERSON = Cause("bench", "create", "")
_KEPT_ENTRIES = 2_000
_WINDOWS = 3
_FLAPS = 24


class _Spent(NamedTuple):
    """What a span of virtual time took: entries of the agenda, seconds of CPU and of the wall's clock."""

    entries: int
    cpu: float
    wall: float


def _booted(nodes: int) -> World:
    spare_the_worlds()
    world = World(seed=1, now=EPOCH)
    boot(world, topology.of_size(nodes), until=EPOCH + 120 * SECOND)
    world.drain()
    return world


def _run(world: World, until: Instant) -> _Spent:
    """Runs a world, and now and then takes from it what it would have a store keep."""
    cpu, wall, entries = time.process_time(), time.perf_counter(), 0
    while (due := world.clock.next_due()) is not None and due <= until:
        world.clock.step()
        entries += 1
        if entries % _KEPT_ENTRIES == 0:
            world.drain()
    world.clock.move_to(until)
    world.drain()
    return _Spent(entries, time.process_time() - cpu, time.perf_counter() - wall)


def _settle(world: World) -> _Spent:
    """Runs a world until all its pods are ready."""
    spans = [_run(world, world.now + 30 * SECOND)]
    while not all(is_ready(pod) for pod in world.list("pods")):
        spans.append(_run(world, world.now + 10 * SECOND))
    return _Spent(*map(sum, zip(*spans, strict=True)))


def _probe(path: str) -> Body:
    return {"httpGet": {"path": path, "port": 80}, "periodSeconds": 10}


def _probed(app: str, replicas: int, **more: object) -> Body:
    """A Deployment of pods that have three probes each."""
    labels, requests = {"app": app}, {"cpu": "50m", "memory": "64Mi"}
    probes = {"startupProbe": _probe("/"), "readinessProbe": _probe("/"), "livenessProbe": _probe("/")}
    main: Body = {"name": "main", "image": "nginx:1.29", "resources": {"requests": requests}, **probes, **more}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [main]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": app, "namespace": "default"}, "spec": spec}


def _behavior(app: str, **spec: object) -> Body:
    spec["selector"] = {"matchLabels": {"app": app}}
    return {"metadata": {"name": app, "namespace": "default"}, "spec": spec}


def _create(world: World, resource: str, body: Body) -> None:
    world.create(resource, body, _BY_PERSON, checked=True)


def _probes(world: World) -> int:
    """How many probes the pods that run have had since their containers started."""
    made = 0
    for pod in world.list("pods", "default"):
        workers = world.note(COMPONENT, f"default/{pod['metadata']['name']}")["probes"]
        for container in pod["spec"]["containers"]:
            for kind in ("startup", "readiness", "liveness"):
                worker = workers[f"{container['name']}/{kind}"]
                found = settled(worker, rule(kind, container[f"{kind}Probe"]), world.now)
                made += sum(count for _start, _took, _outcome, _text, count, *_ in found["past"])
    return made


def _simpy(timeouts: int) -> float:
    """Seconds that SimPy needs for bare timeouts, each made and run."""
    import simpy

    begun = time.process_time()
    environment = simpy.Environment()
    for number in range(timeouts):
        environment.timeout(number)
    environment.run()
    return time.process_time() - begun


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# --- probes that pass ----------------------------------------------------------------------------------------------


def steady(nodes: int = 200, pods: int = 10_000) -> Measured:
    """A day of pods whose probes pass, from their creation on."""
    world = _booted(nodes)
    before = _peak()
    _create(world, "deployments.apps", _probed("steady", pods))
    start = _settle(world)
    held = _peak() - before
    day = _run(world, world.now + _DAY)
    assert world.count("pods") > pods and all(is_ready(pod) for pod in world.list("pods"))
    probes, entries, cpu = _probes(world), start.entries + day.entries, start.cpu + day.cpu
    a_timeout = _simpy(entries) / entries
    extra = {
        "wall_seconds": round(start.wall + day.wall, 2),
        "cpu_seconds": round(cpu, 2),
        "start_cpu_seconds": round(start.cpu, 2),
        "start_entries": start.entries,
        "day_cpu_seconds": round(day.cpu, 2),
        "day_entries": day.entries,
        "entries_per_cpu_second": round(entries / cpu),
        "simpy_timeouts_per_cpu_second": round(1 / a_timeout),
        "simpy_cpu_seconds_for_the_probes": round(a_timeout * probes, 1),
        "times_simpy_for_the_probes": round(cpu / (a_timeout * probes), 3),
        "probes": probes,
        "kilobytes_per_pod": round(held / pods, 1),
    }
    return Measured([probes / cpu], "probes/s", extra)


# --- probes that do not, containers that end -----------------------------------------------------------------------


def changing(nodes: int = 20, pods: int = 1_000) -> Measured:
    """A tenth becomes unready every hour for a minute, a hundredth crashes, a hundredth leaks to its limit."""
    world = _booted(nodes)
    flaps = [{"status": 503, "fromSeconds": 3600 * n, "untilSeconds": 3600 * n + 60} for n in range(1, _FLAPS + 2)]
    ready = {"readinessProbe": _probe("/ready")}
    limits = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}
    leak = {"type": "Leak", "leak": {"perSecond": "64Ki"}}
    for body in (
        _behavior("flaps", probes=[{"path": "/ready", **one} for one in flaps]),
        _behavior("crashes", probes=[{"path": "/"}]),
        _behavior("leaks", memory={"idle": "20Mi", "curves": [leak]}),
    ):
        _create(world, "behaviors.sim.k8sviz.io", body)
    tenth, hundredth = pods // 10, pods // 100
    for deployment in (
        _probed("flaps", tenth, **ready),
        _probed("crashes", hundredth, image="busybox:1.36", command=["sh", "-c", "sleep 30; exit 1"]),
        _probed("leaks", hundredth, resources=limits),
        _probed("steady", pods - tenth - 2 * hundredth),
    ):
        _create(world, "deployments.apps", deployment)
    _run(world, world.now + _HOUR // 2)
    changes: list[bool] = []
    world.watch("pods", lambda change: changes.append(_turns(change)))
    windows = [_run(world, world.now + _DAY // _WINDOWS) for _ in range(_WINDOWS)]
    entries, cpu = sum(one.entries for one in windows), sum(one.cpu for one in windows)
    a_timeout = _simpy(entries) / entries
    restarts = {app: _restarts(world, app) for app in ("crashes", "leaks")}
    assert all(restarts.values()) and not _restarts(world, "steady"), restarts
    rates = [one.entries / one.cpu for one in windows]
    extra = {
        "wall_seconds": round(sum(one.wall for one in windows), 2),
        "cpu_seconds": round(cpu, 2),
        "entries": entries,
        "microseconds_per_entry": round(1e6 * cpu / entries, 1),
        "readiness_changes": sum(changes),
        "restarts_by_crashing": restarts["crashes"],
        "restarts_by_leaking": restarts["leaks"],
        "simpy_timeouts_per_cpu_second": round(1 / a_timeout),
        "times_simpy_for_the_entries": round(cpu / (a_timeout * entries), 1),
    }
    return Measured(rates, "entries/s", extra)


def _turns(change: Change) -> bool:
    """Whether a pod that should flap has become ready or is not ready any more."""
    before, body = change.before, change.body
    return before is not None and labels_of(body).get("app") == "flaps" and is_ready(before) != is_ready(body)


def _restarts(world: World, app: str) -> int:
    pods = [pod for pod in world.list("pods", "default") if labels_of(pod)["app"] == app]
    return sum(one["restartCount"] for pod in pods for one in pod["status"]["containerStatuses"])


# --- one pod more --------------------------------------------------------------------------------------------------


def one_more(nodes: int = 20, pods: int = 1_000) -> Measured:
    """The entries of 24 hours with a pod more, less those without it: from two hours on, when its start is history."""
    days = []
    for count in (pods, pods + 1):
        world = _booted(nodes)
        _create(world, "deployments.apps", _probed("steady", count))
        _settle(world)
        _run(world, world.now + 2 * _HOUR)
        days.append(_run(world, world.now + _DAY).entries)
    return Measured([days[1] - days[0]], "entries", {"entries_without": days[0], "entries_with": days[1]})


CASES = [
    Case(
        "kubelet/Steady/200Nodes10000Pods",
        "24 hours of pods with three probes each that pass, from their creation on",
        steady,
        alone=True,
    ),
    Case(
        "kubelet/Changing/20Nodes1000Pods",
        "24 hours of pods of which a tenth becomes unready every hour, some crash and some leak to their limit",
        changing,
        alone=True,
    ),
    Case(
        "kubelet/OneMorePod/20Nodes1000Pods",
        "what one more pod with probes that pass puts on the agenda of 24 hours",
        one_more,
        alone=True,
    ),
]
