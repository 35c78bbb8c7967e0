"""What the scheduler would do with a pod now, shown node by node and plugin by plugin. Changes nothing.

The cycle's own decision is traced, over the same table and by the same plugins. A pod of the world that has a node is
looked at as if it had none.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.engine.objects import key_of, name_of, namespace_of, text_of
from simulator.engine.pods import node_of
from simulator.engine.registry import KINDS, Body
from simulator.engine.scheduler.configuration.reading import DEFAULT
from simulator.engine.scheduler.cycle import memory
from simulator.engine.scheduler.decision import Attempt
from simulator.engine.scheduler.fit_error import absent_reason
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable, Rows
from simulator.engine.scheduler.one_pass import Pass
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.shape import Shape
from simulator.engine.world import World


def feasible(reader: World, pod: Body) -> list[dict[str, Any]]:
    """For each node: its name, and the filter (plugin and reasons) that refuses it the pod, None if it can take it."""
    return [{"name": one["name"], "filter": one["filter"]} for one in trace(reader, pod)["nodes"]]


def trace(world: World, pod: Body, *, profiles: Profiles | None = None) -> dict[str, Any]:
    """The decision about one pod: filters, scores, ties, the winner or the message.

    Nodes that can take the pod but are not among those that the cycle ranks (in clusters of 100 nodes and more) have
    neither filter nor scores. A lone feasible node is ranked here for show; the cycle takes it unseen.
    """
    pod = KINDS["pods"].default(pod)
    unbound = {**pod, "spec": {key: value for key, value in pod["spec"].items() if key != "nodeName"}}
    held = world.get("pods", *key_of(pod))
    free = unbound if held is not None and node_of(held) else pod
    running = Pass(world, profiles or Profiles(world, DEFAULT), but=key_of(pod), start=memory(world).start)
    return told(running, free, running.try_out(free))


def schedule(world: World, *, profiles: Profiles | None = None) -> list[dict[str, Any]]:
    """One pass over the pods that have no node, each counted where it goes before the next is looked at.

    Changes nothing in the world. In the queue's order; no delays, and no pod is tried twice.
    """
    running = Pass(world, profiles or Profiles(world, DEFAULT))
    pods = running.in_order(KINDS["pods"].default(pod) for pod in world.list("pods"))
    answers = []
    for pod in pods:
        tried = running.try_out(pod)
        answers.append(told(running, pod, tried))
        if tried is not None:
            running.settle(pod, tried)
    return answers


def told(running: Pass, pod: Body, tried: Attempt | None) -> dict[str, Any]:
    """One decision with every figure behind it."""
    answer: dict[str, Any] = {
        "namespace": namespace_of(pod),
        "name": name_of(pod),
        "node": None,
        "ties": [],
        "message": "no nodes available to schedule pods",
        "nominatedNode": None,
        "victims": [],
        "nodes": [],
    }
    framework = running.profiles.of(pod)
    if tried is None or framework is None:
        return answer
    decision, post, nodes = tried.decision, tried.post, running.nodes
    shape = running.shapes.of(pod)
    answer |= {
        "node": decision.node,
        "ties": [nodes.names[row] for row in decision.ties.tolist()],
        "message": tried.message or f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {decision.node}",
        "nodes": _grid(framework, nodes, shape, decision.ranked),
    }
    if post is not None and post.choice is not None:
        victims = post.choice.candidate.victims
        answer |= {"nominatedNode": post.nominated, "victims": [text_of(one.key) for one in victims]}
    return answer


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
        return [{"plugin": plugins[0], "reasons": [narrowing.conflict]} for _ in nodes.names]
    codes = framework.refusals(shape, nodes, nodes.every)
    told: list[dict[str, Any] | None] = []
    for row, name in enumerate(nodes.names):
        refusers = np.flatnonzero(codes[:, row]).tolist()
        if narrowing.names is not None and name not in narrowing.names:
            told.append({"plugin": plugins[0], "reasons": [absent_reason(plugins)]})
        elif refusers:
            plugin = framework.filters[refusers[0]]
            reasons = plugin.refusal(shape, nodes, int(codes[refusers[0], row])).reasons
            told.append({"plugin": plugin.name, "reasons": list(reasons)})
        else:
            told.append(None)
    return told
