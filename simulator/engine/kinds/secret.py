"""Secret."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="", version="v1", kind="Secret", plural="secrets", has_generation=False, subresources=frozenset(),
    columns=(NAME, AGE),
)
