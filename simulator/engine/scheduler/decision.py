"""One decision: which of the nodes that can take a pod it goes to, or why none can.

Reads the node table and writes nothing. Upstream draws among equal scores at random; here a hash draws.
Follows schedulePod, findNodesThatFitPod and prioritizeNodes of pkg/scheduler/schedule_one.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.engine.objects import key_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.fit_error import Failure
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import Flags, Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import Draw, PostFiltered
from simulator.engine.scheduler.shape import Shape


class Decision(NamedTuple):
    """node is None where `failure` says why. ties: the rows among which the winner was drawn, it among them.

    ranked: the rows that were ranked. score: the winner's, None where it was the only one. start: the next start index.
    """

    node: str | None
    score: int | None
    feasible: int
    total: int
    ties: Rows
    ranked: Rows
    start: int
    failure: Failure | None


class Attempt(NamedTuple):
    """A decision and, where it is that no node takes the pod, what could be done about it and the message."""

    decision: Decision
    post: PostFiltered | None
    message: str


def attempt(framework: Framework, nodes: NodeTable, pod: Body, shape: Shape, *, start: int, draw: Draw) -> Attempt:
    """One try to place a pod, preemption included. Leaves the table as it was; `nodes` must not be empty.

    The node that the pod was promised is tried first, and alone. Follows schedulingCycle of schedule_one.go.
    """
    nodes.refresh()
    key = key_of(pod)
    promised = nodes.withdraw(key)
    try:
        decision = decide(framework, nodes, shape, start=start, draw=draw, promised=promised)
        if decision.failure is None:
            return Attempt(decision, None, "")
        post = framework.post_filter(pod, shape, nodes, decision.failure, draw)
    finally:
        if promised:
            nodes.nominate(key, promised, shape)
    message = framework.message(shape, nodes, decision.failure)
    return Attempt(decision, post, f"{message} {post.message}" if post.message else message)


def decide(
    framework: Framework, nodes: NodeTable, shape: Shape, *, start: int, draw: Draw, promised: str = ""
) -> Decision:
    """Filters, ranks and selects. `nodes` must be fresh and not empty."""
    size = len(nodes)
    narrowing, _ = framework.narrow(shape, nodes)
    if promised in nodes.row_of and not narrowing.conflict:
        alone = np.array([nodes.row_of[promised]], dtype=np.intp)
        if not framework.refusals(shape, nodes, alone).any():
            return Decision(promised, None, 1, size, alone, alone, start, None)
    if narrowing.conflict or narrowing.names is not None:
        return _decide_among(framework, nodes, shape, narrowing.names or frozenset(), start=start, draw=draw)
    evaluation = framework.evaluate(shape, nodes)
    ranked, start = _sampled(evaluation.feasible, start % size, framework.nodes_to_find(size))
    if not len(ranked):
        failure = framework.failure(shape, nodes, nodes.every, evaluation.refusals())
        return Decision(None, None, 0, size, ranked, ranked, start, failure)
    if len(ranked) == 1:
        name = nodes.names[int(ranked[0])]
        return Decision(name, None, 1, size, ranked, ranked, start, None)
    return _selected(nodes, ranked, evaluation.totals(nodes, ranked), start, draw)


def _decide_among(
    framework: Framework,
    nodes: NodeTable,
    shape: Shape,
    names: frozenset[str],
    *,
    start: int,
    draw: Draw,
) -> Decision:
    """The same for a pod that only a few named nodes can take: nothing is kept for the next pod of its shape."""
    size = len(nodes)
    rows = np.array(sorted(nodes.row_of[name] for name in names if name in nodes.row_of), dtype=np.intp)
    codes = framework.refusals(shape, nodes, rows)
    feasible = rows[~codes.any(axis=0)]
    start = (start + len(rows)) % size
    feasible = feasible[: framework.nodes_to_find(len(rows))]
    if not len(feasible):
        failure = framework.failure(shape, nodes, rows, codes)
        return Decision(None, None, 0, size, feasible, feasible, start, failure)
    if len(feasible) == 1:
        name = nodes.names[int(feasible[0])]
        return Decision(name, None, 1, size, feasible, feasible, start, None)
    return _selected(nodes, feasible, framework.evaluate(shape, nodes).totals(nodes, feasible), start, draw)


def _selected(nodes: NodeTable, ranked: Rows, totals: Integers, start: int, draw: Draw) -> Decision:
    best = int(np.maximum.reduce(totals))
    ties = ranked[totals == best]
    ties.sort()
    drawn = int(ties[draw(len(ties)) if len(ties) > 1 else 0])
    return Decision(nodes.names[drawn], best, len(ranked), len(nodes), ties, ranked, start, None)


def _sampled(feasible: Flags, start: int, wanted: int) -> tuple[Rows, int]:
    """The first `wanted` feasible rows from `start` on, round the table, and where the next cycle starts.

    The search ends at the first feasible row that is one too many, as upstream's does with one worker.
    """
    rows: Rows = np.flatnonzero(feasible)
    if len(rows) <= wanted:
        return rows, start
    first = int(rows.searchsorted(start))
    turned = np.concatenate((rows[first : first + wanted + 1], rows[: max(0, first + wanted + 1 - len(rows))]))
    return turned[:wanted], int(turned[wanted])
