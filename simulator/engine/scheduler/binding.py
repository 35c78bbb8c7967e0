"""From the decision to the bound pod: reserve, permit, prepare, bind.

A pod that is decided on counts on its node at once; the binding is written one latency later, from the agenda. A plugin
that has to wait for others (Permit, PreBind) is asked again when what it reads changes, or when its time is over.
Follows schedulingCycle, bindingCycle and handleBindingCycleError of pkg/scheduler/schedule_one.go,
RunPermitPlugins and RunPreBindPlugins of pkg/scheduler/framework/runtime/framework.go and
pkg/scheduler/framework/runtime/waiting_pods_map.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from simulator.engine.causes import Cause, _
from simulator.engine.clock import SECOND, Entry
from simulator.engine.errors import StatusError
from simulator.engine.objects import key_from, text_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler import reports
from simulator.engine.scheduler.configuration.durations import text_of as duration
from simulator.engine.scheduler.fit_error import histogram
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.hearing import BIND, Hearing
from simulator.engine.scheduler.nodes import Placed
from simulator.engine.scheduler.plugin import PENDING, PreBindPlugin
from simulator.engine.scheduler.queue import Queued
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.state import State
from simulator.engine.world import World

Fail = Callable[[Key, Queued, Body, str, str], None]
"""Puts a pod aside: its key, its place, the pod, the plugin that refused it (none: an error), the message."""
_PERMIT, _PRE_BIND = "permit", "preBind"
_LONGEST_PERMIT = 900 * SECOND


class Binding:
    def __init__(self, state: State, hearing: Hearing, fail: Fail) -> None:
        self._state, self._hearing, self._fail = state, hearing, fail
        state.world.clock.handle(BIND, self._due)

    def assume(self, key: Key, queued: Queued, pod: Body, shape: Shape, node: str) -> None:
        """Counts the pod on the node that was decided on, and books the rest. `queued.why` says how it was decided."""
        state = self._state
        now, delay = state.world.now, state.world.latency.bind
        state.nodes.withdraw(key)
        state.nodes.place(key, node, shape)
        answer = self._permitted(pod, shape, node)
        if isinstance(answer, tuple):
            self._undo(key, pod, node)
            self._fail(key, queued, pod, answer[0], answer[1])
            return
        bound = queued._replace(queue="binding", node=node)
        if answer:
            until = {name: now + wait for name, wait in answer.items()}
            bound = bound._replace(stage=_PERMIT, waiting_since=now, waits=until)
        elif not delay:
            self._go_on(key, bound, pod)
            return
        state.queue.put(key, bound)
        state.world.clock.at(BIND, text_of(key), bound.until or now + delay, led_by=queued.led_by)

    def restore(self) -> None:
        """Reserves again for the pods that are on their way, after a start."""
        for key, queued in self._state.queue.on_their_way():
            pod = self._state.world.get("pods", *key)
            if pod is not None:
                for plugin in self._framework(pod).reserves:
                    plugin.reserve(pod, self._state.shapes.of(pod), queued.node)

    def undo_all(self) -> None:
        """Takes back what was decided and is not bound yet."""
        for key, queued in self._state.queue.on_their_way():
            pod = self._state.world.get("pods", *key)
            self._state.world.clock.cancel(BIND, text_of(key))
            if pod is not None:
                self._undo(key, pod, queued.node)

    def allow(self, key: Key, plugin: str) -> None:
        """A plugin lets a pod go on that waits for its permission."""
        queued = self._state.queue.get(key)
        if queued is None or queued.stage != _PERMIT or plugin not in queued.waits:
            return
        world, left = self._state.world, {name: until for name, until in queued.waits.items() if name != plugin}
        allowed = queued._replace(waits=left) if left else queued._replace(stage="", waiting_since=0, waits={})
        self._state.queue.put(key, allowed)
        due = allowed.until or world.now + world.latency.bind
        world.clock.move(BIND, text_of(key), due, led_by=queued.led_by)

    def reject(self, key: Key, plugin: str, message: str) -> bool:
        """A pod that waits for permission does not get it; False if it does not wait (any more)."""
        queued, pod = self._state.queue.get(key), self._state.world.get("pods", *key)
        if queued is None or pod is None or queued.stage != _PERMIT:
            return False
        self._state.world.clock.cancel(BIND, text_of(key))
        self._back_off_the_node(key, queued, pod, plugin, histogram(1, Counter((message,))))
        return True

    def heard(self, resource: str, revision: int) -> None:
        """What a plugin reads has changed: the pods that wait for it are asked about again."""
        world = self._state.world
        for key, queued in self._state.queue.on_their_way():
            pod = world.get("pods", *key)
            if pod is None or queued.stage != _PRE_BIND:
                continue
            plugins = [self._framework(pod).plugin(name) for name in queued.waits]
            if any(plugin is not None and resource in plugin.reads for plugin in plugins):
                world.clock.at(BIND, text_of(key), world.now + world.latency.watch, led_by=revision)

    def _permitted(self, pod: Body, shape: Shape, node: str) -> tuple[str, str] | dict[str, int]:
        """Reserves and asks for permission: who refuses and the message, else how long each plugin wants to wait."""
        framework = self._framework(pod)
        for plugin in framework.reserves:
            refusal = plugin.reserve(pod, shape, node)
            if refusal is not None:
                return plugin.name, histogram(1, Counter(refusal.reasons))
        waits: dict[str, int] = {}
        for permit in framework.permits:
            permission = permit.permit(self._state.world, pod, node)
            if permission.refusal is not None:
                return permit.name, histogram(1, Counter(permission.refusal.reasons))
            if permission.answer == "wait":
                waits[permit.name] = min(permission.wait, _LONGEST_PERMIT)
        return waits

    def _due(self, text: str, _entry: Entry) -> None:
        key = key_from(text)
        queued, pod = self._state.queue.get(key), self._state.world.get("pods", *key)
        if queued is None or not queued.node or pod is None:
            return
        if queued.stage == _PERMIT:
            plugin = min(queued.waits, key=lambda name: (queued.waits[name], name))
            waited = duration((queued.waits[plugin] - queued.waiting_since) * 1000)
            self.reject(key, plugin, f"rejected due to timeout after waiting {waited} at plugin {plugin}")
            return
        self._go_on(key, queued, pod)

    def _go_on(self, key: Key, queued: Queued, pod: Body) -> None:
        """Lets the plugins prepare, then binds."""
        state, node = self._state, queued.node
        cause = Cause(NAME, "Bind", _CHOSEN if "score" in (queued.why or {}) else _ONLY, _why(queued), queued.led_by)
        for plugin in self._unprepared(queued, pod):
            said = plugin.pre_bind(state.world, pod, node, cause)
            until = queued.waits.get(plugin.name, state.world.now + plugin.timeout)
            if said == PENDING and state.world.now < until:
                since = queued.waiting_since if plugin.name in queued.waits else state.world.now
                waiting = queued._replace(stage=_PRE_BIND, waiting_since=since, waits={plugin.name: until})
                state.queue.put(key, waiting)
                state.world.clock.at(BIND, text_of(key), until, led_by=queued.led_by)
                return
            if said:
                said = plugin.overdue if said == PENDING else said
                self._back_off_the_node(key, queued, pod, "", f'running PreBind plugin "{plugin.name}": {said}')
                return
        self._bind(key, queued, pod, cause)

    def _unprepared(self, queued: Queued, pod: Body) -> list[PreBindPlugin]:
        """The plugins that have not prepared the binding yet, in order; those before the one that waits have."""
        plugins = self._framework(pod).pre_binds
        first = next((place for place, one in enumerate(plugins) if one.name in queued.waits), 0)
        return plugins[first:]

    def _bind(self, key: Key, queued: Queued, pod: Body, cause: Cause) -> None:
        state, framework, node = self._state, self._framework(pod), queued.node
        state.own = key
        try:
            bound, refused = _bound(framework, state.world, pod, node, cause)
        finally:
            state.own = None
        if bound is None:
            self._back_off_the_node(key, queued, pod, "", refused)
            return
        state.queue.remove(key)
        reports.scheduled(state.world, bound, led_by=cause.led_by)
        for plugin in framework.post_binds:
            plugin.post_bind(state.world, bound, node)
        self._hearing.bound(key, bound)

    def _back_off_the_node(self, key: Key, queued: Queued, pod: Body, plugin: str, message: str) -> None:
        """The pod does not get to its node: it is put aside, and others may want the room that it took."""
        left = self._undo(key, pod, queued.node)
        self._fail(key, queued.off_the_node(), pod, plugin, message)
        if left is not None:
            self._hearing.left(key, left)

    def _undo(self, key: Key, pod: Body, node: str) -> Placed | None:
        self._state.unreserve(pod, node)
        return self._state.nodes.remove(key)

    def _framework(self, pod: Body) -> Framework:
        framework = self._state.framework_of(pod)
        assert framework is not None, "a pod that is bound has a profile"
        return framework


def _bound(framework: Framework, world: World, pod: Body, node: str, cause: Cause) -> tuple[Body | None, str]:
    """The pod as bound by the first plugin that binds it, or why it is not."""
    for plugin in framework.binds:
        try:
            bound = plugin.bind(world, pod, node, cause)
        except StatusError as error:
            return None, f'running Bind plugin "{plugin.name}": {error}'
        if bound is not None:
            return bound, ""
    return None, _SKIPPED


def _why(queued: Queued) -> dict[str, object]:
    return {"node": queued.node, **(queued.why or {})}


_SKIPPED = "no plugin binds the pod"
_CHOSEN = _("Bound to {node}: the highest score, {score}, of {feasible} feasible nodes ({total} in all).")
_ONLY = _("Bound to {node}: the only feasible node ({total} in all).")
