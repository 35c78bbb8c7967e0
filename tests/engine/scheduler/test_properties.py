"""What holds for any cluster: all nodes at once or one by one, kept figures or fresh ones, no node over its limit."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.pods import requests
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.evaluation import Evaluation
from simulator.engine.scheduler.node_facts import allocatable_of
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import (
    EMPTY,
    TEST,
    container,
    default_framework,
    labels,
    node,
    pod,
    preferred,
    required,
    table,
    taint,
    world,
)

EFFECTS = st.sampled_from(["NoSchedule", "NoExecute", "PreferNoSchedule"])
TAINTS = st.lists(st.builds(taint, st.sampled_from("xy"), st.sampled_from(["", "1"]), EFFECTS), max_size=2)
LABELS = st.dictionaries(st.sampled_from(["disk", "size"]), st.sampled_from(["ssd", "3", "7"]))
AMOUNTS = st.sampled_from(["0", "500m", "1", "2"])
BYTES = st.sampled_from(["0", "512Mi", "1Gi", "3Gi"])
PORTS = st.fixed_dictionaries(
    {}, optional={"hostIP": st.sampled_from(["10.0.0.1", "0.0.0.0"]), "protocol": st.sampled_from(["TCP", "UDP"])}
)
TERMS = st.builds(
    labels,
    st.sampled_from(["disk", "size"]),
    st.sampled_from(["In", "NotIn", "Gt", "Lt"]),
    st.sampled_from(["3", "ssd"]),
)


@st.composite
def nodes(draw: Any) -> list[Body]:
    return [
        node(
            f"n{index}",
            draw(AMOUNTS),
            draw(BYTES),
            draw(st.sampled_from(["0", "2", "110"])),
            labels=draw(LABELS),
            taints=draw(TAINTS),
            unschedulable=draw(st.booleans()) and draw(st.booleans()),
            **draw(st.sampled_from([{}, {"example.com__gpu": "1"}])),
        )
        for index in range(draw(st.integers(1, 6)))
    ]


@st.composite
def pods(draw: Any, name: str = "p") -> Body:
    asked = draw(st.sampled_from([{}, {"example.com__gpu": "1"}]))
    if draw(st.booleans()):
        asked = {**asked, "cpu": draw(AMOUNTS), "memory": draw(BYTES)}
    affinity = draw(st.sampled_from([{}, required, preferred]))
    spec: Body = {}
    if affinity is required:
        spec["affinity"] = required(draw(TERMS))
    elif affinity is preferred:
        spec["affinity"] = preferred((draw(st.integers(1, 100)), draw(TERMS)), (3, draw(TERMS)))
    if draw(st.booleans()):
        spec["tolerations"] = [{"key": draw(st.sampled_from("xy")), "operator": "Exists"}]
    ports = [{"containerPort": 80, "hostPort": 80, **one} for one in draw(st.lists(PORTS, max_size=1))]
    return pod(name, {**container(**asked), "ports": ports}, **spec)


@given(nodes(), st.lists(pods(), max_size=5), pods())
@settings(max_examples=150, deadline=None)
def test_all_nodes_at_once_is_each_node_alone(given_nodes: list[Body], running: list[Body], incoming: Body) -> None:
    placed = [
        {**one, "metadata": {"name": f"r{index}", "namespace": "default"},
         "spec": {**one["spec"], "nodeName": given_nodes[index % len(given_nodes)]["metadata"]["name"]}}
        for index, one in enumerate(running)
    ]  # fmt: skip
    shapes, framework = Shapes(), default_framework(EMPTY)
    made, shape = table(given_nodes, placed, shapes), shapes.of(incoming)
    together = framework.evaluate(shape, made)
    for row, name in enumerate(made.names):
        body = next(one for one in given_nodes if one["metadata"]["name"] == name)
        alone = table([body], [one for one in placed if one["spec"]["nodeName"] == name], shapes)
        single = default_framework(EMPTY).evaluate(shape, alone)
        for index, plugin in enumerate(framework.filters):
            said = [
                plugin.refusal(shape, where, int(code)) if code else None
                for where, code in ((made, together.codes[index, row]), (alone, single.codes[index, 0]))
            ]
            # TaintToleration numbers its reasons as it meets them, so the second framework's number is another's.
            if plugin.name != "TaintToleration":
                assert said[0] == said[1]
            assert bool(together.codes[index, row]) == bool(single.codes[index, 0])
        assert together.raw[:, row].tolist() == single.raw[:, 0].tolist()


@given(nodes(), st.lists(st.tuples(pods(), st.integers(0, 5), st.booleans()), max_size=12), pods())
@settings(max_examples=150, deadline=None)
def test_what_is_kept_is_what_a_fresh_look_says(
    given_nodes: list[Body], changes: list[tuple[Body, int, bool]], incoming: Body
) -> None:
    shapes, framework = Shapes(), default_framework(EMPTY)
    made, shape = table(given_nodes, shapes=shapes), shapes.of(incoming)
    framework.evaluate(shape, made)
    for number, (body, where, adds) in enumerate(changes):
        if adds:
            made.place(Key("default", f"r{where}"), f"n{where}", shapes.of(body))
        else:
            made.remove(Key("default", f"r{number % 6}"))
        kept = framework.evaluate(shape, made)
        fresh = Evaluation(framework, shape)
        fresh.renew(made)
        assert np.array_equal(kept.codes, fresh.codes)
        assert np.array_equal(kept.raw, fresh.raw)
        assert np.array_equal(kept.flat, fresh.flat)
        assert np.array_equal(kept.feasible, fresh.feasible)


@given(nodes(), st.lists(pods(), min_size=1, max_size=15), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_no_node_is_over_its_limit_and_who_waits_fits_nowhere(
    given_nodes: list[Body], incoming: list[Body], seed: int
) -> None:
    made, scheduler = world(*given_nodes, seed=seed)
    for number, body in enumerate(incoming):
        made.create("pods", {**body, "metadata": {"name": f"p{number}", "namespace": "default"}}, TEST)
    made.clock.run_until(made.now)
    stored = made.list("pods")
    for one in given_nodes:
        on = [body for body in stored if body["spec"].get("nodeName") == one["metadata"]["name"]]
        offered = allocatable_of(one)
        for resource in ("cpu", "memory", "example.com/gpu"):
            asked = sum(requests(body["spec"]).get(resource, 0) for body in on)
            assert asked <= offered.get(resource, 0)
    shapes = Shapes()
    fresh = table(given_nodes, [body for body in stored if body["spec"].get("nodeName")], shapes)
    assert fresh.requested.tolist() == scheduler.state.nodes.requested[: len(fresh.requested)].tolist()
    for body in stored:
        if not body["spec"].get("nodeName"):
            assert not default_framework(EMPTY).evaluate(shapes.of(body), fresh).feasible.any()
