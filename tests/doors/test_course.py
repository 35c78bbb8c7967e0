"""What is left of a long course still shows how near it came to its limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.workloads import course, waiting
from simulator.workloads.course import Figures, Sample

MOST_SHOWN = 3 * 201


def sample(at: int = 0, new: tuple[int, int, int, int] = (0, 0, 0, 0), old: int = 0, **facts: object) -> Sample:
    """Ten pods wanted, 12 allowed, 8 needed; all the old ones are available."""
    held = {
        "at": at,
        "desired": 10,
        "most": 12,
        "least": 8,
        "newest": "new",
        "paused": False,
        "recreates": False,
        "complete": False,
        "bands": {"new": Figures(*new), "old": Figures(old, old, old, old)},
    }
    return Sample(**{**held, **facts})  # type: ignore[arg-type]


FIGURES = st.tuples(st.integers(0, 5), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))


@given(figures=st.lists(FIGURES, min_size=1, max_size=1500))
def test_a_long_course_is_thinned_to_what_matters(figures: list[tuple[int, int, int, int]]) -> None:
    samples = [sample(at * 10, one) for at, one in enumerate(figures)]
    kept = course.thinned(samples, 0, len(samples) * 10)
    assert len(kept) <= MOST_SHOWN and kept[-1] is samples[-1]
    assert [one.at for one in kept] == sorted(one.at for one in kept)
    for figure, pick in (("total", max), ("available", min)):
        assert pick(getattr(one.everyone, figure) for one in kept) == pick(
            getattr(one.everyone, figure) for one in samples
        )


CEILING = "May not go above 12 pods: 12 are wanted already."
FLOOR = "At least 8 pods must stay available, and 8 are: no old pod may go."
TABLE = [
    ("nothing is left to do", sample(new=(10, 10, 10, 10), complete=True), [], (0, 0)),
    ("nothing in the way", sample(old=10), [], (2, 2)),
    (
        "at both limits",
        sample(new=(4, 4, 1, 0), old=8),
        ["4 new pods are not available yet: 3 not ready, 1 within minReadySeconds.", CEILING, FLOOR],
        (0, 0),
    ),
    (
        "one is ripe",
        sample(new=(4, 4, 4, 1), old=8),
        ["3 new pods are not available yet: 3 within minReadySeconds.", CEILING],
        (1, 0),
    ),
    (
        "one is not even there",
        sample(new=(1, 0, 0, 0), old=9),
        ["1 new pod is not available yet: 1 not created yet."],
        (1, 2),
    ),
    ("paused", sample(old=10, paused=True), ["The rollout is paused: no pod is replaced until it is resumed."], (2, 2)),
    (
        "recreated",
        sample(old=1, recreates=True, least=0, most=10),
        ["Recreate: 1 old pod has not ended yet, and no new one may start before."],
        (1, 9),
    ),
]


@pytest.mark.parametrize(("one", "waits", "may"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_waits_for(one: Sample, waits: list[str], may: tuple[int, int]) -> None:
    sums = waiting.sums(one)
    assert waiting.reasons(one) == waits
    assert (sums["mayGo"], sums["mayCome"]) == may
