"""How long a Job waits before it makes another pod for one that failed: 10 s, doubling, at most 10 min.

What a Job remembers of its failures is a note: how many since its last success, and when the last one was.
Follows pkg/controller/job/backoff_utils.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simulator.engine.clock import SECOND
from simulator.engine.controllers.job.indexes import all_failures_of
from simulator.engine.objects import condition, instant_of, is_deleting, spec_of, status_of, text_of
from simulator.engine.pods import is_sidecar
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key

FIRST = 10 * SECOND
LAST = 600 * SECOND


class Record(NamedTuple):
    """failures: pods that failed since the last one succeeded; last: when the last of them did."""

    failures: int = 0
    last: Instant | None = None

    def remaining(self, now: Instant) -> int:
        return remaining(self.failures, self.last, now)


def _note(key: Key) -> str:
    return f"backoff/{text_of(key)}"


def read(controller: Reconciler, key: Key) -> Record:
    return Record(*(controller.world.note(controller.name, _note(key)) or ()))


def write(controller: Reconciler, key: Key, record: Record) -> None:
    controller.world.set_note(controller.name, _note(key), list(record) if record.failures else None)


def forget(controller: Reconciler, key: Key) -> None:
    controller.world.set_note(controller.name, _note(key), None)


def advanced(record: Record, succeeded: Sequence[Body], failed: Sequence[Body]) -> Record:
    """The record with pods that ended since."""
    failures = sorted(map(finished_at, failed))
    if not succeeded:
        return Record(record.failures + len(failures), failures[-1]) if failures else record
    last_success = max(map(finished_at, succeeded))
    later = [instant for instant in failures if instant > last_success]
    return Record(len(later), later[-1] if later else None)


def remaining(failures: int, last: Instant | None, now: Instant) -> int:
    """Microseconds until the next pod may be made."""
    if not failures or last is None:
        return 0
    return max(last + min(FIRST << min(failures - 1, 30), LAST) - now, 0)


def remaining_of_index(pod: Body | None, now: Instant) -> int:
    """The same for an index whose last pod that failed this is."""
    return remaining(all_failures_of(pod) + 1, finished_at(pod), now) if pod is not None else 0


def finished_at(pod: Body) -> Instant:
    """When a pod ended: by its containers, its readiness or its deletion; else its creation."""
    ended = _containers_ended(pod)
    if ended is not None:
        return ended
    ready = condition(pod, "Ready")
    if ready is not None and ready.get("status") == "False" and ready.get("lastTransitionTime"):
        return instant_of(ready["lastTransitionTime"])
    meta = pod["metadata"]
    if is_deleting(pod):
        return instant_of(meta["deletionTimestamp"]) - (meta.get("deletionGracePeriodSeconds") or 0) * SECOND
    return instant_of(meta["creationTimestamp"])


def _containers_ended(pod: Body) -> Instant | None:
    """The end of the last container, sidecars among them; None if one has not ended."""
    status = status_of(pod)
    sidecars = {one["name"] for one in spec_of(pod).get("initContainers") or () if is_sidecar(one)}
    ended = _latest(status.get("containerStatuses") or [])
    beside = [one for one in status.get("initContainerStatuses") or () if one["name"] in sidecars]
    if not beside:
        return ended
    last = _latest(beside)
    return last if ended is None or last is None else max(ended, last)


def _latest(statuses: Sequence[Body]) -> Instant | None:
    instants = []
    for one in statuses:
        ended = ((one.get("state") or {}).get("terminated") or {}).get("finishedAt")
        if not ended:
            return None
        instants.append(instant_of(ended))
    return max(instants, default=None)
