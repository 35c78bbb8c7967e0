"""Whatever happens to a cluster, figures that were kept and renewed are those of a scheduler that has just started."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.decision import attempt
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.preemption import victims_on
from simulator.engine.scheduler.shape import Shape, Shapes
from simulator.engine.world import World
from tests.engine.scheduler.builders import START, default_framework
from tests.engine.scheduler.random_clusters import NAMESPACES, namespace, nodes, pods, service

_NAMES, _SLOTS = st.sampled_from(["n0", "n1", "n2", "n3", "n4"]), st.integers(0, 7)


@dataclass
class Cluster:
    """A cluster, and a scheduler's table of it that is told of every change."""

    world: World
    framework: Framework
    nodes: NodeTable
    shapes: Shapes = field(default_factory=Shapes)
    running: dict[Key, tuple[str, Body]] = field(default_factory=dict)
    promised: dict[Key, tuple[str, Body]] = field(default_factory=dict)

    def place(self, slot: int, node: str, pod: Body) -> None:
        key = Key(pod["metadata"]["namespace"], f"r{slot}")
        self.running[key] = (node, pod)
        self.world.place("pods", key, self.world.get("pods", *key), pod)
        self.nodes.place(key, node, self.shapes.of(pod, placed=True))

    def start(self, slot: int, minute: int) -> None:
        """A pod that is on a node starts there, which is all that differs."""
        for key, (node, _) in self.running.items():
            if key.name == f"r{slot}":
                before = self.world.get("pods", *key)
                assert before is not None
                after = {**before, "status": {"startTime": f"2024-01-01T00:0{minute}:00Z"}}
                self.world.place("pods", key, before, after)
                self.nodes.restamp(node)

    def remove(self, slot: int) -> None:
        for key in [key for key in self.running if key.name == f"r{slot}"]:
            del self.running[key]
            self.world.place("pods", key, self.world.get("pods", *key), None)
            self.nodes.remove(key)

    def nominate(self, slot: int, node: str, pod: Body) -> None:
        key = Key(pod["metadata"]["namespace"], f"w{slot}")
        self.promised[key] = (node, pod)
        self.nodes.nominate(key, node, self.shapes.of(pod))

    def withdraw(self, slot: int) -> None:
        for key in [key for key in self.promised if key.name == f"w{slot}"]:
            del self.promised[key]
            self.nodes.withdraw(key)

    def put_node(self, body: Body) -> None:
        before = self.world.get("nodes", "", body["metadata"]["name"])
        self._put("nodes", body)
        self.nodes.change_node(before, body)

    def drop_node(self, name: str) -> None:
        before = self.world.get("nodes", "", name)
        if before is not None:
            self.world.place("nodes", Key("", name), before, None)
            self.nodes.change_node(before, None)

    def put(self, resource: str, body: Body) -> None:
        """Another object that plugins read."""
        self._put(resource, body)
        self.framework.note_change(resource)

    def fresh(self) -> tuple[Framework, NodeTable]:
        """The same cluster, as a scheduler sees it that has just started."""
        table = NodeTable(self.world.list("nodes"))
        for key, (node, pod) in self.running.items():
            table.place(key, node, self.shapes.of(pod, placed=True))
        for key, (node, pod) in self.promised.items():
            table.nominate(key, node, self.shapes.of(pod))
        return default_framework(self.world), table

    def _put(self, resource: str, body: Body) -> None:
        meta = body["metadata"]
        key = Key(meta.get("namespace", ""), meta["name"])
        self.world.place(resource, key, self.world.get(resource, *key), body)


Step = Callable[[Cluster], None]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda *told: lambda one: one.place(*told), _SLOTS, _NAMES, pods()),
    st.builds(lambda *told: lambda one: one.place(*told), _SLOTS, _NAMES, pods()),
    st.builds(lambda slot: lambda one: one.remove(slot), _SLOTS),
    st.builds(lambda slot, minute: lambda one: one.start(slot, minute), _SLOTS, st.integers(0, 2)),
    st.builds(lambda *told: lambda one: one.nominate(*told), _SLOTS, _NAMES, pods()),
    st.builds(lambda slot: lambda one: one.withdraw(slot), _SLOTS),
    st.builds(lambda body: lambda one: one.put_node(body), _NAMES.flatmap(nodes)),
    st.builds(lambda name: lambda one: one.drop_node(name), _NAMES),
    st.builds(
        lambda name, team: lambda one: one.put("namespaces", namespace(name, team)),
        st.sampled_from(NAMESPACES),
        st.sampled_from(["", "red"]),
    ),
    st.builds(
        lambda where, app: lambda one: one.put("services", service(where, app)),
        st.sampled_from(NAMESPACES),
        st.sampled_from("ab"),
    ),
)


