"""Lease: who holds what, renewed how lately. A renewal that a kubelet sends on time is not a write.

Follows pkg/registry/coordination/lease/strategy.go, pkg/apis/coordination/validation/validation.go and printLease in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, invalid_value
from ..objects import annotations_of, drop_in, instant_of, micro_timestamp, set_in, spec_of
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


def _without_strategy(body: Body) -> Body:
    """Coordinated leader election is off in 1.34: its fields are taken away."""
    return drop_in(drop_in(body, ("spec", "strategy")), ("spec", "preferredHolder"))


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
            description=(
                "holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election "
                "is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field."
            ),
        ),
        AGE,
    ),
    prepare_create=_without_strategy,
    prepare_update=lambda new, old: _without_strategy(new),
    validate=_validate,
    at_read=_at_read,
)
