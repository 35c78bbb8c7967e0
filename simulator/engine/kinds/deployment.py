"""Deployment."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="apps", version="v1", kind="Deployment", plural="deployments", short_names=("deploy",), categories=("all",), subresources=frozenset({"status", "scale"}),
    columns=(NAME, AGE),
)