def verdict(framework: Framework, table: NodeTable, pod: Body, shape: Shape) -> dict[str, Any]:
    """All that is said about a pod, by the names of nodes and plugins, and whom it would push off."""
    table.refresh()
    narrowing, plugins = framework.narrow(shape, table)
    evaluation = framework.evaluate(shape, table)
    codes = evaluation.refusals()
    feasible = np.flatnonzero(evaluation.feasible)
    assert np.array_equal(evaluation.feasible, ~codes.any(axis=0))
    marks = evaluation.grid(table, feasible)
    totals = evaluation.totals(table, feasible) if len(feasible) else feasible
    assert totals.tolist() == sum((one.weighted for one in marks.values()), np.zeros(len(feasible), int)).tolist()
    tried = attempt(framework, table, pod, shape, start=1, draw=lambda number: 7 % number) if len(table) else None
    return {
        "narrowing": (narrowing, plugins),
        "nodes": table.names,
        "refusals": [_refusals(framework, table, shape, codes[:, row]) for row in range(len(table))],
        "feasible": feasible.tolist(),
        "marks": {name: [figures.tolist() for figures in one] for name, one in marks.items()},
        "tried": tried and [tried.post, tried.message, *(_plain(part) for part in tried.decision[:-1])],
    }


def _plain(part: Any) -> Any:
    return part.tolist() if isinstance(part, np.ndarray) else part


def _refusals(framework: Framework, table: NodeTable, shape: Shape, codes: Any) -> list[Any]:
    return [
        (framework.filters[index].name, framework.filters[index].refusal(shape, table, int(codes[index])))
        for index in np.flatnonzero(codes).tolist()
    ]


@st.composite
def clusters(draw: Any) -> Cluster:
    world = World(seed=1, now=START)
    bodies = [draw(nodes(f"n{number}")) for number in range(draw(st.integers(1, 4)))]
    for resource, made in (("nodes", bodies), ("namespaces", [namespace(name) for name in NAMESPACES])):
        for body in made:
            world.place(resource, Key("", body["metadata"]["name"]), None, body)
    return Cluster(world, default_framework(world), NodeTable(bodies))


@given(clusters(), st.lists(st.tuples(STEPS, st.integers(0, 3)), max_size=14), st.lists(pods(), min_size=2, max_size=2))
@settings(max_examples=120, deadline=None)
def test_what_is_kept_is_what_a_fresh_scheduler_says(
    cluster: Cluster, steps: list[tuple[Step, int]], incoming: list[Body]
) -> None:
    asked = [(one, cluster.shapes.of(one)) for one in incoming]
    for step, looked_at in [(lambda _: None, 3), *steps, (lambda _: None, 3)]:
        step(cluster)
        for bit, (pod, shape) in enumerate(asked, start=1):
            if looked_at & bit:
                assert verdict(cluster.framework, cluster.nodes, pod, shape) == verdict(*cluster.fresh(), pod, shape)


@given(clusters(), st.lists(STEPS, max_size=10), pods())
@settings(max_examples=80, deadline=None)
def test_all_rows_at_once_are_each_row_alone(cluster: Cluster, steps: list[Step], incoming: Body) -> None:
    for step in steps:
        step(cluster)
    framework, table, shape = cluster.framework, cluster.nodes, cluster.shapes.of(incoming)
    table.refresh()
    together = framework.refusals(shape, table, table.every)
    for row in range(len(table)):
        alone = framework.refusals(shape, table, np.array([row], dtype=np.intp))
        assert together[:, row].tolist() == alone[:, 0].tolist()


@given(clusters(), st.lists(STEPS, min_size=3, max_size=12), pods())
@settings(max_examples=60, deadline=None)
def test_victims_of_all_nodes_at_once_are_those_of_each_alone(
    cluster: Cluster, steps: list[Step], incoming: Body
) -> None:
    for step in steps:
        step(cluster)
    framework, table = cluster.framework, cluster.nodes
    shape = cluster.shapes.of({**incoming, "spec": {**incoming["spec"], "priority": 100}})
    table.refresh()
    assume(not any(framework.filters[index].filters(shape, table) for index in framework.filters_across))
    before = verdict(framework, table, incoming, shape)
    together = victims_on(framework, table, shape, table.every, cluster.world, [])
    alone = [victims_on(framework, table, shape, table.every[[row]], cluster.world, []) for row in range(len(table))]
    assert [[one] for one in together] == alone
    assert verdict(framework, table, incoming, shape) == before
