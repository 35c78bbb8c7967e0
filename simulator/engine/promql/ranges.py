"""Functions of the samples in a window: rate and its like, and those that go over time.

Follows promql/functions.go (extrapolatedRate, instantValue, the ..._over_time functions) and quantile.go, 3.x.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from ..clock import SECOND
from .values import Point, Window

_CLOSE = 1.1
"""How many times their average distance the outermost samples may be from the window's ends to be extended to them."""


def quantile(q: float, values: Sequence[float]) -> float:
    """The q-quantile, in a straight line between the two nearest."""
    if not values or math.isnan(q):
        return math.nan
    if q < 0 or q > 1:
        return math.copysign(math.inf, q - 0.5)
    held, rank = sorted(values), q * (len(values) - 1)
    lower = max(0, math.floor(rank))
    upper, weight = min(len(held) - 1, lower + 1), rank - math.floor(rank)
    return held[lower] * (1 - weight) + held[upper] * weight


def _extrapolated(window: Window, *, is_counter: bool, is_rate: bool) -> float | None:
    points = window.points
    if len(points) < 2:
        return None
    gained = points[-1].value - points[0].value
    if is_counter:
        gained += sum(before.value for before, after in pairwise(points) if after.value < before.value)
    sampled = (points[-1].at - points[0].at) / SECOND
    apart = sampled / (len(points) - 1)
    to_start, to_end = (points[0].at - window.start) / SECOND, (window.end - points[-1].at) / SECOND
    if to_start >= apart * _CLOSE:
        to_start = apart / 2
    if is_counter and gained > 0 and points[0].value >= 0:
        to_start = min(to_start, sampled * (points[0].value / gained))
    if to_end >= apart * _CLOSE:
        to_end = apart / 2
    found = gained * ((sampled + to_start + to_end) / sampled)
    return found / ((window.end - window.start) / SECOND) if is_rate else found


def _instant(window: Window, *, is_rate: bool) -> float | None:
    if len(window.points) < 2:
        return None
    before, after = window.points[-2:]
    gained = after.value if is_rate and after.value < before.value else after.value - before.value
    return gained / ((after.at - before.at) / SECOND) if is_rate else gained


def _line(window: Window) -> tuple[float, float] | None:
    """The slope per second and the value at the window's end of the straight line that fits best."""
    points = window.points
    if len(points) < 2:
        return None
    xs, ys = [(one.at - window.end) / SECOND for one in points], [one.value for one in points]
    mid_x, mid_y = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
    spread = math.fsum((x - mid_x) ** 2 for x in xs)
    slope = math.fsum((x - mid_x) * (y - mid_y) for x, y in zip(xs, ys, strict=True)) / spread
    return slope, mid_y - slope * mid_x


def deriv(window: Window) -> float | None:
    line = _line(window)
    return None if line is None else line[0]


def predict_linear(window: Window, seconds: float) -> float | None:
    line = _line(window)
    return None if line is None else line[0] * seconds + line[1]


def _changes(points: Sequence[Point]) -> float:
    return float(sum(before.value != after.value for before, after in pairwise(points)))


def _resets(points: Sequence[Point]) -> float:
    return float(sum(after.value < before.value for before, after in pairwise(points)))


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((one - mean) ** 2 for one in values) / len(values)


def _over(function: Callable[[list[float]], float]) -> Callable[[Window], float | None]:
    return lambda window: function([one.value for one in window.points]) if window.points else None


FUNCTIONS: dict[str, Callable[[Window], float | None]] = {
    "rate": lambda window: _extrapolated(window, is_counter=True, is_rate=True),
    "increase": lambda window: _extrapolated(window, is_counter=True, is_rate=False),
    "delta": lambda window: _extrapolated(window, is_counter=False, is_rate=False),
    "irate": lambda window: _instant(window, is_rate=True),
    "idelta": lambda window: _instant(window, is_rate=False),
    "deriv": deriv,
    "changes": lambda window: _changes(window.points) if window.points else None,
    "resets": lambda window: _resets(window.points) if window.points else None,
    "avg_over_time": _over(lambda values: math.fsum(values) / len(values)),
    "sum_over_time": _over(math.fsum),
    "min_over_time": _over(min),
    "max_over_time": _over(max),
    "count_over_time": _over(lambda values: float(len(values))),
    "last_over_time": _over(lambda values: values[-1]),
    "present_over_time": _over(lambda values: 1.0),
    "stddev_over_time": _over(lambda values: math.sqrt(_variance(values))),
    "stdvar_over_time": _over(_variance),
}
"""By name, what becomes of a window; None: nothing. Of these only last_over_time keeps the name of the series."""
