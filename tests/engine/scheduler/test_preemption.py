"""Which pods would be pushed off which node, and what is said where that does not help.

The cases are those of TestPostFilter, TestDryRunPreemption, TestPodEligibleToPreemptOthers and TestPreempt of
pkg/scheduler/framework/plugins/defaultpreemption/default_preemption_test.go, v1.34, and some of our own.
"""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.preemption import Unhelped, victims_on
from tests.engine.scheduler.builders import ZONE, container, node, required, taint
from tests.engine.scheduler.victims import (
    HIGH,
    LOW,
    MID,
    NEGATIVE,
    VERY_HIGH,
    budget,
    post_filter,
    preempt,
    sized,
    table,
    victims,
)

HOST = "kubernetes.io/hostname"


def single(name: str) -> Body:
    """A node for one pod."""
    return node(name, pods="1")


def half(name: str, zone: str = "", **labels: str) -> Body:
    """A node with 500m cpu."""
    return node(name, "500m", labels={HOST: name, **({ZONE: zone} if zone else {}), **labels})


def small(name: str) -> Body:
    return node(name, "200m")


HELPLESS = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"
TAINTED = node("n3", "200m", taints=[taint("x")])

MESSAGES: dict[str, tuple[Body, list[Body], list[Body], str | None, str]] = {
    "a higher priority makes room": (
        sized("p", priority=HIGH), [single("n1")], [sized("p1", on="n1")], "n1", ""),
    "an equal priority does not": (
        sized("p"), [single("n1")], [sized("p1", on="n1")], "", f"0/1 nodes are available: 1 {NO_VICTIMS}."),
    "a pod without a priority pushes off a negative one": (
        sized("p"), [single("n1")], [sized("p1", "", NEGATIVE, on="n1")], "n1", ""),
    "between negative priorities": (
        sized("p", "", NEGATIVE), [single("n1")], [sized("p1", "", NEGATIVE - 1, on="n1")], "n1", ""),
    "no node on which fewer pods would help": (
        sized("p", priority=HIGH), [node("n1", unschedulable=True)], [sized("p1", on="n1")],
        "", f"0/1 nodes are available: 1 {HELPLESS}."),
    "only one of two nodes has lesser pods": (
        sized("p", priority=MID), [single("n1"), single("n2")],
        [sized("p1", "", HIGH, on="n1"), sized("p2", on="n2")], "n2", ""),
    "a violated budget outweighs the highest priority": (
        sized("p", priority=VERY_HIGH), [single("n1"), single("n2")],
        [sized("p1", "", HIGH, on="n1", labels={"a": "no"}), sized("p2", "", LOW, on="n2", labels={"a": "yes"}),
         budget("guarded", 0, match={"a": "yes"}), budget("free", 9, match={"a": "no"})], "n1", ""),
    "too large even without the others": (
        sized("p", "L", HIGH), [small("n1"), small("n2")], [sized("p1", "S", on="n1"), sized("p2", "S", on="n2")],
        "", f"0/2 nodes are available: 2 {HELPLESS}."),
    "a higher one takes what there is": (
        sized("p", "L", HIGH), [half("n1"), half("n2")],
        [sized("p1", "M", on="n1"), sized("q1", "L", HIGH, on="n1"),
         sized("p2", "M", on="n2"), sized("q2", "L", HIGH, on="n2")],
        "", "0/2 nodes are available: 2 Insufficient cpu."),
    "several reasons": (
        sized("p", "L", HIGH), [single("n1"), half("n2"), single("n3")],
        [sized("p1", "", HIGH, on="n1"), sized("p2", "M", on="n2"), sized("q2", "L", HIGH, on="n2"),
         sized("p3", "", HIGH, on="n3")],
        "", f"0/3 nodes are available: 1 Insufficient cpu, 2 {NO_VICTIMS}."),
    "nodes that are refused for good": (
        sized("p", "L", HIGH), [half("n1"), half("n2"), TAINTED, node("n4", unschedulable=True)],
        [sized("p1", "M", on="n1"), sized("q1", "L", HIGH, on="n1"),
         sized("p2", "M", on="n2"), sized("q2", "L", HIGH, on="n2")],
        "", f"0/4 nodes are available: 2 Insufficient cpu, 2 {HELPLESS}."),
    "no lesser pod anywhere": (
        sized("p", "L"), [half("n1"), half("n2")], [sized("p1", "L", MID, on="n1"), sized("p2", "L", on="n2")],
        "", f"0/2 nodes are available: 2 {NO_VICTIMS}."),
    "preemptionPolicy Never": (
        sized("p", "XL", HIGH, preemptionPolicy="Never"), [half("n1")], [sized("p1", "S", on="n1")],
        None, "not eligible due to preemptionPolicy=Never."),
    "preemptionPolicy PreemptLowerPriority": (
        sized("p", "XL", HIGH, preemptionPolicy="PreemptLowerPriority"), [half("n1")], [sized("p1", "S", on="n1")],
        "n1", ""),
    "its victims still end": (
        sized("p", "XL", HIGH, nominated="n1"), [half("n1"), half("n2")],
        [sized("p1", "L", on="n1", ending="PreemptionByScheduler"), sized("p2", "L", on="n2")],
        None, "not eligible due to a terminating pod on the nominated node."),
    "others end on its node": (
        sized("p", "XL", HIGH, nominated="n1"), [half("n1")], [sized("p1", "L", on="n1", ending="-")], "n1", ""),
    "others are evicted from its node": (
        sized("p", "XL", HIGH, nominated="n1"), [half("n1")],
        [sized("p1", "L", on="n1", ending="EvictionByEvictionAPI")], "n1", ""),
    "a pod of no lower priority ends on its node": (
        sized("p", "XL", HIGH, nominated="n1"), [half("n1"), half("n2")],
        [sized("p1", "L", HIGH, on="n1", ending="PreemptionByScheduler"), sized("p2", "L", on="n2")], "n2", ""),
    "its node is refused for good now": (
        sized("p", "XL", HIGH, nominated="n1"), [node("n1", "500m", unschedulable=True), half("n2")],
        [sized("p1", "L", on="n1", ending="PreemptionByScheduler"), sized("p2", "L", on="n2")], "n2", ""),
    "its node is gone": (
        sized("p", "XL", HIGH, nominated="n1"), [half("n2")],
        [sized("p1", "L", on="n1", ending="PreemptionByScheduler"), sized("p2", "L", on="n2")], "n2", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", MESSAGES.values(), ids=MESSAGES.keys())
def test_what_becomes_of_a_pod_that_fits_nowhere(case: tuple[Body, list[Body], list[Body], str | None, str]) -> None:
    incoming, nodes, others, nominated, message = case
    told = preempt(incoming, nodes, others)
    assert told.nominated == nominated
    assert told.message == (f"preemption: {message}" if message else "")
    assert (told.choice is not None) == bool(nominated)


APART = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
    {"labelSelector": {"matchExpressions": [{"key": "foo", "operator": "Exists"}]}, "topologyKey": HOST}]}}  # fmt: skip
