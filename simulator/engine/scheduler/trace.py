"""What the scheduler would do with a pod now, shown node by node and plugin by plugin. Changes nothing.

The cycle's own decision is traced, over the same table and by the same plugins. A pod of the world that has a node is
looked at as if it had none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simulator.engine.objects import key_of, name_of, namespace_of
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import KINDS, Body, Key, Reader
from simulator.engine.scheduler.cycle import CYCLE, draw
from simulator.engine.scheduler.decision import Decision, decide
from simulator.engine.scheduler.fit_error import absent_reason
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable, Rows
from simulator.engine.scheduler.plugins import default_preemption
from simulator.engine.scheduler.plugins.registry import default_framework
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.shape import Shape, Shapes
from simulator.engine.world import World


def table_of(reader: Reader, shapes: Shapes, *, but: Key | None = None) -> NodeTable:
    """The nodes and what runs on them, without one pod."""
    nodes = NodeTable(reader.list("nodes"))
    for pod in reader.list("pods"):
        if node_of(pod) and not is_terminal(pod) and key_of(pod) != but:
            nodes.place(key_of(pod), node_of(pod), shapes.of(pod, placed=True))
    return nodes


def feasible(reader: Reader, pod: Body) -> list[dict[str, Any]]:
    """For each node: its name, and the filter (plugin and reasons) that refuses it the pod, None if it can take it."""
    pod = KINDS["pods"].default(pod)
    shapes, framework = Shapes(), default_framework(reader)
    nodes = table_of(reader, shapes, but=key_of(pod))
    told = _filters(framework, nodes, _shape(reader, shapes, pod))
    return [{"name": name, "filter": told[row]} for row, name in enumerate(nodes.names)]


def trace(world: World, pod: Body, *, framework: Framework | None = None) -> dict[str, Any]:
    """The decision about one pod: filters, scores, ties, the winner or the message.

    Nodes that can take the pod but are not among those that the cycle ranks (in clusters of 100 nodes and more) have
    neither filter nor scores. A lone feasible node is ranked here for show; the cycle takes it unseen.
    """
    pod = KINDS["pods"].default(pod)
    shapes, framework = Shapes(), framework or default_framework(world)
    nodes = table_of(world, shapes, but=key_of(pod))
    start = (world.note(NAME, CYCLE) or {"start": 0})["start"]
    return trace_on(world, framework, nodes, _shape(world, shapes, pod), pod, start=start)[0]


def schedule(world: World, *, framework: Framework | None = None) -> list[dict[str, Any]]:
    """One pass over the pods that have no node, each counted where it goes before the next is looked at.

    Changes nothing in the world. In the queue's order; no delays, and no pod is tried twice.
    """
    shapes, framework = Shapes(), framework or default_framework(world)
    nodes = table_of(world, shapes)
    told, start = [], 0
    for pod in sorted(filter(framework.admits, _pending(world)), key=_rank):
        shape = shapes.of(pod)
        answer, start = trace_on(world, framework, nodes, shape, pod, start=start)
        if answer["node"] is not None:
            nodes.place(key_of(pod), answer["node"], shape)
        told.append(answer)
    return told


def trace_on(
    world: World, framework: Framework, nodes: NodeTable, shape: Shape, pod: Body, *, start: int
) -> tuple[dict[str, Any], int]:
    """The trace over a table of nodes that the caller keeps, and where the next search starts."""
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
    nodes.refresh()
    if not len(nodes):
        return answer, start
    decision = decide(framework, nodes, shape, start=start, draw=lambda number: draw(world, pod, number))
    answer |= {
        "node": decision.node,
        "ties": [nodes.names[row] for row in decision.ties.tolist()],
        "message": _message(framework, nodes, shape, pod, decision),
        "nodes": _grid(framework, nodes, shape, decision.ranked),
    }
    return answer, decision.start


def _pending(world: World) -> Iterator[Body]:
    for pod in world.list("pods"):
        if not node_of(pod) and not is_terminal(pod) and pod["spec"].get("schedulerName", NAME) == NAME:
            yield KINDS["pods"].default(pod)


def _rank(pod: Body) -> tuple[int, str]:
    return -(pod["spec"].get("priority") or 0), pod["metadata"].get("creationTimestamp") or ""


def _shape(reader: Reader, shapes: Shapes, pod: Body) -> Shape:
    held = reader.get("pods", *key_of(pod))
    return shapes.of(pod, placed=held is not None and bool(node_of(held)))


def _message(framework: Framework, nodes: NodeTable, shape: Shape, pod: Body, decision: Decision) -> str:
    if decision.failure is None:
        return f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {decision.node}"
    added = default_preemption.verdict(
        framework,
        nodes,
        shape,
        decision.failure,
        priority=pod["spec"].get("priority") or 0,
        policy=pod["spec"].get("preemptionPolicy") or "PreemptLowerPriority",
    )
    message = framework.message(shape, nodes, decision.failure)
    return f"{message} {added}" if added else message


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
