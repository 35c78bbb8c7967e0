"""What the scheduler would do with a pod, shown node by node and plugin by plugin. Changes nothing.

The cycle's own decision is traced, over a table as the cycle's and by the same plugins. A pod of the cluster that has a
node is looked at as if it had none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.engine.causes import _
from simulator.engine.objects import drop_in, key_of, name_of, namespace_of, text_of, timestamp
from simulator.engine.registry import KINDS, Body
from simulator.engine.scheduler.configuration.reading import DEFAULT
from simulator.engine.scheduler.cycle import memory
from simulator.engine.scheduler.decision import Attempt
from simulator.engine.scheduler.fit_error import absent_reason
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable, Rows
from simulator.engine.scheduler.one_pass import Pass
from simulator.engine.scheduler.preemption import CRITERIA, NEVER, Candidate, Choice, Victim
from simulator.engine.scheduler.profiles import Profiles, scheduler_of
from simulator.engine.scheduler.shape import Shape
from simulator.engine.world import World


def feasible(world: World, pod: Body) -> list[dict[str, Any]]:
    """For each node: its name, and the filter (plugin and reasons) that refuses it the pod, None if it can take it."""
    return [{"name": one["name"], "filter": one["filter"]} for one in trace(world, pod)["nodes"]]


def trace(world: World, pod: Body, *, profiles: Profiles | None = None) -> dict[str, Any]:
    """The decision about one pod as it would be made now. One that the world has on a node is looked at without it."""
    pod = KINDS["pods"].default(pod)
    profiles = profiles or Profiles(world, DEFAULT)
    running = Pass(world, profiles, chance=world, but=key_of(pod), start=memory(world).start)
    if world.get("pods", *key_of(pod)) is not None:
        pod = drop_in(pod, ("spec", "nodeName"))
    return told(running, pod, running.try_out(pod))


def schedule(world: World, *, profiles: Profiles | None = None) -> list[dict[str, Any]]:
    """One pass over the pods that have no node, each counted where it goes before the next is looked at.

    Changes nothing in the world. In the queue's order; no delays, and no pod is tried twice: who is pushed off a node
    is still there at the end, and who pushes waits for the room.
    """
    running = Pass(world, profiles or Profiles(world, DEFAULT), chance=world)
    answers = []
    for pod in running.in_order(KINDS["pods"].default(pod) for pod in world.list("pods")):
        tried = running.try_out(pod)
        answers.append(told(running, pod, tried))
        if tried is not None:
            running.settle(pod, tried)
    return answers


def told(running: Pass, pod: Body, tried: Attempt | None) -> dict[str, Any]:
    """One decision with every figure behind it, while the table is as it was.

    Nodes that can take the pod but are not among those that the cycle ranks (in clusters of 100 nodes and more) have
    neither filter nor scores. A lone feasible node is ranked here for show; the cycle takes it unseen.
    """
    framework = running.profiles.of(pod)
    answer: dict[str, Any] = {
        "namespace": namespace_of(pod),
        "name": name_of(pod),
        "node": None,
        "ties": [],
        "message": _NO_NODES,
        "nominatedNode": None,
        "victims": [],
        "nodes": [],
        "profile": scheduler_of(pod),
        "filters": [plugin.name for plugin in framework.filters] if framework else [],
        "weights": {plugin.name: weight for plugin, weight in framework.scorers} if framework else {},
    }
    if tried is None or framework is None:
        return answer
    decision, post, nodes = tried.decision, tried.post, running.nodes
    shape, promised = running.shapes.of(pod), nodes.withdraw(key_of(pod))
    grid = _grid(framework, nodes, shape, decision.ranked)
    if promised:
        nodes.nominate(key_of(pod), promised, shape)
    answer |= {
        "node": decision.node,
        "ties": [nodes.names[row] for row in decision.ties.tolist()],
        "message": tried.message or f"Successfully assigned {text_of(key_of(pod))} to {decision.node}",
        "nodes": grid,
    }
    if post is not None and post.choice is not None:
        answer |= _preemption(post.choice, post.candidates)
    elif post is not None and post.nominated is None:
        answer["nominatedNode"] = promised or None
    return answer


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
                "pdbViolations": one.harm[0],
                "highestPriority": one.harm[1],
                "prioritySum": sum(victim.shape.priority for victim in one.victims),
                "latestStart": timestamp(-one.harm[4]) if -one.harm[4] < NEVER else None,
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
    marks = framework.evaluate(shape, nodes).grid(nodes, ranked) if len(ranked) else {}
    for plugin, (raw, normalized, weighted) in marks.items():
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
    refused = np.logical_or.reduce(codes, axis=0).tolist()
    refusers: list[int] = (codes != 0).argmax(axis=0).tolist()
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
_ONLY = _("The only node on which preemption helps.")
_FIRST = _("No candidate was better than the others: the first was taken.")
_NO_NODES = "no nodes available to schedule pods"
