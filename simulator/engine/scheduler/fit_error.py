"""Why no node takes a pod, counted and put into words.

Follows FitError and Diagnosis of pkg/scheduler/framework/types.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from simulator.engine.scheduler.nodes import Integers, Rows
from simulator.engine.scheduler.plugin import Narrowing


class Failure(NamedTuple):
    """Why no node takes a pod.

    refusals: how many nodes each filter (by index) refused with each code. absent: how many were not looked at.
    rows, refusers, codes: for each node looked at, its row, the first filter that refused it, and its code.
    """

    total: int
    narrowing: Narrowing
    refusals: dict[tuple[int, int], int]
    absent: int
    plugins: tuple[str, ...]
    rows: Rows
    refusers: Integers
    codes: Integers


def absent_reason(plugins: Iterable[str]) -> str:
    """Why a node was not even looked at."""
    return f"node(s) didn't satisfy plugin(s) [{' '.join(plugins)}]"


def histogram(total: int, reasons: Counter[str]) -> str:
    """`0/6 nodes are available: 1 this, 5 that.`"""
    told = ", ".join(sorted(f"{number} {reason}" for reason, number in reasons.items()))
    return f"0/{total} nodes are available: {told}." if told else f"0/{total} nodes are available:"
