"""What counts of a pod on a node while its resources are changed under it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.in_place_resize import spec_as_held
from simulator.engine.registry import Body
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import TEST, container, node, placed, pod, world

INFEASIBLE = [{"type": "PodResizePending", "status": "True", "reason": "Infeasible"}]
DEFERRED = [{"type": "PodResizePending", "status": "True", "reason": "Deferred"}]
SIDECAR = {"restartPolicy": "Always"}


def status(has: dict[str, str] | None, given: dict[str, str] | None = None, name: str = "main") -> Body:
    one: Body = {"name": name}
    if has is not None:
        one["resources"] = {"requests": has} if has else {}
    if given is not None:
        one["allocatedResources"] = given
    return one


def running(asked: dict[str, str], *statuses: Body, conditions: list[Body] | None = None, **spec: Any) -> Body:
    body = pod("r", container(**asked), on="n", **spec)
    return {**body, "status": {"containerStatuses": list(statuses), "conditions": conditions or []}}


ONE, TWO, THREE = {"cpu": "1"}, {"cpu": "2"}, {"cpu": "3"}
INIT = [container("i", cpu="1")]
CASES: dict[str, tuple[Body, dict[str, int]]] = {
    "no status": (pod("r", container(cpu="2"), on="n"), {"cpu": 2000}),
    "as asked": (running(TWO, status(TWO, TWO)), {"cpu": 2000}),
    "scaled up, not yet given": (running(TWO, status(ONE, ONE)), {"cpu": 2000}),
    "scaled down, not yet given": (running(ONE, status(TWO, TWO)), {"cpu": 2000}),
    "scaled down, given, not yet in force": (running(ONE, status(TWO, ONE)), {"cpu": 2000}),
    "scaled down, in force, and more is given": (running(ONE, status(TWO, THREE)), {"cpu": 3000}),
    "scaled down and done": (running(ONE, status(ONE, ONE)), {"cpu": 1000}),
    "nothing in force is said": (running(ONE, status(None, THREE)), {"cpu": 1000}),
    "nothing is in force": (running(ONE, status({}, {})), {"cpu": 1000}),
    "deferred": (running(THREE, status(ONE, ONE), conditions=DEFERRED), {"cpu": 3000}),
    "infeasible": (running(THREE, status(ONE, TWO), conditions=INFEASIBLE), {"cpu": 2000}),
    "infeasible, and nothing is in force": (running(THREE, status({}), conditions=INFEASIBLE), {}),
    "each resource by itself": (
        running({"cpu": "1", "memory": "2"}, status({"cpu": "2", "memory": "1"})), {"cpu": 2000, "memory": 2}),
    "one that is no longer asked for": (
        running(ONE, status({"cpu": "1", "example.com/x": "3"})), {"cpu": 1000, "example.com/x": 3}),
    "the same figure in other words": (running({"cpu": "1000m"}, status(ONE)), {"cpu": 1000}),
    "another container's status": (running(ONE, status(TWO, name="other")), {"cpu": 1000}),
    "a sidecar": (
        {**(body := running(ONE, initContainers=[{**INIT[0], **SIDECAR}])),
         "status": {**body["status"], "initContainerStatuses": [status(THREE, name="i")]}}, {"cpu": 4000}),
    "an init container that ends is never resized": (
        {**(body := running(ONE, initContainers=INIT)),
         "status": {**body["status"], "initContainerStatuses": [status(THREE, name="i")]}}, {"cpu": 1000}),
    "the pod's own figure stays": (
        running(ONE, status(THREE), resources={"requests": {"cpu": "2"}}), {"cpu": 2000}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_requests_that_count(case: tuple[Body, dict[str, int]]) -> None:
    body, expected = case
    assert Shapes().of(body, placed=True).requests == expected


def test_a_pod_that_waits_counts_with_what_it_asks_for() -> None:
    assert Shapes().of(running(ONE, status(THREE))).requests == {"cpu": 1000}


def test_a_spec_that_is_as_held_stays_the_same_object() -> None:
    body = running(TWO, status(TWO, TWO))
    assert spec_as_held(body) is body["spec"]


def test_what_is_assumed_depends_on_what_is_held() -> None:
    held = Shapes().of(running({}, status({"cpu": "2"})), placed=True)
    assert held.scored == (2000, 200 * 1024 * 1024)


def test_a_pod_that_was_scaled_down_makes_room_when_the_node_has_done_it() -> None:
    made, _ = world(node("n", "4"), running(ONE, status(THREE, THREE)))
    made.create("pods", pod("p", container(cpu="2")), TEST)
    made.clock.run_until(made.now)
    assert placed(made)["p"] == ""
    body = made.get("pods", "default", "r")
    assert body is not None
    for has in (TWO, ONE):
        held = {**body["status"], "containerStatuses": [status(has, ONE)]}
        made.update_status("pods", {**body, "status": held}, TEST)
        made.clock.run_until(made.now)
    assert placed(made)["p"] == "n"


def test_a_pod_that_is_being_scaled_down_still_has_what_it_had() -> None:
    made, scheduler = world(node("n", "4"), running(THREE, status(THREE, THREE)))
    body = made.get("pods", "default", "r")
    assert body is not None
    made.update(
        "pods", {**body, "spec": {**body["spec"], "containers": [container(cpu="1")]}}, TEST, subresource="resize"
    )
    assert scheduler.state.nodes.requested[0].tolist() == [3000]
