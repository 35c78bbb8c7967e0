"""ResourceQuota: how much of what a namespace may hold, and how much it holds.

Follows pkg/registry/core/resourcequota/strategy.go, ValidateResourceQuota in pkg/apis/core/validation/validation.go
and printResourceQuota in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from .. import quantity
from ..objects import spec_of, status_of
from ..printing import AGE, NAME
from ..quantity import canonical_map
from ..registry import Body, Column, Instant, Kind, Part
from ..validation import quotas

_LIMITS = "limits."


def _default(body: Body) -> Body:
    """Writes the amounts as Kubernetes writes them."""
    hard = spec_of(body).get("hard")
    if not hard:
        return body
    written = canonical_map(hard)
    return body if written is hard else {**body, "spec": {**body["spec"], "hard": written}}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {}}


def _shown(body: Body, *, limits: bool) -> str:
    status = status_of(body)
    hard, used = status.get("hard") or {}, status.get("used") or {}
    return ", ".join(
        f"{name}: {quantity.canonical(used.get(name, '0'))}/{quantity.canonical(hard[name])}"
        for name in sorted(hard)
        if name.startswith(_LIMITS) == limits
    )


def _request(body: Body, now: Instant) -> str:
    return _shown(body, limits=False)


def _limit(body: Body, now: Instant) -> str:
    return _shown(body, limits=True)


KIND = Kind(
    group="",
    version="v1",
    kind="ResourceQuota",
    plural="resourcequotas",
    short_names=("quota",),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "Request",
            _request,
            description="Request represents a minimum amount of cpu/memory that a container may consume.",
        ),
        Column(
            "Limit",
            _limit,
            description=(
                "Limits control the maximum amount of cpu/memory that a container may use independent of contention "
                "on the node."
            ),
        ),
        AGE,
    ),
    parts={"status": Part(lambda new, old: new, quotas.resource_quota_status)},
    default=_default,
    prepare_create=_prepare_create,
    validate=quotas.resource_quota,
    validate_update=quotas.resource_quota_update,
)
