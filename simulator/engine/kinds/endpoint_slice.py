"""EndpointSlice."""

from __future__ import annotations

from ..printing import AGE, NAME
from ..registry import Kind

KIND = Kind(
    group="discovery.k8s.io", version="v1", kind="EndpointSlice", plural="endpointslices", subresources=frozenset(),
    columns=(NAME, AGE),
)
