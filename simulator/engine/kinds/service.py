"""Service."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="", version="v1", kind="Service", plural="services", short_names=("svc",), categories=("all",), has_generation=False, name_rule="service",
    columns=(NAME, AGE),
)
