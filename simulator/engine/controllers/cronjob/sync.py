"""One look at a CronJob: what has finished is cleared away and noted, what is due is started.

Follows cleanupFinishedJobs and syncCronJob in pkg/controller/cronjob/cronjob_controllerv2.go, v1.34.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Literal

from simulator.engine import events
from simulator.engine.causes import _
from simulator.engine.controllers.cronjob import schedules
from simulator.engine.controllers.cronjob.schedules import Timetable
from simulator.engine.errors import StatusError
from simulator.engine.objects import (
    controller_of,
    instant_of,
    is_condition_true,
    is_deleting,
    name_of,
    namespace_of,
    owner_reference,
    spec_of,
    status_of,
    timestamp,
    uid_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant

CRON_JOBS, JOBS = "cronjobs.batch", "jobs.batch"
SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp"
_MINUTE = 60_000_000
_NEVER = "9999-12-31T23:59:59Z"


class Sync:
    """One look at a CronJob. `status` is what will be written if it `changed`."""

    def __init__(self, controller: Reconciler, cron_job: Body) -> None:
        self.controller = controller
        self.world = controller.world
        self.cron_job = cron_job
        self.spec = spec_of(cron_job)
        self.status = dict(status_of(cron_job))
        self.changed = False
        self.jobs = self.world.indexed(JOBS, "cronjob", (namespace_of(cron_job), name_of(cron_job)))

    @property
    def active(self) -> list[Body]:
        return self.status.get("active") or []

    @property
    def current(self) -> Body:
        return {**self.cron_job, "status": self.status}

    def run(self) -> Instant | None:
        """Clears away, takes note and starts what is due; when to look again. Raises StatusError."""
        for condition, limit in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            self._clear([job for job in self.jobs if _finished(job) == condition], self.spec.get(limit))
        self._note_jobs()
        if is_deleting(self.cron_job) or not self._has_zone() or self.spec.get("suspend"):
            return None
        if schedules.names_zone(self.cron_job):
            said = f"CRON_TZ or TZ used in schedule {_quoted(self.spec['schedule'])} is not officially supported, see "
            page = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
            self._tell("Warning", "UnsupportedSchedule", said + page)
        try:
            times = schedules.timetable(self.cron_job)
        except ValueError as error:
            said = f"unparseable schedule: {_quoted(self.spec['schedule'])} : {error}"
            self._tell("Warning", "UnparseableSchedule", said)
            return None
        try:
            due = self._due(times)
        except ValueError as error:
            self._tell("Warning", "InvalidSchedule", f"invalid schedule: {self.spec['schedule']} : {error}")
            return None
        if due is not None and self._may_start(due) and not self._start(due):
            return None
        return schedules.next_run(self.current, times, self.world.now)

    def write(self) -> None:
        if not self.changed:
            return
        status = {key: value for key, value in self.status.items() if value}
        cause = self.controller.cause(
            "syncCronJob",
            _("{cronjob} has {count} Job(s) that run; the last one was due at {last}."),
            cronjob=name_of(self.cron_job),
            count=len(self.active),
            last=status.get("lastScheduleTime", "-"),
        )
        self.world.update_status(CRON_JOBS, {**self.cron_job, "status": status}, cause)

    # --- Jobs that are there -------------------------------------------------------------------------------------

    def _clear(self, jobs: list[Body], limit: int | None) -> None:
        """Deletes the oldest Jobs that are more than the history holds."""
        if limit is None:
            return
        jobs.sort(key=lambda job: (status_of(job).get("startTime") or _NEVER, name_of(job)))
        for job in jobs[: max(len(jobs) - limit, 0)]:
            with suppress(StatusError):
                self._delete(job, _("{job} is older than the history that {cronjob} keeps."))

    def _delete(self, job: Body, why: str) -> None:
        cause = self.controller.cause("deleteJob", why, cronjob=name_of(self.cron_job), job=name_of(job))
        try:
            self.world.delete(JOBS, namespace_of(job), name_of(job), cause, propagation="Background")
        except StatusError as refusal:
            self._tell("Warning", "FailedDelete", f"Deleted job: {refusal.message}")
            raise
        self._drop(uid_of(job))
        self._tell("Normal", "SuccessfulDelete", f"Deleted job {name_of(job)}")

    def _drop(self, uid: str) -> None:
        self.status["active"] = [one for one in self.active if one["uid"] != uid]
        self.changed = True

    def _note_jobs(self) -> None:
        """Takes the Jobs that have finished or gone off the list of those that run."""
        known = {one["uid"] for one in self.active}
        for job in self.jobs:
            condition, listed = _finished(job), uid_of(job) in known
            if not condition and not listed:
                said = f"Saw a job that the controller did not create or forgot: {name_of(job)}"
                self._tell("Warning", "UnexpectedJob", said)
            if condition and listed and any(one["uid"] == uid_of(job) for one in self.active):
                self._drop(uid_of(job))
                said = f"Saw completed job: {name_of(job)}, condition: {condition}"
                self._tell("Normal", "SawCompletedJob", said)
            if condition == "Complete":
                self._note_success(status_of(job).get("completionTime"))
        present = {uid_of(job) for job in self.jobs}
        for one in self.active:
            if one["uid"] not in present and self.world.get(JOBS, one["namespace"], one["name"]) is None:
                self._tell("Normal", "MissingJob", f"Active job went missing: {one['name']}")
                self._drop(one["uid"])

    def _note_success(self, ended: str | None) -> None:
        last = self.status.get("lastSuccessfulTime")
        if ended and (not last or instant_of(ended) > instant_of(last)):
            self.status["lastSuccessfulTime"] = ended
            self.changed = True

    # --- Jobs to come --------------------------------------------------------------------------------------------

    def _has_zone(self) -> bool:
        name = self.spec.get("timeZone")
        try:
            schedules.in_zone(0, name)
        except ValueError as error:
            self._tell("Warning", "UnknownTimeZone", f"invalid timeZone: {_quoted(name or '')}: {error}")
            return False
        return True

    def _due(self, times: Timetable) -> Instant | None:
        """The last run that was due and may still be started. Raises ValueError."""
        found = schedules.recent(self.current, times, self.world.now, within_deadline=True)
        if found.last is not None and found.are_many:
            said = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
            self._tell("Warning", "TooManyMissedTimes", said)
        return found.last

    def _may_start(self, due: Instant) -> bool:
        deadline, policy = self.spec.get("startingDeadlineSeconds"), self.spec["concurrencyPolicy"]
        if deadline is not None and due + deadline * 1_000_000 < self.world.now:
            said = f"Missed scheduled time to start a job: {schedules.in_words(due)}"
            self._tell("Warning", "MissSchedule", said)
            return False
        last = self.status.get("lastScheduleTime")
        if any(one["name"] == self._job_name(due) for one in self.active) or (last and instant_of(last) == due):
            return False
        if policy == "Forbid" and self.active:
            said = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self._tell("Normal", "JobAlreadyActive", said)
            return False
        return True

    def _start(self, due: Instant) -> bool:
        """Makes the Job of that instant; False if somebody else's has its name. Raises StatusError."""
        if self.spec["concurrencyPolicy"] == "Replace":
            for one in list(self.active):
                job = self.world.get(JOBS, one["namespace"], one["name"])
                if job is not None:
                    self._delete(job, _("{job} still runs when {cronjob} is due again, and is replaced."))
        job = self._make(due)
        if job is None:
            return False
        keys = ("namespace", "name", "uid", "resourceVersion")
        reference = {
            "kind": job["kind"],
            "apiVersion": job["apiVersion"],
            **{key: job["metadata"][key] for key in keys},
        }
        self.status["active"] = [*self.active, reference]
        self.status["lastScheduleTime"] = timestamp(due)
        self.changed = True
        return True

    def _make(self, due: Instant) -> Body | None:
        name, namespace = self._job_name(due), namespace_of(self.cron_job)
        known = self.world.get(JOBS, namespace, name)
        if known is not None:
            owner = controller_of(known)
            owned = owner is not None and owner["uid"] == uid_of(self.cron_job)
            return known if owned and all(one["uid"] != uid_of(known) for one in self.active) else None
        cause = self.controller.cause(
            "syncCronJob",
            _("{cronjob} is due at {at}: creating {job}."),
            cronjob=name_of(self.cron_job),
            at=timestamp(due),
            job=name,
        )
        try:
            job = self.world.create(JOBS, self._job(due), cause)
        except StatusError as refusal:
            causes = refusal.details.get("causes") or ()
            if all(one.get("reason") != "NamespaceTerminating" for one in causes):
                self._tell("Warning", "FailedCreate", f"Error creating job: {refusal.message}")
            raise
        self._tell("Normal", "SuccessfulCreate", f"Created job {name}")
        return job

    def _job_name(self, due: Instant) -> str:
        return f"{name_of(self.cron_job)}-{due // _MINUTE}"

    def _job(self, due: Instant) -> Body:
        template = self.spec["jobTemplate"]
        meta = template.get("metadata") or {}
        at = schedules.in_zone(due, self.spec.get("timeZone"))
        made: Body = {
            "name": self._job_name(due),
            "namespace": namespace_of(self.cron_job),
            "annotations": {**(meta.get("annotations") or {}), SCHEDULED_AT: at},
            "ownerReferences": [owner_reference(self.cron_job)],
        }
        if meta.get("labels"):
            made["labels"] = meta["labels"]
        return {"apiVersion": "batch/v1", "kind": "Job", "metadata": made, "spec": template["spec"]}

    def _tell(self, severity: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        name, led_by = self.controller.name, self.controller.led_by
        events.record(self.world, self.cron_job, severity, reason, message, component=name, led_by=led_by)


def _finished(job: Body) -> str:
    for kind in ("Complete", "Failed"):
        if is_condition_true(job, kind):
            return kind
    return ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
