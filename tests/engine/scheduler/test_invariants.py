"""What holds in any cluster, whatever is asked of it, at every binding and when all has come to rest.

The rules are written here once more, the plain way: pod by pod, from the objects alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import quantity, selectors
from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import condition, is_deleting, key_of, labels_of, name_of, namespace_of, uid_of
from simulator.engine.pods import node_of, requests
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.decision import decide
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.queue import LONGEST_WAIT
from simulator.engine.scheduler.shape import Shapes
from simulator.engine.world import World
from tests.engine.scheduler.builders import TEST, ZONE, container, default_framework, node, pod, world
from tests.engine.scheduler.random_clusters import NAMESPACES, namespace, nodes, pods

REST = LONGEST_WAIT + 60 * SECOND
"""After this a pod has been tried again whatever happened: upstream's hints overlook some changes that help."""


class Watched:
    """Looks on, and complains of a binding that should not be. evictions: a victim's priority, and its preemptor's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bindings = 0
        self.evictions: list[tuple[int, int]] = []
        self._priorities: dict[str, int] = {}
        world.watch("pods", self._pod)
        world.watch("events", self._event)

    def _pod(self, change: Change) -> None:
        self._priorities[uid_of(change.body)] = change.body["spec"].get("priority") or 0
        if change.operation == "MODIFIED" and change.before and not node_of(change.before) and node_of(change.body):
            self.bindings += 1
            self._check_room(change.body)
            self._check_anti_affinity(change.body)
            self._check_skew(change.body)

    def _event(self, change: Change) -> None:
        event = change.body
        if event["reason"] == "Preempted":
            by = event["message"].removeprefix("Preempted by pod ").partition(" on node ")[0]
            self.evictions.append((self._priorities[event["involvedObject"]["uid"]], self._priorities[by]))

    def _node(self, pod: Body) -> Body:
        node = self.world.get("nodes", "", node_of(pod))
        assert node is not None
        return node

    def _others(self, pod: Body) -> Iterator[Body]:
        return (one for one in self.world.list("pods") if node_of(one) and key_of(one) != key_of(pod))

    def _check_room(self, pod: Body) -> None:
        node = self._node(pod)
        on = [pod, *(one for one in self._others(pod) if node_of(one) == name_of(node))]
        offered = node["status"]["allocatable"]
        assert len(on) <= int(offered["pods"])
        total: Counter[str] = Counter()
        for one in on:
            total.update(requests(one["spec"]))
        for resource, amount in total.items():
            read = quantity.milli if resource == "cpu" else quantity.value
            asked_here = requests(pod["spec"]).get(resource, 0)
            assert not asked_here or amount <= read(offered.get(resource, "0"))
        ports = [port["hostPort"] for one in on for port in one["spec"]["containers"][0].get("ports") or ()]
        assert len(ports) == len(set(ports))

    def _check_anti_affinity(self, pod: Body) -> None:
        where = labels_of(self._node(pod))
        for other in self._others(pod):
            there = labels_of(self._node(other))
            for holder, subject in ((pod, other), (other, pod)):
                for term in _anti_affinity(holder):
                    key = term["topologyKey"]
                    if key in where and where[key] == there.get(key):
                        assert not self._matches(holder, term, subject), (key_of(pod), key_of(other), term)

    def _matches(self, holder: Body, term: Body, subject: Body) -> bool:
        named = set(term.get("namespaces") or ())
        selector = term.get("namespaceSelector")
        if selector is not None:
            wanted = selectors.of(selector)
            named |= {name_of(one) for one in self.world.list("namespaces") if wanted.matches(labels_of(one))}
        elif not named:
            named = {namespace_of(holder)}
        return namespace_of(subject) in named and _selector(holder, term).matches(labels_of(subject))

    def _check_skew(self, pod: Body) -> None:
        hard = [one for one in pod["spec"].get("topologySpreadConstraints") or () if one["whenUnsatisfiable"] == HARD]
        for constraint in hard:
            key, selector = constraint["topologyKey"], _selector(pod, constraint)
            counted = {
                name_of(node): labels_of(node)[key]
                for node in self.world.list("nodes")
                if all(one["topologyKey"] in labels_of(node) for one in hard) and _is_counted(pod, constraint, node)
            }
            numbers = Counter(dict.fromkeys(counted.values(), 0))
            for other in self._others(pod):
                alike = namespace_of(other) == namespace_of(pod) and not is_deleting(other)
                if alike and node_of(other) in counted and selector.matches(labels_of(other)):
                    numbers[counted[node_of(other)]] += 1
            least = min(numbers.values()) if len(numbers) >= (constraint.get("minDomains") or 1) else 0
            own = selector.matches(labels_of(pod))
            assert node_of(pod) in counted, constraint
            assert numbers[labels_of(self._node(pod))[key]] + own - least <= constraint["maxSkew"], constraint


def _is_counted(pod: Body, constraint: Body, node: Body) -> bool:
    """The constraint's policies on which nodes count."""
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    terms = (affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms")
    wanted = not terms or any(selectors.of(one).matches(labels_of(node)) for one in terms)
    tolerated = {one.get("key") for one in pod["spec"].get("tolerations") or ()}
    hard = [one["key"] for one in node["spec"].get("taints") or () if one["effect"] != "PreferNoSchedule"]
    return (wanted or constraint.get("nodeAffinityPolicy") == "Ignore") and (
        tolerated.issuperset(hard) or constraint.get("nodeTaintsPolicy") != "Honor"
    )


HARD = "DoNotSchedule"


def _anti_affinity(pod: Body) -> list[Body]:
    held = (pod["spec"].get("affinity") or {}).get("podAntiAffinity") or {}
    return held.get("requiredDuringSchedulingIgnoredDuringExecution") or []


def _selector(pod: Body, term: Body) -> selectors.Selector:
    """The term's selector together with the labels that it takes from the pod."""
    held = labels_of(pod)
    also = [
        {"key": key, "operator": operator, "values": [held[key]]}
        for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
        for key in term.get(field) or ()
        if key in held
    ]
    selector = term["labelSelector"]
    return selectors.of({**selector, "matchExpressions": [*selector.get("matchExpressions", ()), *also]})


Step = tuple[str, Any]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("create"), st.tuples(pods(), st.integers(0, 2))),
    st.tuples(st.just("create"), st.tuples(pods(), st.integers(0, 2))),
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("node"), st.sampled_from(["n0", "n1", "n2", "n3"]).flatmap(nodes)),
    st.tuples(st.just("pass"), st.integers(0, 15)),
)
CLASSES = [("low", 0), ("mid", 5), ("high", 10)]


