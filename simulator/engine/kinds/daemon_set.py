"""DaemonSet."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="apps", version="v1", kind="DaemonSet", plural="daemonsets", short_names=("ds",), categories=("all",),
    columns=(NAME, AGE),
)
