"""The scheduler as a component: it hears of pods and nodes, takes one pod at a time from the queue and binds it.

A pod that is decided on counts on its node at once; the binding is written one latency later, from the agenda.
Follows pkg/scheduler/{schedule_one,eventhandlers}.go and
pkg/scheduler/framework/plugins/defaultbinder/default_binder.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.engine.causes import Cause, _
from simulator.engine.clock import Entry
from simulator.engine.journal import Change
from simulator.engine.objects import is_deleting, key_from, key_of, revision_of, text_of, uid_of
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler import reports
from simulator.engine.scheduler.decision import Decision, decide
from simulator.engine.scheduler.nodes import NodeTable, Placed
from simulator.engine.scheduler.plugin import Plugin
from simulator.engine.scheduler.plugins import default_preemption
from simulator.engine.scheduler.plugins.registry import default_framework
from simulator.engine.scheduler.queue import LONGEST_WAIT, Queued, SchedulingQueue
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.shape import Shape, Shapes
from simulator.engine.world import World

CYCLE = "cycle"


class Scheduler:
    """kube-scheduler with its default profile."""

    name = NAME

    def __init__(self, world: World) -> None:
        self.world = world
        self.framework = default_framework(world)
        self.nodes = NodeTable()
        self.queue = SchedulingQueue(world, NAME)
        self._shapes = Shapes()
        self._binding: Key | None = None
        world.watch("pods", self._pod)
        world.watch("nodes", self._node)
        world.clock.handle(NAME, self._cycle_due)
        world.clock.handle(f"{NAME}/bind", self._bind_due)
        # A pod that fits nowhere waits for a change, not for the clock: that it is tried again is no work to wait for.
        world.clock.handle(f"{NAME}/retry", self._retry_due, housekeeping=True)
        world.clock.handle(f"{NAME}/flush", self._flush_due, housekeeping=True)

    def start(self) -> None:
        """Reads the nodes, the pods and the queue's notes."""
        self.nodes = NodeTable(self.world.list("nodes"))
        for pod in self.world.list("pods"):
            key = key_of(pod)
            note = self.world.note(NAME, text_of(key))
            if node_of(pod):
                if not is_terminal(pod):
                    self._place(key, node_of(pod), pod)
            elif note is not None and note["uid"] == uid_of(pod):
                queued = self.queue.restore(key, note)
                if queued.node:
                    self._place(key, queued.node, pod)
            elif self._is_mine(pod):
                self._enqueue(key, pod, revision_of(pod))

    # --- what is heard -------------------------------------------------------------------------------------------

    def _pod(self, change: Change) -> None:
        before, after = change.before, change.body if change.operation != "DELETED" else None
        key = change.key
        if key == self._binding:
            self.queue.remove(key)
            return
        same_spec = before is not None and after is not None and before["spec"] is after["spec"]
        if same_spec and not (is_terminal(change.body) and (key in self.nodes.placed or key in self.queue)):
            return
        if after is None or is_terminal(after):
            self._forget(key, change.revision)
        elif node_of(after):
            self._assigned(key, after, change.revision)
        elif key in self.queue:
            self._own_update(key, before, after, change.revision)
        elif self._is_mine(after):
            self._enqueue(key, after, change.revision)

    def _node(self, change: Change) -> None:
        after = change.body if change.operation != "DELETED" else None
        if not self.nodes.change_node(change.before, after) or after is None:
            return

        def helps(key: Key, pod: Queued) -> bool:
            shape = self._shape_of(key)
            return any(one.helped_by_node(shape, change.before, after) for one in self._refusers(pod))

        self._wake(helps, change.revision)

    def _assigned(self, key: Key, pod: Body, revision: int) -> None:
        """A pod is on a node: by our own binding, or somebody else's."""
        self.queue.remove(key)
        self.world.clock.cancel(f"{NAME}/bind", text_of(key))
        held = self.nodes.placed.get(key)
        shape = self._shapes.of(pod, placed=True)
        if held is not None and held.node == node_of(pod) and held.shape is shape:
            return
        self._place(key, node_of(pod), pod)
        if held is not None and held.node == node_of(pod):
            self._wake_by_pod(held, self.nodes.placed[key], revision)

    def _forget(self, key: Key, revision: int) -> None:
        """A pod is gone, or has ended and takes nothing any more."""
        self.queue.remove(key)
        self.world.clock.cancel(f"{NAME}/bind", text_of(key))
        held = self.nodes.remove(key)
        if held is not None:
            self._wake_by_pod(held, None, revision)

    def _own_update(self, key: Key, before: Body | None, after: Body, revision: int) -> None:
        queued = self.queue.get(key)
        if queued is None or queued.queue != "unschedulable" or before is None:
            return
        was, now = self._shapes.of(before), self._shapes.of(after)
        if was is not now and any(one.helped_by_own(was, now) for one in self._refusers(queued)):
            self._wake(lambda other, _pod: other == key, revision)

    def _wake_by_pod(self, before: Placed | None, after: Placed | None, revision: int) -> None:
        def helps(key: Key, pod: Queued) -> bool:
            shape = self._shape_of(key)
            return any(one.helped_by_pod(shape, before, after) for one in self._refusers(pod))

        self._wake(helps, revision)

    def _refusers(self, queued: Queued) -> Iterator[Plugin]:
        return (one for one in map(self.framework.plugin, queued.refused_by) if one is not None)

    def _wake(self, helps: Any, revision: int) -> None:
        self.queue.wake(helps, led_by=revision)
        self._book()

    def _enqueue(self, key: Key, pod: Body, revision: int) -> None:
        seen = self.world.now + self.world.latency.watch
        priority = pod["spec"].get("priority") or 0
        self.queue.put(
            key, Queued("active", uid_of(pod), priority, at=seen, since=seen, order=revision, led_by=revision)
        )
        self._book()

    def _is_mine(self, pod: Body) -> bool:
        spec = pod["spec"]
        return (
            not spec.get("nodeName")
            and spec.get("schedulerName", NAME) == NAME
            and not is_terminal(pod)
            and self.framework.admits(pod)
        )

    def _shape_of(self, key: Key) -> Shape:
        pod = self.world.get("pods", *key)
        assert pod is not None, f"{key} is queued but not in the world"
        return self._shapes.of(pod)

    def _place(self, key: Key, node: str, pod: Body) -> None:
        self.nodes.place(key, node, self._shapes.of(pod, placed=True))

    # --- the cycle -----------------------------------------------------------------------------------------------

    def _book(self) -> None:
        """Books the next cycle: when a pod can be seen and the one before is over."""
        due = self.queue.next_due()
        if due is not None:
            self.world.clock.at(NAME, CYCLE, max(due, self._memory()["free"]))
        retry = self.queue.next_retry()
        if retry is not None:
            self.world.clock.at(f"{NAME}/retry", CYCLE, retry)

    def _memory(self) -> dict[str, int]:
        """free: when the present cycle is over; start: the node at which the next search starts."""
        memory: dict[str, int] = self.world.note(NAME, CYCLE) or {"free": 0, "start": 0}
        return memory

    def _cycle_due(self, _key: str, _entry: Entry) -> None:
        popped = self.queue.pop()
        if popped is not None:
            key, queued = popped
            pod = self.world.get("pods", *key)
            if pod is None or is_deleting(pod):
                self.queue.remove(key)
                if pod is not None:
                    reports.skipped(self.world, pod, led_by=queued.led_by)
            else:
                self._schedule(key, queued._replace(attempts=queued.attempts + 1), pod)
        self._book()

    def _schedule(self, key: Key, queued: Queued, pod: Body) -> None:
        self.nodes.refresh()
        shape = self._shapes.of(pod)
        memory = self._memory()
        free = self.world.now + self.world.latency.scheduling
        if not len(self.nodes):
            self._remember(free, memory["start"])
            failed = queued._replace(queue="error", errors=queued.errors + 1, refused_by=())
            self._fail(key, failed, pod, _NO_NODES)
            return
        decision = decide(self.framework, self.nodes, shape, start=memory["start"], draw=self._draw(pod))
        self._remember(free, decision.start)
        if decision.failure is None:
            self._assume(key, queued, pod, shape, decision)
            return
        failure = decision.failure
        message = self.framework.message(shape, self.nodes, failure)
        policy = pod["spec"].get("preemptionPolicy") or "PreemptLowerPriority"
        added = default_preemption.verdict(
            self.framework, self.nodes, shape, failure, priority=queued.priority, policy=policy
        )
        refused = queued._replace(
            queue="unschedulable", refused_by=failure.plugins, refusals=queued.refusals + 1, errors=0
        )
        self._fail(key, refused, pod, f"{message} {added}" if added else message)

    def _draw(self, pod: Body) -> Any:
        return lambda number: draw(self.world, pod, number)

    def _remember(self, free: int, start: int) -> None:
        self.world.set_note(NAME, CYCLE, {"free": free, "start": start})

    def _assume(self, key: Key, queued: Queued, pod: Body, shape: Shape, decision: Decision) -> None:
        """Counts the pod on the node, and binds it one latency later."""
        assert decision.node is not None
        why = {"feasible": decision.feasible, "total": decision.total}
        if decision.score is not None:
            why["score"] = decision.score
        bound = queued._replace(queue="binding", node=decision.node, why=why)
        self.nodes.place(key, decision.node, shape)
        if self.world.latency.bind == 0:
            self._bind(key, bound, pod)
            return
        self.queue.put(key, bound)
        self.world.clock.at(
            f"{NAME}/bind", text_of(key), self.world.now + self.world.latency.bind, led_by=queued.led_by
        )

    def _bind_due(self, text: str, _entry: Entry) -> None:
        key = key_from(text)
        queued, pod = self.queue.get(key), self.world.get("pods", *key)
        if queued is not None and queued.node and pod is not None:
            self._bind(key, queued, pod)

    def _bind(self, key: Key, queued: Queued, pod: Body) -> None:
        if is_deleting(pod):
            self._forget(key, revision_of(pod))
            return
        why = {"node": queued.node, **(queued.why or {})}
        sentence = _CHOSEN if "score" in why else _ONLY
        self._binding = key
        try:
            bound = self.world.bind(key, queued.node, Cause(NAME, "Bind", sentence, why, queued.led_by))
        finally:
            self._binding = None
        reports.scheduled(self.world, bound, led_by=queued.led_by)

    def _fail(self, key: Key, queued: Queued, pod: Body, message: str) -> None:
        """Puts the pod aside and says why, once for every attempt."""
        now = self.world.now
        self.queue.put(key, queued._replace(at=now, since=now))
        if queued.queue == "unschedulable":
            self.world.clock.at(f"{NAME}/flush", CYCLE, now + LONGEST_WAIT)
        reason = "Unschedulable" if queued.queue == "unschedulable" else "SchedulerError"
        reports.failed(self.world, pod, reason, message, led_by=queued.led_by)

    def _retry_due(self, _key: str, _entry: Entry) -> None:
        self._book()

    def _flush_due(self, _key: str, _entry: Entry) -> None:
        self.queue.flush()
        due = self.queue.next_flush()
        if due is not None:
            self.world.clock.at(f"{NAME}/flush", CYCLE, due)
        self._book()


def draw(world: World, pod: Body, number: int) -> int:
    """The winner among `number` nodes of equal score, by hash: the same for the same pod, whenever it is asked."""
    key = key_of(pod)
    return world.hash("scheduler", "draw", key.namespace, key.name, uid_of(pod)) % number


_NO_NODES = "no nodes available to schedule pods"
_CHOSEN = _("Bound to {node}: the highest score, {score}, of {feasible} feasible nodes ({total} in all).")
_ONLY = _("Bound to {node}: the only feasible node ({total} in all).")
