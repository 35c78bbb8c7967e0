"""A histogram of usage whose older samples count less and less.

Follows vertical-pod-autoscaler/pkg/recommender/util/{histogram,histogram_options,decaying_histogram}.go of
kubernetes/autoscaler. It is plain data: `weights`, by bucket, as they would count at `reference` (microseconds).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body, Instant

HALF_LIFE = 24 * 3600 * SECOND
_MOST_HALVES = 100
_LEAST_WEIGHT = 0.1
_EPSILON = 0.001 * _LEAST_WEIGHT


@dataclass(frozen=True, slots=True)
class Options:
    """Buckets of which each is wider than the one before by `ratio`. Follows NewExponentialHistogramOptions."""

    highest: float
    first: float
    ratio: float = 1.05

    def buckets(self) -> int:
        return -int(-log(self.highest * (self.ratio - 1) / self.first + 1, self.ratio) // 1) + 1

    def find(self, value: float) -> int:
        if value < self.first:
            return 0
        return min(floor(log(value * (self.ratio - 1) / self.first + 1, self.ratio)), self.buckets() - 1)

    def start(self, bucket: int) -> float:
        """Where a bucket begins."""
        if bucket == 0:
            return 0.0
        return float(self.first * (self.ratio**bucket - 1) / (self.ratio - 1))


CPU = Options(1000.0, 0.01)
"""In cores."""
MEMORY = Options(1e12, 1e7)
"""In bytes."""


class Histogram:
    """weights: by bucket. reference: the instant at which a sample counts by its own weight alone."""

    def __init__(self, options: Options, held: Body | None = None) -> None:
        self.options = options
        held = held or {}
        self.weights: dict[int, float] = {int(bucket): weight for bucket, weight in (held.get("weights") or {}).items()}
        self.reference: Instant = held.get("reference", 0)

    def note(self) -> Body:
        """As plain JSON."""
        weights = {str(bucket): self.weights[bucket] for bucket in sorted(self.weights)}
        return {"weights": weights, "reference": self.reference}

    def add(self, value: float, weight: float, at: Instant) -> None:
        bucket = self.options.find(value)
        self.weights[bucket] = self.weights.get(bucket, 0.0) + weight * self._factor(at)

    def subtract(self, value: float, weight: float, at: Instant) -> None:
        bucket = self.options.find(value)
        left = self.weights.get(bucket, 0.0) - weight * self._factor(at)
        self.weights[bucket] = left if left >= _EPSILON else 0.0

    def percentile(self, share: float) -> float:
        """The end of the bucket in which the sample lies that is not exceeded by this share of all."""
        filled = [bucket for bucket in sorted(self.weights) if self.weights[bucket] >= _EPSILON]
        if not filled:
            return 0.0
        wanted, seen, found = share * sum(self.weights.values()), 0.0, filled[-1]
        for bucket in sorted(self.weights):
            if not filled[0] <= bucket < filled[-1]:
                continue
            seen += self.weights[bucket]
            if seen >= wanted:
                found = bucket
                break
        return self.options.start(min(found + 1, self.options.buckets() - 1))

    def is_empty(self) -> bool:
        return all(weight < _EPSILON for weight in self.weights.values())

    def _factor(self, at: Instant) -> float:
        if self.reference + HALF_LIFE * _MOST_HALVES < at:
            self._shift(at)
        return float(2 ** ((at - self.reference) / HALF_LIFE))

    def _shift(self, at: Instant) -> None:
        """Counts from another instant, so that figures do not grow without bounds."""
        reference = (at + HALF_LIFE // 2) // HALF_LIFE * HALF_LIFE
        scale = 2 ** max((self.reference - reference) / HALF_LIFE, -1000.0)
        self.weights = {bucket: weight * scale for bucket, weight in self.weights.items()}
        self.reference = reference


def weight_of(cores: float) -> float:
    """What a sample of CPU counts: as much as the container asks for, and never nothing."""
    return max(cores, _LEAST_WEIGHT)
