"""Lease."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="coordination.k8s.io", version="v1", kind="Lease", plural="leases", has_generation=False, subresources=frozenset(),
    columns=(NAME, AGE),
)
