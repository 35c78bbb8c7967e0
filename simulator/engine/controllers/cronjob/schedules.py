"""When a CronJob should have run last and runs next.

Follows mostRecentScheduleTime, nextScheduleTimeDuration and nextScheduleTime in pkg/controller/cronjob/utils.go and
formatSchedule in pkg/controller/cronjob/cronjob_controllerv2.go, v1.34.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.cron import Schedule
from simulator.engine.cron.times import next_after, standard, zone
from simulator.engine.objects import instant_of, spec_of, status_of
from simulator.engine.registry import Body, Instant

PADDING = 100 * MILLISECOND
"""How long after a run is due the controller looks, as clocks do not quite agree."""

_MANY = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Timetable(NamedTuple):
    schedule: Schedule
    place: tzinfo

    def after(self, instant: Instant) -> Instant | None:
        return next_after(self.schedule, self.place, instant)


class Recent(NamedTuple):
    """earliest: from when on runs count; last: when it should have run last; missed: how many runs were, about."""

    earliest: Instant
    last: Instant | None
    missed: int = 0

    @property
    def are_many(self) -> bool:
        return self.missed > _MANY


def names_zone(cron_job: Body) -> bool:
    """True for a schedule that names its zone itself, as the API server no longer allows."""
    return "TZ" in spec_of(cron_job)["schedule"]


def timetable(cron_job: Body) -> Timetable:
    """The CronJob's schedule in its zone. Raises ValueError in upstream's words."""
    spec = spec_of(cron_job)
    schedule, place = standard(spec["schedule"])
    if not names_zone(cron_job) and spec.get("timeZone"):
        place = zone(spec["timeZone"])
    return Timetable(schedule, place)


def recent(cron_job: Body, times: Timetable, now: Instant, *, within_deadline: bool) -> Recent:
    """The last run that was due. within_deadline: none that is too late to be started. Raises ValueError.

    How many were missed is reckoned, as upstream does, from the distance of the first two.
    """
    earliest = instant_of(status_of(cron_job).get("lastScheduleTime") or cron_job["metadata"]["creationTimestamp"])
    deadline = spec_of(cron_job).get("startingDeadlineSeconds")
    if within_deadline and deadline is not None:
        earliest = max(earliest, now - deadline * SECOND)
    first = times.after(earliest)
    second = times.after(first) if first is not None else None
    if first is None or second is None:
        raise ValueError("time difference between two schedules is less than 1 second")
    if now < first:
        return Recent(earliest, None)
    if now < second:
        return Recent(earliest, first)
    between = (second - first) // SECOND
    missed = (now - first) // SECOND // between + 1
    last, following = None, times.after(first + (missed - 2) * between * SECOND)
    while following is not None and following <= now:
        last, following = following, times.after(following)
    return Recent(earliest, last, missed)


def next_run(cron_job: Body, times: Timetable, now: Instant) -> Instant | None:
    """When the CronJob is looked at again: a moment after its next run is due."""
    try:
        found = recent(cron_job, times, now, within_deadline=False)
    except ValueError:
        start = now
    else:
        start = found.last if found.last is not None else now if found.missed else found.earliest
    due = times.after(start)
    return due + PADDING if due is not None else None


def in_zone(instant: Instant, name: str | None) -> str:
    """RFC 3339 in the time zone of a CronJob."""
    text = (_EPOCH + timedelta(microseconds=instant)).astimezone(zone(name)).isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def in_words(instant: Instant) -> str:
    """Go's RFC1123Z in UTC."""
    return f"{_EPOCH + timedelta(microseconds=instant):%a, %d %b %Y %H:%M:%S} +0000"
