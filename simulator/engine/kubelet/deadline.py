"""activeDeadlineSeconds: a pod may be on its node for so long. Follows pkg/kubelet/active_deadline.go, v1.34.

The kubelet looks every second, in its own phase; the instant at which it sees that the time is over is worked out.
"""

from __future__ import annotations

from ..clock import SECOND
from ..registry import Instant
from . import termination
from .turn import Turn

_REASON = "DeadlineExceeded"
_MESSAGE = "Pod was active on the node longer than the specified deadline"


def due(turn: Turn) -> Instant | None:
    """When the kubelet sees that the pod's time is over; None if it has no end, or nobody can hear."""
    seconds, since = turn.pod["spec"].get("activeDeadlineSeconds"), turn.note.get("since")
    if seconds is None or since is None or turn.is_ending or turn.silent:
        return None
    over = int(since) + int(seconds) * SECOND
    return over + (turn.world.hash("sync", turn.node) - over) % SECOND


def enforce(turn: Turn) -> None:
    """Ends the pod if its time is over."""
    instant = due(turn)
    if instant is not None and instant <= turn.now:
        turn.event("Normal", _REASON, _MESSAGE)
        turn.note["late"] = [_REASON, _MESSAGE]
        termination.begin(turn)
