"""DefaultPreemption: what taking pods of lower priority off a node could do for a pod that fits nowhere.

It says whether it could help, in upstream's words; it takes no pod off a node.
Follows pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go and
pkg/scheduler/framework/preemption/preemption.go, v1.34.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from simulator.engine.scheduler.fit_error import Failure, histogram
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.shape import Shape

_CLAIMS = "no new claims to deallocate"
"""What the plugin DynamicResources, which is asked first, says about a pod without resource claims."""
_NOT_HELPFUL = "Preemption is not helpful for scheduling"
_NO_VICTIMS = "No preemption victims found for incoming pod"


def verdict(
    framework: Framework, nodes: NodeTable, shape: Shape, failure: Failure, *, priority: int, policy: str
) -> str:
    """What is added to the message of a pod that fits nowhere; empty if preemption would make room for it."""
    if policy == "Never":
        return f"{_CLAIMS}, preemption: not eligible due to preemptionPolicy=Never."
    reasons: Counter[str] = Counter()
    lower = any(held < priority for held in nodes.priorities)
    for (index, code), number in failure.refusals.items():
        if not framework.filters[index].refusal(shape, nodes, code).resolvable:
            continue
        if not lower:
            reasons[_NO_VICTIMS] += number
            continue
        rows = failure.rows[(failure.refusers == index) & (failure.codes == code)]
        for row in rows.tolist():
            left = _reasons_without_victims(framework, nodes, shape, row, priority)
            if not left:
                return ""
            reasons.update(left)
    unhelpful = failure.total - sum(
        number
        for (index, code), number in failure.refusals.items()
        if framework.filters[index].refusal(shape, nodes, code).resolvable
    )
    if unhelpful:
        reasons[_NOT_HELPFUL] += unhelpful
    return f"{_CLAIMS}, preemption: {histogram(failure.total, reasons)}"


def _reasons_without_victims(
    framework: Framework, nodes: NodeTable, shape: Shape, row: int, priority: int
) -> tuple[str, ...]:
    """Why the node still refuses the pod when all pods of lower priority are off it; empty if it no longer does."""
    victims = [key for key, pod in nodes.pods_on(row).items() if pod.shape.priority < priority]
    if not victims:
        return (_NO_VICTIMS,)
    alone = np.array([row], dtype=np.intp)
    with nodes.without(row, victims):
        codes = framework.codes(shape, nodes, alone)[:, 0]
    for index in np.flatnonzero(codes).tolist():
        return framework.filters[index].refusal(shape, nodes, int(codes[index])).reasons
    return ()
