# ruff: noqa: E501 - the tables have a line for each case
"""When schedules are due. Most cases are those of spec_test.go and constantdelay_test.go of github.com/robfig/cron/v3."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.engine.cron import times
from simulator.engine.registry import Instant


def at(text: str) -> Instant:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1_000_000)


def shown(instant: Instant | None, zone: str) -> str:
    if instant is None:
        return "never"
    return datetime.fromtimestamp(instant // 1_000_000, tz=times.zone(zone)).isoformat()


UTC_CASES = [
    ("2012-07-09T14:45", "*/15 * * * *", "2012-07-09T15:00"),
    ("2012-07-09T14:59", "*/15 * * * *", "2012-07-09T15:00"),
    ("2012-07-09T14:59:59", "*/15 * * * *", "2012-07-09T15:00"),
    ("2012-07-09T15:45", "20-35/15 * * * *", "2012-07-09T16:20"),
    ("2012-07-09T23:46", "*/15 * * * *", "2012-07-10T00:00"),
    ("2012-07-09T23:45", "20-35/15 * * * *", "2012-07-10T00:20"),
    ("2012-07-09T23:35:51", "20-35/15 1/2 * * *", "2012-07-10T01:20"),
    ("2012-07-09T23:35:51", "20-35/15 10-12 * * *", "2012-07-10T10:20"),
    ("2012-07-09T23:35:51", "20-35/15 1/2 */2 * *", "2012-07-11T01:20"),
    ("2012-07-09T23:35:51", "20-35/15 * 9-20 * *", "2012-07-10T00:20"),
    ("2012-07-09T23:35:51", "20-35/15 * 9-20 Jul *", "2012-07-10T00:20"),
    ("2012-07-09T23:35", "0 0 9 Apr-Oct ?", "2012-08-09T00:00"),
    ("2012-07-09T23:35", "0 0 */5 Apr,Aug,Oct Mon", "2012-08-01T00:00"),
    ("2012-07-09T23:35", "0 0 */5 Oct Mon", "2012-10-01T00:00"),
    ("2012-07-09T23:35", "0 0 * Feb Mon", "2013-02-04T00:00"),
    ("2012-07-09T23:35", "0 0 * Feb Mon/2", "2013-02-01T00:00"),
    ("2012-07-09T23:59:45", "0 * * * *", "2012-07-10T00:00"),
    ("2012-07-09T23:35", "0 0 29 Feb ?", "2016-02-29T00:00"),
    ("2012-07-09T23:35", "0 0 30 Feb ?", "never"),
    ("2012-07-09T23:35", "0 0 31 Apr ?", "never"),
    ("2012-12-31T23:59:45", "0 0 * * *", "2013-01-01T00:00"),
    ("2012-07-09T14:45", "0 0 1,15 * Sun", "2012-07-15T00:00"),
    ("2012-07-09T14:45", "0 0 * * Mon", "2012-07-16T00:00"),
    ("2012-07-09T14:45", "@every 5m", "2012-07-09T14:50"),
    ("2012-07-09T14:59:59", "@every 25s", "2012-07-09T15:00:24"),
    ("2012-07-09T23:20:51", "@every 35m", "2012-07-09T23:55:51"),
    ("2012-07-09T23:45:00.005", "@every 15s", "2012-07-09T23:45:15"),
    ("2012-07-09T14:45:00", "@hourly", "2012-07-09T15:00"),
    ("2012-07-09T14:45:00", "@weekly", "2012-07-15T00:00"),
    ("2012-07-09T14:45:00", "@yearly", "2013-01-01T00:00"),
]


@pytest.mark.parametrize(("now", "schedule", "due"), UTC_CASES)
def test_in_utc(now: str, schedule: str, due: str) -> None:
    found, place = times.standard(schedule)
    wanted = "never" if due == "never" else shown(at(f"{due}+00:00"), "")
    assert shown(times.next_after(found, place, at(f"{now}+00:00")), "") == wanted


NEW_YORK, SAO_PAULO = "America/New_York", "America/Sao_Paulo"
ZONES = [
    (NEW_YORK, "2012-03-11T00:00:00-05:00", "30 2 11 Mar ?", "2013-03-11T02:30:00-04:00", "an hour that is left out does not come"),
    (NEW_YORK, "2012-03-11T00:00:00-05:00", "0 * * * ?", "2012-03-11T01:00:00-05:00", "hourly"),
    (NEW_YORK, "2012-03-11T01:00:00-05:00", "0 * * * ?", "2012-03-11T03:00:00-04:00", "hourly over the gap"),
    (NEW_YORK, "2012-03-11T03:00:00-04:00", "0 * * * ?", "2012-03-11T04:00:00-04:00", "hourly after the gap"),
    (NEW_YORK, "2012-03-11T00:00:00-05:00", "0 1 * * ?", "2012-03-11T01:00:00-05:00", "1 am nightly"),
    (NEW_YORK, "2012-03-11T01:00:00-05:00", "0 1 * * ?", "2012-03-12T01:00:00-04:00", "1 am the night after"),
    (NEW_YORK, "2012-03-11T00:00:00-05:00", "0 2 * * ?", "2012-03-12T02:00:00-04:00", "2 am nightly is skipped"),
    (NEW_YORK, "2012-11-04T00:00:00-04:00", "30 2 04 Nov ?", "2012-11-04T02:30:00-05:00", "after the hour that comes twice"),
    (NEW_YORK, "2012-11-04T01:45:00-04:00", "30 1 04 Nov ?", "2012-11-04T01:30:00-05:00", "an hour that comes twice runs twice"),
    (NEW_YORK, "2012-11-04T01:00:00-04:00", "0 * * * ?", "2012-11-04T01:00:00-05:00", "hourly, the second time"),
    (NEW_YORK, "2012-11-04T01:00:00-05:00", "0 * * * ?", "2012-11-04T02:00:00-05:00", "hourly after it"),
    (NEW_YORK, "2012-11-04T00:00:00-04:00", "0 1 * * ?", "2012-11-04T01:00:00-04:00", "1 am nightly, first"),
    (NEW_YORK, "2012-11-04T01:00:00-04:00", "0 1 * * ?", "2012-11-04T01:00:00-05:00", "1 am nightly, second"),
    (NEW_YORK, "2012-11-04T01:00:00-05:00", "0 1 * * ?", "2012-11-05T01:00:00-05:00", "1 am the night after"),
    (NEW_YORK, "2012-11-04T02:00:00-05:00", "0 2 * * ?", "2012-11-05T02:00:00-05:00", "2 am nightly"),
    (NEW_YORK, "2012-11-04T00:00:00-04:00", "0 3 * * ?", "2012-11-04T03:00:00-05:00", "3 am nightly"),
    (SAO_PAULO, "2018-10-17T05:00:00-03:00", "0 0 9 10 ?", "2019-10-09T00:00:00-03:00", "a year in Brazil"),
    (SAO_PAULO, "2018-02-17T05:00:00-02:00", "0 9 17 2 ?", "2018-02-17T09:00:00-02:00", "the day before the clock goes back"),
    (SAO_PAULO, "2018-11-03T05:00:00-03:00", "0 5 * * ?", "2018-11-04T05:00:00-02:00", "a day that begins at 1 am"),
    (SAO_PAULO, "2018-11-03T05:00:00-03:00", "0 0 * * ?", "2018-11-05T00:00:00-02:00", "a midnight that is left out"),
    ("Asia/Kolkata", "2020-01-01T00:00:00+05:30", "15 4 * * *", "2020-01-01T04:15:00+05:30", "half an hour off"),
    ("Asia/Tokyo", "2020-01-01T04:00:00+09:00", "0 4 * * *", "2020-01-02T04:00:00+09:00", "no summer time"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "now", "schedule", "due"), [case[:4] for case in ZONES], ids=[case[4] for case in ZONES]
)
def test_in_a_zone(zone: str, now: str, schedule: str, due: str) -> None:
    found, place = times.standard(f"CRON_TZ={zone} {schedule}")
    assert shown(times.next_after(found, place, at(now)), zone) == due


def test_a_zone_that_nobody_knows() -> None:
    with pytest.raises(ValueError, match=r"^provided bad location Mars/Olympus: unknown time zone Mars/Olympus$"):
        times.standard("TZ=Mars/Olympus 0 4 * * *")
    with pytest.raises(ValueError, match=r"^unknown time zone \.\./etc/passwd$"):
        times.zone("../etc/passwd")
