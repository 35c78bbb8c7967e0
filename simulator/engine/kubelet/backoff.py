"""Back-off of restarts and of image pulls: 10 s, doubled each time up to 300 s, forgotten after 600 s of good life.

Follows staging/src/k8s.io/client-go/util/flowcontrol/backoff.go with the figures of pkg/kubelet/kubelet.go, v1.34.
An entry is [back-off, when it was set], both in microseconds (entries of pulls hold the last error besides).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..clock import SECOND
from ..registry import Instant

FIRST = 10 * SECOND
LAST = 300 * SECOND
_FORGOTTEN = 2 * LAST


def until(entry: Sequence[Any] | None, since: Instant) -> Instant:
    """The end of the back-off for something that happened at `since`; 0 where there is none."""
    if entry is None or since - entry[1] > _FORGOTTEN:
        return 0
    return since + int(entry[0])


def following(entry: Sequence[Any] | None, since: Instant, now: Instant) -> list[int]:
    """The entry after one more failure that happened at `since`."""
    if entry is None or since - entry[1] > _FORGOTTEN:
        return [FIRST, now]
    return [min(2 * int(entry[0]), LAST), now]
