"""On random clusters InterPodAffinity says what counting pod by pod says, whatever has come and gone before."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import selectors
from simulator.engine.objects import labels_of, namespace_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from simulator.engine.world import World
from tests.engine.scheduler.builders import TEST
from tests.engine.scheduler.builders import world as world_of
from tests.engine.scheduler.harness import Bench, set_up
from tests.engine.scheduler.pod_affinity import (
    PREFERRED,
    REQUIRED,
    both,
    far,
    namespace,
    near,
    of,
    on,
    rather_far,
    rather_near,
    term,
    where,
    who,
)

HARD = 3
KINDS = ("podAffinity", "podAntiAffinity")
Namespaces = dict[str, dict[str, str]]
Pair = tuple[str, str]

LABELS = st.dictionaries(st.sampled_from(["app", "tier"]), st.sampled_from(["web", "db"]))
NODE_LABELS = st.fixed_dictionaries({}, optional={"zone": st.sampled_from(["z1", "z2"]), "rack": st.just("r")})
TEAMS = st.sampled_from([{}, {"team": "a"}, {"team": "b"}])
PLACES = st.sampled_from(["default", "blue", "gone"])
SELECTORS = st.one_of(
    st.sampled_from([None, {}]),
    st.builds(lambda key, value: of(**{key: value}), st.sampled_from(["app", "tier"]), st.sampled_from(["web", "db"])),
    st.builds(where, st.sampled_from(["app", "tier"]), st.sampled_from(["Exists", "DoesNotExist"])),
    st.builds(where, st.sampled_from(["app", "tier"]), st.sampled_from(["In", "NotIn"]), st.sampled_from(["web"])),
)
CHOICES = st.sampled_from(
    [{}, {"namespaces": ["blue"]}, {"namespaceSelector": {}}, {"namespaceSelector": of(team="a")},
     {"namespaceSelector": where("team", "DoesNotExist"), "namespaces": ["default"]}]
)  # fmt: skip
TERMS = st.builds(
    lambda selector, key, more: term(selector, key, **more),
    SELECTORS,
    st.sampled_from(["zone", "host", "rack"]),
    CHOICES,
)
LISTS = st.lists(TERMS, min_size=1, max_size=2)
WEIGHTED = st.lists(st.tuples(st.integers(1, 100), TERMS), min_size=1, max_size=2)
AFFINITIES = st.lists(
    st.one_of(
        LISTS.map(lambda held: near(*held)),
        LISTS.map(lambda held: far(*held)),
        WEIGHTED.map(lambda held: rather_near(*held)),
        WEIGHTED.map(lambda held: rather_far(*held)),
    ),
    max_size=3,
).map(lambda held: both(*held))
PODS = st.builds(
    lambda labels, place, affinity: who("p", labels, namespace=place, affinity=affinity), LABELS, PLACES, AFFINITIES
)


def of_kind(pod: Body, kind: str, strength: str) -> list[tuple[int, Body]]:
    held = ((pod["spec"].get("affinity") or {}).get(kind) or {}).get(strength) or []
    return [(1, one) if strength == REQUIRED else (one["weight"], one["podAffinityTerm"]) for one in held]


def meant(owner: Body, one: Body, other: Body, spaces: Namespaces, *, incoming: bool) -> bool:
    """incoming: the term is of the pod to be scheduled, so its selector chooses among namespaces that are there."""
    names, chosen = set(one.get("namespaces") or ()), one.get("namespaceSelector")
    if not names and chosen is None:
        names = {namespace_of(owner)}
    place = namespace_of(other)
    in_place = place in names or chosen == {}
    if chosen and (place in spaces or not incoming):
        in_place |= selectors.of(chosen).matches(spaces.get(place))
    return in_place and selectors.of(one["labelSelector"]).matches(labels_of(other))


def refusal(incoming: Body, node: Body, held: list[tuple[Body, Body]], spaces: Namespaces) -> int:
    """1 affinity, 2 anti-affinity, 3 that of others; counted pod by pod."""
    required, against = (
        [one for _, one in of_kind(incoming, "podAffinity", REQUIRED)],
        [one for _, one in of_kind(incoming, "podAntiAffinity", REQUIRED)],
    )
    together, apart, others = set[Pair](), set[Pair](), set[Pair]()
    for pod, where_it_is in held:
        labels = labels_of(where_it_is)
        if all(meant(incoming, one, pod, spaces, incoming=True) for one in required):
            together |= {
                (one["topologyKey"], labels[one["topologyKey"]]) for one in required if one["topologyKey"] in labels
            }
        for one in against:
            if meant(incoming, one, pod, spaces, incoming=True) and one["topologyKey"] in labels:
                apart.add((one["topologyKey"], labels[one["topologyKey"]]))
        for _, one in of_kind(pod, "podAntiAffinity", REQUIRED):
            if meant(pod, one, incoming, spaces, incoming=False) and one["topologyKey"] in labels:
                others.add((one["topologyKey"], labels[one["topologyKey"]]))
    own = labels_of(node)
    if any(one["topologyKey"] not in own for one in required):
        return 1
    if any((one["topologyKey"], own[one["topologyKey"]]) not in together for one in required):
        first = not together and all(meant(incoming, one, incoming, spaces, incoming=True) for one in required)
        if not first:
            return 1
    if set(own.items()) & apart:
        return 2
    return 3 if set(own.items()) & others else 0


def worth(incoming: Body, held: list[tuple[Body, Body]], spaces: Namespaces) -> Counter[Pair] | None:
    """What each value of a label is worth, counted pod by pod; None if nothing counts."""
    made: Counter[Pair] = Counter()
    counts = False
    for pod, where_it_is in held:
        labels = labels_of(where_it_is)
        terms = [
            (weight, kind, one, incoming, pod, True)
            for kind in KINDS
            for weight, one in of_kind(incoming, kind, PREFERRED)
        ]
        terms += [
            (weight, kind, one, pod, incoming, False) for kind in KINDS for weight, one in of_kind(pod, kind, PREFERRED)
        ]
        terms += [(HARD, "podAffinity", one, pod, incoming, False) for _, one in of_kind(pod, "podAffinity", REQUIRED)]
        for weight, kind, one, owner, other, is_own in terms:
            if one["topologyKey"] in labels and meant(owner, one, other, spaces, incoming=is_own):
                made[one["topologyKey"], labels[one["topologyKey"]]] += weight if kind == "podAffinity" else -weight
                counts = True
    return made if counts else None


def check(bench: Bench, incoming: Body, nodes: dict[str, Body], running: dict[Key, Body], spaces: Namespaces) -> None:
    plugin, table, shape = bench.plugin, bench.nodes, bench.shape
    assert isinstance(plugin, InterPodAffinity)
    held = [(pod, nodes[pod["spec"]["nodeName"]]) for pod in running.values() if pod["spec"]["nodeName"] in nodes]
    codes = (
        plugin.filter(shape, table, table.every)
        if plugin.filters(shape, table)
        else np.zeros(len(table), dtype=np.int64)
    )
    assert codes.tolist() == [refusal(incoming, nodes[name], held, spaces) for name in table.names]
    values = worth(incoming, held, spaces)
    assert plugin.scores(shape, table) == (values is not None)
    if values is not None:
        raw = plugin.score(shape, table, table.every)
        assert raw.tolist() == [sum(values[pair] for pair in labels_of(nodes[name]).items()) for name in table.names]
        assert plugin.score(shape, table, table.every[:1]).tolist() == raw[:1].tolist()


@given(st.lists(NODE_LABELS, min_size=1, max_size=4), TEAMS, PODS, st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_counted_is_what_counting_pod_by_pod_says(
    given_nodes: list[dict[str, str]], team: dict[str, str], incoming: Body, data: Any
) -> None:
    nodes = {f"n{number}": on(f"n{number}", **held) for number, held in enumerate(given_nodes)}
    spaces: Namespaces = {"default": {}, "blue": team}
    bench = set_up(
        InterPodAffinity,
        incoming,
        nodes=list(nodes.values()),
        objects=[namespace(name, **held) for name, held in spaces.items()],
        arguments={"hardPodAffinityWeight": HARD},
    )
    world, table, running = bench.plugin.reader, bench.nodes, dict[Key, Body]()
    assert isinstance(world, World)
    for number in range(data.draw(st.integers(1, 6))):
        match data.draw(st.sampled_from(["place", "place", "place", "remove", "label", "team", "trial"])):
            case "place":
                pod, name = data.draw(PODS), data.draw(st.sampled_from([*nodes, "gone"]))
                key = Key(namespace_of(pod), f"r{number}")
                running[key] = {**pod, "spec": {**pod["spec"], "nodeName": name}}
                table.place(key, name, bench.shapes.of(running[key], placed=True))
            case "remove" if running:
                key = data.draw(st.sampled_from(list(running)))
                del running[key]
                table.remove(key)
            case "label":
                name = data.draw(st.sampled_from(list(nodes)))
                changed = on(name, **data.draw(NODE_LABELS))
                table.change_node(nodes[name], changed)
                nodes[name] = changed
                table.refresh()
            case "team":
                spaces["blue"] = data.draw(TEAMS)
                stored = namespace("blue", **spaces["blue"])
                world.load("namespaces", {**stored, "metadata": {**stored["metadata"], "resourceVersion": "9"}})
            case "trial":
                row, pod = data.draw(st.integers(0, len(nodes) - 1)), data.draw(PODS)
                there = {key: one for key, one in running.items() if one["spec"]["nodeName"] == table.names[row]}
                left = {key: one for key, one in running.items() if key not in there}
                with table.without(row, there):
                    check(bench, incoming, nodes, left, spaces)
                extra = {**pod, "spec": {**pod["spec"], "nodeName": table.names[row]}}
                with table.with_pods(row, {Key("default", "extra"): bench.shapes.of(extra, placed=True)}):
                    check(bench, incoming, nodes, {**running, Key("default", "extra"): extra}, spaces)
        check(bench, incoming, nodes, running, spaces)


@given(PODS, PODS)
@settings(max_examples=50, deadline=None)
def test_pods_of_one_shape_and_of_another_do_not_disturb_each_other(first: Body, second: Body) -> None:
    nodes = {name: on(name, zone=f"z{number % 2}") for number, name in enumerate("abc")}
    running = {
        Key(namespace_of(pod), name): {**pod, "spec": {**pod["spec"], "nodeName": name}}
        for pod, name in ((first, "a"), (second, "b"))
    }
    spaces: Namespaces = {"default": {}, "blue": {"team": "a"}}
    objects = [namespace(name, **held) for name, held in spaces.items()]
    arguments = {"hardPodAffinityWeight": HARD}
    bench = set_up(InterPodAffinity, first, nodes=list(nodes.values()), objects=objects, arguments=arguments)
    for key, pod in running.items():
        bench.nodes.place(key, pod["spec"]["nodeName"], bench.shapes.of(pod, placed=True))
    for _ in range(2):
        for pod in (first, second):
            check(bench._replace(shape=bench.shapes.of(pod)), pod, nodes, running, spaces)


@given(
    st.lists(NODE_LABELS, min_size=1, max_size=4),
    st.lists(st.tuples(LABELS, st.lists(TERMS, max_size=2)), min_size=2, max_size=7),
)
@settings(max_examples=60, deadline=None)
def test_pods_that_must_be_apart_never_share_a_domain(
    given_nodes: list[dict[str, str]], given_pods: list[tuple[dict[str, str], list[Body]]]
) -> None:
    nodes = {f"n{number}": on(f"n{number}", **held) for number, held in enumerate(given_nodes)}
    made, _ = world_of(*nodes.values(), namespace("blue", team="a"))
    for number, (held, terms) in enumerate(given_pods):
        made.create("pods", who(f"p{number}", held, affinity=far(*terms) if terms else None), TEST)
        made.clock.run_until(made.now)
    spaces: Namespaces = {"default": {}, "blue": {"team": "a"}}
    bound = [pod for pod in made.list("pods") if pod["spec"].get("nodeName")]
    for pod in bound:
        here = labels_of(nodes[pod["spec"]["nodeName"]])
        for _, one in of_kind(pod, "podAntiAffinity", REQUIRED):
            key = one["topologyKey"]
            for other in bound:
                there = labels_of(nodes[other["spec"]["nodeName"]])
                if other is not pod and meant(pod, one, other, spaces, incoming=True) and key in here:
                    assert there.get(key) != here[key]
