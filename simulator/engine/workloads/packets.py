"""Packets that are lost on their way, and what TCP does about it: it sends them again, later each time.

Follows net/ipv4/tcp_timer.c of Linux: a connection is asked for again after 1, 3, 7, 15, 31 and 63 s and given up after
127 s; what is sent on it goes again after 200 ms, 600 ms, 1.4 s and so on. Which packets are lost is a hash.
"""

from __future__ import annotations

from hashlib import blake2b

from ..clock import MILLISECOND, SECOND

_ASKED = 7
_SENT = 15


def delay(loss: int, about: str) -> int | None:
    """How much longer a connection and one exchange on it take; None if nobody answers.

    loss: how many of a hundred packets are lost on the way, in either direction; about: tells exchanges apart.
    """
    if not loss:
        return 0
    asked = _until_through(loss, f"{about}/SYN", SECOND, _ASKED)
    sent = _until_through(loss, about, 200 * MILLISECOND, _SENT)
    return None if asked is None or sent is None else asked + sent


def is_answered(loss: int, about: str) -> bool:
    """Whether a packet and its answer both arrive."""
    return all(_draw(f"{about}/{way}") >= loss for way in ("there", "back"))


def _until_through(loss: int, about: str, first: int, times: int) -> int | None:
    """How long until the first answer to a packet that is sent so many times, twice as long apart each time."""
    late = 0
    for attempt in range(times):
        if is_answered(loss, f"{about}/{attempt}"):
            return late
        late += first << attempt
    return None


def _draw(about: str) -> int:
    return int.from_bytes(blake2b(about.encode(), digest_size=8).digest(), "big") % 100
