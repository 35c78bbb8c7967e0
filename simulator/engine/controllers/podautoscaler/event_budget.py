"""How many events one object may have: 25 at once, then one every five minutes. What is over it is not written.

Follows EventSourceObjectSpamFilter in staging/src/k8s.io/client-go/tools/record/events_cache.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.clock import SECOND
from simulator.engine.registry import Instant

_MOST = 25
_REFILL = 300 * SECOND


def spend(full: Instant | None, now: Instant) -> Instant | None:
    """One event. `full`: when the budget is, or was, whole again. Returns the same after it; None: it is spent."""
    since = max(full or now, now)
    left = _MOST * _REFILL - (since - now)
    return since + _REFILL if left >= _REFILL else None
