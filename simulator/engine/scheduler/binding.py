"""From the decision to the bound pod: reserve, permit, prepare, bind.

A pod that is decided on counts on its node at once; the binding is written one latency later, from the agenda. A plugin
that has to wait for others (Permit, PreBind) is asked again when what it reads changes, or when its time is over.
Follows schedulingCycle and bindingCycle of pkg/scheduler/schedule_one.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.causes import Cause, _
from simulator.engine.clock import Entry
from simulator.engine.errors import StatusError
from simulator.engine.objects import is_deleting, key_from, revision_of, text_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler import reports
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.hearing import BIND, Hearing
from simulator.engine.scheduler.plugin import PENDING, Refusal
from simulator.engine.scheduler.queue import Queued
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.shape import Shape
from simulator.engine.scheduler.state import State

Fail = Callable[[Key, Queued, Body, str, str], None]
"""Puts a pod aside: its key, its place, the pod, the plugin that refused it (none: an error), the message."""
_PERMIT = "permit"


class Binding:
    def __init__(self, state: State, hearing: Hearing, fail: Fail) -> None:
        self._state, self._hearing, self._fail = state, hearing, fail
        state.world.clock.handle(BIND, self._due)

    def assume(self, key: Key, queued: Queued, pod: Body, shape: Shape, node: str) -> None:
        """Counts the pod on the node that was decided on, and books the rest. `queued.why` says how it was decided."""
        state, framework = self._state, self._framework(pod)
        nominated = state.nodes.withdraw(key)
        state.nodes.place(key, node, shape)
        bound = queued._replace(queue="binding", node=node)
        answers = ((one.name, one.reserve(pod, shape, node)) for one in framework.reserves)
        refused = next(((name, said) for name, said in answers if said is not None), None)
        if refused is None:
            for plugin in framework.permits:
                permission = plugin.permit(state.world, pod, node)
                if permission.refusal is not None:
                    refused = plugin.name, permission.refusal
                elif permission.answer == "wait" and not bound.stage:
                    until = state.world.now + permission.wait
                    bound = bound._replace(stage=f"{_PERMIT}/{plugin.name}", until=until)
        if refused is not None:
            self._undo(key, pod, node)
            if nominated:
                state.nodes.nominate(key, nominated, state.shapes.of(pod))
            self._fail(key, queued, pod, refused[0], _refused_on_the_node(refused[1]))
            return
        if state.world.latency.bind == 0 and not bound.stage:
            self._go_on(key, bound, pod)
            return
        state.queue.put(key, bound)
        due = bound.until if bound.stage else state.world.now + state.world.latency.bind
        state.world.clock.at(BIND, text_of(key), due, led_by=queued.led_by)

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
        if queued is not None and queued.stage == f"{_PERMIT}/{plugin}":
            self._state.queue.put(key, queued._replace(stage="", until=0))
            self._state.world.clock.move(BIND, text_of(key), self._state.world.now + self._state.world.latency.bind)

    def heard(self, resource: str, revision: int) -> None:
        """What a plugin reads has changed: the pods that wait for it are asked about again."""
        for key, queued in self._state.queue.on_their_way():
            pod = self._state.world.get("pods", *key)
            plugin = self._framework(pod).plugin(queued.stage) if pod is not None and queued.stage else None
            if plugin is not None and resource in plugin.reads:
                world = self._state.world
                world.clock.at(BIND, text_of(key), world.now + world.latency.watch, led_by=revision)

    def _due(self, text: str, _entry: Entry) -> None:
        key = key_from(text)
        queued, pod = self._state.queue.get(key), self._state.world.get("pods", *key)
        if queued is None or not queued.node or pod is None:
            return
        if queued.stage.startswith(_PERMIT):
            waited = queued.until - queued.since
            plugin = queued.stage.partition("/")[2]
            said = f'pod "{key.name}" rejected due to timeout after waiting {waited // 1_000_000}s at plugin {plugin}'
            self._undo(key, pod, queued.node)
            self._fail(key, queued._replace(node="", why=None, stage="", until=0), pod, plugin, said)
            return
        self._go_on(key, queued, pod)

    def _go_on(self, key: Key, queued: Queued, pod: Body) -> None:
        """Lets the plugins prepare, then binds."""
        state, framework, node = self._state, self._framework(pod), queued.node
        if is_deleting(pod):
            self._undo(key, pod, node)
            self._hearing.forget(key, pod, revision_of(pod))
            return
        cause = Cause(NAME, "Bind", _CHOSEN if "score" in (queued.why or {}) else _ONLY, _why(queued), queued.led_by)
        for plugin in framework.pre_binds:
            said = plugin.pre_bind(state.world, pod, node, cause)
            until = queued.until if queued.stage == plugin.name else state.world.now + plugin.timeout
            if said == PENDING and state.world.now < until:
                state.queue.put(key, queued._replace(stage=plugin.name, until=until))
                state.world.clock.at(BIND, text_of(key), until, led_by=queued.led_by)
                return
            if said:
                said = plugin.overdue if said == PENDING else said
                failed = queued._replace(node="", why=None, stage="", until=0)
                self._undo(key, pod, node)
                self._fail(key, failed, pod, "", f'running PreBind plugin "{plugin.name}": {said}')
                return
        self._bind(key, pod, node, framework, cause)

    def _bind(self, key: Key, pod: Body, node: str, framework: Framework, cause: Cause) -> None:
        state = self._state
        state.own = key
        try:
            made = (one.bind(state.world, pod, node, cause) for one in framework.binds)
            bound = next((one for one in made if one is not None), None)
        except StatusError as error:
            bound, refused = None, f"binding rejected: {error}"
        else:
            refused = "binding rejected: no plugin binds the pod"
        finally:
            state.own = None
        queued = state.queue.remove(key)
        if bound is None:
            self._undo(key, pod, node)
            if queued is not None:
                self._fail(key, queued._replace(node="", why=None), pod, "", refused)
            return
        reports.scheduled(state.world, bound, led_by=cause.led_by)
        for plugin in framework.post_binds:
            plugin.post_bind(state.world, bound, node)
        self._hearing.bound(key, bound)

    def _undo(self, key: Key, pod: Body, node: str) -> None:
        self._state.unreserve(pod, node)
        self._state.nodes.remove(key)

    def _framework(self, pod: Body) -> Framework:
        framework = self._state.framework_of(pod)
        assert framework is not None, "a pod that is bound has a profile"
        return framework


def _why(queued: Queued) -> dict[str, object]:
    return {"node": queued.node, **(queued.why or {})}


def _refused_on_the_node(refusal: Refusal) -> str:
    """A pod that a plugin refuses after the decision was before one node only."""
    return f"0/1 nodes are available: {', '.join(f'1 {reason}' for reason in sorted(refusal.reasons))}."


_CHOSEN = _("Bound to {node}: the highest score, {score}, of {feasible} feasible nodes ({total} in all).")
_ONLY = _("Bound to {node}: the only feasible node ({total} in all).")
