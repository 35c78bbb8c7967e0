"""What the scheduler hears of pods, nodes and other objects, and whom that wakes.

Follows pkg/scheduler/eventhandlers.go and isPodWorthRequeuing of
pkg/scheduler/backend/queue/scheduling_queue.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.in_place_resize import spec_as_held
from simulator.engine.journal import Change
from simulator.engine.objects import is_deleting, labels_of, revision_of, status_of, text_of, uid_of
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler.nodes import Placed
from simulator.engine.scheduler.plugin import Plugin
from simulator.engine.scheduler.profiles import read_by
from simulator.engine.scheduler.queue import Group, Queued
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.state import State

BIND = f"{NAME}/bind"


class Hearing:
    """Keeps the state up to date. Calls `woken` when a pod may be tried, `heard` when what a plugin reads changed."""

    def __init__(self, state: State, woken: Callable[[], None], heard: Callable[[str, int], None]) -> None:
        self._state, self._woken, self._heard = state, woken, heard
        world = state.world
        world.watch("pods", self._pod)
        world.watch("nodes", self._node)
        for resource in read_by(state.classes):
            world.watch(resource, self._object)

    def enqueue(self, key: Key, pod: Body, revision: int) -> None:
        """A pod is new here. One that may not be tried yet keeps its place in the order."""
        state, world = self._state, self._state.world
        seen = world.now + world.latency.watch
        gates, priority = state.gates_of(pod), pod["spec"].get("priority") or 0
        place = Queued("active", uid_of(pod), priority, at=seen, since=seen, order=revision, led_by=revision)
        state.queue.put(key, place._replace(queue="gated", refused_by=gates) if gates else place)
        state.nominate(key, pod)
        self._woken()

    def forget(self, key: Key, pod: Body, revision: int) -> None:
        """A pod is gone, or has ended and takes nothing any more."""
        state = self._state
        self._dequeue(key, pod)
        promised = state.nodes.withdraw(key)
        held = state.nodes.remove(key)
        if held is not None:
            self._wake_by_pod(held, None, revision)
        elif promised:
            self._freed(promised, pod, revision)

    def wake(
        self,
        helps: Callable[[Plugin, Shape], bool],
        revision: int,
        *,
        but: Key | None = None,
        highest: int | None = None,
    ) -> None:
        """Wakes the pods that one of the plugins which refused them would look at again, and those nobody refused.

        but: not this one. highest: only those of this priority or a lower one.
        """

        def group_helped(group: Group) -> bool:
            refused_by, framework, shape = group
            if highest is not None and shape.priority > highest:
                return False
            plugins = [framework.plugin(name) for name in refused_by] if framework is not None else []
            return not any(plugins) or any(one is not None and helps(one, shape) for one in plugins)

        self._state.queue.wake(group_helped, led_by=revision, but=but)
        self._woken()

    def unpromised(self, before: Body, after: Body) -> None:
        """A pod's status names another node than before: what it was promised is free for others and for itself.

        Only pods of no higher priority had left it that room. Follows updatePodInSchedulingQueue.
        """
        held = _promised(before)
        if held and held != _promised(after):
            self._freed(held, before, revision_of(after))

    def left(self, key: Key, placed: Placed) -> None:
        """A pod that was on its way does not get to its node."""
        self.wake(lambda plugin, shape: plugin.helped_by_pod(shape, placed, None), self._state.world.revision, but=key)

    def bound(self, key: Key, pod: Body) -> None:
        """The scheduler's own binding has been written."""
        placed = self._state.nodes.placed.get(key)
        if placed is not None:
            self._wake_by_pod(None, placed, revision_of(pod))

    def _pod(self, change: Change) -> None:
        before, after = change.before, change.body if change.operation != "DELETED" else None
        key, state = change.key, self._state
        if key == state.own:
            return
        if before is not None and after is not None and _start(before) != _start(after):
            state.nodes.restamp(node_of(after))
        if before is not None and after is not None and self._is_nothing_new(key, before, after):
            return
        if after is None or is_terminal(after):
            self.forget(key, change.body, change.revision)
        elif node_of(after):
            self._assigned(key, after, change.revision)
        elif key in state.queue:
            self._own_update(key, before, after, change.revision)
        elif state.is_mine(after):
            self.enqueue(key, after, change.revision)

    def _is_nothing_new(self, key: Key, before: Body, after: Body) -> bool:
        """True for the many changes of a pod's status that say nothing to the scheduler."""
        if spec_as_held(before) is not spec_as_held(after) or labels_of(before) != labels_of(after):
            return False
        if is_deleting(before) != is_deleting(after):
            return False
        if is_terminal(after):
            return key not in self._state.nodes.placed and key not in self._state.queue
        return bool(node_of(after)) or _promised(before) == _promised(after)

    def _assigned(self, key: Key, pod: Body, revision: int) -> None:
        """A pod is on a node, bound by somebody else, or changed there."""
        state = self._state
        self._dequeue(key, pod)
        held = state.nodes.placed.get(key)
        if held is not None and held == Placed(node_of(pod), state.shapes.of(pod, placed=True)):
            return
        placed = state.place(key, node_of(pod), pod)
        self._wake_by_pod(held if held is not None and held.node == placed.node else None, placed, revision)

    def _dequeue(self, key: Key, pod: Body) -> None:
        """The pod is no longer to be placed; if it was on its way, it gives back what was reserved for it."""
        queued = self._state.queue.remove(key)
        if queued is not None and queued.node:
            self._state.world.clock.cancel(BIND, text_of(key))
            self._state.unreserve(pod, queued.node)

    def _own_update(self, key: Key, before: Body | None, after: Body, revision: int) -> None:
        """A pod that is queued has changed."""
        state = self._state
        queued = state.queue.get(key)
        if queued is None or before is None:
            return
        if queued.node:
            state.nodes.place(key, queued.node, state.shapes.of(after))
            return
        state.nominate(key, after)
        if queued.queue == "gated" and not state.gates_of(after):
            seen = state.world.now + state.world.latency.watch
            state.queue.put(key, queued._replace(queue="active", at=seen, refused_by=(), led_by=revision))
            self._woken()
        elif queued.queue == "unschedulable":
            was, now = state.shapes.of(before), state.shapes.of(after)
            state.queue.put(key, queued)
            framework = state.framework_of(after)
            refusers = [framework.plugin(name) for name in queued.refused_by] if framework else []
            if was is not now and any(one.helped_by_own(was, now) for one in refusers if one):
                state.queue.wake_one(key, led_by=revision)
                self._woken()
        self.unpromised(before, after)

    def _freed(self, node: str, pod: Body, revision: int) -> None:
        placed = Placed(node, self._state.shapes.of(pod))
        self.wake(
            lambda plugin, shape: plugin.helped_by_pod(shape, placed, None),
            revision,
            highest=pod["spec"].get("priority") or 0,
        )

    def _wake_by_pod(self, before: Placed | None, after: Placed | None, revision: int) -> None:
        self.wake(lambda plugin, shape: plugin.helped_by_pod(shape, before, after), revision)

    def _node(self, change: Change) -> None:
        before, after = change.before, change.body if change.operation != "DELETED" else None
        if self._state.nodes.change_node(before, after):
            self.wake(lambda plugin, shape: plugin.helped_by_node(shape, before, after), change.revision)

    def _object(self, change: Change) -> None:
        before, after = change.before, change.body if change.operation != "DELETED" else None
        resource = change.resource
        self._state.profiles.note_change(resource)

        def helps(plugin: Plugin, shape: Shape) -> bool:
            return resource in plugin.reads and plugin.helped_by(shape, resource, before, after)

        self.wake(helps, change.revision)
        self._heard(resource, change.revision)


def _start(pod: Body) -> str | None:
    return status_of(pod).get("startTime")


def _promised(pod: Body) -> str:
    name: str = status_of(pod).get("nominatedNodeName") or ""
    return name
