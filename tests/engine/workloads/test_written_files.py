"""How files grow that scripts write, and courses that cannot grow beyond a size."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.workloads import written_files
from simulator.engine.workloads.capped import capped
from simulator.engine.workloads.curves import Course, Term

MI = 1 << 20
BLOCK = 4096
GROWN = {
    # name: (script, path, size by seconds)
    "a file at once": ("echo hello > /a; sleep 100", "/a", {0: BLOCK, 50: BLOCK}),
    "a file that goes": ("echo hello > /a; sleep 10; rm /a; sleep 100", "/a", {5: BLOCK, 20: 0}),
    "a directory that goes": ("mkdir /d; echo x > /d/a; sleep 10; rm -rf /d; sleep 100", "/d/a", {5: BLOCK, 20: 0}),
    "a copy": ("echo x > /a; sleep 10; cp /a /b; sleep 100", "/b", {5: 0, 20: BLOCK}),
    "moved": ("echo x > /a; sleep 10; mv /a /b; sleep 100", "/a", {5: BLOCK, 20: 0}),
    "an empty file": ("touch /a; sleep 100", "/a", {50: 0}),
    "dd": ("dd if=/dev/zero of=/a bs=1M count=400; sleep 100", "/a", {0: 0, 1: 200 * MI, 2: 400 * MI, 50: 400 * MI}),
    "dd by quotes and bytes": ("dd if=/dev/urandom of='/a' bs=1048576 count=200 ; sleep 100", "/a", {50: 200 * MI}),
    "dd without end": ("dd if=/dev/zero of=/a bs=1M", "/a", {10: 2000 * MI}),
    "dd after a while": ("sleep 10; dd if=/dev/zero of=/a bs=1M count=200; sleep 100", "/a", {10: 0, 11: 200 * MI}),
    "dd of something else": ("dd if=/b of=/a bs=1M count=200; sleep 100", "/a", {50: 0}),
    "fallocate": ("fallocate -l 1G /a; sleep 100", "/a", {50: 1024 * MI}),
    "head": ("head -c 100M /dev/zero > /a; sleep 100", "/a", {50: 100 * MI}),
    "a relative path": ("cd /; echo x > a; sleep 100", "/a", {50: BLOCK}),
    "a round that writes the same": ("while true; do date > /a; sleep 1; done", "/a", {50: BLOCK, 5000: BLOCK}),
    "a log does not count": ("while true; do date; sleep 1; done", "/a", {50: 0}),
}


def course(script: str, path: str) -> Course:
    grown = written_files.of({"image": "busybox:1.36", "command": ["sh", "-c", script]})
    return Course(Fraction(0), tuple(term for one, term in grown if one == path))


@pytest.mark.parametrize(("script", "path", "sizes"), GROWN.values(), ids=GROWN.keys())
def test_how_a_file_grows(script: str, path: str, sizes: dict[int, int]) -> None:
    assert {at: int(course(script, path).at(at * SECOND)) for at in sizes} == sizes


def test_a_loop_that_appends_is_a_steady_flow() -> None:
    grown = course("while true; do echo 0123456789012345678 >> /a; sleep 1; done", "/a")
    period = (grown.at(20_000 * SECOND) - grown.at(10_000 * SECOND)) / 10_000
    assert 19 < period <= 20


def test_many_steps_are_put_together() -> None:
    grown = course("for i in $(seq 1 9000); do echo 0123456789 >> /a; done; sleep 100", "/a")
    assert len(grown.terms) <= 64
    assert grown.at(1000 * SECOND) >= 9000 * 11


def test_an_image_without_words_writes_nothing() -> None:
    assert written_files.of({"image": "nginx:1.27"}) == ()


AMOUNTS, TIMES = st.integers(0, 500).map(Fraction), st.integers(0, 50)
TERMS = st.one_of(
    st.builds(lambda at, by: Term("leak", at, by), TIMES, AMOUNTS.map(lambda one: one * SECOND)),
    st.builds(lambda at, by, length: Term("ramp", at, by, length), TIMES, AMOUNTS, st.integers(1, 50)),
    st.builds(lambda at, by: Term("step", at, by), TIMES, AMOUNTS),
)


@given(base=AMOUNTS, terms=st.lists(TERMS, max_size=4), most=st.integers(0, 1500), at=st.integers(0, 200))
def test_what_only_grows_is_the_less_of_the_two(base: Fraction, terms: list[Term], most: int, at: int) -> None:
    whole = Course(base, tuple(terms))
    assert capped(whole, most).at(at) == min(whole.at(at), most)
