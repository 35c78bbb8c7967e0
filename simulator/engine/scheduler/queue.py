"""The scheduler's queue: pods that may be tried, pods that wait out a back-off, pods that wait for something to change.

Each pod that waits has a note (its place in the queue), so a queue that is rebuilt from the notes is the same queue;
the heaps here only find the next pod quickly. As upstream does since 1.33, a pod that backs off from having been
unschedulable is tried early when nobody else waits; one that met an error always waits.
Follows pkg/scheduler/backend/queue/{scheduling_queue,backoff_queue,active_queue}.go, v1.34.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from simulator.engine.clock import SECOND
from simulator.engine.objects import text_of
from simulator.engine.registry import Instant, Key
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.shape import Shape
from simulator.engine.world import World

Place = Literal["gated", "active", "backoff", "error", "unschedulable", "binding"]
Rank = tuple[int, ...]

WINDOW = SECOND
LONGEST_WAIT = 300 * SECOND


class Queued(NamedTuple):
    """One pod's place. Its note holds the same fields.

    at: when it may first be seen there. since: when it joined the queue or last failed; order: breaks ties.
    refused_by: the plugins that refused it last. refusals and errors: how often in all, and how often in a row.
    node, why: for a pod that is being bound, where to and by what reckoning; stage: the extension point at which it
    waits (permit or preBind), since when, and the plugins that it waits for, each with the end of its patience.
    """

    queue: Place
    uid: str
    priority: int
    at: Instant
    since: Instant
    order: int
    attempts: int = 0
    refusals: int = 0
    errors: int = 0
    refused_by: tuple[str, ...] = ()
    led_by: int | None = None
    node: str = ""
    why: dict[str, Any] | None = None
    stage: str = ""
    waiting_since: Instant = 0
    waits: dict[str, Instant] = {}

    @property
    def until(self) -> Instant:
        """When the first of the plugins that it waits for loses patience; 0 if it waits for none."""
        return min(self.waits.values(), default=0)

    def off_the_node(self) -> Queued:
        """The same, no longer on its way to a node."""
        return self._replace(node="", why=None, stage="", waiting_since=0, waits={})


def by_priority(priority: int, since: Instant) -> Rank:
    """The higher priority first, then who has waited longer: the order where no profile says another."""
    return -priority, since


Group = tuple[tuple[str, ...], Framework | None, Shape]
"""Pods that the same changes help: who refused them, by which profile, and their shape."""


class SchedulingQueue:
    """The pods without a node that this scheduler is to place. `component` names its notes."""

    def __init__(self, world: World, component: str, group_of: Callable[[Key, Queued], Group]) -> None:
        self._world, self._component, self._group_of = world, component, group_of
        self._initial_backoff, self._max_backoff = SECOND, 10 * SECOND
        self._sort: Callable[[int, Instant], Rank] = by_priority
        self._forget_all()

    def sort_by(self, rank: Callable[[int, Instant], Rank]) -> None:
        """The order of the pods that may be tried, from now on. The queue must be empty."""
        self._sort = rank

    def rank(self, pod: Queued) -> Rank:
        return *self._sort(pod.priority, pod.since), pod.order

    def pace(self, initial_backoff: Instant, max_backoff: Instant) -> None:
        """The first and the longest wait of a pod that was tried, from now on."""
        self._initial_backoff, self._max_backoff = initial_backoff, max_backoff

    def clear(self) -> None:
        """Forgets all pods."""
        for key in self._pods:
            self._world.set_note(self._component, text_of(key), None)
        self._forget_all()

    def _forget_all(self) -> None:
        self._groups: dict[Group, dict[Key, None]] = {}
        self._in_group: dict[Key, Group] = {}
        self._pods: dict[Key, Queued] = {}
        self._unschedulable: dict[Key, Queued] = {}
        self._on_their_way: dict[Key, Queued] = {}
        self._unseen: list[tuple[Instant, int, Key]] = []
        self._errors: list[tuple[Instant, int, Key]] = []
        self._active: list[tuple[Rank, Key]] = []
        self._backoff: list[tuple[Instant, Rank, Key]] = []

    def backoff_ends(self, pod: Queued) -> Instant:
        return backoff_ends(pod, self._initial_backoff, self._max_backoff)

    def __contains__(self, key: Key) -> bool:
        return key in self._pods

    def get(self, key: Key) -> Queued | None:
        return self._pods.get(key)

    def on_their_way(self) -> list[tuple[Key, Queued]]:
        """The pods that are being bound, in the order of the decisions about them."""
        return sorted(self._on_their_way.items(), key=lambda one: ((one[1].why or {}).get("cycle", 0), one[0]))

    def put(self, key: Key, pod: Queued) -> None:
        """Puts a pod where it says, in place of where it was."""
        self._place(key, pod)
        self._world.set_note(self._component, text_of(key), _written(pod))

    def restore(self, key: Key, note: dict[str, Any]) -> Queued:
        """Puts a pod back by its note."""
        pod = Queued(**{**note, "refused_by": tuple(note.get("refused_by", ()))})
        self._place(key, pod)
        return pod

    def remove(self, key: Key) -> Queued | None:
        """Forgets a pod."""
        pod = self._pods.pop(key, None)
        if pod is not None:
            self._stir(key)
            self._world.set_note(self._component, text_of(key), None)
        return pod

    def wake(self, helps: Callable[[Group], bool], *, led_by: int | None, but: Key | None = None) -> None:
        """Moves the waiting pods (but one) that a change might help to where they are tried again."""
        for group in [group for group in self._groups if helps(group)]:
            for key in [key for key in self._groups[group] if key != but]:
                self.wake_one(key, led_by=led_by)

    def wake_one(self, key: Key, *, led_by: int | None) -> None:
        """Moves a pod, if it waits, to where it is tried again."""
        pod = self._unschedulable.get(key)
        if pod is not None:
            self.put(key, self._moved(pod, self._world.now + self._world.latency.watch, led_by))

    def retry(self, key: Key) -> None:
        """Moves a pod, if it waits for a change, to those that met an error."""
        pod = self._unschedulable.get(key)
        if pod is not None:
            self.put(key, pod._replace(queue="error", errors=pod.errors + 1, refused_by=()))

    def flush(self) -> None:
        """Moves the pods that have waited too long, whatever happened meanwhile."""
        now = self._world.now
        for key, pod in list(self._unschedulable.items()):
            if pod.since + LONGEST_WAIT <= now:
                self.put(key, self._moved(pod, now, pod.led_by))

    def next_flush(self) -> Instant | None:
        return min((pod.since + LONGEST_WAIT for pod in self._unschedulable.values()), default=None)

    def next_retry(self) -> Instant | None:
        """When the next pod that met an error may be tried again."""
        self._settle(self._world.now)
        return self._errors[0][0] if self._errors else None

    def pop(self) -> tuple[Key, Queued] | None:
        """Takes the next pod to try; it stays in the books until it is put elsewhere or removed."""
        now = self._world.now
        self._settle(now)
        if self._active:
            key = heapq.heappop(self._active)[-1]
        elif self._backoff:
            key = heapq.heappop(self._backoff)[-1]
        else:
            return None
        return key, self._pods[key]

    def next_due(self) -> Instant | None:
        """When `pop` next has a pod to give; None: not before something is put in, or an error's back-off is over."""
        now = self._world.now
        self._settle(now)
        if self._active or self._backoff:
            return now
        return self._unseen[0][0] if self._unseen else None

    def _settle(self, now: Instant) -> None:
        """Moves what has come due: pods that are seen now, and back-offs that are over. Forgets what is out of date."""
        for key, pod in self._taken(self._unseen, now, _seen_at):
            if pod.queue == "backoff" and self.backoff_ends(pod) + WINDOW > now:
                heapq.heappush(self._backoff, (self.backoff_ends(pod), self.rank(pod), key))
            else:
                heapq.heappush(self._active, (self.rank(pod), key))
        for key, pod in self._taken(self._errors, now, self._error_ends):
            heapq.heappush(self._active, (self.rank(pod), key))
        while self._backoff and self._backoff[0][0] + WINDOW <= now:
            _, rank, key = heapq.heappop(self._backoff)
            heapq.heappush(self._active, (rank, key))
        while self._active and not self._is_current(*self._active[0]):
            heapq.heappop(self._active)
        while self._backoff and not self._is_current(*self._backoff[0][1:]):
            heapq.heappop(self._backoff)

    def _taken(
        self, heap: list[tuple[Instant, int, Key]], now: Instant, due_of: Callable[[Queued], Instant | None]
    ) -> Iterator[tuple[Key, Queued]]:
        """Takes from a heap what is due, and drops what is out of date: pods that are due at another time, or never."""
        while heap:
            due, order, key = heap[0]
            pod = self._pods.get(key)
            stands = pod is not None and pod.order == order and due_of(pod) == due
            if stands and due > now:
                return
            heapq.heappop(heap)
            if stands and pod is not None:
                yield key, pod

    def _error_ends(self, pod: Queued) -> Instant | None:
        return self.backoff_ends(pod) + WINDOW if pod.queue == "error" else None

    def _is_current(self, rank: Rank, key: Key) -> bool:
        pod = self._pods.get(key)
        return pod is not None and self.rank(pod) == rank and pod.queue in ("active", "backoff", "error")

    def _place(self, key: Key, pod: Queued) -> None:
        self._pods[key] = pod
        self._stir(key)
        if pod.queue == "unschedulable":
            self._unschedulable[key] = pod
            group = self._in_group[key] = self._group_of(key, pod)
            self._groups.setdefault(group, {})[key] = None
        elif pod.queue == "error":
            heapq.heappush(self._errors, (self.backoff_ends(pod) + WINDOW, pod.order, key))
        elif pod.queue == "binding":
            self._on_their_way[key] = pod
        elif pod.queue != "gated":
            heapq.heappush(self._unseen, (pod.at, pod.order, key))

    def _stir(self, key: Key) -> None:
        """The pod is not any more where it was."""
        self._on_their_way.pop(key, None)
        if self._unschedulable.pop(key, None) is not None:
            group = self._in_group.pop(key)
            del self._groups[group][key]
            if not self._groups[group]:
                del self._groups[group]

    def _moved(self, pod: Queued, seen: Instant, led_by: int | None) -> Queued:
        waits = self.backoff_ends(pod) + WINDOW > seen
        return pod._replace(queue="backoff" if waits else "active", at=seen, led_by=led_by)


