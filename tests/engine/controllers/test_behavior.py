"""What Behaviors say of the containers that they count for."""

from __future__ import annotations

from typing import Any

from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.controllers.behavior import BehaviorController
from simulator.engine.objects import condition
from simulator.engine.registry import Body
from simulator.engine.workloads.behaviors import RESOURCE
from simulator.engine.world import World

USER = Cause("kubectl", "apply", "Somebody asked for it.")


def world_of() -> World:
    world = World(seed=1, now=0)
    BehaviorController(world).start()
    world.create("namespaces", {"metadata": {"name": "default"}}, USER)
    account = {"metadata": {"name": "default", "namespace": "default"}}
    world.create("serviceaccounts", account, USER)
    return world


def behave(world: World, name: str, **spec: Any) -> None:
    world.create(RESOURCE, {"metadata": {"name": name, "namespace": "default"}, "spec": spec}, USER)
    world.clock.run_until(world.now + 2 * SECOND)


def pod(world: World, name: str = "web", *, labels: Body | None = None, images: tuple[str, ...] = ("nginx",)) -> None:
    containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
    meta = {"name": name, "namespace": "default", "labels": labels or {}}
    world.create("pods", {"metadata": meta, "spec": {"containers": containers}}, USER)
    world.clock.run_until(world.now + 2 * SECOND)


def told(world: World, name: str) -> tuple[int, str, str]:
    """The count, and the reasons of the conditions Selected and Conflicting."""
    body = world.get(RESOURCE, "default", name)
    assert body is not None
    reasons = [(condition(body, kind) or {}).get("reason", "") for kind in ("Selected", "Conflicting")]
    return body["status"]["selectedContainers"], reasons[0], reasons[1]


def test_it_counts_containers() -> None:
    world = world_of()
    behave(world, "all")
    assert told(world, "all") == (0, "NoContainers", "NoConflict")
    pod(world, images=("nginx", "busybox"))
    assert told(world, "all") == (2, "ContainersSelected", "NoConflict")
    pod(world, "other")
    assert told(world, "all") == (3, "ContainersSelected", "NoConflict")
    world.delete("pods", "default", "other", USER, grace=0)
    world.clock.run_until(world.now + 2 * SECOND)
    assert told(world, "all") == (2, "ContainersSelected", "NoConflict")


def test_a_behavior_that_matches_nothing_says_so() -> None:
    world = world_of()
    pod(world, labels={"app": "web"})
    behave(world, "none", selector={"matchLabels": {"app": "db"}})
    assert told(world, "none") == (0, "NoContainers", "NoConflict")
    held = world.get("pods", "default", "web")
    assert held is not None
    world.update("pods", {**held, "metadata": {**held["metadata"], "labels": {"app": "db"}}}, USER)
    world.clock.run_until(world.now + 2 * SECOND)
    assert told(world, "none") == (1, "ContainersSelected", "NoConflict")


def test_two_of_one_priority_conflict() -> None:
    world = world_of()
    pod(world, images=("nginx", "busybox"))
    behave(world, "older", imagePattern="nginx*")
    behave(world, "younger")
    assert told(world, "older") == (1, "ContainersSelected", "NoConflict")
    assert told(world, "younger") == (1, "ContainersSelected", "SamePriority")
    behave(world, "youngest", container="c0")
    assert told(world, "youngest") == (0, "Overruled", "SamePriority")
    body = world.get(RESOURCE, "default", "youngest")
    assert body is not None
    message = "Of the same priority and older: older. The oldest counts."
    assert (condition(body, "Conflicting") or {})["message"] == message


def test_priorities_settle_it() -> None:
    world = world_of()
    pod(world)
    behave(world, "usual")
    behave(world, "special", priority=1)
    assert told(world, "special") == (1, "ContainersSelected", "NoConflict")
    assert told(world, "usual") == (0, "NoContainers", "NoConflict")


def test_nothing_is_written_when_nothing_changes() -> None:
    world = world_of()
    pod(world)
    behave(world, "all")
    held, revision = world.get("pods", "default", "web"), world.revision
    assert held is not None
    world.update_status("pods", {**held, "status": {**held["status"], "message": "said"}}, USER)
    world.clock.run_until(world.now + 60 * SECOND)
    assert world.revision == revision + 1
