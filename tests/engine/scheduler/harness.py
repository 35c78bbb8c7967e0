"""One plugin alone before a few nodes: whom it refuses, and how it scores. For the plugins' tables of cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from simulator.engine.objects import key_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.plugin import FilterPlugin, Plugin, Refusal, ScorePlugin
from simulator.engine.scheduler.profile import Enabled, Profile
from simulator.engine.scheduler.shape import Shape, Shapes
from simulator.engine.world import World
from tests.engine.scheduler.builders import START, resource_of

POINTS = ("preEnqueue", "queueSort", "preFilter", "filter", "score", "reserve", "permit", "preBind", "bind", "postBind")


class Told(NamedTuple):
    """refused: the reasons by node. resolvable: the refused nodes on which fewer pods might help. rejected: PreFilter's
    message. raw, normalized: the scores by node of those that are ranked."""

    refused: dict[str, tuple[str, ...]]
    resolvable: frozenset[str]
    rejected: str
    raw: dict[str, int]
    normalized: dict[str, int]


class Bench(NamedTuple):
    """A plugin, the table it looks at and the shape of the pod in question."""

    framework: Framework
    plugin: Plugin
    nodes: NodeTable
    shape: Shape
    shapes: Shapes


def set_up(
    kind: type[Plugin],
    pod: Body,
    *,
    nodes: Sequence[Body],
    pods: Iterable[Body] = (),
    objects: Iterable[Body] = (),
    arguments: Body | None = None,
) -> Bench:
    """Running pods are those with a nodeName; `objects` are anything else that the plugin reads."""
    world = World(seed=1, now=START)
    for number, body in enumerate([*nodes, *pods, *objects], start=1):
        metadata = {"uid": f"uid-{number}", "resourceVersion": str(number), **body["metadata"]}
        world.load(resource_of(body), {**body, "metadata": metadata})
    profile = Profile(
        "default-scheduler", {one: (Enabled(kind.name, 1),) for one in POINTS}, {kind.name: arguments or {}}
    )
    framework, shapes, table = Framework(profile, world, {kind.name: kind}), Shapes(), NodeTable(nodes)
    for one in pods:
        table.place(key_of(one), one["spec"]["nodeName"], shapes.of(one, placed=True))
    plugin = framework.plugin(kind.name)
    assert plugin is not None
    return Bench(framework, plugin, table, shapes.of(pod), shapes)


def judge(
    kind: type[Plugin],
    pod: Body,
    *,
    nodes: Sequence[Body],
    pods: Iterable[Body] = (),
    objects: Iterable[Body] = (),
    arguments: Body | None = None,
    among: Sequence[str] | None = None,
) -> Told:
    """What the plugin alone says about the pod. `among`: the nodes to rank, else those that it does not refuse."""
    bench = set_up(kind, pod, nodes=nodes, pods=pods, objects=objects, arguments=arguments)
    framework, plugin, table, shape, _ = bench
    refusals: dict[str, Refusal] = {}
    narrowing, _ = framework.narrow(shape, table)
    if isinstance(plugin, FilterPlugin) and not narrowing.conflict and plugin.filters(shape, table):
        codes = plugin.filter(shape, table, table.every)
        refusals = {
            table.names[row]: plugin.refusal(shape, table, int(codes[row])) for row in np.flatnonzero(codes).tolist()
        }
    if narrowing.names is not None and not narrowing.conflict:
        refusals |= {name: Refusal(("not narrowed to",)) for name in table.names if name not in narrowing.names}
    ranked = [name for name in table.names if name not in refusals] if among is None else list(among)
    rows = np.array([table.row_of[name] for name in ranked], dtype=np.intp)
    marks = None
    if isinstance(plugin, ScorePlugin) and len(rows) and not narrowing.conflict:
        marks = framework.evaluate(shape, table).grid(table, rows).get(kind.name)
    return Told(
        {name: one.reasons for name, one in refusals.items()},
        frozenset(name for name, one in refusals.items() if one.resolvable),
        narrowing.conflict,
        dict(zip(ranked, marks.raw.tolist(), strict=True)) if marks else {},
        dict(zip(ranked, marks.normalized.tolist(), strict=True)) if marks else {},
    )
