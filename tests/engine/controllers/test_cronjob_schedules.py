# ruff: noqa: E501 - the tables have a line for each case
"""When a CronJob should have run, and when it runs next. The cases are those of pkg/controller/cronjob/utils_test.go, v1.34."""

from __future__ import annotations

import pytest

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.controllers.cronjob import schedules
from simulator.engine.objects import timestamp
from simulator.engine.registry import Body

TOP = 1_463_652_000 * SECOND
"""2016-05-19T10:00:00Z, a Thursday."""
MINUTE, HOUR = 60, 3600
DAY = 24 * HOUR


def cron_job(schedule: str, *, created: int = 0, last: int | None = None, deadline: int | None = None) -> Body:
    spec = {"schedule": schedule, **({"startingDeadlineSeconds": deadline} if deadline is not None else {})}
    status = {"lastScheduleTime": timestamp(TOP + last * SECOND)} if last is not None else {}
    return {"metadata": {"creationTimestamp": timestamp(TOP + created * SECOND)}, "spec": spec, "status": status}


WEEKDAYS, MORNINGS = "30 6-16/4 * * 1-5", "30 10,11,12 * * 1-5"


@pytest.mark.parametrize(
    ("body", "within", "now", "earliest", "last", "missed"),
    [
        pytest.param(cron_job("0 * * * *"), False, 30, 0, None, "none", id="now before next schedule"),
        pytest.param(cron_job("0 * * * *"), False, 61 * MINUTE, 0, 60 * MINUTE, "none", id="now just after next schedule"),
        pytest.param(cron_job("0 * * * *", created=10), False, 301 * MINUTE, 10, 300 * MINUTE, "few", id="missed 5 schedules"),
        pytest.param(cron_job(WEEKDAYS, last=30 * MINUTE), False, DAY + 31 * MINUTE, 30 * MINUTE, DAY + 30 * MINUTE, "few", id="complex schedule"),
        pytest.param(cron_job(MORNINGS, last=30 * MINUTE), False, 30 * HOUR + 30 * MINUTE, 30 * MINUTE, None, "few", id="another complex schedule"),
        pytest.param(cron_job(WEEKDAYS, last=30 * MINUTE), False, 96 * HOUR + 31 * MINUTE, 30 * MINUTE, 96 * HOUR + 30 * MINUTE, "few", id="complex schedule with longer diff between executions"),
        pytest.param(cron_job(WEEKDAYS), False, DAY + 31 * MINUTE, 0, DAY + 30 * MINUTE, "few", id="complex schedule with shorter diff between executions"),
        pytest.param(cron_job("@every 1h", created=-59 * MINUTE, last=MINUTE, deadline=10), False, 7 * DAY, MINUTE, 6 * DAY + 23 * HOUR + MINUTE, "many", id="@every schedule"),
        pytest.param(cron_job("0 * * * *", last=0), False, 30, 0, None, "none", id="earliestTime being CreationTimestamp and LastScheduleTime"),
        pytest.param(cron_job("*/5 * * * *", last=30 * MINUTE), False, 31 * MINUTE, 30 * MINUTE, None, "none", id="earliestTime being LastScheduleTime"),
        pytest.param(cron_job("*/5 * * * *", last=30 * MINUTE, deadline=60), False, 31 * MINUTE, 30 * MINUTE, None, "none", id="earliestTime being LastScheduleTime (within StartingDeadlineSeconds)"),
        pytest.param(cron_job("*/5 * * * *", last=30 * MINUTE, deadline=60), True, 32 * MINUTE, 31 * MINUTE, None, "none", id="earliestTime being LastScheduleTime (outside StartingDeadlineSeconds)"),
    ],
)  # fmt: skip
def test_when_it_should_have_run(
    body: Body, within: bool, now: int, earliest: int, last: int | None, missed: str
) -> None:
    found = schedules.recent(body, schedules.timetable(body), TOP + now * SECOND, within_deadline=within)
    assert found.earliest == TOP + earliest * SECOND
    assert found.last == (None if last is None else TOP + last * SECOND)
    assert ("many" if found.are_many else "few" if found.missed else "none") == missed


def test_a_schedule_that_never_comes() -> None:
    body = cron_job("59 23 31 2 *", created=10)
    with pytest.raises(ValueError, match=r"^time difference between two schedules is less than 1 second$"):
        schedules.recent(body, schedules.timetable(body), TOP + HOUR * SECOND, within_deadline=False)
    assert schedules.next_run(body, schedules.timetable(body), TOP + HOUR * SECOND) is None


@pytest.mark.parametrize(
    ("body", "now", "wait"),
    [
        pytest.param(cron_job(WEEKDAYS, last=30 * MINUTE), DAY + 31 * MINUTE, 3 * HOUR + 59 * MINUTE, id="complex schedule skipping weekend"),
        pytest.param(cron_job(MORNINGS, last=30 * MINUTE), 30 * HOUR + 30 * MINUTE, 66 * HOUR, id="another complex schedule skipping weekend"),
        pytest.param(cron_job("0 12 * * 4", last=2 * HOUR), 19 * DAY + 90 * MINUTE, 48 * HOUR + 30 * MINUTE, id="once a week cronjob, missed two runs"),
        pytest.param(cron_job("0 12 * * 5"), 6 * HOUR, 20 * HOUR, id="no previous run of a cronjob"),
    ],
)  # fmt: skip
def test_when_it_runs_next(body: Body, now: int, wait: int) -> None:
    due = schedules.next_run(body, schedules.timetable(body), TOP + now * SECOND)
    assert due == TOP + (now + wait) * SECOND + 100 * MILLISECOND


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (None, "2016-05-19T10:00:00Z"),
        ("Asia/Tokyo", "2016-05-19T19:00:00+09:00"),
        ("America/New_York", "2016-05-19T06:00:00-04:00"),
        ("Africa/Abidjan", "2016-05-19T10:00:00Z"),
    ],
)
def test_an_instant_in_a_zone(zone: str | None, text: str) -> None:
    assert schedules.in_zone(TOP, zone) == text
    assert schedules.in_words(TOP) == "Thu, 19 May 2016 10:00:00 +0000"
