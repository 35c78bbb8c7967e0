"""Pod."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="", version="v1", kind="Pod", plural="pods", short_names=("po",), categories=("all",), subresources=frozenset({"status", "binding", "log"}), grace=lambda body: 0 if not body["spec"].get("nodeName") or (body.get("status") or {}).get("phase") in ("Succeeded", "Failed") else body["spec"].get("terminationGracePeriodSeconds", 30),
    columns=(NAME, AGE),
)
