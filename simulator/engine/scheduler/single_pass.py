"""One pass over the pods that have no node, without delays, and how many more of a pod there is room for.

Nothing is written: what is decided counts in the snapshot alone. No pod is tried twice.
Follows pkg/scheduler/schedule_one.go, v1.34, and sigs.k8s.io/cluster-capacity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from simulator.engine.chance import Chance
from simulator.engine.objects import get_in, instant_of, is_deleting, key_of, name_of
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import KINDS, Body, Key, Reader
from simulator.engine.scheduler.cycle import drawing
from simulator.engine.scheduler.decision import decide
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.plugins.registry import DEFAULT
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.snapshot import Snapshot
from simulator.engine.scheduler.trace import trace_on
from simulator.engine.world import World

def schedule(world: World, *, profiles: Profiles | None = None) -> list[dict[str, Any]]:
    """A trace of each pod in the queue's order; each counts where it goes before the next is looked at.

    Whoever is pushed off a node still runs there at the end of the pass, and who pushes waits for the room.
    """
    profiles = profiles or Profiles(world, [DEFAULT])
    snapshot = Snapshot(world)
    told, start = [], 0
    for framework, pod in _in_order(_pending(world, profiles)):
        traced = trace_on(snapshot, framework, pod, chance=world, start=start)
        start = traced.start
        if traced.node is not None:
            snapshot.assume(framework, pod, traced.node)
        elif node := traced.answer["nominatedNode"]:
            snapshot.preempt(pod, node, [Key(**victim) for victim in traced.answer["victims"]])
        told.append(traced.answer)
    return told


class Capacity(NamedTuple):
    """per_node: how many more of the pod go to each node, in the order of the nodes' names.

    next_one: the trace of the one after them. limited: they were not all counted; it would fit too.
    """

    per_node: dict[str, int]
    next_one: dict[str, Any]
    limited: bool

    @property
    def replicas(self) -> int:
        return sum(self.per_node.values())

    def reasons(self) -> list[tuple[str, int]]:
        """Why the next one fits nowhere: each reason with the number of nodes, the most first."""
        told = Counter(
            reason for node in self.next_one["nodes"] if node["filter"] for reason in node["filter"]["reasons"]
        )
        return sorted(told.items(), key=lambda one: (-one[1], one[0]))


def capacity(snapshot: Snapshot, framework: Framework, pod: Body, *, chance: Chance, most: int) -> Capacity:
    """How many more pods like this one the scheduler would find room for, one after the other, `most` at the most."""
    start, number = 0, 0
    nodes, held = snapshot.nodes, Counter[str]()
    nodes.refresh()
    while number < most and len(nodes):
        one = _replica(pod, number)
        decision = decide(framework, nodes, snapshot.shapes.of(one), start=start, draw=drawing(chance, one))
        if decision.node is None:
            break
        snapshot.assume(framework, one, decision.node)
        held[decision.node] += 1
        start, number = decision.start, number + 1
    answer = trace_on(snapshot, framework, _replica(pod, number), chance=chance, start=start).answer
    return Capacity({name: held[name] for name in sorted(held)}, answer, limited=answer["node"] is not None)


def _replica(pod: Body, number: int) -> Body:
    """Another pod like this one, with a name that no real pod has."""
    return {**pod, "metadata": {**pod["metadata"], "name": f"{name_of(pod)}/{number}"}}


def _pending(reader: Reader, profiles: Profiles) -> Iterator[tuple[Framework, Body]]:
    for pod in reader.list("pods"):
        if not node_of(pod) and not is_terminal(pod) and not is_deleting(pod):
            pod = KINDS["pods"].default(pod)
            framework = profiles.of(pod)
            if framework is not None and framework.admits(pod):
                yield framework, pod


def _in_order(pods: Iterator[tuple[Framework, Body]]) -> list[tuple[Framework, Body]]:
    """As the queue gives them out; all profiles sort alike."""

    def rank(held: tuple[Framework, Body]) -> tuple[Any, ...]:
        framework, pod = held
        made = get_in(pod, "metadata", "creationTimestamp")
        priority, since = pod["spec"].get("priority") or 0, instant_of(made) if made else 0
        order = framework.sorts[0].rank(priority, since) if framework.sorts else (-priority, since)
        return *order, key_of(pod)

    return sorted(pods, key=rank)
