"""What holds of preemption on any cluster: whom it spares, that it helps, and that what it remembers is still so."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.objects import is_deleting, key_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.decision import decide
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.plugin import PostFiltered
from simulator.engine.scheduler.shape import Shape
from tests.engine.scheduler.builders import TEST, ZONE, container, node, placed, pod, world
from tests.engine.scheduler.victims import budget, post_filter, sized, table

PRIORITIES = st.sampled_from([-5, 0, 0, 3, 7, 100])
SELECTOR = {"matchLabels": {"app": "x"}}
APART = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
    {"labelSelector": SELECTOR, "topologyKey": ZONE}]}}  # fmt: skip
SPREAD = [{"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": SELECTOR}]
EXTRAS: list[Body] = [{}, {}, {}, {"affinity": APART}, {"topologySpreadConstraints": SPREAD}]


@st.composite
def pods(draw: Any, name: str, *, on: str = "", nominated: str = "", across: bool = True) -> Body:
    labels = draw(st.sampled_from([None, {"app": "x"}, {"app": "y"}]))
    extra = draw(st.sampled_from(EXTRAS if across else [{}]))
    size, priority = draw(st.sampled_from(["", "S", "M", "L"])), draw(PRIORITIES)
    started = draw(st.sampled_from([None, 1, 2]))
    return sized(name, size, priority, on=on, nominated=nominated, labels=labels, started=started, **extra)


@st.composite
def clusters(draw: Any, *, across: bool = True) -> tuple[list[Body], list[Body]]:
    nodes = [
        node(f"n{number}", draw(st.sampled_from(["300m", "500m", "1"])), pods=draw(st.sampled_from(["2", "9"])),
             labels={ZONE: draw(st.sampled_from(["z1", "z2"]))}, unschedulable=draw(st.integers(0, 5)) == 0)
        for number in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    names = [one["metadata"]["name"] for one in nodes]
    others = [
        draw(pods(f"r{number}", on=draw(st.sampled_from(names)), across=across))
        for number in range(draw(st.integers(0, 10)))
    ]
    others += [
        draw(pods(f"q{number}", nominated=draw(st.sampled_from(names)), across=across))
        for number in range(draw(st.integers(0, 2)))
    ]
    others += [budget(f"b{number}", number, match={"app": "x"}) for number in range(draw(st.integers(0, 1)))]
    return nodes, others


def answer(framework: Framework, made: NodeTable, incoming: Body, shape: Shape) -> PostFiltered | None:
    """What preemption does for a pod; None if it fits as it is."""
    if decide(framework, made, shape, start=0, draw=lambda number: 0).failure is None:
        return None
    return post_filter(framework, made, incoming, shape)


@given(clusters(), pods("p"))
@settings(max_examples=150, deadline=None)
def test_only_lesser_pods_go_and_then_the_pod_fits(cluster: tuple[list[Body], list[Body]], incoming: Body) -> None:
    framework, made, shapes = table(*cluster)
    shape = shapes.of(incoming)
    before = (
        made.requested.copy(),
        made.count.copy(),
        {name: dict(made.pods_on(row)) for name, row in made.row_of.items()},
    )
    told = answer(framework, made, incoming, shape)
    after = {name: dict(made.pods_on(row)) for name, row in made.row_of.items()}
    assert np.array_equal(before[0], made.requested[: len(before[0])]) and np.array_equal(before[1], made.count)
    assert before[2] == after
    for one in told.candidates if told is not None else ():
        assert one.victims and all(victim.shape.priority < shape.priority for victim in one.victims)
        row = made.row_of[one.node]
        rows = np.array([row], dtype=np.intp)
        assert framework.refusals(shape, made, rows).any(), "they had to go"
        with made.without(row, [victim.key for victim in one.victims]):
            assert not framework.refusals(shape, made, rows).any()


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["place", "remove", "nominate", "withdraw", "node"]), st.integers(0, 5), st.integers(0, 3)
    ),
    max_size=8,
)


@given(
    clusters(across=False), pods("p", across=False), st.lists(pods("more", across=False), min_size=6, max_size=6), STEPS
)
@settings(max_examples=150, deadline=None)
def test_what_is_remembered_is_what_a_fresh_look_says(
    cluster: tuple[list[Body], list[Body]], incoming: Body, more: list[Body], steps: list[Step]
) -> None:
    framework, made, shapes = table(*cluster)
    shape = shapes.of(incoming)
    for what, which, where in steps:
        answer(framework, made, incoming, shape)
        change(made, what, Key("default", f"r{which}"), f"n{where}", shapes.of(more[which], placed=True))
        made.refresh()
        fresh, _, _ = table(*cluster)
        assert answer(framework, made, incoming, shape) == answer(fresh, made, incoming, shape)


def change(made: NodeTable, what: str, key: Key, name: str, shape: Shape) -> None:
    if what == "place":
        made.place(key, name, shape)
    elif what == "remove":
        made.remove(key)
    elif what == "nominate":
        made.nominate(key._replace(name=f"q{key.name}"), name, shape)
    elif what == "withdraw":
        made.withdraw(key._replace(name=f"q{key.name}"))
    elif name in made.row_of:
        old = made.bodies[made.row_of[name]]
        made.change_node(old, node(name, "2", labels=old["metadata"]["labels"]))


@given(st.lists(st.tuples(st.sampled_from(["300m", "700m", "1"]), st.sampled_from([0, 1, 5])), min_size=3, max_size=14))
@settings(max_examples=40, deadline=None)
def test_in_a_world_nobody_goes_for_an_equal(wanted: list[tuple[str, int]]) -> None:
    made, _ = world(node("a", "1"), node("b", "1500m"))
    for value in (1, 5):
        one = {"metadata": {"name": f"c{value}"}, "value": value}
        made.create("priorityclasses.scheduling.k8s.io", one, TEST)
    for number, (cpu, priority) in enumerate(wanted):
        named = {"priorityClassName": f"c{priority}"} if priority else {}
        made.create("pods", pod(f"p{number}", container(cpu=cpu), **named), TEST)
        made.clock.run_until(made.now + 2_000_000)
        for one in made.list("pods"):
            if is_deleting(one):
                made.delete("pods", *key_of(one), TEST, grace=0)
    for one in made.drain().changes:
        if one.cause.rule == "Preemption" and "DisruptionTarget" in str(one.body.get("status")):
            assert one.body["spec"]["priority"] < one.cause.inputs["priority"]
    assert set(placed(made).values()) <= {"", "a", "b"}
