"""PrioritySort: which of two pods is scheduled first."""

from __future__ import annotations

import pytest

from simulator.engine.scheduler.plugins.priority_sort import PrioritySort
from tests.engine.scheduler.builders import EMPTY

PAIRS: dict[str, tuple[tuple[int, int], tuple[int, int], bool]] = {
    "higher priority": ((1, 5), (0, 5), True),
    "lower priority": ((-1, 5), (0, 5), False),
    "higher priority, though later": ((100, 9), (50, 5), True),
    "lower priority, though earlier": ((50, 5), (100, 9), False),
    "equal priority, earlier": ((50, 5), (50, 6), True),
    "equal priority, later": ((50, 6), (50, 5), False),
    "equal priority, at once": ((50, 5), (50, 5), False),
}


@pytest.mark.parametrize("case", PAIRS.values(), ids=PAIRS.keys())
def test_who_is_first(case: tuple[tuple[int, int], tuple[int, int], bool]) -> None:
    one, other, first = case
    plugin = PrioritySort(EMPTY, {})
    assert (plugin.rank(*one) < plugin.rank(*other)) is first