FOO = {"foo": ""}


def spread(*keys: str) -> list[Body]:
    selector = {"matchExpressions": [{"key": "foo", "operator": "Exists"}]}
    return [
        {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector}
        for key in keys
    ]


def port(number: int) -> Body:
    return {"name": "main", "image": "nginx", "ports": [{"containerPort": 80, "hostPort": number, "protocol": "TCP"}]}


ZONES = [half("a", "z1"), half("b", "z1"), half("x", "z2")]
PAIR = [half("n1"), half("n2")]
GUARDED = {"app": "foo"}

DRY_RUNS: dict[str, tuple[Body, list[Body], list[Body], dict[str, list[str]]]] = {
    "both nodes could be cleared": (
        sized("p", "L", HIGH), PAIR, [sized("p1", "L", MID, on="n1"), sized("p2", "L", MID, on="n2")],
        {"n1": ["p1"], "n2": ["p2"]}),
    "a small pod of the least priority stays": (
        sized("p", "L", HIGH), PAIR,
        [sized("p1.1", "S", LOW, on="n1"), sized("p1.2", "L", MID, on="n1"), sized("p2", "L", MID, on="n2")],
        {"n1": ["p1.2"], "n2": ["p2"]}),
    "of mixed priorities the more important stay": (
        sized("p", "L", HIGH), PAIR,
        [sized("p1.1", "S", MID, on="n1"), sized("p1.2", "S", LOW, on="n1"), sized("p1.3", "M", MID, on="n1"),
         sized("p1.4", "S", HIGH, on="n1"), sized("p2", "L", HIGH, on="n2")],
        {"n1": ["p1.3", "p1.2"]}),
    "of equals the later goes": (
        sized("p", "L", HIGH), PAIR,
        [sized("p1.1", "S", LOW, on="n1", started=5), sized("p1.2", "S", LOW, on="n1", started=4),
         sized("p1.3", "M", MID, on="n1", started=3), sized("p1.4", "S", HIGH, on="n1", started=2),
         sized("p2", "L", HIGH, on="n2", started=1)],
        {"n1": ["p1.3", "p1.1"]}),
    "who has not started goes before who has": (
        sized("p", "L", HIGH), [half("n1")],
        [sized("p1.1", "M", LOW, on="n1"), sized("p1.2", "M", LOW, on="n1", started=9)], {"n1": ["p1.1"]}),
    "who would not have the pod near": (
        sized("p", "S", HIGH, labels=FOO), PAIR,
        [sized("p1.1", "S", LOW, on="n1", labels=FOO, affinity=APART), sized("p1.2", "S", MID, on="n1"),
         sized("p1.3", "S", HIGH, on="n1"), sized("p2", "S", HIGH, on="n2", labels=FOO, affinity=APART)],
        {"n1": ["p1.1"]}),
    "whom the pod would not have near": (
        sized("p", "S", HIGH, affinity=APART), PAIR,
        [sized("p1.1", "S", LOW, on="n1", labels=FOO), sized("p1.2", "S", LOW, on="n1"),
         sized("p2", "S", HIGH, on="n2", labels=FOO)],
        {"n1": ["p1.1"]}),
    "too many in the zone and on the node": (
        sized("p", "", HIGH, labels=FOO, topologySpreadConstraints=spread(ZONE, HOST)), ZONES,
        [sized("a1", "", MID, on="a", labels=FOO), sized("a2", "", LOW, on="a", labels=FOO),
         sized("b1", "", LOW, on="b", labels=FOO), sized("x1", "", HIGH, on="x", labels=FOO),
         sized("x2", "", HIGH, on="x", labels=FOO)],
        {"a": ["a2"], "b": ["b1"]}),
    "only one node of the zone has lesser pods": (
        sized("p", "", HIGH, labels=FOO, topologySpreadConstraints=spread(ZONE, HOST)), ZONES,
        [sized("a1", "", HIGH, on="a", labels=FOO), sized("a2", "", HIGH, on="a", labels=FOO),
         sized("b1", "", LOW, on="b", labels=FOO), sized("x1", "", HIGH, on="x", labels=FOO),
         sized("x2", "", HIGH, on="x", labels=FOO)],
        {"b": ["b1"]}),
    "who holds the port": (
        sized("p", "", HIGH, containers=[port(8080)]), PAIR,
        [sized("p1.1", "", LOW, on="n1", containers=[port(8080)]),
         sized("p1.2", "", LOW, on="n1", containers=[port(81)]),
         sized("p2", "", HIGH, on="n2", containers=[port(8080)])],
        {"n1": ["p1.1"]}),
    "only where its affinity lets it go": (
        sized("p", "L", HIGH, affinity=required({"matchExpressions": [
            {"key": HOST, "operator": "In", "values": ["n2"]}]})), PAIR,
        [sized("p1", "L", LOW, on="n1"), sized("p2", "L", LOW, on="n2")], {"n2": ["p2"]}),
    "one that ends already is a victim too": (
        sized("p", "L", HIGH), [half("n1")], [sized("p1", "L", LOW, on="n1", ending="-")], {"n1": ["p1"]}),
    "room that is promised to a pod of no lower priority": (
        sized("p", "M", HIGH), [half("n1")],
        [sized("p1", "S", LOW, on="n1"), sized("p2", "S", LOW, on="n1", started=1),
         sized("q", "L", HIGH, nominated="n1")], {"n1": ["p2", "p1"]}),
    "room that is promised to a pod of lower priority": (
        sized("p", "L", HIGH), [half("n1")],
        [sized("p1", "S", LOW, on="n1"), sized("p2", "M", LOW, on="n1", started=1),
         sized("q", "L", MID, nominated="n1")], {"n1": ["p1"]}),
}  # fmt: skip


