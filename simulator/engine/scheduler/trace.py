"""What the scheduler would do with a pod, shown node by node and plugin by plugin. Changes nothing.

The cycle's own decision is traced, over a table as the cycle's and by the same plugins. A pod of the cluster that has a
node is looked at as if it had none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from simulator.engine.causes import _
from simulator.engine.chance import Chance
from simulator.engine.objects import key_of, name_of, namespace_of, text_of, timestamp
from simulator.engine.registry import KINDS, Body, Reader
from simulator.engine.scheduler.cycle import drawing, memory
from simulator.engine.scheduler.decision import attempt
from simulator.engine.scheduler.fit_error import absent_reason
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable, Rows
from simulator.engine.scheduler.plugins.registry import default_framework
from simulator.engine.scheduler.preemption import CRITERIA, Candidate, Choice, Victim
from simulator.engine.scheduler.profiles import scheduler_of
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.snapshot import Snapshot
from simulator.engine.world import World

NO_NODES = "no nodes available to schedule pods"


class Traced(NamedTuple):
    """A trace, and where the search for nodes would start for the next pod. `node` is None where there is none."""

    answer: dict[str, Any]
    node: str | None
    start: int


def feasible(reader: Reader, pod: Body, *, framework: Framework | None = None) -> list[dict[str, Any]]:
    """For each node: its name, and the filter (plugin and reasons) that refuses it the pod, None if it can take it."""
    pod = KINDS["pods"].default(pod)
    snapshot = Snapshot(reader, but=key_of(pod))
    told = _filters(framework or default_framework(reader), snapshot.nodes, snapshot.shape_of(pod))
    return [{"name": name, "filter": told[row]} for row, name in enumerate(snapshot.nodes.names)]


def trace(world: World, pod: Body, *, framework: Framework | None = None) -> dict[str, Any]:
    """The decision about one pod as it would be made now."""
    pod = KINDS["pods"].default(pod)
    snapshot = Snapshot(world, but=key_of(pod))
    return trace_on(snapshot, framework or default_framework(world), pod, chance=world, start=memory(world).start).answer


def trace_on(snapshot: Snapshot, framework: Framework, pod: Body, *, chance: Chance, start: int) -> Traced:
    """The decision about one pod: filters, scores, ties, the winner or the message.

    Nodes that can take the pod but are not among those that the cycle ranks (in clusters of 100 nodes and more) have
    neither filter nor scores. A lone feasible node is ranked here for show; the cycle takes it unseen.
    """
    answer = empty_trace(pod) | {
        "profile": framework.profile.scheduler_name,
        "filters": [plugin.name for plugin in framework.filters],
        "weights": {plugin.name: weight for plugin, weight in framework.scorers},
    }
    nodes, shape = snapshot.nodes, snapshot.shape_of(pod)
    nodes.refresh()
    if not len(nodes):
        return Traced(answer, None, start)
    tried = attempt(framework, nodes, pod, shape, start=start, draw=drawing(chance, pod))
    decision = tried.decision
    answer |= {
        "node": decision.node,
        "ties": [nodes.names[row] for row in decision.ties.tolist()],
        "message": tried.message or f"Successfully assigned {text_of(key_of(pod))} to {decision.node}",
        "nodes": _grid(framework, nodes, shape, decision.ranked),
    }
    if tried.post is not None and tried.post.choice is not None:
        answer |= _preemption(tried.post.choice, tried.post.candidates)
    return Traced(answer, decision.node, decision.start)


def empty_trace(pod: Body) -> dict[str, Any]:
    """The trace of a pod that no scheduler looks at."""
    return {
        "namespace": namespace_of(pod),
        "name": name_of(pod),
        "node": None,
        "ties": [],
        "message": NO_NODES,
        "nominatedNode": None,
        "victims": [],
        "nodes": [],
        "profile": scheduler_of(pod),
        "filters": [],
        "weights": {},
    }


def _preemption(choice: Choice, candidates: Sequence[Candidate]) -> dict[str, Any]:
    """Who is to make room where, on which nodes that would have been possible, and what decided among them."""
    why = _ONLY if len(candidates) == 1 else _FIRST
    if choice.criterion is not None:
        why = _WHY[CRITERIA[choice.criterion]]
    return {
        "nominatedNode": choice.candidate.node,
        "victims": [_named(victim) for victim in choice.candidate.victims],
        "candidates": [
            {
                "node": one.node,
                "victims": [{**_named(victim), "priority": victim.shape.priority} for victim in one.victims],
                "pdbViolations": one.violations,
                "highestPriority": one.highest,
                "prioritySum": sum(victim.shape.priority for victim in one.victims),
                "latestStart": timestamp(one.earliest) if one.victims[0].has_started else None,
            }
            for one in candidates
        ],
        "why": why,
    }


def _named(victim: Victim) -> dict[str, Any]:
    return victim.key._asdict()


def _grid(framework: Framework, nodes: NodeTable, shape: Shape, ranked: Rows) -> list[dict[str, Any]]:
    filters = _filters(framework, nodes, shape)
    scores: dict[int, dict[str, dict[str, int]]] = {row: {} for row in ranked.tolist()}
    for plugin, (raw, normalized, weighted) in framework.evaluate(shape, nodes).grid(nodes, ranked).items():
        for row, *figures in zip(ranked.tolist(), raw.tolist(), normalized.tolist(), weighted.tolist(), strict=True):
            scores[row][plugin] = dict(zip(("raw", "normalized", "weighted"), figures, strict=True))
    return [
        {
            "name": name,
            "filter": filters[row],
            "scores": scores.get(row, {}),
            "total": sum(one["weighted"] for one in scores[row].values()) if row in scores else None,
        }
        for row, name in enumerate(nodes.names)
    ]


def _filters(framework: Framework, nodes: NodeTable, shape: Shape) -> list[dict[str, Any] | None]:
    """By row, the first plugin that refuses the node with its reasons, None where none does."""
    narrowing, plugins = framework.narrow(shape, nodes)
    if narrowing.conflict:
        return [{"plugin": plugins[0], "reasons": [narrowing.conflict]} for _name in nodes.names]
    codes = framework.refusals(shape, nodes, nodes.every)
    refused, refusers = codes.any(axis=0).tolist(), np.argmax(codes != 0, axis=0).tolist()
    told: list[dict[str, Any] | None] = []
    for row, name in enumerate(nodes.names):
        if narrowing.names is not None and name not in narrowing.names:
            told.append({"plugin": plugins[0], "reasons": [absent_reason(plugins)]})
        elif refused[row]:
            plugin = framework.filters[refusers[row]]
            reasons = plugin.refusal(shape, nodes, int(codes[refusers[row], row])).reasons
            told.append({"plugin": plugin.name, "reasons": list(reasons)})
        else:
            told.append(None)
    return told


_WHY = {
    "pdbViolations": _("Chosen because it violates the fewest disruption budgets."),
    "highestPriority": _("Chosen because the highest priority among its victims is the lowest."),
    "prioritySum": _("Chosen because the sum of its victims' priorities is the lowest."),
    "victims": _("Chosen because it has the fewest victims."),
    "latestStart": _("Chosen because its most important victims started last."),
}
_ONLY = _("It is the only node on which preemption helps.")
_FIRST = _("Its victims are no better and no worse than the others': the first candidate was taken.")
