"""The TTL-after-finished controller: Jobs that have finished go, with all they own, when their time is over.

Follows pkg/controller/ttlafterfinished/ttlafterfinished_controller.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import condition, instant_of, is_condition_true, is_deleting, name_of, spec_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.world import World

_JOBS = "jobs.batch"


class TTLAfterFinishedController(Reconciler):
    name = "ttl-after-finished-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch(_JOBS, self._job_changed)

    def reconcile(self, key: Key) -> None:
        job = self.world.get(_JOBS, *key)
        due = expires_at(job) if job is not None else None
        if job is None or due is None:
            return
        if due > self.world.now:
            self.enqueue(key, after=due - self.world.now, led_by=self.led_by)
            return
        cause = self.cause(
            "processJob",
            _("{job} finished more than {seconds} s ago: it is deleted with its pods."),
            job=name_of(job),
            seconds=spec_of(job)["ttlSecondsAfterFinished"],
        )
        self.world.delete(_JOBS, *key, cause, propagation="Foreground")

    def _job_changed(self, change: Change) -> None:
        if change.operation != "DELETED" and expires_at(change.body) is not None:
            self.enqueue(change.key, led_by=change.revision)


def expires_at(job: Body) -> Instant | None:
    """When a Job that has finished is deleted; None if it has not, or stays."""
    seconds = spec_of(job).get("ttlSecondsAfterFinished")
    if seconds is None or is_deleting(job):
        return None
    for kind in ("Complete", "Failed"):
        if is_condition_true(job, kind):
            return instant_of((condition(job, kind) or {})["lastTransitionTime"]) + int(seconds) * SECOND
    return None
