"""What expressions are evaluated over, and what comes of them. Figures are floats, as Prometheus has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from ..clock import SECOND
from ..registry import Instant

NAME = "__name__"
INTERVAL = 15 * SECOND
"""How often targets are scraped: at each multiple of it."""

Labels = Mapping[str, str]


class Element(NamedTuple):
    """A figure with its labels."""

    labels: Labels
    value: float


Vector = list[Element]
Value = float | str | Vector


class Point(NamedTuple):
    """A sample of a series. `at` is in microseconds."""

    at: Instant
    value: float


class Window(NamedTuple):
    """The samples of one series after `start` and not after `end`."""

    labels: Labels
    points: Sequence[Point]
    start: Instant
    end: Instant


class Source(Protocol):
    """What was scraped."""

    def scraped(self, at: Instant, wanted: Callable[[str], bool], namespace: str) -> Vector:
        """The samples of the scrape at an instant whose names are wanted. The labels include the name.

        namespace: where it is not empty, only samples with this label need be told.
        """


class QueryError(ValueError):
    """An expression that is none, or that is not known here."""


def without_name(labels: Labels) -> Labels:
    return {key: value for key, value in labels.items() if key != NAME}


def signature(labels: Labels) -> tuple[tuple[str, str], ...]:
    """What tells two sets of labels apart; an empty label is none."""
    return tuple(sorted((key, value) for key, value in labels.items() if value))
