"""Runs a workload, and reports pods a second, the time that single pods take, and memory."""

from __future__ import annotations

import resource
import statistics
import time

from simulator.bench.cases import Measured
from simulator.bench.scheduler_perf import templates
from simulator.bench.scheduler_perf.testcases import CHURN_EVERY, Workload
from simulator.engine.objects import set_in
from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.reading import DEFAULT
from simulator.engine.scheduler.decision import Attempt
from simulator.engine.scheduler.one_pass import Pass
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.world import World
from simulator.garbage import spare_the_worlds
from simulator.simulation import EPOCH

_RUNS = 3
_ENOUGH_SECONDS = 5.0


class Lane:
    """The scheduler over a workload's objects, without a clock: one pod, one decision, which counts at once."""

    def __init__(self, workload: Workload, pods: list[Body], *, every_node: bool) -> None:
        world = _world(workload, pods)
        (profile,) = DEFAULT.profiles
        profile = profile._replace(percentage=100 if every_node else 0)
        self._pass = Pass(world, Profiles(world, DEFAULT._replace(profiles=(profile,))), chance=world)
        self.evicted = 0

    def schedule(self, pod: Body) -> str | None:
        """Where the pod goes; None if no node takes it. Pods that have to leave for it are gone at once."""
        tried = self._try(pod)
        if tried is not None and tried.post is not None and tried.post.choice is not None:
            for victim in tried.post.choice.candidate.victims:
                self._pass.nodes.remove(victim.key)
                self.evicted += 1
            tried = self._try(pod)
        return tried.decision.node if tried is not None else None

    def _try(self, pod: Body) -> Attempt | None:
        tried = self._pass.try_out(pod)
        if tried is not None:
            self._pass.settle(pod, tried)
        return tried


def measure(workload: Workload, *, every_node: bool = False) -> Measured:
    """Three runs, or fewer where they take long, each from the same beginning."""
    spare_the_worlds()
    before = _peak()
    begun = time.perf_counter()
    placed = _placed(workload)
    rates: list[float] = []
    cpu: list[float] = []
    while len(rates) < _RUNS and (not rates or time.perf_counter() - begun < _ENOUGH_SECONDS):
        run = _Run(workload, placed, every_node)
        rates.append(workload.measured.number / sum(run.seconds))
        cpu.append(run.cpu_seconds / workload.measured.number)
    latencies = sorted(run.seconds)
    extra = {
        "microseconds_per_pod": round(1e6 / statistics.median(rates), 1),
        "cpu_microseconds_per_pod": round(1e6 * statistics.median(cpu), 1),
        "p50_microseconds": round(latencies[len(latencies) // 2] * 1e6, 1),
        "p99_microseconds": round(latencies[len(latencies) * 99 // 100] * 1e6, 1),
        "slowest_microseconds": round(latencies[-1] * 1e6, 1),
        **({"evicted": run.lane.evicted} if run.lane.evicted else {}),
        "peak_memory_mb": round(_peak()),
        "memory_before_mb": round(before),
    }
    return Measured(rates, "pods/s", extra)


class _Run:
    """seconds: what each measured pod took, and each that churned with it. cpu_seconds: all of them together."""

    def __init__(self, workload: Workload, placed: list[Body], every_node: bool) -> None:
        self.lane = Lane(workload, placed, every_node=every_node)
        self.seconds: list[float] = []
        pods = list(workload.measured.bodies("measured"))
        begun = time.process_time()
        for number, pod in enumerate(pods):
            if workload.churn and number % CHURN_EVERY == 0:
                (unfit,) = templates.pods(workload.churn, 1, prefix=f"churn-{number}")
                assert self._timed(unfit) is None
            node = self._timed(pod)
            assert node is not None, f"{pod['metadata']['name']} goes nowhere"
        self.cpu_seconds = time.process_time() - begun

    def _timed(self, pod: Body) -> str | None:
        begun = time.perf_counter()
        node = self.lane.schedule(pod)
        self.seconds.append(time.perf_counter() - begun)
        return node


def _placed(workload: Workload) -> list[Body]:
    """The pods that come before the measured ones, on the nodes that the scheduler chose for them."""
    lane = Lane(workload, [], every_node=False)
    placed = []
    for number, pods in enumerate(workload.init):
        for pod in pods.bodies(f"init-{number}"):
            node = lane.schedule(pod)
            assert node is not None, f"{pod['metadata']['name']} goes nowhere"
            placed.append(set_in(pod, ("spec", "nodeName"), node))
    return placed


def _world(workload: Workload, pods: list[Body]) -> World:
    world = World(seed=1, now=EPOCH)
    for body in workload.namespaces:
        world.load("namespaces", body)
    for body in workload.nodes():
        world.load("nodes", body)
    for body in workload.services:
        world.load("services", body)
    for body in pods:
        world.load("pods", body)
    return world


def _peak() -> float:
    """Megabytes that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
