"""Pods near and apart in whole clusters: who waits, who is woken, who is pushed off."""

from __future__ import annotations

from collections import Counter
from typing import Any

from simulator.engine.objects import is_deleting
from simulator.engine.registry import Body
from tests.engine.scheduler.builders import TEST, placed, world
from tests.engine.scheduler.pod_affinity import both, far, near, of, on, term, who


def create(made: Any, name: str, labels: Body, affinity: Body | None = None, **spec: Any) -> None:
    body = who(name, labels, affinity=affinity)
    body = {**body, "spec": {**body["spec"], **spec}}
    made.create("pods", body, TEST)
    made.clock.run_until(made.now)


def test_a_pod_waits_for_the_one_it_wants_to_be_near() -> None:
    made, _ = world(on("a", zone="z1"), on("b", zone="z2"))
    create(made, "follower", {}, near(term(of(app="web"))))
    assert placed(made) == {"follower": ""}
    create(made, "web", {"app": "web"})
    made.clock.run_until(made.now + 10_000_000)
    where_is = placed(made)
    assert where_is["follower"] == where_is["web"] != ""


def test_a_running_pod_that_gets_the_label_draws_the_one_that_waits() -> None:
    made, _ = world(on("a", zone="z1"), on("b", zone="z2"))
    create(made, "web", {"app": "db"})
    create(made, "follower", {}, near(term(of(app="web"))))
    assert placed(made)["follower"] == ""
    body = made.get("pods", "default", "web")
    made.update("pods", {**body, "metadata": {**body["metadata"], "labels": {"app": "web"}}}, TEST)
    made.clock.run_until(made.now + 10_000_000)
    where_is = placed(made)
    assert where_is["follower"] == where_is["web"] != ""


def test_one_to_a_zone_and_the_next_waits_until_one_goes() -> None:
    made, _ = world(on("a", zone="z1"), on("b", zone="z1"), on("c", zone="z2"))
    alone = far(term(of(app="web")))
    for name in ("x", "y", "z"):
        create(made, name, {"app": "web"}, alone)
    where_is = placed(made)
    assert where_is["z"] == "" and {where_is["x"], where_is["y"]} & {"a", "b"} and "c" in where_is.values()
    condition = made.get("pods", "default", "z")["status"]["conditions"][0]
    assert condition["message"].startswith(
        "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, "
        "preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."
    )
    made.delete("pods", "default", "x", TEST, grace=0)
    made.clock.run_until(made.now + 10_000_000)
    assert placed(made)["z"] in {"a", "b", "c"}


def test_the_pods_of_one_revision_keep_apart() -> None:
    made, _ = world(on("a"), on("b"))
    apart = far(term(of(app="web"), "host", matchLabelKeys=["pod-template-hash"]))
    create(made, "old-1", {"app": "web", "pod-template-hash": "old"}, apart)
    create(made, "old-2", {"app": "web", "pod-template-hash": "old"}, apart)
    create(made, "new-1", {"app": "web", "pod-template-hash": "new"}, apart)
    create(made, "new-2", {"app": "web", "pod-template-hash": "new"}, apart)
    where_is = placed(made)
    assert {where_is["old-1"], where_is["old-2"]} == {where_is["new-1"], where_is["new-2"]} == {"a", "b"}


def test_tenants_keep_to_themselves() -> None:
    made, _ = world(on("a"), on("b"))
    alone = both(
        near(term({}, "host", matchLabelKeys=["tenant"])),
        far(
            term({"matchExpressions": [{"key": "tenant", "operator": "Exists"}]}, "host", mismatchLabelKeys=["tenant"])
        ),
    )
    for name, tenant in (("x1", "x"), ("y1", "y"), ("x2", "x"), ("y2", "y")):
        create(made, name, {"tenant": tenant}, alone)
    where_is = placed(made)
    assert where_is["x1"] == where_is["x2"] != where_is["y1"] == where_is["y2"]


HIGH = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 10}


def test_a_more_important_pod_pushes_off_those_it_must_be_apart_from() -> None:
    made, _ = world(on("a"), on("b"))
    made.create("priorityclasses.scheduling.k8s.io", HIGH, TEST)
    create(made, "x", {"app": "web"})
    create(made, "y", {"app": "web"})
    create(made, "z", {"app": "web"})
    crowded = Counter(placed(made).values()).most_common(1)[0][0]
    create(made, "db", {}, far(term(of(app="web"), "host")), priorityClassName="high")
    (freed,) = {"a", "b"} - {crowded}
    gone = [one["metadata"]["name"] for one in made.list("pods") if is_deleting(one)]
    assert made.get("pods", "default", "db")["status"]["nominatedNodeName"] == freed
    assert gone == [name for name in "xyz" if placed(made).get(name) == freed]


def test_taking_pods_away_brings_nobody_near() -> None:
    made, _ = world(on("a", zone="z1"))
    made.create("priorityclasses.scheduling.k8s.io", HIGH, TEST)
    create(made, "x", {"app": "web"})
    create(made, "db", {}, near(term(of(app="db"))), priorityClassName="high")
    (condition,) = made.get("pods", "default", "db")["status"]["conditions"]
    assert condition["message"] == (
        "0/1 nodes are available: 1 node(s) didn't match pod affinity rules. no new claims to deallocate, "
        "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    )
