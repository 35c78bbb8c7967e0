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
from simulator.engine.scheduler.nodes import NodeTable, Rows
from simulator.engine.scheduler.shape import Shape

if TYPE_CHECKING:
    from simulator.engine.scheduler.framework import Framework

NEVER = 1 << 62
_PRIORITIES_FROM_ZERO = 1 << 31
NO_VICTIMS = "No preemption victims found for incoming pod"


class Victim(NamedTuple):
    """A pod that would be pushed off. started: `NEVER` while it has not."""

    key: Key
    shape: Shape
    started: Instant

    def importance(self) -> tuple[int, Instant, Key]:
        """The least first: the higher priority, then who has run for longer."""
        return -self.shape.priority, self.started, self.key


class Candidate(NamedTuple):
    """A node that takes the pod once the victims are gone; they are in the order of importance.

    harm: what candidates are compared by, one figure (of CRITERIA) after the other; the least is the best.
    """

    node: str
    victims: tuple[Victim, ...]
    harm: tuple[int, int, int, int, int]


class Choice(NamedTuple):
    """The best candidate, and the criterion (an index of CRITERIA) that set it apart; None: the first of equals."""

    candidate: Candidate
    criterion: int | None


class Unhelped(NamedTuple):
    """Why pushing pods off a node does not make it take the pod. failed: this cannot be (upstream's Error)."""

    reasons: tuple[str, ...]
    failed: bool = False


CRITERIA = ("pdbViolations", "highestPriority", "prioritySum", "victims", "latestStart")


def victims_on(
    framework: Framework, nodes: NodeTable, shape: Shape, rows: Rows, reader: Reader, budgets: Bodies
) -> list[Candidate | Unhelped]:
    """For each row, the fewest and least important pods that must leave its node for the pod.

    Of several rows, each is judged with the least important pods of the others gone too: give one at a time where a
    filter looks across nodes.
    """
    lower = {row: _lower(nodes, row, shape.priority, reader) for row in rows.tolist()}
    found: dict[int, Candidate | Unhelped] = {
        row: Unhelped((NO_VICTIMS,)) for row, victims in lower.items() if not victims
    }
    with nodes.trying() as trial:
        for row, victims in lower.items():
            for victim in victims:
                trial.remove(row, victim.key)
        found |= _refused(framework, nodes, shape, [row for row in lower if row not in found])
        ranked = {row: _by_budgets(lower[row], budgets, reader) for row in lower if row not in found}
        gone: dict[int, set[Key]] = {row: set() for row in ranked}
        for turn in range(max((len(order) for order in ranked.values()), default=0)):
            back = {row: order[turn][0] for row, order in ranked.items() if turn < len(order)}
            for row, victim in back.items():
                trial.add(row, victim.key, victim.shape)
            for row in _refused(framework, nodes, shape, list(back)):
                trial.remove(row, back[row].key)
                gone[row].add(back[row].key)
    for row, order in ranked.items():
        leaving = tuple(victim for victim in lower[row] if victim.key in gone[row])
        violations = sum(violates for victim, violates in order if victim.key in gone[row])
        found[row] = candidate(nodes.names[row], leaving, violations)
    return [found[row] for row in rows.tolist()]


def candidate(node: str, victims: tuple[Victim, ...], violations: int) -> Candidate | Unhelped:
    """A node without these victims, which are in the order of importance."""
    if not victims:
        return Unhelped((f'expected at least one victim pod on node "{node}"',), failed=True)
    highest = victims[0].shape.priority
    weight = sum(one.shape.priority + _PRIORITIES_FROM_ZERO for one in victims)
    earliest = min(one.started for one in victims if one.shape.priority == highest)
    return Candidate(node, victims, (violations, highest, weight, len(victims), -earliest))


def best(candidates: Sequence[Candidate]) -> Choice:
    """The candidate that does the least harm; among equals the first."""
    harms = [one.harm for one in candidates]
    least = min(harms)
    first = candidates[harms.index(least)]
    if len(candidates) == 1 or harms.count(least) > 1:
        return Choice(first, None)
    others = [harm for harm in harms if harm != least]
    for criterion in range(len(CRITERIA)):
        others = [harm for harm in others if harm[criterion] == least[criterion]]
        if not others:
            return Choice(first, criterion)
    raise AssertionError("two of unequal harm differ somewhere")


def _lower(nodes: NodeTable, row: int, priority: int, reader: Reader) -> list[Victim]:
    """The pods on a node that might have to go, the most important first."""
    lower = [
        Victim(key, pod.shape, _started(reader, key))
        for key, pod in nodes.pods_on(row).items()
        if pod.shape.priority < priority
    ]
    return sorted(lower, key=Victim.importance)


def _refused(framework: Framework, nodes: NodeTable, shape: Shape, rows: list[int]) -> dict[int, Unhelped]:
    """Those of the rows that refuse the pod as things are, and why."""
    codes = framework.refusals(shape, nodes, np.array(rows, dtype=np.intp))
    refusers = (codes != 0).argmax(axis=0)
    why: dict[tuple[int, int], Unhelped] = {}
    refused: dict[int, Unhelped] = {}
    for position in np.flatnonzero(codes.any(axis=0)).tolist():
        index = int(refusers[position])
        code = int(codes[index, position])
        if (index, code) not in why:
            why[index, code] = Unhelped(framework.filters[index].refusal(shape, nodes, code).reasons)
        refused[rows[position]] = why[index, code]
    return refused


def _started(reader: Reader, key: Key) -> Instant:
    pod = reader.get("pods", *key)
    since = status_of(pod).get("startTime") if pod is not None else None
    return instant_of(since) if since else NEVER


def _by_budgets(victims: list[Victim], budgets: Bodies, reader: Reader) -> list[tuple[Victim, bool]]:
    """In the order in which they are let back: first those whose loss would violate a disruption budget (True)."""
    if not budgets:
        return [(victim, False) for victim in victims]
    allowed = [status_of(budget).get("disruptionsAllowed", 0) for budget in budgets]
    told: list[tuple[Victim, bool]] = []
    for victim in victims:
        violates = False
        pod = reader.get("pods", *victim.key)
        for index, budget in enumerate(budgets if pod is not None and labels_of(pod) else ()):
            if _guards(budget, pod):
                allowed[index] -= 1
                violates = violates or allowed[index] < 0
        told.append((victim, violates))
    return sorted(told, key=lambda one: not one[1])


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
