"""The scheduler as a component: it takes one pod at a time from the queue and finds it a node.

Follows pkg/scheduler/schedule_one.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator.engine.chance import Chance
from simulator.engine.clock import Entry
from simulator.engine.journal import Change
from simulator.engine.objects import is_deleting, key_of, revision_of, uid_of
from simulator.engine.registry import Body, Key
from simulator.engine.scheduler import preempting, reports
from simulator.engine.scheduler.binding import Binding
from simulator.engine.scheduler.configuration.reading import DEFAULT, Configuration
from simulator.engine.scheduler.configured import NOTE, WHERE, remembered, taken_over
from simulator.engine.scheduler.decision import Attempt, attempt
from simulator.engine.scheduler.fit_error import Failure
from simulator.engine.scheduler.hearing import Hearing
from simulator.engine.scheduler.plugin import Draw, Plugin
from simulator.engine.scheduler.plugins.registry import PLUGINS
from simulator.engine.scheduler.queue import LONGEST_WAIT, Queued
from simulator.engine.scheduler.reports import NAME, Trouble
from simulator.engine.scheduler.state import CYCLE, State
from simulator.engine.world import World


class Memory(NamedTuple):
    """free: when the present cycle is over. start: where the next search for nodes starts. cycle: its number."""

    free: int = 0
    start: int = 0
    cycle: int = 0


class Scheduler:
    """kube-scheduler, with all its profiles.

    classes: the plugins there are, by name. default: the configuration that runs where the cluster has none.
    """

    name = NAME

    def __init__(
        self, world: World, classes: Mapping[str, type[Plugin]] = PLUGINS, default: Configuration = DEFAULT
    ) -> None:
        self.world = world
        self.state = State(world, classes, default)
        self._hearing = Hearing(self.state, self._book, self._heard)
        self.binding = Binding(self.state, self._hearing, self._fail)
        world.clock.handle(NAME, self._cycle_due)
        world.clock.handle(f"{NAME}/{NOTE}", self._configure_due)
        world.watch("configmaps", self._configmap)
        # A pod that fits nowhere waits for a change, not for the clock: that it is tried again is no work to wait for.
        world.clock.handle(f"{NAME}/retry", self._retry_due, housekeeping=True)
        world.clock.handle(f"{NAME}/flush", self._flush_due, housekeeping=True)

    def start(self) -> None:
        """Takes up the work where it was left."""
        self.state.take_up(remembered(self.world, self.state.default))
        self._go_on()

    def _go_on(self) -> None:
        self.state.load()
        self.binding.restore()
        for pod in self.world.list("pods"):
            key = key_of(pod)
            if key not in self.state.queue and self.state.is_mine(pod):
                self._hearing.enqueue(key, pod, revision_of(pod))

    def _configmap(self, change: Change) -> None:
        if change.key == WHERE:
            due = self.world.now + self.world.latency.watch
            self.world.clock.at(f"{NAME}/{NOTE}", NOTE, due, led_by=change.revision)

    def _configure_due(self, _key: str, entry: Entry) -> None:
        """Another configuration: the scheduler begins anew, as kube-scheduler does."""
        new = taken_over(self.world, self.state.running, self.state.default, led_by=entry.led_by)
        if new is not None:
            self.binding.undo_all()
            self.state.configure(new)
            self._go_on()
            self._book()

    def _heard(self, resource: str, revision: int) -> None:
        self.binding.heard(resource, revision)

    def _book(self) -> None:
        """Books the next cycle: when a pod can be seen and the one before is over."""
        due = self.state.queue.next_due()
        if due is not None:
            self.world.clock.at(NAME, CYCLE, max(due, memory(self.world).free))
        retry = self.state.queue.next_retry()
        if retry is not None:
            self.world.clock.at(f"{NAME}/retry", CYCLE, retry)

    def _cycle_due(self, _key: str, _entry: Entry) -> None:
        popped = self.state.queue.pop()
        if popped is not None:
            key, queued = popped
            pod = self.world.get("pods", *key)
            if pod is None or is_deleting(pod):
                self.state.queue.remove(key)
                if pod is not None:
                    reports.skipped(self.world, pod, led_by=queued.led_by)
            else:
                self._schedule(key, queued._replace(attempts=queued.attempts + 1), pod)
        self._book()

    def _schedule(self, key: Key, queued: Queued, pod: Body) -> None:
        state, world = self.state, self.world
        framework = state.framework_of(pod)
        assert framework is not None, "a pod that is queued has a profile"
        state.nodes.refresh()
        held = memory(world)
        free, cycle = world.now + world.latency.scheduling, held.cycle + 1
        if not len(state.nodes):
            _remember(world, Memory(free, held.start, cycle))
            self._put_aside(key, _failed(queued), pod, Trouble("Unschedulable", _NO_NODES))
            return
        why = {"seen": world.revision, "start": held.start, "cycle": cycle, **_circumstances(state)}
        tried = attempt(framework, state.nodes, pod, state.shapes.of(pod), start=held.start, draw=drawing(world, pod))
        decision = tried.decision
        _remember(world, Memory(free, decision.start, cycle))
        if decision.failure is not None:
            self._refuse(key, queued, pod, tried, decision.failure, why)
            return
        why |= {"feasible": decision.feasible, "total": decision.total}
        if decision.score is not None:
            why["score"] = decision.score
        assert decision.node is not None
        self.binding.assume(key, queued._replace(why=why), pod, state.shapes.of(pod), decision.node)

    def _refuse(
        self, key: Key, queued: Queued, pod: Body, tried: Attempt, failure: Failure, why: dict[str, Any]
    ) -> None:
        """No node takes the pod: it waits, and room is made for it where that is possible.

        In this order, so that it hears of victims that are gone at once.
        """
        nominated = tried.post.nominated if tried.post is not None else ""
        trouble = Trouble("Unschedulable", tried.message, nominated, why)
        told = self._put_aside(key, _unschedulable(queued, failure.plugins), pod, trouble)
        if tried.post is not None and tried.post.choice is not None:
            preempting.carry_out(self.state, self.binding, told, tried.post.choice)

    def _fail(self, key: Key, queued: Queued, pod: Body, plugin: str, message: str) -> None:
        """The pod goes back: a plugin refuses it after the decision, or (no plugin) something went wrong."""
        if plugin:
            self._put_aside(key, _unschedulable(queued, (plugin,)), pod, Trouble("Unschedulable", message))
        else:
            self._put_aside(key, _failed(queued), pod, Trouble("SchedulerError", message))
        self._book()

    def _put_aside(self, key: Key, queued: Queued, pod: Body, trouble: Trouble) -> Body:
        """Puts the pod where it waits, and says why, once for every attempt. Returns the pod as it is then."""
        now, state = self.world.now, self.state
        state.queue.put(key, queued._replace(at=now, since=now))
        if queued.queue == "unschedulable":
            self.world.clock.at(f"{NAME}/flush", CYCLE, now + LONGEST_WAIT)
        state.own = key
        try:
            told = reports.failed(self.world, pod, trouble, led_by=queued.led_by)
        finally:
            state.own = None
        state.nominate(key, told)
        self._hearing.unpromised(pod, told)
        return told

    def _retry_due(self, _key: str, _entry: Entry) -> None:
        self._book()

    def _flush_due(self, _key: str, _entry: Entry) -> None:
        self.state.queue.flush()
        due = self.state.queue.next_flush()
        if due is not None:
            self.world.clock.at(f"{NAME}/flush", CYCLE, due)
        self._book()


def memory(world: World) -> Memory:
    return Memory(**(world.note(NAME, CYCLE) or {}))


def _remember(world: World, held: Memory) -> None:
    world.set_note(NAME, CYCLE, held._asdict())


def _circumstances(state: State) -> dict[str, Any]:
    """What else a decision went by: the configuration, and the pods that counted on nodes without being bound yet.

    Of more than a few of these only the number is told: the log has them once they are bound.
    """
    told: dict[str, Any] = {}
    if state.running.revision:
        told["configuration"] = state.running.revision
    ahead = state.queue.on_their_way()
    if ahead:
        few = len(ahead) <= _MOST_AHEAD
        told["ahead"] = [[*key, queued.node] for key, queued in ahead] if few else len(ahead)
    return told


def _failed(queued: Queued) -> Queued:
    return queued._replace(queue="error", errors=queued.errors + 1, refused_by=())


def _unschedulable(queued: Queued, plugins: tuple[str, ...]) -> Queued:
    return queued._replace(queue="unschedulable", refused_by=plugins, refusals=queued.refusals + 1, errors=0)


def drawing(chance: Chance, pod: Body) -> Draw:
    """Draws by hash: the same for the same pod, whenever it is asked."""
    key, uid = key_of(pod), uid_of(pod)
    return lambda number: chance.hash("scheduler", "draw", key.namespace, key.name, uid) % number


_MOST_AHEAD = 20
_NO_NODES = "no nodes available to schedule pods"
