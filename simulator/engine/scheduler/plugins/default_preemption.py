"""DefaultPreemption: a pod that fits nowhere may push pods of lower priority off a node.

Follows pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go and Evaluator.Preempt of
pkg/scheduler/framework/preemption/preemption.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from simulator.engine import disruption_budgets
from simulator.engine.objects import condition, is_deleting, status_of
from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.fit_error import Failure, histogram
from simulator.engine.scheduler.nodes import NodeTable, Rows
from simulator.engine.scheduler.plugin import Draw, PostFiltered, PostFilterPlugin
from simulator.engine.scheduler.preemption import NO_VICTIMS, Candidate, Unhelped, best, victims_on
from simulator.engine.scheduler.shape import Shape

if TYPE_CHECKING:
    from simulator.engine.scheduler.framework import Framework

_PERCENTAGE, _ABSOLUTE = 10, 100
_NOT_HELPFUL = "Preemption is not helpful for scheduling"
_NEVER = "not eligible due to preemptionPolicy=Never."
_TERMINATING = "not eligible due to a terminating pod on the nominated node."
_Outcomes = dict[int, tuple[int, Candidate | Unhelped]]


class DefaultPreemption(PostFilterPlugin):
    name = "DefaultPreemption"

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._known: WeakKeyDictionary[Shape, tuple[tuple[int, int], _Outcomes]] = WeakKeyDictionary()

    def post_filter(
        self, pod: Body, shape: Shape, nodes: NodeTable, framework: Framework, failure: Failure, draw: Draw
    ) -> PostFiltered:
        rows = framework.resolvable_rows(shape, nodes, failure)
        refused = self._not_eligible(pod, shape, nodes, rows)
        if refused:
            return PostFiltered(None, f"preemption: {refused}")
        candidates, reasons = self._candidates(shape, nodes, framework, rows, draw)
        if candidates:
            choice = best(candidates)
            return PostFiltered(choice.candidate.node, "", tuple(candidates), choice)
        unhelpful = failure.total - len(rows)
        if unhelpful:
            reasons[_NOT_HELPFUL] += unhelpful
        return PostFiltered("", f"preemption: {histogram(failure.total, reasons)}")

    def _not_eligible(self, pod: Body, shape: Shape, nodes: NodeTable, rows: Rows) -> str:
        """Why the pod may not push anybody off; empty if it may."""
        if pod["spec"].get("preemptionPolicy") == "Never":
            return _NEVER
        row = nodes.row_of.get(status_of(pod).get("nominatedNodeName") or "", -1)
        if row in rows:
            for key, placed in nodes.pods_on(row).items():
                if placed.shape.priority < shape.priority and _is_preempted(self.reader.get("pods", *key)):
                    return _TERMINATING
        return ""

    def _candidates(
        self, shape: Shape, nodes: NodeTable, framework: Framework, rows: Rows, draw: Draw
    ) -> tuple[list[Candidate], Counter[str]]:
        """Enough nodes that would take the pod without some others, and why the rest would not."""
        reasons: Counter[str] = Counter()
        if not any(held < shape.priority for held in nodes.priorities):
            if len(rows):
                reasons[NO_VICTIMS] += len(rows)
            return [], reasons
        budgets = self.reader.list(disruption_budgets.RESOURCE)
        wanted, offset = self._number(len(rows)), draw(len(rows)) if len(rows) else 0
        kept = self._kept(shape, nodes, framework) if not budgets else None
        harmless: list[Candidate] = []
        harmful: list[Candidate] = []
        for row in np.roll(rows, -offset).tolist():
            outcome = self._outcome(framework, nodes, shape, row, budgets, kept)
            if isinstance(outcome, Unhelped):
                reasons.update(outcome.reasons)
                continue
            found = harmful if outcome.violations else harmless
            if len(found) < wanted:
                found.append(outcome)
            if harmless and len(harmless) + len(harmful) >= wanted:
                break
        return harmless + harmful, reasons

    def _number(self, size: int) -> int:
        """How many candidates are enough."""
        percentage = self.arguments.get("minCandidateNodesPercentage", _PERCENTAGE)
        least = self.arguments.get("minCandidateNodesAbsolute", _ABSOLUTE)
        return int(min(max(size * percentage // 100, least), size))

    def _outcome(
        self,
        framework: Framework,
        nodes: NodeTable,
        shape: Shape,
        row: int,
        budgets: list[Body],
        kept: _Outcomes | None,
    ) -> Candidate | Unhelped:
        stamp = nodes.stamps[row]
        if kept is not None and row in kept and kept[row][0] == stamp:
            return kept[row][1]
        outcome = victims_on(framework, nodes, shape, row, self.reader, budgets)
        if kept is not None and _is_lasting(outcome):
            kept[row] = stamp, outcome
        return outcome

    def _kept(self, shape: Shape, nodes: NodeTable, framework: Framework) -> _Outcomes | None:
        """What is known about each row, if only what is on a node decides about it."""
        if any(framework.filters[index].filters(shape, nodes) for index in framework.filters_across):
            return None
        known = self._known.get(shape)
        stamp = nodes.numbering, framework.reads.count
        if known is None or known[0] != stamp:
            known = self._known[shape] = (stamp, {})
        return known[1]


def _is_lasting(outcome: Candidate | Unhelped) -> bool:
    """False if a victim has yet to start: then it gets another place in the order of importance."""
    return isinstance(outcome, Unhelped) or all(one.has_started for one in outcome.victims)


def _is_preempted(pod: Body | None) -> bool:
    """True if the pod is on its way out because a scheduler pushed it off."""
    if pod is None or not is_deleting(pod):
        return False
    held = condition(pod, "DisruptionTarget") or {}
    return held.get("status") == "True" and held.get("reason") == "PreemptionByScheduler"