@pytest.mark.parametrize("case", DRY_RUNS.values(), ids=DRY_RUNS.keys())
def test_who_would_have_to_go(case: tuple[Body, list[Body], list[Body], dict[str, list[str]]]) -> None:
    incoming, nodes, others, expected = case
    assert victims(preempt(incoming, nodes, others).candidates) == expected


BUDGETS: dict[str, tuple[int, list[Body], list[str], int]] = {
    "one more than is allowed": (2, [budget("b", 1, match=GUARDED)], ["v1", "v2"], 1),
    "as many as are allowed": (2, [budget("b", 2, match=GUARDED)], ["v1", "v2"], 0),
    "another pod's eviction is on its way": (
        2, [budget("b", 1, match=GUARDED, disrupted=["other"])], ["v1", "v2"], 1),
    "a victim's eviction is on its way": (2, [budget("b", 1, match=GUARDED, disrupted=["v2"])], ["v1", "v2"], 0),
    "the third's eviction is on its way": (
        3, [budget("b", 1, match=GUARDED, disrupted=["v3"])], ["v1", "v2", "v3"], 1),
    "two budgets, one of which allows none": (
        2, [budget("b", 1, match=GUARDED), budget("c", 0, match=GUARDED)], ["v1", "v2"], 2),
    "a budget of another namespace": (2, [budget("b", 0, match=GUARDED, namespace="else")], ["v1", "v2"], 0),
    "a budget that selects nothing in particular": (2, [budget("b", 0)], ["v1", "v2"], 0),
    "a budget with a selector that makes no sense": (
        2, [budget("b", 0, expressions=[{"key": "app", "operator": "Near", "values": ["x"]}])], ["v1", "v2"], 0),
    "a budget by expression": (
        2, [budget("b", 0, expressions=[{"key": "app", "operator": "Exists"}])], ["v1", "v2"], 2),
}  # fmt: skip


