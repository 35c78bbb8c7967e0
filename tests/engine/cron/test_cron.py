"""Schedules as robfig/cron reads them, and what it says of those that it cannot read."""

from __future__ import annotations

import pytest

from simulator.engine.cron import Schedule, duration, parse

SECOND = 10**9


def test_a_schedule_is_five_sets() -> None:
    assert parse("*/15 0-6/3,22 1 JAN-mar mon,5") == Schedule(
        minutes=frozenset({0, 15, 30, 45}),
        hours=frozenset({0, 3, 6, 22}),
        days=frozenset({1}),
        months=frozenset({1, 2, 3}),
        weekdays=frozenset({1, 5}),
        any_day=False,
        any_weekday=False,
    )


def test_a_star_says_that_the_other_field_decides() -> None:
    assert (parse("0 0 * * 1").any_day, parse("0 0 * * 1").any_weekday) == (True, False)
    assert (parse("0 0 13 * ?").any_day, parse("0 0 13 * ?").any_weekday) == (False, True)
    assert not parse("0 0 */2 * *").any_day
    assert parse("5/20 * * * *").minutes == {5, 25, 45}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("@hourly", "0 * * * *"),
        ("@midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@annually", "0 0 1 1 *"),
        ("TZ=Asia/Tokyo 0 4 * * *", "0 4 * * *"),
        ("  0   4 * * *  ", "0 4 * * *"),
    ],
)
def test_other_ways_to_say_it(text: str, same: str) -> None:
    assert parse(text) == parse(same)


def test_every() -> None:
    assert parse("@every 1h30m").every == 5400 * SECOND
    assert parse("@every 1500ms").every == SECOND
    assert parse("@every 1ms").every == SECOND


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty spec string"),
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("0 0 * * * *", "expected exactly 5 fields, found 6: [0 0 * * * *]"),
        ("error", "expected exactly 5 fields, found 1: [error]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("* * * foo *", 'failed to parse int from foo: strconv.Atoi: parsing "foo": invalid syntax'),
        ("*/-3 * * * *", "negative number (-3) not allowed: -3"),
        ("-3 * * * *", 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'),
        (
            "99999999999999999999 * * * *",
            "failed to parse int from 99999999999999999999: strconv.Atoi: parsing "
            '"99999999999999999999": value out of range',
        ),
        ("@fortnightly", "unrecognized descriptor: @fortnightly"),
        ("@every", "unrecognized descriptor: @every"),
        ("@every 5", 'failed to parse duration @every 5: time: missing unit in duration "5"'),
        ("@every 5y", 'failed to parse duration @every 5y: time: unknown unit "y" in duration "5y"'),
        ("@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'),
    ],
)
def test_what_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(ValueError) as error:
        parse(text)
    assert str(error.value) == said


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [("0", 0), ("1.5h", 5400 * SECOND), ("-2s", -2 * SECOND), ("1h1m1s1ms1us1ns", 3661001001001), (".5s", SECOND // 2)],
)
def test_durations(text: str, nanoseconds: int) -> None:
    assert duration(text) == nanoseconds