def _seen_at(pod: Queued) -> Instant | None:
    return pod.at if pod.queue in ("active", "backoff") else None


def backoff_ends(pod: Queued, initial: Instant, longest: Instant) -> Instant:
    """The window (a whole second) in which the pod may be tried again; upstream flushes windows after they end."""
    times = pod.errors if pod.queue == "error" else pod.refusals
    if times == 0:
        return 0
    wait = min(initial << min(times - 1, 30), longest)
    return (pod.since + wait) // WINDOW * WINDOW


def _written(pod: Queued) -> dict[str, Any]:
    """The note: plain JSON, short for the pods that are placed at the first attempt."""
    note: dict[str, Any] = {
        "queue": pod.queue,
        "uid": pod.uid,
        "priority": pod.priority,
        "at": pod.at,
        "since": pod.since,
        "order": pod.order,
        "attempts": pod.attempts,
        "led_by": pod.led_by,
    }
    if pod.refusals or pod.errors or pod.refused_by:
        note |= {"refusals": pod.refusals, "errors": pod.errors, "refused_by": list(pod.refused_by)}
    if pod.node:
        note |= {"node": pod.node, "why": pod.why}
    if pod.stage:
        note |= {"stage": pod.stage, "waiting_since": pod.waiting_since, "waits": pod.waits}
    return note
