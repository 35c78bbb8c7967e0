"""Figures that are a number or a percentage. Follows apimachinery's pkg/util/intstr/intstr.go, v1.34."""

from __future__ import annotations

from math import ceil, floor


def scaled(value: int | str | None, total: int, *, round_up: bool) -> int:
    """The number, or so many percent of `total`; null counts as 0."""
    if isinstance(value, str):
        share = int(value.rstrip("%")) * total / 100
        return ceil(share) if round_up else floor(share)
    return value or 0
