"""Namespace."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="", version="v1", kind="Namespace", plural="namespaces", namespaced=False, short_names=("ns",), has_generation=False, name_rule="label",
    columns=(NAME, AGE),
)
