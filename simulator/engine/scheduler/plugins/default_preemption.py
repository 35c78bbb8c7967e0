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
from simulator.engine.objects import condition, is_deleting, revision_of, status_of
from simulator.engine.registry import Bodies, Body, Reader
from simulator.engine.scheduler.fit_error import Failure, histogram
from simulator.engine.scheduler.nodes import NodeTable, Rows
from simulator.engine.scheduler.outcomes import Outcomes
from simulator.engine.scheduler.plugin import Draw, PostFiltered, PostFilterPlugin
from simulator.engine.scheduler.preemption import NO_VICTIMS, Candidate, Unhelped, best, victims_on
from simulator.engine.scheduler.shape import Shape

if TYPE_CHECKING:
    from simulator.engine.scheduler.framework import Framework

_PERCENTAGE, _ABSOLUTE = 10, 100
_NOT_HELPFUL = "Preemption is not helpful for scheduling"
_NEVER = "not eligible due to preemptionPolicy=Never."
_TERMINATING = "not eligible due to a terminating pod on the nominated node."


class DefaultPreemption(PostFilterPlugin):
    name = "DefaultPreemption"

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._kept: WeakKeyDictionary[Shape, tuple[tuple[int, ...], Outcomes]] = WeakKeyDictionary()

    def post_filter(
        self, pod: Body, shape: Shape, nodes: NodeTable, framework: Framework, failure: Failure, draw: Draw
    ) -> PostFiltered:
        rows = framework.resolvable_rows(shape, nodes, failure)
        refused = self._not_eligible(pod, shape, nodes, rows)
        if refused:
            return PostFiltered(None, f"preemption: {refused}")
        candidates, unhelped = self._candidates(shape, nodes, framework, rows, draw)
        if candidates:
            choice = best(candidates)
            return PostFiltered(choice.candidate.node, "", tuple(candidates), choice)
        if failed := [reason for why in unhelped if why.failed for reason in why.reasons]:
            return PostFiltered(None, f"preemption: {_aggregated(failed)}")
        reasons: Counter[str] = Counter()
        for why, number in unhelped.items():
            reasons.update(dict.fromkeys(why.reasons, number))
        if failure.total > len(rows):
            reasons[_NOT_HELPFUL] += failure.total - len(rows)
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
    ) -> tuple[list[Candidate], Counter[Unhelped]]:
        """Enough nodes that would take the pod without some others, else why they would not."""
        if not len(rows):
            return [], Counter()
        if not any(held < shape.priority for held in nodes.priorities):
            return [], Counter({Unhelped((NO_VICTIMS,)): len(rows)})
        budgets = self.reader.list(disruption_budgets.RESOURCE)
        across = any(framework.filters[index].filters(shape, nodes) for index in framework.filters_across)

        def find(some: Rows) -> list[Candidate | Unhelped]:
            return victims_on(framework, nodes, shape, some, self.reader, budgets)

        outcomes = Outcomes(len(nodes)) if across else self._known(shape, nodes, framework, budgets)
        wanted = self._number(len(rows))
        turned = np.roll(rows, -draw(len(rows)))
        candidates = outcomes.candidates(turned, wanted, nodes.stamps, find, at_once=1 if across else wanted)
        return candidates, Counter() if candidates else outcomes.unhelped(rows)

    def _number(self, size: int) -> int:
        """How many candidates are enough."""
        percentage = self.arguments.get("minCandidateNodesPercentage", _PERCENTAGE)
        least = self.arguments.get("minCandidateNodesAbsolute", _ABSOLUTE)
        return int(min(max(size * percentage // 100, least), size))

    def _known(self, shape: Shape, nodes: NodeTable, framework: Framework, budgets: Bodies) -> Outcomes:
        """What is known already, where only what is on a node, and the budgets, decide about it."""
        known = self._kept.get(shape)
        stamp = nodes.numbering, framework.reads(shape), *(revision_of(budget) for budget in budgets)
        if known is None or known[0] != stamp:
            known = self._kept[shape] = (stamp, Outcomes(len(nodes)))
        return known[1]


def _aggregated(errors: list[str]) -> str:
    """Several errors as Go prints them together."""
    return errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"


def _is_preempted(pod: Body | None) -> bool:
    """True if the pod is on its way out because a scheduler pushed it off."""
    if pod is None or not is_deleting(pod):
        return False
    held = condition(pod, "DisruptionTarget") or {}
    return held.get("status") == "True" and held.get("reason") == "PreemptionByScheduler"
