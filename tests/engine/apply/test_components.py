"""What components change of an object is noted where the object says who manages it, and costs nothing where not."""

from __future__ import annotations

from typing import Any

from simulator import schema
from simulator.engine.apply import fields
from simulator.engine.apply.field_manager import FieldManager, reset_fields
from simulator.engine.causes import Cause
from simulator.engine.objects import set_in
from simulator.engine.registry import KINDS, Body, Kind
from simulator.engine.world import World

DEPLOYMENTS = "deployments.apps"
CONTROLLER = Cause("deployment-controller", "sync", "")


def deployment() -> Body:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}


def a_world(*, tracked: bool) -> World:
    """A world with one deployment, which kubectl created if it is tracked."""
    world = World(seed=1, now=1_700_000_000_000_000)
    world.types = schema.of_kind
    world.create("namespaces", {"metadata": {"name": "default"}}, CONTROLLER)
    kind = KINDS[DEPLOYMENTS]
    manager = FieldManager(kind, schema.of_kind(kind), "", reset_fields(kind, ""))

    def manage(old: Body | None, new: Body) -> Body:
        return manager.update(old, new, manager="kubectl", now=world.now)

    world.create(DEPLOYMENTS, deployment(), CONTROLLER, manage=manage if tracked else None)
    return world


def live(world: World) -> Body:
    body = world.get(DEPLOYMENTS, "default", "web")
    assert body
    return body


def held(world: World, manager: str, subresource: str = "") -> set[str]:
    for entry in live(world)["metadata"].get("managedFields", []):
        if (entry["manager"], entry.get("subresource", "")) == (manager, subresource):
            return {fields.text(path) for path in fields.paths(entry["fieldsV1"])}
    return set()


def test_a_status_belongs_to_the_component_that_wrote_it() -> None:
    world = a_world(tracked=True)
    world.clock.run_until(world.now + 5_000_000)
    status = {"replicas": 2, "conditions": [{"type": "Available", "status": "True"}]}
    world.update_status(DEPLOYMENTS, {**live(world), "status": status}, CONTROLLER)
    assert held(world, "kube-controller-manager", "status") == {
        ".status.conditions",
        '.status.conditions[type="Available"]',
        '.status.conditions[type="Available"].status',
        '.status.conditions[type="Available"].type',
        ".status.replicas",
    }
    entries = live(world)["metadata"]["managedFields"]
    assert [entry["time"] for entry in entries] == ["2023-11-14T22:13:20Z", "2023-11-14T22:13:25Z"]
    before = live(world)
    world.update_status(DEPLOYMENTS, {**before, "status": dict(status)}, CONTROLLER)
    assert live(world) is before


def test_what_a_component_changes_it_takes_over() -> None:
    world = a_world(tracked=True)
    assert ".spec.replicas" in held(world, "kubectl")
    world.update(DEPLOYMENTS, set_in(live(world), ("spec", "replicas"), 5), CONTROLLER)
    assert ".spec.replicas" not in held(world, "kubectl")
    assert held(world, "kube-controller-manager") == {".spec.replicas"}


def test_a_component_that_leaves_out_the_managers_does_not_lose_them() -> None:
    world = a_world(tracked=True)
    body = live(world)
    meta = {key: value for key, value in body["metadata"].items() if key != "managedFields"}
    world.update(DEPLOYMENTS, {**body, "metadata": {**meta, "labels": {"a": "b"}}}, CONTROLLER)
    assert held(world, "kubectl") and held(world, "kube-controller-manager") == {
        ".metadata.labels",
        ".metadata.labels.a",
    }


def test_an_object_without_managers_costs_nothing() -> None:
    world = a_world(tracked=False)

    def never(kind: Kind) -> Any:
        raise AssertionError("nobody asks for the schema of an object that nobody tracks")

    world.types = never
    world.update(DEPLOYMENTS, set_in(live(world), ("spec", "replicas"), 5), CONTROLLER)
    assert "managedFields" not in live(world)["metadata"]
