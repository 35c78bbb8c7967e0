"""histogram_quantile over classic histograms. Follows bucketQuantile in promql/quantile.go, Prometheus 3.x."""

from __future__ import annotations

import math

from .values import Element, Vector, signature, without_name


def histogram_quantile(q: float, buckets: Vector) -> Vector:
    """The q-quantile of each histogram; `buckets` are series with the label le."""
    held: dict[tuple[tuple[str, str], ...], dict[float, float]] = {}
    for one in buckets:
        try:
            bound = float(one.labels.get("le", ""))
        except ValueError:
            continue
        rest = signature({key: value for key, value in without_name(one.labels).items() if key != "le"})
        counts = held.setdefault(rest, {})
        counts[bound] = counts.get(bound, 0.0) + one.value
    return [Element(dict(labels), _quantile(q, sorted(counts.items()))) for labels, counts in held.items()]


def _quantile(q: float, buckets: list[tuple[float, float]]) -> float:
    """buckets: upper bound and how many are not above it, by bound; the last has to be infinite."""
    if math.isnan(q) or len(buckets) < 2 or buckets[-1][0] != math.inf:
        return math.nan
    if q < 0 or q > 1:
        return math.copysign(math.inf, q - 0.5)
    bounds, counts, most = [bound for bound, _ in buckets], list[float](), -math.inf
    for _, count in buckets:
        most = max(most, count)
        counts.append(most)
    if not counts[-1]:
        return math.nan
    rank = q * counts[-1]
    at = next((place for place, count in enumerate(counts[:-1]) if count >= rank), len(counts) - 1)
    if at == len(counts) - 1:
        return bounds[-2]
    if at == 0 and bounds[0] <= 0:
        return bounds[0]
    start, below = (bounds[at - 1], counts[at - 1]) if at else (0.0, 0.0)
    return start + (bounds[at] - start) * ((rank - below) / (counts[at] - below))
