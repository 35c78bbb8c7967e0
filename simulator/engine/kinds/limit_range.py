"""LimitRange: what containers of a namespace get where they say nothing, and the bounds for what they say.

Follows SetDefaults_LimitRangeItem in pkg/apis/core/v1/defaults.go, ValidateLimitRange in
pkg/apis/core/validation/validation.go and printLimitRange in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..objects import set_in, spec_of
from ..printing import NAME
from ..quantity import canonical_map
from ..registry import Body, Column, Kind
from ..validation.quotas import limit_range

_PARTS = ("default", "defaultRequest", "max", "maxLimitRequestRatio", "min")


def _default(body: Body) -> Body:
    held = spec_of(body).get("limits")
    if not held:
        return body
    limits = [_item(item) for item in held]
    return body if limits == held else set_in(body, ("spec", "limits"), limits)


def _item(item: Body) -> Body:
    """A container's limit is the maximum where nothing else is said, its request the limit, else the minimum."""
    parts = {part: canonical_map(item.get(part) or {}) for part in _PARTS}
    if item.get("type") == "Container":
        parts["default"] = {**parts["max"], **parts["default"]}
        parts["defaultRequest"] = {**parts["min"], **parts["default"], **parts["defaultRequest"]}
    return {**{key: value for key, value in item.items() if key not in _PARTS}, **{k: v for k, v in parts.items() if v}}


KIND = Kind(
    group="",
    version="v1",
    kind="LimitRange",
    plural="limitranges",
    short_names=("limits",),
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "Created At",
            lambda body, now: body["metadata"].get("creationTimestamp") or "",
            description=(
                "CreationTimestamp is a timestamp representing the server time when this object was created. It is "
                "not guaranteed to be set in happens-before order across separate operations."
            ),
        ),
    ),
    default=_default,
    validate=limit_range,
)
