"""When a cron schedule is due next, in a time zone with its changes of the clock.

Follows spec.go and constantdelay.go of github.com/robfig/cron/v3, which v1.34 uses: a run at an hour that a change of
the clock leaves out does not take place, and one at an hour that comes twice does twice.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from simulator.engine.cron import Schedule, parse
from simulator.engine.registry import Instant

_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = 5
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_LAST_YEAR = 9990


class _Never(Exception):
    """No instant of the next years is one of the schedule's."""


class _Wrap(Exception):
    """A larger unit of time began: it is looked at again from there."""


def zone(name: str | None) -> tzinfo:
    """The time zone of a name, UTC for none. Raises ValueError in Go's words."""
    if not name or name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name}") from None


def standard(text: str) -> tuple[Schedule, tzinfo]:
    """A schedule and the zone that stands before it (`TZ=Asia/Tokyo 0 4 * * *`). Raises ValueError."""
    head, _space, _rest = text.partition(" ")
    place: tzinfo = UTC
    if head.startswith(("TZ=", "CRON_TZ=")):
        name = head.partition("=")[2]
        try:
            place = zone(name)
        except ValueError as error:
            raise ValueError(f"provided bad location {name}: {error}") from None
    return parse(text), place


@lru_cache(maxsize=4096)
def next_after(schedule: Schedule, place: tzinfo, instant: Instant) -> Instant | None:
    """The first instant of the schedule that is later; None if there is none within five years."""
    second = instant // _SECOND
    if schedule.every:
        return (second + schedule.every // 10**9) * _SECOND
    moment = _EPOCH + timedelta(seconds=second + 1)
    if not 1 < moment.year < _LAST_YEAR:
        return None
    return _Search(schedule, place, moment).found()


class _Search:
    """A moment in UTC that moves on, unit by unit, until the clock on the wall fits. `begun`: it is cut to a unit."""

    def __init__(self, schedule: Schedule, place: tzinfo, moment: datetime) -> None:
        self.schedule = schedule
        self.place = place
        self.moment = moment
        self.limit = self.wall.year + _YEARS
        self.begun = False

    @property
    def wall(self) -> datetime:
        return self.moment.astimezone(self.place)

    def found(self) -> Instant | None:
        while True:
            try:
                self._month()
                self._day()
                self._hour()
                self._minute()
                self._second()
            except _Wrap:
                continue
            except _Never:
                return None
            return (self.moment - _EPOCH) // timedelta(microseconds=1)

    def _month(self) -> None:
        if self.wall.year > self.limit:
            raise _Never
        while self.wall.month not in self.schedule.months:
            wall = self.wall
            if not self.begun:
                self._begin(_plain(wall).replace(day=1, hour=0, minute=0, second=0))
                wall = self.wall
            days = monthrange(wall.year, wall.month)[1]
            self._begin(_plain(wall) + timedelta(days=days))
            if self.wall.month == 1:
                raise _Wrap

    def _day(self) -> None:
        while not self._is_day():
            wall = self.wall
            if not self.begun:
                self._begin(_plain(wall).replace(hour=0, minute=0, second=0))
                wall = self.wall
            self._begin(_plain(wall) + timedelta(days=1))
            hour = self.wall.hour
            if hour:
                # The clock was changed at midnight: the day begins an hour earlier or later.
                self.moment += (24 - hour if hour > 12 else -hour) * _HOUR
            if self.wall.day == 1:
                raise _Wrap

    def _is_day(self) -> bool:
        """Either of the two fields will do if neither is a star, else both."""
        schedule, wall = self.schedule, self.wall
        day, weekday = wall.day in schedule.days, wall.isoweekday() % 7 in schedule.weekdays
        return (day and weekday) if schedule.any_day or schedule.any_weekday else (day or weekday)

    def _hour(self) -> None:
        while self.wall.hour not in self.schedule.hours:
            if not self.begun:
                self._begin(_plain(self.wall).replace(minute=0, second=0))
            self.moment += _HOUR
            if not self.wall.hour:
                raise _Wrap

    def _minute(self) -> None:
        while self.wall.minute not in self.schedule.minutes:
            if not self.begun:
                self.moment, self.begun = self.moment.replace(second=0), True
            self.moment += _MINUTE
            if not self.wall.minute:
                raise _Wrap

    def _second(self) -> None:
        if self.wall.second:
            self.moment, self.begun = self.moment + timedelta(seconds=60 - self.wall.second), True
            raise _Wrap

    def _begin(self, wall: datetime) -> None:
        """Moves to what the clock on the wall shows, as Go's time.Date finds it."""
        self.begun = True
        guess = wall.replace(tzinfo=UTC)
        first = guess.astimezone(self.place).utcoffset() or timedelta(0)
        self.moment = guess
        if first:
            self.moment = guess - ((guess - first).astimezone(self.place).utcoffset() or timedelta(0))


def _plain(wall: datetime) -> datetime:
    return wall.replace(tzinfo=None, fold=0)
