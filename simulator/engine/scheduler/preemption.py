"""Which pods a pod of higher priority would push off a node, and on which node that does the least harm.

Decides and writes nothing; the cycle carries it out.
Follows pkg/scheduler/framework/preemption/preemption.go and SelectVictimsOnNode of
pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.engine import disruption_budgets
from simulator.engine.objects import instant_of, labels_of, name_of, namespace_of, spec_of, status_of
from simulator.engine.registry import Bodies, Body, Instant, Key, Reader
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.shape import Shape

if TYPE_CHECKING:
    from simulator.engine.scheduler.framework import Framework

_NEVER = 1 << 62
_PRIORITIES_FROM_ZERO = 1 << 31
NO_VICTIMS = "No preemption victims found for incoming pod"


class Victim(NamedTuple):
    """A pod that would be pushed off. started: `_NEVER` while it has not."""

    key: Key
    shape: Shape
    started: Instant

    @property
    def has_started(self) -> bool:
        return self.started < _NEVER

    def importance(self) -> tuple[int, Instant, Key]:
        """The least first: the higher priority, then who has run for longer."""
        return -self.shape.priority, self.started, self.key


class Candidate(NamedTuple):
    """A node that takes the pod once the victims are gone; they are in the order of importance."""

    node: str
    victims: tuple[Victim, ...]
    violations: int

    @property
    def highest(self) -> int:
        return self.victims[0].shape.priority

    @property
    def priority_sum(self) -> int:
        return sum(one.shape.priority + _PRIORITIES_FROM_ZERO for one in self.victims)

    @property
    def earliest(self) -> Instant:
        """The first start among the victims of the highest priority."""
        return min(one.started for one in self.victims if one.shape.priority == self.highest)

    def harm(self) -> tuple[int, int, int, int, int]:
        """What candidates are compared by, one figure after the other; the least is the best."""
        return self.violations, self.highest, self.priority_sum, len(self.victims), -self.earliest


class Choice(NamedTuple):
    """The best candidate, and the criterion (an index of CRITERIA) that set it apart; None: the first of equals."""

    candidate: Candidate
    criterion: int | None


class Unhelped(NamedTuple):
    """Why pushing pods off a node does not make it take the pod."""

    reasons: tuple[str, ...]


CRITERIA = ("pdbViolations", "highestPriority", "prioritySum", "victims", "latestStart")


def victims_on(
    framework: Framework, nodes: NodeTable, shape: Shape, row: int, reader: Reader, budgets: Bodies
) -> Candidate | Unhelped:
    """The fewest and least important pods that must leave a node for the pod."""
    lower = [
        Victim(key, pod.shape, _started(reader, key))
        for key, pod in nodes.pods_on(row).items()
        if pod.shape.priority < shape.priority
    ]
    if not lower:
        return Unhelped((NO_VICTIMS,))
    lower.sort(key=Victim.importance)
    gone = {victim.key for victim in lower}
    refused = _refused(framework, nodes, shape, row, gone)
    if refused is not None:
        return refused
    violating, others = _by_budgets(lower, budgets, reader)
    violations = 0
    for victim in (*violating, *others):
        gone.remove(victim.key)
        if _refused(framework, nodes, shape, row, gone) is not None:
            gone.add(victim.key)
            violations += victim in violating
    victims = tuple(victim for victim in lower if victim.key in gone)
    return Candidate(nodes.names[row], victims, violations) if victims else Unhelped(())


def best(candidates: Sequence[Candidate]) -> Choice:
    """The candidate that does the least harm; among equals the first."""
    left = list(candidates)
    for criterion in range(len(CRITERIA)):
        least = min(one.harm()[criterion] for one in left)
        kept = [one for one in left if one.harm()[criterion] == least]
        if len(kept) == 1:
            return Choice(kept[0], criterion if len(left) > 1 else None)
        left = kept
    return Choice(left[0], None)


def _refused(framework: Framework, nodes: NodeTable, shape: Shape, row: int, gone: set[Key]) -> Unhelped | None:
    """Why the node refuses the pod with these pods gone; None if it takes it."""
    with nodes.without(row, gone):
        codes = framework.refusals(shape, nodes, np.array([row], dtype=np.intp))[:, 0]
        for index in np.flatnonzero(codes).tolist():
            return Unhelped(framework.filters[index].refusal(shape, nodes, int(codes[index])).reasons)
    return None


def _started(reader: Reader, key: Key) -> Instant:
    pod = reader.get("pods", *key)
    since = status_of(pod).get("startTime") if pod is not None else None
    return instant_of(since) if since else _NEVER


def _by_budgets(victims: list[Victim], budgets: Bodies, reader: Reader) -> tuple[list[Victim], list[Victim]]:
    """Those whose loss would violate a disruption budget, and the others, each in the order given."""
    allowed = [status_of(budget).get("disruptionsAllowed", 0) for budget in budgets]
    violating: list[Victim] = []
    others: list[Victim] = []
    for victim in victims:
        violates = False
        pod = reader.get("pods", *victim.key)
        for index, budget in enumerate(budgets if pod is not None and labels_of(pod) else ()):
            if _guards(budget, pod):
                allowed[index] -= 1
                violates = violates or allowed[index] < 0
        (violating if violates else others).append(victim)
    return violating, others


def _guards(budget: Body, pod: Body | None) -> bool:
    """True if the loss of the pod counts against the budget; an empty selector, unlike an eviction's, selects none."""
    if pod is None or namespace_of(budget) != namespace_of(pod):
        return False
    selector = spec_of(budget).get("selector") or {}
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        return False
    if name_of(pod) in (status_of(budget).get("disruptedPods") or {}):
        return False
    return disruption_budgets.selects(budget, labels_of(pod))
