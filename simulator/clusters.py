"""Making, resetting and steering clusters: what people do to a whole cluster rather than to an object in it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from zlib import crc32

from django.conf import settings
from django.db import transaction

from simulator import authentication, news, store
from simulator.engine import topology
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import BOOT, boot
from simulator.engine.latency import PROFILES
from simulator.engine.world import World
from simulator.models import Change, Cluster, Gap, KubeObject, Memory, PastMemory, Refusal, Tick

MIN_SPEED, MAX_SPEED = 0.001, 10_000.0


class NotUnderstood(ValueError):
    """A question or an order that makes no sense; its text is for people. details: what scripts make of it."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


def ensure_demo() -> Cluster:
    """The cluster `demo`, made when it is not there: a control plane and five workers that are up and running."""
    found = Cluster.objects.filter(name="demo").first()
    return found or create("demo", shared=True)


def create(
    name: str,
    *,
    nodes: topology.Topology | None = None,
    seed: int = 1,
    latency: str = "realistic",
    shared: bool = False,
    owner: Any = None,
    session: str = "",
) -> Cluster:
    """A new cluster whose machines have just come up; its virtual clock ends at the wall clock's present."""
    now = store.wall()
    with transaction.atomic():
        cluster = Cluster.objects.create(
            name=name,
            shard=crc32(name.encode()) % settings.SHARDS,
            seed=seed,
            latency=latency,
            shared=shared,
            owner=owner,
            session=session,
            born=now,
            now=now,
            anchor=now,
        )
        _boot(cluster, nodes or topology.demo())
    return cluster


def delete(cluster: Cluster) -> None:
    """Deletes a cluster with all that is in it; those who watch it are told."""
    with store.locked(cluster.pk) as held:
        gone = Cluster(pk=held.pk, revision=held.revision, shard=held.shard)
        held.delete()
        transaction.on_commit(lambda: news.tell(gone, wake=False))


def reset(cluster: Cluster) -> None:
    """Throws away all that is in a cluster and starts it again with the demo's nodes. Its token and name stay."""
    with store.locked(cluster.pk) as held:
        for model in (KubeObject, Memory, Change, Refusal, Tick, PastMemory, Gap):
            model.objects.filter(cluster=held).delete()
        # One revision is left out, so that whoever follows the log finds it cut and begins anew.
        held.revision += 1
        held.compacted = held.skipped = held.revision
        held.now = held.born = held.anchor = store.wall()
        held.until, held.holder, held.halted = None, "", None
        held.fence += 1
        _boot(held, topology.demo())


def _boot(cluster: Cluster, nodes: topology.Topology) -> None:
    """Runs the start of a cluster, up to now, and commits it. The caller holds the transaction."""
    start = cluster.now - BOOT
    latency = PROFILES[cluster.latency]
    world = World(seed=cluster.seed, now=start, revision=cluster.revision, skipped=cluster.skipped, latency=latency)
    world.secret = authentication.signing_secret(cluster)
    boot(world, nodes, until=cluster.now)
    cluster.born = start
    cluster.due = world.clock.next_due(housekeeping=False)
    store.commit(cluster, world.drain(), fence=cluster.fence, start=start)


def control(cluster: Cluster, do: str, *, speed: float | None = None, by: float | None = None) -> Cluster:
    """Play, pause, step (to the next event, or by seconds of virtual time) or set the speed. Raises NotUnderstood.

    A cluster that an error stopped tries again when it is to play or step.
    """
    with store.locked(cluster.pk) as held:
        wall = store.wall()
        held.now, held.anchor = store.instant(held, wall), wall
        if do == "play":
            held.paused, held.until, held.halted = False, None, None
        elif do == "pause":
            held.due = held.due if held.until is None else held.now  # it may have been the goal: a tick says what is
            held.paused, held.until = True, None
        elif do == "step":
            held.paused, held.until, held.halted = True, _step_to(held, by), None
        elif do == "speed":
            held.speed = _speed(speed)
        else:
            raise NotUnderstood(f'"{do}" is not play, pause, step or speed.')
        held.save()
        transaction.on_commit(lambda: news.tell(held, wake=True))
    return held


def play_until(cluster: Cluster, until: int) -> None:
    """Lets a cluster run at its speed up to a virtual instant, where it pauses."""
    with store.locked(cluster.pk) as held:
        wall = store.wall()
        held.now, held.anchor = store.instant(held, wall), wall
        held.paused, held.until = False, max(held.now, until)
        held.due = held.until if held.due is None else min(held.due, held.until)
        held.save()
        transaction.on_commit(lambda: news.tell(held, wake=True))


def halt(pk: int, why: dict[str, str]) -> None:
    """Pauses a cluster that cannot go on, and remembers why: see `runner.Halted`. Nothing if it is gone by now."""
    with suppress(Cluster.DoesNotExist), store.locked(pk) as held:
        wall = store.wall()
        held.now, held.anchor = store.instant(held, wall), wall
        held.paused, held.until, held.halted = True, None, why
        held.save()
        transaction.on_commit(lambda: news.tell(held, wake=False))


def _speed(speed: float | None) -> float:
    is_number = isinstance(speed, int | float) and not isinstance(speed, bool)
    if speed is None or not is_number or not (speed == 0 or MIN_SPEED <= speed <= MAX_SPEED):
        raise NotUnderstood(f"speed must be 0 (as fast as possible) or a number from {MIN_SPEED} to {MAX_SPEED:.0f}.")
    return float(speed)


def _step_to(cluster: Cluster, by: float | None) -> int:
    if by is None:
        return cluster.now if cluster.due is None else max(cluster.now, cluster.due)
    if not isinstance(by, int | float) or isinstance(by, bool) or not 0 < by <= 86_400:
        raise NotUnderstood("by must be a number of seconds, above 0 and at most 86400.")
    return cluster.now + round(by * SECOND)
