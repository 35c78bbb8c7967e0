"""PodTopologySpread at work in a world: no binding skews more than is allowed, and who waits is woken."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.journal import Change
from simulator.engine.objects import condition, is_deleting, key_of
from simulator.engine.registry import Body
from simulator.engine.world import World
from tests.engine.scheduler.builders import TEST, placed, world
from tests.engine.scheduler.spreading import HOSTNAME, SOFT, a_node, four, incoming, labelled, spread

ZONE = spread("zone")


def named(name: str, body: Body) -> Body:
    return {**body, "metadata": {**body["metadata"], "name": name}}


def create(made: World, body: Body, *names: str) -> None:
    for name in names:
        made.create("pods", named(name, body), TEST)
        made.clock.run_until(made.now)


def waiting(made: World, name: str) -> str:
    """Why a pod waits."""
    held = made.get("pods", "default", name)
    assert held is not None
    return (condition(held, "PodScheduled") or {}).get("message", "")


def cordoned(made: World, name: str, *, yes: bool = True) -> None:
    held = made.get("nodes", "", name)
    assert held is not None
    made.update("nodes", {**held, "spec": {"unschedulable": yes}}, TEST)


def test_zones_in_turn() -> None:
    made, _ = world(*four())
    create(made, incoming(ZONE, spread("node", when=SOFT)), *"123456")
    where = placed(made)
    assert sorted(where[name] for name in "1234") == ["a", "b", "x", "y"]
    for end in range(1, 7):
        of_zone1 = sum(where[name] in "ab" for name in "123456"[:end])
        assert abs(of_zone1 - (end - of_zone1)) <= 1


def test_a_pod_waits_rather_than_skew_and_is_woken_when_one_goes() -> None:
    made, _ = world(a_node("a", "zone1"), a_node("x", "zone2"), a_node("n"))
    cordoned(made, "x")
    create(made, incoming(ZONE), "first", "second")
    assert placed(made) == {"first": "a", "second": ""}
    assert waiting(made, "second") == (
        "0/3 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) didn't match pod "
        "topology spread constraints (missing required label), 1 node(s) were unschedulable. no new claims to "
        "deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption "
        "is not helpful for scheduling."
    )
    first = made.get("pods", "default", "first")
    assert first is not None
    made.update("pods", {**first, "metadata": {**first["metadata"], "labels": {"bar": ""}}}, TEST)
    made.clock.run_until(made.now + 15_000_000)
    assert placed(made) == {"first": "a", "second": "a"}


def test_a_pod_that_is_on_its_way_out_counts_no_more_for_those_that_come() -> None:
    made, _ = world(a_node("a", "zone1"), a_node("x", "zone2"))
    cordoned(made, "x")
    create(made, incoming(ZONE, terminationGracePeriodSeconds=30), "first")
    made.delete("pods", "default", "first", TEST)
    create(made, incoming(ZONE), "second")
    assert placed(made) == {"first": "a", "second": "a"}


def test_services_spread_pods_without_constraints() -> None:
    made, _ = world(*(a_node(name, pods="9") for name in "abcd"))
    made.load(
        "services",
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "s", "namespace": "default", "uid": "s", "resourceVersion": str(made.revision + 1)},
            "spec": {"selector": {"foo": ""}},
        },
    )
    create(made, labelled(incoming(), "foo"), *"12345678")
    assert sorted(placed(made).values()) == list("aabbccdd")


@given(
    st.integers(1, 3),
    st.lists(st.tuples(st.sampled_from(["create", "delete", "cordon", "open"]), st.integers(0, 5)), max_size=25),
    st.integers(0, 9),
)
@settings(max_examples=40, deadline=None)
def test_skew_holds_at_every_binding(max_skew: int, steps: list[tuple[str, int]], seed: int) -> None:
    nodes = [*four(), a_node("z", "zone3"), a_node("n")]
    made, _ = world(*nodes, seed=seed)
    zones = {one["metadata"]["name"]: one["metadata"]["labels"].get("zone", "") for one in nodes}
    body = incoming(spread("zone", max_skew), spread(HOSTNAME, max_skew + 1))

    def check(change: Change) -> None:
        """No pod comes to a domain that had room for none, nor to a node without a zone."""
        node = change.body["spec"].get("nodeName")
        if change.operation == "DELETED" or not node or (change.before and change.before["spec"].get("nodeName")):
            return
        others = [one for one in made.list("pods") if key_of(one) != change.key and not is_deleting(one)]
        on = Counter(one["spec"].get("nodeName", "") for one in others)
        assert zones[node]
        for domain_of, allowed in ((zones, max_skew), ({name: name for name in zones}, max_skew + 1)):
            counts = {domain_of[name]: 0 for name in zones if zones[name]}
            for name in zones:
                if zones[name]:
                    counts[domain_of[name]] += on[name]
            assert counts[domain_of[node]] + 1 - min(counts.values()) <= allowed

    made.watch("pods", check)
    for number, (step, where) in enumerate(steps):
        if step == "create":
            create(made, body, f"p{number}")
        elif step == "delete":
            pods = made.list("pods")
            if pods:
                made.delete("pods", *key_of(pods[where % len(pods)]), TEST)
        else:
            cordoned(made, nodes[where]["metadata"]["name"], yes=step == "cordon")
        made.clock.run_until(made.now + 11_000_000)
