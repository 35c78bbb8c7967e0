"""What holds for PodTopologySpread on any cluster: against a count by hand, row by row, and change by change."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.plugins.pod_topology_spread import PodTopologySpread
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import EMPTY, node, table, taint
from tests.engine.scheduler.spreading import BAR, FOO, HARD, HOSTNAME, SOFT, incoming, labelled, running, spread

KEYS = ("zone", "rack", HOSTNAME)
SELECTORS = (FOO, BAR, {}, None, {"matchLabels": {"foo": "", "bar": ""}})
POLICIES = (None, "Honor", "Ignore")


@st.composite
def nodes(draw: Any) -> list[Body]:
    made = []
    for index in range(draw(st.integers(1, 7))):
        labels = draw(st.dictionaries(st.sampled_from(["zone", "rack", "disk"]), st.sampled_from(["1", "2", "3"])))
        if draw(st.integers(0, 4)):
            labels[HOSTNAME] = f"n{index}"
        taints = [taint("x", effect=draw(st.sampled_from(["NoSchedule", "PreferNoSchedule"])))]
        made.append(node(f"n{index}", labels=labels, taints=taints if draw(st.booleans()) else None))
    return made


@st.composite
def constraints(draw: Any, when: str) -> Body:
    policies = {
        name: policy
        for name in ("nodeAffinityPolicy", "nodeTaintsPolicy")
        if (policy := draw(st.sampled_from(POLICIES)))
    }
    least = {"minDomains": draw(st.integers(1, 4))} if when == HARD and draw(st.booleans()) else {}
    key, selector = draw(st.sampled_from(KEYS)), draw(st.sampled_from(SELECTORS))
    return spread(key, draw(st.integers(1, 4)), when, selector, **policies, **least)


@st.composite
def incomings(draw: Any) -> Body:
    held = draw(st.lists(st.one_of(constraints(HARD), constraints(SOFT)), min_size=1, max_size=3))
    spec: Body = {"nodeSelector": {"disk": "1"}} if draw(st.integers(0, 3)) == 0 else {}
    if draw(st.booleans()):
        spec["tolerations"] = [{"key": "x", "operator": "Exists"}]
    return labelled(incoming(*held, **spec), *draw(st.sets(st.sampled_from(["foo", "bar"]))))


@st.composite
def crowd(draw: Any) -> Body:
    on, labels = f"n{draw(st.integers(0, 6))}", draw(st.sets(st.sampled_from(["foo", "bar"]), min_size=1))
    namespace = draw(st.sampled_from(["default", "default", "other"]))
    return running(on, 1, *sorted(labels), namespace=namespace, deleting=draw(st.integers(0, 5)) == 0)[0]


CROWDS = st.lists(crowd(), max_size=14)


def numbered(pods: list[Body]) -> list[Body]:
    return [{**one, "metadata": {**one["metadata"], "name": f"r{index}"}} for index, one in enumerate(pods)]


def matches(selector: Body | None, labels: dict[str, str]) -> bool:
    if selector is None:
        return False
    wanted = [one["key"] for one in selector.get("matchExpressions", ())] + list(selector.get("matchLabels", ()))
    return all(key in labels for key in wanted)


def counted(constraint: Body, pods: list[Body], on: str) -> int:
    """How many pods a constraint counts on a node."""
    selector = constraint.get("labelSelector")
    if not selector:
        return 0
    return sum(
        one["spec"]["nodeName"] == on
        and one["metadata"]["namespace"] == "default"
        and "deletionTimestamp" not in one["metadata"]
        and matches(selector, one["metadata"]["labels"])
        for one in pods
    )


def takes_part(constraint: Body, asked: Body, one: Body, keys: list[str]) -> bool:
    labels, spec = one["metadata"]["labels"], asked["spec"]
    if any(key not in labels for key in keys):
        return False
    if constraint.get("nodeAffinityPolicy") != "Ignore" and spec.get("nodeSelector", {}).items() - labels.items():
        return False
    hard = [one for one in one["spec"].get("taints", ()) if one["effect"] == "NoSchedule"]
    return constraint.get("nodeTaintsPolicy") != "Honor" or not hard or "tolerations" in spec


def of_kind(asked: Body, when: str) -> list[Body]:
    return [one for one in asked["spec"]["topologySpreadConstraints"] if one["whenUnsatisfiable"] == when]


def domains(constraint: Body, asked: Body, cluster: list[Body], pods: list[Body]) -> dict[str, int]:
    keys = [one["topologyKey"] for one in of_kind(asked, constraint["whenUnsatisfiable"])]
    found: dict[str, int] = {}
    for one in cluster:
        if takes_part(constraint, asked, one, keys):
            value = one["metadata"]["labels"][constraint["topologyKey"]]
            found[value] = found.get(value, 0) + counted(constraint, pods, one["metadata"]["name"])
    return found


def refusal(asked: Body, one: Body, cluster: list[Body], pods: list[Body]) -> str:
    """Empty, or the kind of the refusal, counted domain by domain."""
    for constraint in of_kind(asked, HARD):
        value = one["metadata"]["labels"].get(constraint["topologyKey"])
        if value is None:
            return "missing"
        found = domains(constraint, asked, cluster, pods)
        least = min(found.values()) if len(found) >= constraint.get("minDomains", 1) else 0
        self_match = matches(constraint.get("labelSelector"), asked["metadata"]["labels"])
        if found.get(value, 0) + self_match - least > constraint["maxSkew"]:
            return "skewed"
    return ""


def scores(asked: Body, cluster: list[Body], pods: list[Body]) -> list[int]:
    """Raw scores with all nodes ranked."""
    soft = of_kind(asked, SOFT)
    keys = [one["topologyKey"] for one in soft]
    kept = [one for one in cluster if all(key in one["metadata"]["labels"] for key in keys)]
    made = []
    for one in cluster:
        total = 0.0
        for constraint in soft if one in kept else ():
            key = constraint["topologyKey"]
            value = one["metadata"]["labels"][key]
            if key == HOSTNAME:
                size, number = len(kept), counted(constraint, pods, one["metadata"]["name"])
            else:
                size = len({node["metadata"]["labels"][key] for node in kept})
                number = domains(constraint, asked, cluster, pods).get(value, 0)
            total += number * math.log(size + 2) + (constraint["maxSkew"] - 1)
        made.append(math.floor(total + 0.5))
    return made


@given(nodes(), CROWDS, incomings())
@settings(max_examples=200, deadline=None)
def test_it_is_what_one_counts_by_hand(cluster: list[Body], crowds: list[Body], asked: Body) -> None:
    pods, shapes = numbered(crowds), Shapes()
    made, shape = table(cluster, pods, shapes), shapes.of(asked)
    plugin = PodTopologySpread(EMPTY, {})
    bodies = made.bodies
    assert plugin.filters(shape, made) == bool(of_kind(asked, HARD))
    codes = plugin.filter(shape, made, made.every)
    for row, one in enumerate(bodies):
        code, expected = int(codes[row]), refusal(asked, one, bodies, pods)
        assert bool(code) == bool(expected)
        if code:
            assert plugin.refusal(shape, made, code).resolvable == (expected == "skewed")
        alone = made.every[row : row + 1]
        assert plugin.filter(shape, made, alone).tolist() == [code]
    if of_kind(asked, SOFT):
        assert plugin.score(shape, made, made.every).tolist() == scores(asked, bodies, pods)


@given(nodes(), st.lists(st.tuples(crowd(), st.integers(0, 4), st.booleans()), max_size=12), incomings())
@settings(max_examples=120, deadline=None)
def test_what_is_kept_is_what_a_fresh_look_says(
    cluster: list[Body], changes: list[tuple[Body, int, bool]], asked: Body
) -> None:
    shapes = Shapes()
    made, shape = table(cluster, shapes=shapes), shapes.of(asked)
    kept = PodTopologySpread(EMPTY, {})
    for body, number, comes in changes:
        if comes:
            made.place(Key("default", f"r{number}"), body["spec"]["nodeName"], shapes.of(body, placed=True))
        else:
            made.remove(Key("default", f"r{number}"))
        if number == 4:
            before = made.bodies[0]
            moved = {**before["metadata"]["labels"], "zone": str(number)}
            made.change_node(before, {**before, "metadata": {**before["metadata"], "labels": moved}})
            made.refresh()
        fresh, every = PodTopologySpread(EMPTY, {}), made.every
        assert np.array_equal(kept.filter(shape, made, every), fresh.filter(shape, made, every))
        if kept.scores(shape, made):
            raw = kept.score(shape, made, every)
            assert np.array_equal(raw, fresh.score(shape, made, every))
            normalized = kept.normalize(shape, made, every, raw)
            assert np.array_equal(normalized, fresh.normalize(shape, made, every, raw))
            assert normalized.min() >= 0 and normalized.max() <= 100
