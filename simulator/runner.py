"""A worker's hold on its clusters: the worlds in memory, and one tick of one cluster.

A tick is one transaction: take the cluster's row, catch up with the log, run what is due, commit, let go. If anything
fails the tick has not happened, and the world in memory is thrown away and loaded again.
"""

from __future__ import annotations

import os
import socket
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import orjson
from django.conf import settings
from django.db import DatabaseError

from simulator import authentication, schema, store
from simulator.engine.clock import Entry
from simulator.engine.control_plane import ControlPlane
from simulator.engine.journal import Change, Memory
from simulator.engine.latency import PROFILES
from simulator.engine.objects import text_of
from simulator.engine.registry import Body, Instant
from simulator.engine.world import World
from simulator.garbage import spare_the_worlds
from simulator.models import Cluster, KubeObject
from simulator.models import Memory as MemoryRow
from simulator.reading import change_before, changes

_SLICE = 50_000
_KEPT = 64
_LONGEST = 500
_COLUMNS = ("component", "key", "note", "due", "order", "led_by")


class Halted(Exception):
    """A component raised what it should not have: the cluster goes no further until somebody has it try again.

    told: component, doing (the key it was called with, or the object that it was told of), error (its type), text.
    """

    def __init__(self, component: str, doing: str, error: Exception) -> None:
        super().__init__(f"{component or 'the control plane'} at {doing}: {type(error).__name__}: {error}")
        text = str(error)[:_LONGEST]
        self.told = {"component": component, "doing": doing, "error": type(error).__name__, "text": text}


class Outcome(NamedTuple):
    """What a tick leaves to do: `more` is due already, or in `wait` microseconds of the wall clock (None: never)."""

    more: bool
    wait: int | None


def load(cluster: Cluster) -> ControlPlane:
    """The cluster's control plane as it was after its last tick, rebuilt from the database.

    What was written since then is left out: the components have yet to hear of it (`Runner.tick` catches up).
    """
    return rebuilt(cluster, cluster.now, cluster.heard, _heard(cluster), _remembered(cluster))


def rebuilt(
    cluster: Cluster,
    now: Instant,
    revision: int,
    objects: Iterable[tuple[str, Body]],
    memories: Iterable[Memory],
    skipped: int | None = None,
) -> ControlPlane:
    """A cluster's control plane of these objects, at this revision, and of what its components remember.

    skipped: how many revisions rewinding had left out by then, if not so many as by now.
    """
    latency, left_out = PROFILES[cluster.latency], cluster.skipped if skipped is None else skipped
    world = World(seed=cluster.seed, now=now, skipped=left_out, latency=latency)
    world.secret = authentication.signing_secret(cluster)
    world.types = schema.of_kind
    plane = ControlPlane(world)
    for resource, body in objects:
        world.load(resource, body)
    world.revision = revision
    for memory in memories:
        world.remember(memory)
    plane.start()
    world.drain()
    return plane


def _heard(cluster: Cluster) -> Iterator[tuple[str, Body]]:
    """The objects as the components know them."""
    unheard = {(change.resource, change.key) for change in changes(cluster, cluster.heard)}
    rows = KubeObject.objects.filter(cluster=cluster).order_by("resource", "namespace", "name")
    named = rows.values_list("resource", "namespace", "name", "text").iterator(chunk_size=2000)
    for resource, namespace, name, text in named:
        if (resource, (namespace, name)) not in unheard:
            yield resource, orjson.loads(text)
    for resource, key in sorted(unheard):
        before = change_before(cluster, resource, key, cluster.heard + 1)
        if before is not None and before.operation != "DELETED":
            yield resource, before.body


def _remembered(cluster: Cluster) -> Iterator[Memory]:
    rows = MemoryRow.objects.filter(cluster=cluster).order_by("component", "key")
    for row in rows.values_list(*_COLUMNS).iterator(chunk_size=2000):
        yield memory(*row)


def memory(
    component: str, key: str, note: str | None, due: Instant | None, order: int | None, led_by: int | None
) -> Memory:
    """What a component remembers about a key, from the columns of its row."""
    entry = None if due is None else Entry(component, key, due, order or 0, led_by)
    return Memory(component, key, None if note is None else orjson.loads(note), entry)


def catch_up(plane: ControlPlane, cluster: Cluster) -> None:
    """Lets the components hear what was written since the world's revision."""
    hear(plane, changes(cluster, plane.world.revision), cluster.revision)


def hear(plane: ControlPlane, written: Iterable[Change], revision: int) -> None:
    """Lets the components hear changes, up to a revision: above the last of them where rewinding left some out."""
    for change in written:
        with _halting(f"{change.resource} {text_of(change.key)}"):
            plane.world.apply(change)
    plane.world.revision = revision