def cluster(bodies: list[Body]) -> tuple[World, Watched]:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "other"}}
    made, _ = world(namespace("other", "red"), account, *bodies)
    for name, value in CLASSES:
        kind = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}
        made.create("priorityclasses.scheduling.k8s.io", {**kind, "metadata": {"name": name}, "value": value}, TEST)
    return made, Watched(made)


def take(made: World, number: int, step: Step) -> None:
    """One step; `number` makes names distinct."""
    what, told = step
    if what == "create":
        body, rank = told
        spec = {key: value for key, value in body["spec"].items() if key != "priority"}
        spec |= {"priorityClassName": CLASSES[rank][0], "terminationGracePeriodSeconds": 0}
        made.create("pods", {**body, "metadata": {**body["metadata"], "name": f"p{number}"}, "spec": spec}, TEST)
    elif what == "delete":
        for namespace in NAMESPACES:
            made.delete("pods", namespace, f"p{told}", TEST)
    elif what == "node":
        there = made.get("nodes", "", name_of(told))
        if there is None:
            made.create("nodes", told, TEST)
        else:
            made.update("nodes", told, TEST)
            made.update_status("nodes", told, TEST)
    else:
        made.clock.run_until(made.now + told * SECOND)


def check_rest(made: World) -> None:
    """Who is left has nowhere to go."""
    shapes, table = Shapes(), NodeTable(made.list("nodes"))
    stored = made.list("pods")
    for one in stored:
        if node_of(one):
            table.place(key_of(one), node_of(one), shapes.of(one, placed=True))
    framework = default_framework(made)
    for one in stored:
        if not node_of(one) and len(table):
            found = decide(framework, table, shapes.of(one), start=0, draw=lambda _: 0)
            assert found.node is None, (key_of(one), found.node)
            told = condition(one, "PodScheduled")
            assert told is not None and told["reason"] == "Unschedulable"


@given(
    st.integers(1, 3).flatmap(lambda size: st.tuples(*(nodes(f"n{number}") for number in range(size)))),
    st.lists(STEPS, min_size=1, max_size=24),
)
@settings(max_examples=100, deadline=None)
def test_bindings_are_allowed_and_who_waits_fits_nowhere(bodies: tuple[Body, ...], steps: list[Step]) -> None:
    made, watched = cluster(list(bodies))
    for number, step in enumerate(steps):
        take(made, number, step)
        made.clock.run_until(made.now)
    seen = -1
    while seen < watched.bindings + len(watched.evictions):
        seen = watched.bindings + len(watched.evictions)
        made.clock.run_until(made.now + REST)
    assert all(victim < preemptor for victim, preemptor in watched.evictions)
    check_rest(made)


def test_who_is_pushed_off_is_seen() -> None:
    made, watched = cluster([node("n0", "1")])
    for number, rank in enumerate((0, 1, 2)):
        take(made, number, ("create", (pod("p", container(cpu="1")), rank)))
        made.clock.run_until(made.now + 5 * SECOND)
    assert watched.evictions == [(0, 5), (5, 10)]
    assert [key_of(one).name for one in made.list("pods") if node_of(one)] == ["p2"]


ALIKE = {"labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": ZONE}
APART: Body = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [ALIKE]}}
EVEN = [{**ALIKE, "maxSkew": 1, "whenUnsatisfiable": HARD}]


def _with_port() -> Body:
    return {**container(), "ports": [{"containerPort": 80, "hostPort": 80}]}


WRONG: dict[str, tuple[Body, Body]] = {
    "no room": (pod("r", container(cpu="1")), pod("p", container(cpu="1"))),
    "a port that is taken": (pod("r", _with_port()), pod("p", _with_port())),
    "its anti-affinity": (pod("r"), pod("p", affinity=APART)),
    "the other's anti-affinity": (pod("r", affinity=APART), pod("p")),
    "skew": (pod("r"), pod("p", topologySpreadConstraints=EVEN)),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_a_binding_that_should_not_be_is_noticed(case: tuple[Body, Body]) -> None:
    there, comes = ({**one, "metadata": {**one["metadata"], "labels": {"app": "a"}}} for one in case)
    bodies = [node("n0", "1", labels={ZONE: "z0"}), node("n1", "1", labels={ZONE: "z1"})]

    def bind(name: str) -> None:
        made, _ = cluster([*bodies, {**there, "spec": {**there["spec"], "nodeName": "n0"}}])
        made.create("pods", {**comes, "spec": {**comes["spec"], "schedulerName": "nobody"}}, TEST)
        made.bind(Key("default", "p"), name, TEST)

    bind("n1")
    with pytest.raises(AssertionError):
        bind("n0")
