"""What the containers of a node's pods use, sample by sample, and how long and how far that can be relied on.

The figures are `workloads/usage.py`'s. What a node's pods use is computed once for each sample, and again when a pod of
it, the node, a Behavior or Traffic changes.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from simulator.engine import pods
from simulator.engine.controllers.pod_gc import node_name
from simulator.engine.controllers.podautoscaler.readings import FOREVER
from simulator.engine.journal import Change
from simulator.engine.objects import key_of, status_of
from simulator.engine.pods import node_of
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.workloads import usage
from simulator.engine.workloads.behaviors import RESOURCE as BEHAVIORS
from simulator.engine.workloads.behaviors import Behaviors
from simulator.engine.workloads.curves import NOTHING, Course, Term
from simulator.engine.workloads.demand import Demand
from simulator.engine.workloads.traffic.flows import RESOURCE as TRAFFIC
from simulator.engine.workloads.traffic.flows import SLICES, Flows
from simulator.engine.workloads.usage import Usage
from simulator.engine.world import World

_SWING = Fraction(1, 10)
"""By how much of what it takes at rest the CPU of a program swings that no Behavior speaks of."""
_USING = ("Running", "Pending")
_NANO = 1_000_000_000
_MILLI_OF_NANO = 1_000_000


class Used(NamedTuple):
    """What a container uses, and between which nanocores its swing keeps it."""

    usage: Usage
    least: int
    most: int

    def figures(self, resource: str) -> tuple[int, int, int] | None:
        """The figure and its bounds in thousandths; None for what metrics-server does not measure."""
        if resource == "cpu":
            nano = (self.usage.cpu, min(self.usage.cpu, self.least), max(self.usage.cpu, self.most))
            figure, least, most = (-(-one // _MILLI_OF_NANO) for one in nano)
            return figure, least, most
        if resource == "memory":
            kibibytes = (self.usage.memory >> 10) * 1024 * 1000
            return kibibytes, kibibytes, kibibytes
        return None


class PodUse(NamedTuple):
    """What a pod's containers use. They but swing before `until`."""

    containers: dict[str, Used]
    until: Instant


class _Node(NamedTuple):
    at: Instant
    pods: dict[Key, PodUse]


class NodeUsage:
    """The figures of the nodes that somebody asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._known: dict[str, _Node] = {}
        self._demands: dict[Key, tuple[Body, dict[str, Demand]]] = {}
        self._asking: tuple[Behaviors, Flows] | None = None
        world.add_index("pods", "node", node_name)
        world.watch("pods", self._pod_changed)
        world.watch("nodes", lambda change: self._forget(change.key.name))
        world.watch(BEHAVIORS, self._all_changed)
        world.watch(TRAFFIC, self._all_changed)
        world.watch(SLICES, self._all_changed)

    def of_pod(self, pod: Body, at: Instant) -> PodUse | None:
        """What a pod uses at a sample; None while there is no sample of it."""
        node = node_of(pod)
        known = self._known.get(node)
        if known is None or known.at != at:
            known = self._known[node] = self._of_node(node, at)
        return known.pods.get(key_of(pod))

    def _of_node(self, name: str, at: Instant) -> _Node:
        world = self.world
        node, bodies = world.get("nodes", "", name) or {}, world.indexed("pods", "node", name)
        held = {key_of(pod): (pod, self._demands_of(pod)) for pod in bodies if pods.phase(pod) in _USING}
        figures = usage.of_node_pods(node, held, at)
        demands = {key: asked for key, (_, asked) in held.items()}
        is_full = _is_full(node, demands)
        level = (
            at if is_full or any(demands[key] and key not in figures for key in demands) else _level_until(demands, at)
        )
        return _Node(
            at,
            {
                key: PodUse({one: _used(use, demands[key][one], at, is_full) for one, use in held.items()}, level)
                for key, held in figures.items()
            },
        )

    def _demands_of(self, pod: Body) -> dict[str, Demand]:
        """What a pod's containers ask for, which stays as it is until the pod or a Behavior changes."""
        key = key_of(pod)
        known = self._demands.get(key)
        if known is None or known[0] is not pod:
            if self._asking is None:
                self._asking = Behaviors(self.world), Flows(self.world)
            known = self._demands[key] = pod, usage.demands(pod, *self._asking)
        return known[1]

    # --- watching ------------------------------------------------------------------------------------------------

    def _pod_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            self._demands.pop(change.key, None)
        for body in (change.before, change.body):
            if body is not None and node_of(body):
                self._forget(node_of(body))

    def _all_changed(self, change: Change) -> None:
        self._known, self._demands, self._asking = {}, {}, None

    def _forget(self, node: str) -> None:
        self._known.pop(node, None)


def _level_until(demands: dict[Key, dict[str, Demand]], at: Instant) -> Instant:
    """When the first course of a program stops being level."""
    courses = (course for held in demands.values() for one in held.values() for course in (one.cpu, one.memory))
    return min((level_until(course, at) for course in courses), default=FOREVER)


def level_until(course: Course, at: Instant) -> Instant:
    """Until when a course does not move; `at` if it does already."""
    return min((_level(term, at) for term in course.terms), default=FOREVER)


def _level(term: Term, at: Instant) -> Instant:
    if at < term.begin:
        return term.begin
    if term.kind in ("leak", "sine"):
        return at
    if term.length is None or at >= term.begin + term.length:
        return FOREVER
    return at if term.kind == "ramp" else term.begin + term.length


def _is_full(node: Body, demands: dict[Key, dict[str, Demand]]) -> bool:
    """Whether the programs may want more cores than the node has, so that they are in each other's way."""
    capacity = pods.figure("cpu", (status_of(node).get("capacity") or {}).get("cpu") or 0)
    if not capacity:
        return False
    wanted = sum((_most(one) for held in demands.values() for one in held.values()), usage.SYSTEM_CPU * (1 + _SWING))
    return wanted * 1000 > capacity


def _most(demand: Demand) -> Fraction:
    return max(demand.cpu.base, NOTHING) * (1 if demand.is_said else 1 + _SWING) + sum(
        (max(term.amount, NOTHING) for term in demand.cpu.terms), NOTHING
    )


def _used(held: Usage, demand: Demand, at: Instant, is_full: bool) -> Used:
    if is_full:
        return Used(held, held.cpu * 4 // 5, held.cpu * 6 // 5)
    mean, swing = demand.cores(at), NOTHING if demand.is_said else demand.cpu.base * _SWING
    return Used(held, int((mean - swing) * _NANO), -int(-(mean + swing) * _NANO // 1))
