"""Endpoints."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="", version="v1", kind="Endpoints", plural="endpoints", short_names=("ep",), has_generation=False, subresources=frozenset(),
    columns=(NAME, AGE),
)
