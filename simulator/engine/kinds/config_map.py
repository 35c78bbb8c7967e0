"""ConfigMap."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="", version="v1", kind="ConfigMap", plural="configmaps", short_names=("cm",), has_generation=False, subresources=frozenset(),
    columns=(NAME, AGE),
)
