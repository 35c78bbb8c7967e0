"""A world with a scheduler as time goes by: looking, changing, and going on in another process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.objects import set_in
from simulator.engine.registry import KINDS, Body
from simulator.engine.scheduler.configuration.reading import DEFAULT, Configuration
from simulator.engine.scheduler.cycle import Scheduler
from simulator.engine.scheduler.plugin import Plugin
from simulator.engine.scheduler.plugins.registry import PLUGINS
from simulator.engine.world import World
from tests.engine.scheduler.builders import TEST


def run(made: World, seconds: float = 0) -> None:
    made.clock.run_until(made.now + int(seconds * SECOND))


def get(made: World, name: str) -> Body:
    found = made.get("pods", "default", name)
    assert found is not None
    return found


def edit(made: World, body: Body, **spec: Any) -> None:
    made.update(f"{body['kind'].lower()}s", {**body, "spec": {**body["spec"], **spec}}, TEST)


def relabel(made: World, name: str, **labels: str) -> None:
    made.update("pods", set_in(get(made, name), ("metadata", "labels"), labels), TEST)


def report(made: World, name: str, **status: Any) -> None:
    """Somebody else writes a pod's status."""
    held = get(made, name)
    made.update_status("pods", {**held, "status": {**held["status"], **status}}, TEST)


def gone(made: World, name: str) -> None:
    """A pod has ended and is away."""
    made.delete("pods", "default", name, TEST, grace=0)


def events(made: World, reason: str) -> list[tuple[str, str, str, int]]:
    return [
        (one["involvedObject"]["name"], one["type"], one["message"], one["count"])
        for one in made.list("events")
        if one["reason"] == reason
    ]


def bound(made: World) -> list[str]:
    """The pods in the order in which they were bound since the last time."""
    return [one.key.name for one in made.drain().changes if one.cause.rule == "Bind"]


def rebuilt(
    old: World, classes: Mapping[str, type[Plugin]] = PLUGINS, default: Configuration = DEFAULT
) -> tuple[World, Scheduler]:
    """The same world in another process: from what was written down."""
    new = World(seed=old.seed, now=old.now, revision=old.revision, latency=old.latency)
    scheduler = Scheduler(new, classes, default)
    for kind in KINDS:
        for body in old.list(kind.resource) if kind.is_kept and not kind.stored_as else ():
            new.load(kind.resource, body)
    for memory in old.memories():
        new.remember(memory)
    new.revision = old.revision
    scheduler.start()
    return new, scheduler
