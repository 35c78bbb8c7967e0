"""Lease: who holds what, renewed how lately. A renewal that a kubelet sends on time is not a write.

Follows pkg/apis/coordination/validation/validation.go and printLease in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, invalid_value
from ..objects import annotations_of, instant_of, micro_timestamp, set_in, spec_of
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Instant, Kind
from ..renewal import RENEWS, latest
from ..validation.fields import not_negative


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = []
    seconds = spec.get("leaseDurationSeconds")
    if seconds is not None and seconds <= 0:
        errors.append(invalid_value("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    return errors + not_negative("spec.leaseTransitions", spec.get("leaseTransitions"))


def renewed(body: Body, now: Instant) -> Instant | None:
    """When the lease was last renewed, as somebody who looks at `now` sees it; None if never."""
    stored = spec_of(body).get("renewTime")
    times = [latest(annotations_of(body).get(RENEWS), now), instant_of(stored) if stored else None]
    return max((time for time in times if time is not None), default=None)


def _at_read(body: Body, now: Instant) -> Body:
    renewal = latest(annotations_of(body).get(RENEWS), now)
    if renewal is None:
        return body
    return set_in(body, ("spec", "renewTime"), micro_timestamp(renewed(body, now) or renewal))


KIND = Kind(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column(
            "Holder",
            field("spec", "holderIdentity"),
            description="holderIdentity contains the identity of the holder of a current lease.",
        ),
        AGE,
    ),
    validate=_validate,
    at_read=_at_read,
)