@pytest.mark.parametrize("case", BUDGETS.values(), ids=BUDGETS.keys())
def test_budgets_that_would_be_violated(case: tuple[int, list[Body], list[str], int]) -> None:
    number, budgets, expected, violations = case
    pods = [sized(f"v{one}", "M", MID, on="n1", labels=GUARDED) for one in range(1, number + 1)]
    whole = f"{200 * number}m"
    incoming = sized("p", "", HIGH, containers=[container(cpu=whole)])
    (found,) = preempt(incoming, [node("n1", whole)], [*pods, *budgets]).candidates
    assert ([one.key.name for one in found.victims], found.harm[0]) == (expected, violations)


def test_pods_whose_budget_would_be_violated_are_spared_first() -> None:
    pods = [sized("guarded", "M", LOW, on="n1", labels=GUARDED), sized("free", "M", MID, on="n1")]
    told = preempt(sized("p", "L", HIGH), [half("n1")], [*pods, budget("b", 0, match=GUARDED)])
    assert victims(told.candidates) == {"n1": ["free"]}


def test_a_node_that_takes_the_pod_with_all_its_pods_is_an_error() -> None:
    framework, made, shapes = table(PAIR, [sized("p1", "S", on="n1")])
    reader, shape = framework.post_filters[0].reader, shapes.of(sized("p", "S", HIGH))
    assert victims_on(framework, made, shape, made.every[:1], reader, []) == [
        Unhelped(('expected at least one victim pod on node "n1"',), failed=True)
    ]


def test_what_is_known_of_a_node_is_forgotten_when_it_changes() -> None:
    framework, made, shapes = table(PAIR, [sized("p1", "L", on="n1"), sized("p2", "L", MID, on="n2")])
    incoming = sized("p", "L", HIGH)
    shape = shapes.of(incoming)

    def seen() -> dict[str, list[str]]:
        return victims(post_filter(framework, made, incoming, shape).candidates)

    assert seen() == {"n1": ["p1"], "n2": ["p2"]} == seen()
    more = sized("more", "M", on="n1")
    made.place(Key("default", "more"), "n1", shapes.of(more, placed=True))
    assert seen() == {"n1": ["p1"], "n2": ["p2"]}
    made.nominate(Key("default", "q"), "n1", shapes.of(sized("q", "M", HIGH)))
    assert seen() == {"n1": ["more", "p1"], "n2": ["p2"]}
    made.withdraw(Key("default", "q"))
    made.remove(Key("default", "p2"))
    made.place(Key("default", "p2"), "n2", shapes.of(sized("p2", "L", HIGH), placed=True))
    assert seen() == {"n1": ["p1"]}
