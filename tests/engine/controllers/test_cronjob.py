# ruff: noqa: E501 - the tables have a line for each case
"""What one sync does with a CronJob and its Jobs.

The cases are those of TestControllerV2SyncCronJob and of the tests of history limits in
pkg/controller/cronjob/cronjob_controllerv2_test.go, v1.34; those about slow caches and failing clients are left out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.controllers.cronjob.sync import CRON_JOBS, SCHEDULED_AT
from simulator.engine.latency import PROFILES
from simulator.engine.objects import name_of, owner_reference, set_in, timestamp, uid_of
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

from .job_rig import JOBS
from .rig import USER, Rig

TOP = 1_463_652_000
"""2016-05-19T10:00:00Z in seconds."""
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
BEFORE_PRIOR, AFTER_PRIOR = -61 * MINUTE, -59 * MINUTE
BEFORE, AFTER, WEEK_AFTER = -MINUTE, MINUTE, 7 * DAY
SHORT, MEDIUM, LONG = 10, 2 * HOUR, 1_000_000
HOURLY, EVERY = "0 * * * ?", "@every 1h"
NEW_YORK = "America/New_York"


class Past(NamedTuple):
    """What was before. last: when it ran last; made: the Job of that run; active: it still runs, else it succeeded."""

    created: int = BEFORE
    last: int | None = None
    made: int | None = None
    active: bool = False


NEVER = Past()
RAN = Past(BEFORE_PRIOR, AFTER_PRIOR, AFTER_PRIOR)
ACTIVE = RAN._replace(active=True)
EVERY_RAN = Past(BEFORE_PRIOR, BEFORE, BEFORE_PRIOR)


class Done(NamedTuple):
    """wait: seconds until it is looked at again, None for never. warned: how many warnings it gave."""

    wait: int | None
    created: int = 0
    deleted: int = 0
    active: int = 0
    warned: int = 0
    written: bool = True


CASES: list[tuple[str, dict[str, Any], Past, int, Done]] = [
    ("never ran, not valid schedule", {"schedule": "obvious error schedule"}, NEVER, BEFORE, Done(None, warned=1, written=False)),
    ("never ran, not valid time zone", {"timeZone": "bad timezone"}, NEVER, BEFORE, Done(None, warned=1, written=False)),
    *[(f"never ran, not time, {policy}", {"policy": policy}, NEVER, BEFORE, Done(MINUTE, written=False)) for policy in ("Allow", "Forbid", "Replace")],
    ("never ran, not time in zone", {"timeZone": NEW_YORK}, NEVER, BEFORE, Done(MINUTE, written=False)),
    *[(f"never ran, is time, {policy}", {"policy": policy}, NEVER, AFTER, Done(HOUR - MINUTE, created=1, active=1)) for policy in ("Allow", "Forbid", "Replace")],
    ("never ran, is time in zone", {"timeZone": NEW_YORK}, NEVER, AFTER, Done(HOUR - MINUTE, created=1, active=1)),
    ("never ran, is time in zone, but TZ is also set in schedule", {"schedule": "TZ=UTC " + HOURLY, "timeZone": NEW_YORK}, NEVER, AFTER, Done(HOUR - MINUTE, created=1, active=1, warned=1)),
    ("never ran, is time, suspended", {"suspend": True}, NEVER, AFTER, Done(None, written=False)),
    ("never ran, is time, past deadline", {"deadline": SHORT}, NEVER, AFTER + 11 * MINUTE, Done(HOUR - 12 * MINUTE, written=False)),
    ("never ran, is time, not past deadline", {"deadline": LONG}, NEVER, AFTER, Done(HOUR - MINUTE, created=1, active=1)),
    *[(f"prev ran but done, not time, {policy}", {"policy": policy}, RAN, BEFORE, Done(MINUTE)) for policy in ("Allow", "Forbid", "Replace")],
    *[(f"prev ran but done, is time, {policy}", {"policy": policy}, RAN, AFTER, Done(HOUR - MINUTE, created=1, active=1)) for policy in ("Allow", "Forbid", "Replace")],
    ("prev ran but done, is time, suspended", {"suspend": True}, RAN, AFTER, Done(None)),
    ("prev ran but done, is time, past deadline", {"deadline": SHORT}, RAN, AFTER, Done(HOUR - MINUTE)),
    ("prev ran but done, is time, not past deadline", {"deadline": LONG}, RAN, AFTER, Done(HOUR - MINUTE, created=1, active=1)),
    *[(f"still active, not time, {policy}", {"policy": policy}, ACTIVE, BEFORE, Done(MINUTE, active=1, written=False)) for policy in ("Allow", "Forbid", "Replace")],
    ("still active, is time, Allow", {"policy": "Allow"}, ACTIVE, AFTER, Done(HOUR - MINUTE, created=1, active=2)),
    ("still active, is time, Forbid", {"policy": "Forbid"}, ACTIVE, AFTER, Done(HOUR - MINUTE, active=1, written=False)),
    ("still active, is time, Replace", {"policy": "Replace"}, ACTIVE, AFTER, Done(HOUR - MINUTE, created=1, deleted=1, active=1)),
    ("still active, is time, suspended", {"suspend": True}, ACTIVE, AFTER, Done(None, active=1, written=False)),
    ("still active, is time, past deadline", {"deadline": SHORT}, ACTIVE, AFTER, Done(HOUR - MINUTE, active=1, written=False)),
    ("still active, is time, not past deadline", {"deadline": LONG}, ACTIVE, AFTER, Done(HOUR - MINUTE, created=1, active=2)),
    *[
        (f"prev ran but done, long overdue, {deadline or 'no deadline'}, {policy}", {"policy": policy, "deadline": deadline}, RAN, WEEK_AFTER, Done(HOUR, created=1, active=1, warned=warned))
        for policy in ("Allow", "Replace", "Forbid")
        for deadline, warned in ((LONG, 1), (None, 1), (MEDIUM, 0), (SHORT, 0))
    ],
    ("@every, never ran, not time", {"schedule": EVERY}, Past(BEFORE), 0, Done(HOUR - MINUTE, written=False)),
    ("@every, never ran, is time", {"schedule": EVERY}, Past(BEFORE_PRIOR), BEFORE, Done(HOUR, created=1, active=1)),
    ("@every, never ran, is time, past deadline", {"schedule": EVERY, "deadline": SHORT}, Past(BEFORE_PRIOR), BEFORE + SHORT + 1, Done(HOUR - SHORT - 1, written=False)),
    ("@every, never ran, is time, not past deadline", {"schedule": EVERY, "deadline": LONG}, Past(BEFORE_PRIOR), BEFORE + SHORT - 1, Done(HOUR - SHORT + 1, created=1, active=1)),
    ("@every, prev ran but done, not time", {"schedule": EVERY}, EVERY_RAN, 0, Done(HOUR - MINUTE)),
    ("@every, prev ran but done, is time", {"schedule": EVERY}, EVERY_RAN, HOUR, Done(HOUR - MINUTE, created=1, active=1)),
    ("@every, prev ran but done, is time, past deadline", {"schedule": EVERY, "deadline": SHORT}, EVERY_RAN, BEFORE + HOUR + SHORT + 1, Done(HOUR - SHORT - 1)),
    ("@every, still active, is time", {"schedule": EVERY}, Past(BEFORE_PRIOR, BEFORE_PRIOR, BEFORE_PRIOR, True), AFTER, Done(HOUR - 2 * MINUTE, created=1, active=2)),
    ("@every, prev ran but done, long overdue, no deadline", {"schedule": EVERY}, Past(AFTER_PRIOR, AFTER, AFTER_PRIOR), WEEK_AFTER, Done(MINUTE, created=1, active=1, warned=1)),
    ("@every, prev ran but done, long overdue, past deadline", {"schedule": EVERY, "deadline": SHORT}, Past(AFTER_PRIOR, AFTER, AFTER_PRIOR), WEEK_AFTER + MINUTE + SHORT + 1, Done(HOUR - SHORT - 1)),
]  # fmt: skip


class CronRig(Rig):
    """The controllers at an instant that a case says, without kubelets."""

    def __init__(self, now: int) -> None:
        self.settings = {"is_sick": lambda pod: False, "latency": "realistic", "delay": 0, "kubelet": False}
        self.world = World(seed=1, now=(TOP + now) * SECOND, latency=PROFILES["instant"])
        self._assemble()
        self.namespace("default")
        self.controller: Any = next(one for one in self.components if one.name == "cronjob-controller")

    def cron_job(self, past: Past = NEVER, **spec: Any) -> Body:
        pod = {"containers": [{"name": "c", "image": "busybox:1.36"}], "restartPolicy": "Never"}
        held = {
            "schedule": spec.get("schedule", HOURLY),
            "concurrencyPolicy": spec.get("policy", "Allow"),
            "suspend": spec.get("suspend", False),
            "startingDeadlineSeconds": spec.get("deadline"),
            "timeZone": spec.get("timeZone"),
            "jobTemplate": {"metadata": {"labels": {"a": "b"}}, "spec": {"template": {"spec": pod}}},
            **{key: spec[key] for key in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit") if key in spec},
        }
        held = {key: value for key, value in held.items() if value is not None}
        meta = {"namespace": "default", "name": "mycronjob", "creationTimestamp": at(past.created), "uid": "1a2b"}
        status: Body = {"lastScheduleTime": at(past.last)} if past.last is not None else {}
        body = {"metadata": meta, "spec": held, "status": status}
        made = self.world.create(CRON_JOBS, body, USER, restored=True)
        if past.made is not None:
            job = self.job(made, past.made, done="" if past.active else "Complete")
            if past.active:
                keys = ("namespace", "name", "uid")
                active = [{"kind": "Job", **{key: job["metadata"][key] for key in keys}}]
                made = self.world.update_status(CRON_JOBS, set_in(made, ("status", "active"), active), USER)
        return made

    def job(self, owner: Body, created: int, *, done: str = "", number: int | None = None) -> Body:
        meta: Body = {"namespace": "default", "name": f"mycronjob-{number or (TOP + created) // 60}"}
        meta.update({"creationTimestamp": at(created), "ownerReferences": [owner_reference(owner)]})
        status: Body = {"startTime": at(created)}
        if done:
            status["conditions"] = [{"type": done, "status": "True", "lastTransitionTime": at(created + 10)}]
        if done == "Complete":
            status["completionTime"] = at(created + 10)
        spec = {**owner["spec"]["jobTemplate"]["spec"], "suspend": True}
        return self.world.create(JOBS, {"metadata": meta, "spec": spec, "status": status}, USER, restored=True)

    def sync(self) -> None:
        self.world.clock.cancel("cronjob-controller", "default/mycronjob")
        self.world.drain()
        self.controller.reconcile(Key("default", "mycronjob"))


def at(second: int) -> str:
    return timestamp((TOP + second) * SECOND)


def test_all_cases_have_a_name_of_their_own() -> None:
    assert len({case[0] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("spec", "past", "now", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_sync(spec: dict[str, Any], past: Past, now: int, wanted: Done) -> None:
    rig = CronRig(now)
    owner = rig.cron_job(past, **spec)
    rig.sync()
    changes = rig.world.drain().changes
    jobs = [one for one in changes if one.resource == JOBS]
    made = [one.body for one in jobs if one.operation == "ADDED"]
    status = rig.get(CRON_JOBS, "mycronjob")["status"]
    entry = rig.world.clock.booked("cronjob-controller", "default/mycronjob")
    warnings = [one["reason"] for one in rig.world.list("events") if one["type"] == "Warning"]
    missed = spec.get("deadline") and "MissSchedule" in warnings
    wait = entry and (entry.due - rig.world.now - 100 * MILLISECOND) // SECOND
    found = Done(
        wait, len(made), sum(one.operation == "DELETED" for one in jobs), len(status.get("active") or ()),
        len(warnings) - bool(missed), any(one.resource == CRON_JOBS for one in changes),
    )  # fmt: skip
    assert found == wanted
    for job in made:
        assert job["metadata"]["ownerReferences"] == [owner_reference(owner)]
        assert job["metadata"]["labels"]["a"] == "b"
    if past.made is not None and not past.active:
        assert status["lastSuccessfulTime"] == at(past.made + 10)


def test_a_job_is_named_after_its_minute_and_says_when_it_was_due() -> None:
    rig = CronRig(AFTER)
    rig.cron_job(timeZone=NEW_YORK)
    rig.sync()
    job = rig.get(JOBS, f"mycronjob-{TOP // 60}")
    assert job["metadata"]["annotations"][SCHEDULED_AT] == "2016-05-19T06:00:00-04:00"
    status = rig.get(CRON_JOBS, "mycronjob")["status"]
    assert status["lastScheduleTime"] == at(0)
    [reference] = status["active"]
    assert (reference["kind"], reference["apiVersion"], reference["uid"]) == ("Job", "batch/v1", uid_of(job))
    assert rig.messages("SuccessfulCreate") == [f"Created job {name_of(job)}"]


@pytest.mark.parametrize(
    ("spec", "past", "now", "reason", "message"),
    [
        pytest.param({"schedule": "* * *"}, NEVER, AFTER, "UnparseableSchedule", 'unparseable schedule: "* * *" : expected exactly 5 fields, found 3: [* * *]', id="schedule"),
        pytest.param({"timeZone": "Mars/X"}, NEVER, AFTER, "UnknownTimeZone", 'invalid timeZone: "Mars/X": unknown time zone Mars/X', id="zone"),
        pytest.param({"schedule": "59 23 31 2 *"}, NEVER, AFTER, "InvalidSchedule", "invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second", id="never"),
        pytest.param({"schedule": "TZ=UTC " + HOURLY}, NEVER, AFTER, "UnsupportedSchedule", f'CRON_TZ or TZ used in schedule "TZ=UTC {HOURLY}" is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details', id="TZ"),
        pytest.param({"deadline": 30, "schedule": "@every 1h"}, RAN, AFTER + 31, "SawCompletedJob", None, id="a Job that is not listed is not told"),
        pytest.param({}, RAN, WEEK_AFTER, "TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew", id="too many"),
        pytest.param({"policy": "Forbid"}, ACTIVE, AFTER, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid", id="Forbid"),
        pytest.param({"policy": "Replace"}, ACTIVE, AFTER, "SuccessfulDelete", f"Deleted job mycronjob-{(TOP + AFTER_PRIOR) // 60}", id="Replace"),
    ],
)  # fmt: skip
def test_what_it_says(spec: dict[str, Any], past: Past, now: int, reason: str, message: str | None) -> None:
    rig = CronRig(now)
    rig.cron_job(past, **spec)
    rig.sync()
    assert rig.messages(reason) == ([message] if message else [])


def test_a_run_that_is_too_late_is_not_even_told() -> None:
    """Upstream looks for runs from the deadline on, so that it finds none of which it would say MissSchedule."""
    rig = CronRig(AFTER)
    rig.cron_job(deadline=60)
    rig.world.clock.now += 500 * MILLISECOND
    rig.sync()
    assert not rig.world.list(JOBS)
    assert rig.messages("MissSchedule") == []


def test_jobs_that_it_does_not_know_that_finished_and_that_are_gone() -> None:
    rig = CronRig(BEFORE)
    owner = rig.cron_job(ACTIVE)
    stranger = rig.job(owner, AFTER_PRIOR, number=7)
    done = rig.job(owner, AFTER_PRIOR, number=8, done="Failed")
    keys = ("namespace", "name", "uid")
    listed = [{"kind": "Job", **{key: done["metadata"][key] for key in keys}}]
    lost = [{"kind": "Job", "namespace": "default", "name": "mycronjob-9", "uid": "none"}]
    status = rig.get(CRON_JOBS, "mycronjob")["status"]
    active = [*status["active"], *listed, *lost]
    rig.world.update_status(CRON_JOBS, set_in(rig.get(CRON_JOBS, "mycronjob"), ("status", "active"), active), USER)
    rig.sync()
    assert rig.messages("UnexpectedJob") == [
        f"Saw a job that the controller did not create or forgot: {name_of(stranger)}"
    ]
    assert rig.messages("SawCompletedJob") == ["Saw completed job: mycronjob-8, condition: Failed"]
    assert rig.messages("MissingJob") == ["Active job went missing: mycronjob-9"]
    assert rig.get(CRON_JOBS, "mycronjob")["status"]["active"] == status["active"]


@pytest.mark.parametrize(
    ("limits", "jobs", "left"),
    [
        pytest.param((3, 1), "CCCCC", "CCC", id="success. job limit reached"),
        pytest.param((3, 1), "FFCCC", "FCCC", id="failed job limit reached"),
        pytest.param((1, 1), "CFCFCF", "CF", id="both"),
        pytest.param((0, 0), "CF", "", id="keep no history"),
        pytest.param((3, 1), "RRRR", "RRRR", id="jobs that run are no history"),
        pytest.param((3, 3), "CCFF", "CCFF", id="within limits"),
    ],
)
def test_the_history_is_cut(limits: tuple[int, int], jobs: str, left: str) -> None:
    rig = CronRig(BEFORE)
    owner = rig.cron_job(successfulJobsHistoryLimit=limits[0], failedJobsHistoryLimit=limits[1])
    for number, letter in enumerate(jobs, 1):
        done = {"C": "Complete", "F": "Failed", "R": ""}[letter]
        rig.job(owner, BEFORE_PRIOR + number, number=number, done=done)
    rig.sync()
    kept = [int(name_of(one).rpartition("-")[2]) for one in rig.world.list(JOBS)]
    letters = "".join(jobs[number - 1] for number in kept)
    assert letters == left
    for letter, limit in (("C", limits[0]), ("F", limits[1])):
        all_of_them = [number for number, one in enumerate(jobs, 1) if one == letter]
        assert set(all_of_them[max(len(all_of_them) - limit, 0) :]) <= set(kept)


def test_a_new_schedule_waits_for_its_next_instant() -> None:
    rig = CronRig(30 * MINUTE)
    rig.cron_job(Past(29 * MINUTE))
    rig.world.clock.cancel("cronjob-controller", "default/mycronjob")
    rig.edit(CRON_JOBS, "mycronjob", ("spec", "schedule"), "*/5 * * * *")
    entry = rig.world.clock.booked("cronjob-controller", "default/mycronjob")
    assert entry is not None
    assert entry.due == rig.world.now + 5 * MINUTE * SECOND + 100 * MILLISECOND


def test_a_job_that_cannot_be_made_is_tried_again() -> None:
    rig = CronRig(AFTER)
    rig.cron_job()
    quota = {"metadata": {"namespace": "default", "name": "q"}, "spec": {"hard": {"count/jobs.batch": "0"}}}
    made = rig.create("resourcequotas", quota)
    status = {"hard": {"count/jobs.batch": "0"}, "used": {"count/jobs.batch": "0"}}
    rig.world.update_status("resourcequotas", {**made, "status": status}, USER)
    rig.run(1)
    assert not rig.world.list(JOBS)
    [said, *_more] = rig.messages("FailedCreate")
    assert said.startswith(f'Error creating job: jobs.batch "mycronjob-{TOP // 60}" is forbidden: exceeded quota: q,')
    rig.delete("resourcequotas", "q")
    rig.run(30)
    assert [name_of(one) for one in rig.world.list(JOBS)] == [f"mycronjob-{TOP // 60}"]
