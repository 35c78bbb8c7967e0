"""Cron schedules: what `*/5 0-6 * * mon` means, and what is wrong with one that cannot be read.

Follows parser.go of github.com/robfig/cron/v3 (ParseStandard), which v1.34 uses, and Go's time.ParseDuration and
strconv.Atoi, whose errors it shows. When a schedule is due next is `times.py`'s.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import NamedTuple

_MONTHS = dict(jan=1, feb=2, mar=3, apr=4, may=5, jun=6, jul=7, aug=8, sep=9, oct=10, nov=11, dec=12)  # noqa: C408
_DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}


class Bounds(NamedTuple):
    low: int
    high: int
    names: dict[str, int]


_MINUTES, _HOURS = Bounds(0, 59, {}), Bounds(0, 23, {})
_DAYS_OF_MONTH, _MONTHS_OF_YEAR, _DAYS_OF_WEEK = Bounds(1, 31, {}), Bounds(1, 12, _MONTHS), Bounds(0, 6, _DAYS)
_FIELDS = (_MINUTES, _HOURS, _DAYS_OF_MONTH, _MONTHS_OF_YEAR, _DAYS_OF_WEEK)
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY = "@every "
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_LARGEST = 2**63 - 1
_PART = re.compile(r"(\d*)(?:(\.)(\d*))?([^\d.]*)", re.ASCII)


class Schedule(NamedTuple):
    """When a schedule is due. any_day, any_weekday: the field was `*`; then the other one alone says which days.

    every: nanoseconds between two runs of an `@every` schedule, 0 for all others.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool
    every: int = 0


@lru_cache(maxsize=1024)
def parse(text: str) -> Schedule:
    """The schedule without its zone. Raises ValueError in upstream's words."""
    if not text:
        raise ValueError("empty spec string")
    if text.startswith(("TZ=", "CRON_TZ=")):
        text = text.partition(" ")[2].strip()
    if text.startswith("@"):
        return _descriptor(text)
    return _standard(text)


def _standard(text: str) -> Schedule:
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(f"expected exactly {len(_FIELDS)} fields, found {len(parts)}: [{' '.join(parts)}]")
    read = [_field(part, bounds) for part, bounds in zip(parts, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = (values for values, _any in read)
    return Schedule(minutes, hours, days, months, weekdays, read[2][1], read[4][1])


def _descriptor(text: str) -> Schedule:
    if text in _DESCRIPTORS:
        return _standard(_DESCRIPTORS[text])
    if not text.startswith(_EVERY):
        raise ValueError(f"unrecognized descriptor: {text}")
    try:
        length = duration(text.removeprefix(_EVERY))
    except ValueError as error:
        raise ValueError(f"failed to parse duration {text}: {error}") from None
    nothing: frozenset[int] = frozenset()
    whole = max(length // 10**9, 1) * 10**9
    return Schedule(nothing, nothing, nothing, nothing, nothing, False, False, whole)


def _field(text: str, bounds: Bounds) -> tuple[frozenset[int], bool]:
    """The values of one field, and whether it was `*`."""
    values: set[int] = set()
    is_any = False
    for part in filter(None, text.split(",")):
        chosen, whole = _range(part, bounds)
        values.update(chosen)
        is_any = is_any or whole
    return frozenset(values), is_any


def _range(text: str, bounds: Bounds) -> tuple[range, bool]:
    ends, *steps = text.split("/")
    low, *more = ends.split("-")
    whole = low in ("*", "?")
    if whole:
        start, end = bounds.low, bounds.high
    else:
        start = end = _figure(low, bounds.names)
        if len(more) == 1:
            end = _figure(more[0], bounds.names)
        elif more:
            raise ValueError(f"too many hyphens: {text}")
    if len(steps) > 1:
        raise ValueError(f"too many slashes: {text}")
    step = 1
    if steps:
        step = _number(steps[0])
        end = end if more else bounds.high
        whole = whole and step <= 1
    _check(start, end, step, bounds, text)
    return range(start, end + 1, step), whole


def _check(start: int, end: int, step: int, bounds: Bounds, text: str) -> None:
    if start < bounds.low:
        raise ValueError(f"beginning of range ({start}) below minimum ({bounds.low}): {text}")
    if end > bounds.high:
        raise ValueError(f"end of range ({end}) above maximum ({bounds.high}): {text}")
    if start > end:
        raise ValueError(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise ValueError(f"step of range should be a positive number: {text}")


def _figure(text: str, names: dict[str, int]) -> int:
    return names[text.lower()] if text.lower() in names else _number(text)


def _number(text: str) -> int:
    """Go's strconv.Atoi, for figures that must not be negative."""
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        raise ValueError(f"failed to parse int from {text}: strconv.Atoi: parsing {_quoted(text)}: invalid syntax")
    figure = int(text[:30])
    if not -(1 << 63) <= figure < 1 << 63:
        raise ValueError(f"failed to parse int from {text}: strconv.Atoi: parsing {_quoted(text)}: value out of range")
    if figure < 0:
        raise ValueError(f"negative number ({figure}) not allowed: {text}")
    return figure


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@lru_cache(maxsize=1024)
def duration(text: str) -> int:
    """Nanoseconds of a Go duration such as `1h30m`. Raises ValueError in Go's words."""
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    invalid = ValueError(f"time: invalid duration {_quoted(text)}")
    if not rest:
        raise invalid
    total = 0
    while rest:
        found = _PART.match(rest)
        if found is None or not (found[1] or found[3]):
            raise invalid
        if not found[4]:
            raise ValueError(f"time: missing unit in duration {_quoted(text)}")
        if found[4] not in _UNITS:
            raise ValueError(f"time: unknown unit {_quoted(found[4])} in duration {_quoted(text)}")
        unit, part = _UNITS[found[4]], found[3] or ""
        total += int(found[1] or 0) * unit + int(part or 0) * unit // 10 ** len(part)
        if total > _LARGEST:
            raise invalid
        rest = rest[found.end() :]
    return -total if text.startswith("-") else total
