"""Heartbeats as functions of time: an annotation says when one was sent and how often they come.

Nothing is written while a kubelet is well; the annotation goes when it stops, and the last time stays.
"""

from __future__ import annotations

from .registry import Instant

LEASES = "leases.coordination.k8s.io"
NAMESPACE = "kube-node-lease"
"""Where the Lease of each node is, by the node's name."""

RENEWS = "sim.k8sviz.io/renews"
"""On a Lease: `<an instant of renewal>/<period>`, both in microseconds."""

HEARTBEAT = "sim.k8sviz.io/heartbeat"
"""On a Node: the same for the heartbeat of its conditions."""


def beats(first: Instant, period: int) -> str:
    """The annotation's text for beats at `first`, `first + period`, ..."""
    return f"{first}/{period}"


def period(text: str) -> int:
    """From one beat to the next, in microseconds; of a text that `latest` reads."""
    return int(text.partition("/")[2])


def latest(text: str | None, now: Instant) -> Instant | None:
    """The last beat at or before `now`; None before the first beat and for a text that means nothing."""
    first, _, period = (text or "").partition("/")
    if not (first.isdecimal() and period.isdecimal()) or int(period) == 0 or now < int(first):
        return None
    return now - (now - int(first)) % int(period)
