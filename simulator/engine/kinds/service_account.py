"""ServiceAccount."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="", version="v1", kind="ServiceAccount", plural="serviceaccounts", short_names=("sa",), has_generation=False, subresources=frozenset(),
    columns=(NAME, AGE),
)
