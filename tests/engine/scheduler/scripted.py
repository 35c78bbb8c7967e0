"""Plugins of the binding cycle that answer as a test wants them to, and write down what they are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.engine import errors
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.objects import condition, key_of, name_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.configuration.reading import DEFAULT, Configuration
from simulator.engine.scheduler.cycle import Scheduler
from simulator.engine.scheduler.plugin import (
    BindPlugin,
    Permission,
    PermitPlugin,
    Plugin,
    PostBindPlugin,
    PreBindPlugin,
    Refusal,
    ReservePlugin,
)
from simulator.engine.scheduler.plugins.registry import PLUGINS
from simulator.engine.scheduler.profile import Enabled
from simulator.engine.scheduler.queue import Queued
from simulator.engine.scheduler.shape import Shape
from simulator.engine.world import World
from tests.engine.scheduler.builders import TEST, container, node, pod, world
from tests.engine.scheduler.lives import get

Log = list[str]


def scripted(
    called: str,
    log: Log,
    *,
    reserve: tuple[str, ...] = (),
    permit: str | int = "",
    pre_bind: Callable[[World, Body], str] = lambda world, pod: "",
    patience: float = 0,
    bind: str = "skip",
    reads_these: tuple[str, ...] = (),
) -> type[Plugin]:
    """A plugin of all points from Reserve to PostBind.

    reserve: the reasons for which it refuses. permit: why it refuses, or for how many seconds it wants to wait.
    pre_bind: what it says; patience: for how many seconds it may say PENDING. bind: "skip", "bind", or an error.
    """

    class Scripted(ReservePlugin, PermitPlugin, PreBindPlugin, BindPlugin, PostBindPlugin):
        name = called
        timeout = int(patience * SECOND)
        reads = reads_these

        def reserve(self, pod: Body, shape: Shape, node: str) -> Refusal | None:
            log.append(f"{called} reserve {name_of(pod)} on {node}")
            return Refusal(reserve) if reserve else None

        def unreserve(self, pod: Body, node: str) -> None:
            log.append(f"{called} unreserve {name_of(pod)} on {node}")

        def permit(self, world: World, pod: Body, node: str) -> Permission:
            log.append(f"{called} permit {name_of(pod)} on {node}")
            if isinstance(permit, int):
                return Permission("wait", wait=permit * SECOND)
            return Permission("refuse", Refusal((permit,))) if permit else Permission("allow")

        def pre_bind(self, world: World, pod: Body, node: str, cause: Cause) -> str:
            log.append(f"{called} preBind {name_of(pod)} on {node}")
            return pre_bind(world, pod)

        def bind(self, world: World, pod: Body, node: str, cause: Cause) -> Body | None:
            log.append(f"{called} bind {name_of(pod)} on {node}")
            if bind == "skip":
                return None
            if bind != "bind":
                raise errors.bad_request(bind)
            return world.bind(key_of(pod), node, cause)

        def post_bind(self, world: World, pod: Body, node: str) -> None:
            log.append(f"{called} postBind {name_of(pod)} on {node}")

    return Scripted


def with_plugins(*plugins: type[Plugin]) -> dict[str, Any]:
    """What a world and a restart take: the plugins that there are, and a default profile in which these are enabled."""
    classes: Mapping[str, type[Plugin]] = {**PLUGINS, **{one.name: one for one in plugins}}
    profile, more = DEFAULT.profiles[0], tuple(Enabled(one.name) for one in plugins)
    points = {
        **profile.points,
        **{
            point: (*more, *profile.points.get(point, ()))
            for point in ("reserve", "permit", "preBind", "bind", "postBind")
        },
    }
    default: Configuration = DEFAULT._replace(profiles=(profile._replace(points=points),))
    return {"classes": classes, "default": default}


P = Key("default", "p")


def place(scheduler: Scheduler, key: Key = P) -> Queued:
    """Where a pod is in the queue."""
    queued = scheduler.state.queue.get(key)
    assert queued is not None
    return queued


def told(made: World, name: str = "p") -> tuple[str, str, str]:
    """The condition PodScheduled."""
    found = condition(get(made, name), "PodScheduled")
    assert found is not None
    return found["status"], found.get("reason", ""), found.get("message", "")


def begun(*plugins: type, latency: str = "instant", cpu: str = "4", **setup: Any) -> tuple[World, Scheduler]:
    """A world with one node and pod p, which asks for one cpu."""
    made, scheduler = world(node("a", cpu), latency=latency, **with_plugins(*plugins), **setup)
    made.create("pods", pod("p", container(cpu="1")), TEST)
    return made, scheduler
