"""The digits of pi that the documentation's Job prints."""

from __future__ import annotations

import pytest

from simulator.engine.workloads import pi, programs

BPI = ["perl", "-Mbignum=bpi", "-wle"]


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "3"), (2, "3.1"), (5, "3.1416"), (50, "3.1415926535897932384626433832795028841971693993751")],
)
def test_digits(count: int, text: str) -> None:
    assert pi.digits(count) == text


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ([*BPI, "print bpi(2000)"], 2001),
        ([*BPI, "print bpi(99999)"], 0),
        ([*BPI, "print bpi(0)"], 0),
        (["perl", "-wle", "print bpi(20)"], 0),
        ([*BPI, "print 'hello'"], 0),
    ],
)
def test_what_is_asked(words: list[str], length: int) -> None:
    assert len(pi.printed(words)) == length


def test_the_job_of_the_documentation_ends_and_has_printed() -> None:
    spec = {"name": "pi", "image": "perl:5.34.0", "command": [*BPI, "print bpi(2000)"]}
    program = programs.of(spec)
    assert (program.lasts, program.code) == (5_000_000, 0)
    [(at, line)] = program.output
    assert at < 5_000_000
    assert line.startswith("3.14159265358979")
