"""The CronJob controller: makes a Job at every instant of a schedule, and clears away those that have finished.

Follows pkg/controller/cronjob/cronjob_controllerv2.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.controllers.cronjob import schedules
from simulator.engine.controllers.cronjob.sync import CRON_JOBS, JOBS, Sync
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import (
    controller_of,
    key_of,
    namespace_of,
    spec_of,
    text_of,
    uid_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.world import World


def controller_name(job: Body) -> tuple[tuple[str, str], ...]:
    """Index function "cronjob": namespace and name of the controller."""
    owner = controller_of(job)
    return ((namespace_of(job), owner["name"]),) if owner is not None else ()


class CronJobController(Reconciler):
    """Its keys are CronJobs. When a CronJob is to run next is its entry of the agenda."""

    name = "cronjob-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index(JOBS, "cronjob", controller_name)
        world.watch(CRON_JOBS, self._cron_job_changed)
        world.watch(JOBS, self._job_changed)

    def reconcile(self, key: Key) -> None:
        cron_job = self.world.get(CRON_JOBS, *key)
        if cron_job is None:
            return
        sync = Sync(self, cron_job)
        refusal: StatusError | None = None
        due: Instant | None = None
        try:
            due = sync.run()
        except StatusError as error:
            refusal = error
        sync.write()
        if refusal is not None:
            raise refusal
        if due is not None:
            self.enqueue(key, after=max(due - self.world.now, 0), led_by=self.led_by)

    @classmethod
    def next_runs(cls, world: World) -> dict[tuple[str, str], Instant]:
        """The entries of the agenda by which CronJobs wait for their schedule and for nothing else: when they run."""
        found = {}
        for cron_job in world.list(CRON_JOBS):
            place = cls.name, text_of(key_of(cron_job))
            entry = world.clock.booked(*place)
            if entry is None:
                continue
            try:
                due = schedules.next_run(cron_job, schedules.timetable(cron_job), world.now)
            except ValueError:
                continue
            if entry.due == due:
                found[place] = due - schedules.PADDING
        return found

    # --- watching ------------------------------------------------------------------------------------------------

    def _cron_job_changed(self, change: Change) -> None:
        if change.operation == "DELETED" or change.cause.component == self.name:
            return
        new, old = spec_of(change.body), spec_of(change.before) if change.before else {}
        if not old or all(new.get(key) == old.get(key) for key in ("schedule", "timeZone")):
            self.enqueue(change.key, led_by=change.revision)
            return
        try:
            due = schedules.next_run(change.body, schedules.timetable(change.body), self.world.now)
        except ValueError:
            self.enqueue(change.key, led_by=change.revision)
            return
        if due is not None:
            self.enqueue(change.key, after=max(due - self.world.now, 0), led_by=change.revision)

    def _job_changed(self, change: Change) -> None:
        if change.cause.component == self.name:
            return
        owner = controller_of(change.body)
        before = controller_of(change.before) if change.before else None
        for one in (owner, before if before != owner else None):
            if one is None or one["kind"] != "CronJob":
                continue
            cron_job = self.world.get(CRON_JOBS, change.key.namespace, one["name"])
            if cron_job is not None and uid_of(cron_job) == one["uid"]:
                self.enqueue(key_of(cron_job), led_by=change.revision)
