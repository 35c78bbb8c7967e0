"""The scheduler's present: what it would decide now, about pods that are there and pods that are only thought of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from django.utils.translation import gettext as _

from simulator import reading, store
from simulator.engine.chance import Chance
from simulator.engine.objects import key_of, micro_timestamp, name_of, namespace_of
from simulator.engine.pods import node_of
from simulator.engine.registry import KINDS, Body, Key, Reader
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.profiles import Profiles, scheduler_of
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.snapshot import Snapshot
from simulator.engine.scheduler.state import CYCLE
from simulator.engine.scheduler.trace import empty_trace, trace_on
from simulator.models import Cluster, Memory
from simulator.past import PastReader
from simulator.scheduling.asked_pods import held_pod
from simulator.scheduling.configurations import profiles_at
from simulator.scheduling.queue import queued


def present_trace(cluster: Cluster, key: Key) -> dict[str, Any]:
    """The trace of a pod as it would be decided on now, as if it had no node. Raises Http404."""
    reader = now(cluster)
    profiles = profiles_at(cluster, reader)
    pod = held_pod(reader, *key)
    return trace_now(cluster, reader, profiles, profiles.of(pod), pod)


def trace_now(
    cluster: Cluster, reader: PastReader, profiles: Profiles, framework: Framework | None, pod: Body
) -> dict[str, Any]:
    """The trace of a pod, which need not exist, under one of the profiles."""
    memory = Memory.objects.filter(cluster=cluster, component=NAME, key=CYCLE).first()
    start = orjson.loads(memory.note)["start"] if memory and memory.note else 0
    snapshot = snapshot_of(reader, profiles, on_their_way(cluster), but=key_of(pod))
    traced = trace_with(framework, snapshot, pod, chance=Chance(cluster.seed), start=start)
    at = micro_timestamp(store.instant(cluster, store.wall()))
    return {**traced, "when": "now", "revision": reader.revision, "at": at}


def now(cluster: Cluster) -> PastReader:
    """All objects as of one revision, the present one."""
    return PastReader(cluster, reading.revision_of(cluster))


def snapshot_of(
    reader: Reader, profiles: Profiles, assumed: Iterable[tuple[Key, str]], *, but: Key | None = None
) -> Snapshot:
    """What the scheduler has before it, with the pods that it has decided on and not bound yet."""
    snapshot = Snapshot(reader, but=but)
    for key, node in assumed:
        body = reader.get("pods", *key)
        if body is not None and not node_of(body) and key != but:
            snapshot.assume(profiles.of(body) or profiles.first(), body, node)
    return snapshot


def trace_with(
    framework: Framework | None, snapshot: Snapshot, pod: Body, *, chance: Chance, start: int
) -> dict[str, Any]:
    """The trace of a pod, in the reader's language; where no profile is the pod's, just that."""
    pod = KINDS["pods"].default(pod)
    if framework is None:
        said = _('No profile of this scheduler is called "{name}": another scheduler is to place the pod.')
        return {**empty_trace(pod), "message": said.format(name=scheduler_of(pod))}
    answer = trace_on(snapshot, framework, pod, chance=chance, start=start).answer
    return {**answer, "why": _(answer["why"])} if "why" in answer else answer


def on_their_way(cluster: Cluster) -> Iterator[tuple[Key, str]]:
    """The pods that have been decided on and are being bound, each with its node, in that order."""
    places = [(key, place) for key, place in queued(cluster).items() if place.node]
    for key, place in sorted(places, key=lambda one: (one[1].why or {}).get("cycle", 0)):
        yield key, place.node
