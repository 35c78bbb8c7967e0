"""The scheduler's present: what it would decide now, about pods that are there and pods that are only thought of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from django.utils.translation import gettext as _

from simulator import reading, store
from simulator.engine.chance import Chance
from simulator.engine.objects import key_of, micro_timestamp
from simulator.engine.pods import node_of
from simulator.engine.registry import KINDS, Body, Key, Reader
from simulator.engine.scheduler.one_pass import Pass
from simulator.engine.scheduler.profiles import Profiles, scheduler_of
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.state import CYCLE
from simulator.engine.scheduler.trace import told
from simulator.models import Cluster, Memory
from simulator.past import PastReader
from simulator.scheduling.asked_pods import held_pod
from simulator.scheduling.configurations import running
from simulator.scheduling.queue import queued


def running_profiles(cluster: Cluster, reader: Reader) -> Profiles:
    """The profiles that run in a cluster, over the objects that the reader shows."""
    return Profiles(reader, running(cluster, reader).configuration)


def present_trace(cluster: Cluster, key: Key) -> dict[str, Any]:
    """The trace of a pod as it would be decided on now, as if it had no node. Raises Http404."""
    reader = now(cluster)
    return trace_now(cluster, reader, running_profiles(cluster, reader), held_pod(reader, *key))


def trace_now(cluster: Cluster, reader: PastReader, profiles: Profiles, pod: Body) -> dict[str, Any]:
    """The trace of a pod, which need not exist, as these profiles would decide."""
    one = pass_now(cluster, reader, profiles, but=key_of(pod))
    at = micro_timestamp(store.instant(cluster, store.wall()))
    return {**trace_in(one, pod), "when": "now", "revision": reader.revision, "at": at}


def now(cluster: Cluster) -> PastReader:
    """All objects as of one revision, the present one."""
    return PastReader(cluster, reading.revision_of(cluster))


def pass_now(cluster: Cluster, reader: Reader, profiles: Profiles, *, but: Key | None = None) -> Pass:
    """What these profiles would have before them now."""
    memory = Memory.objects.filter(cluster=cluster, component=NAME, key=CYCLE).first()
    start = orjson.loads(memory.note)["start"] if memory and memory.note else 0
    made = Pass(reader, profiles, chance=Chance(cluster.seed), but=but, start=start)
    assume_all(made, [(key, place.node) for key, place in queued(cluster).items() if place.node], but=but)
    return made


def assume_all(made: Pass, places: Iterable[tuple[Key, str]], *, but: Key | None = None) -> None:
    """Counts the pods that have been decided on and are not bound yet, each on its node."""
    for key, node in places:
        body = made.reader.get("pods", *key)
        if body is not None and not node_of(body) and key != but:
            made.assume(body, node)


def trace_in(made: Pass, pod: Body) -> dict[str, Any]:
    """The trace of a pod, in the reader's language; where no profile is the pod's, just that."""
    pod = KINDS["pods"].default(pod)
    answer = told(made, pod, made.try_out(pod))
    if made.profiles.of(pod) is None:
        said = _('No profile of this scheduler is called "{name}": another scheduler is to place the pod.')
        return {**answer, "message": said.format(name=scheduler_of(pod))}
    sentence = answer.get("why")
    return {**answer, "why": _(sentence)} if sentence else answer
