"""Curves over time, as Behaviors, Metrics and Traffic have them, evaluated exactly: figures are fractions.

`elapsed` is in microseconds since the time of the curves began. Every curve is 0 before its own `fromSeconds`. A leak,
a ramp and a step are made of straight pieces, so that the instant at which they meet a level has a closed form. A sine
is Bhaskara's rational one, squared: it is exact at troughs and crests, rises and falls as the true one does, and is off
by no more than a quarter of a percent of its amplitude.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from .. import quantity
from ..clock import SECOND
from ..registry import Body


def total(curves: Iterable[Body], elapsed: int) -> Fraction:
    """What curves add to an amount, all together."""
    return sum((value(curve, elapsed) for curve in curves), Fraction(0))


def value(curve: Body, elapsed: int) -> Fraction:
    """What one curve adds."""
    since = elapsed - _begin(curve)
    kind = curve["type"].lower()
    return _VALUES[kind](curve[kind], since) if since >= 0 else Fraction(0)


def _begin(curve: Body) -> int:
    return int(curve.get("fromSeconds") or 0) * SECOND


def _amount(text: str) -> Fraction:
    return quantity.parse(text)[0]


def _leak(held: Body, since: int) -> Fraction:
    return _amount(held["perSecond"]) * Fraction(since, SECOND)


def _ramp(held: Body, since: int) -> Fraction:
    return _amount(held["by"]) * min(Fraction(since, held["durationSeconds"] * SECOND), Fraction(1))


def _sine(held: Body, since: int) -> Fraction:
    """The square of the sine of half the angle, which is what swings between 0 and 1."""
    period = held["periodSeconds"] * SECOND
    turn = Fraction(since % period, period)
    bow = 4 * turn * (1 - turn)
    return _amount(held["amplitude"]) * (4 * bow / (5 - bow)) ** 2


def _step(held: Body, since: int) -> Fraction:
    length = held.get("durationSeconds")
    return _amount(held["by"]) if length is None or since < length * SECOND else Fraction(0)


_VALUES: dict[str, Callable[[Body, int], Fraction]] = {"leak": _leak, "ramp": _ramp, "sine": _sine, "step": _step}
