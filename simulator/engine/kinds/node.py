"""Node."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="", version="v1", kind="Node", plural="nodes", namespaced=False, short_names=("no",), has_generation=False,
    columns=(NAME, AGE),
)