class Runner:
    """The clusters that this process runs. `holder` names it in the leases."""

    def __init__(self, holder: str = "") -> None:
        self.holder = holder or f"{socket.gethostname()}:{os.getpid()}"
        self._planes: OrderedDict[int, ControlPlane] = OrderedDict()

    def tick(self, pk: int) -> Outcome:
        """One tick of a cluster. A cluster that is gone, or that another worker holds, has nothing to do here."""
        try:
            with store.locked(pk) as cluster:
                return self._tick(cluster)
        except Cluster.DoesNotExist:
            self._planes.pop(pk, None)
            return Outcome(more=False, wait=None)
        except BaseException:
            self._planes.pop(pk, None)
            raise

    def _tick(self, cluster: Cluster) -> Outcome:
        now = store.wall()
        if cluster.holder not in ("", self.holder) and cluster.held_until > now:
            return Outcome(more=False, wait=cluster.held_until - now)
        if _is_still(cluster):
            return Outcome(more=False, wait=None)
        if cluster.holder != self.holder:
            cluster.holder = self.holder
            cluster.fence += 1
            self._planes.pop(cluster.pk, None)
        cluster.held_until = now + settings.LEASE_SECONDS * 1_000_000
        plane = self._plane(cluster)
        start = max(plane.world.now, cluster.now)
        finished = self._run(plane.world, cluster, now)
        store.commit(cluster, plane.world.drain(), fence=cluster.fence, start=start)
        return Outcome(more=not finished, wait=_wait(cluster, plane.world, store.wall()))

    def _plane(self, cluster: Cluster) -> ControlPlane:
        plane = self._planes.get(cluster.pk)
        if plane is None:
            with _halting("start"):
                plane = self._planes[cluster.pk] = load(cluster)
            spare_the_worlds()
        self._planes.move_to_end(cluster.pk)
        while len(self._planes) > _KEPT:
            self._planes.popitem(last=False)
        catch_up(plane, cluster)
        return plane

    def _run(self, world: World, cluster: Cluster, started: int) -> bool:
        """Runs a slice; sets the cluster's clock to where it got. True when nothing more is due now. Raises Halted."""
        clock = world.clock
        clock.move_to(cluster.now)
        before = clock.now

        def stop() -> bool:
            return store.wall() - started > _SLICE

        with _halting(lambda: clock.taken):
            finished = self._go_on(world, cluster, started, stop)
        self._measure(cluster, clock.now - before, store.wall() - cluster.anchor, finished)
        cluster.now, cluster.anchor = clock.now, started if finished else store.wall()
        cluster.due = clock.next_due(housekeeping=False)
        if finished and cluster.until is not None and cluster.until <= clock.now:
            cluster.until, cluster.paused = None, True
        elif cluster.until is not None:
            cluster.due = cluster.until if cluster.due is None else min(cluster.due, cluster.until)
        return finished

    def _go_on(self, world: World, cluster: Cluster, started: int, stop: Callable[[], bool]) -> bool:
        if cluster.paused:
            return cluster.until is None or world.clock.run_until(cluster.until, stop=stop)
        if cluster.speed == 0:
            return self._run_out(world, cluster.until, stop)
        target = cluster.now + round(max(0, started - cluster.anchor) * cluster.speed)
        return world.clock.run_until(target if cluster.until is None else min(target, cluster.until), stop=stop)

    def _run_out(self, world: World, until: Instant | None, stop: Callable[[], bool]) -> bool:
        """As fast as possible: from event to event until only housekeeping is left, or up to an instant."""
        clock = world.clock
        while (due := clock.next_due(housekeeping=False)) is not None and (until is None or due <= until):
            if not clock.run_until(due, stop=stop):
                return False
        return until is None or clock.run_until(until, stop=stop)

    def _measure(self, cluster: Cluster, virtual: int, real: int, finished: bool) -> None:
        if cluster.paused:
            return
        if finished and cluster.speed:
            cluster.achieved = cluster.speed
        elif virtual and real > 0:
            cluster.achieved = virtual / real


@contextmanager
def _halting(doing: str | Callable[[], Entry | None]) -> Iterator[None]:
    """Makes a Halted of what components raise. doing: what is done, or who was asked for what last."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception as error:
        entry = None if isinstance(doing, str) else doing()
        told = doing if isinstance(doing, str) else ""
        raise Halted(entry.component if entry else "", entry.key if entry else told, error) from error


def _is_still(cluster: Cluster) -> bool:
    """Paused, and its components have heard everything and said what is next: nobody has to load it to find nothing."""
    said = cluster.due is None or cluster.due > cluster.now
    return cluster.paused and cluster.until is None and cluster.heard == cluster.revision and said


def _wait(cluster: Cluster, world: World, now: int) -> int | None:
    """Microseconds of the wall clock until the next event is due; None if it will not come by itself."""
    if cluster.paused and cluster.until is not None:
        return 0
    if cluster.paused or cluster.due is None or cluster.speed == 0:
        return None
    return max(0, cluster.anchor + round((cluster.due - cluster.now) / cluster.speed) - now)
