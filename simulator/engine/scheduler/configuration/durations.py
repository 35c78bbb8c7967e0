"""Durations as Go prints them: `15s`, `1m30s`, `2.5ms`. Follows Duration.String of Go's package time."""

from __future__ import annotations

_SMALL = (("ns", 1), ("µs", 1_000), ("ms", 1_000_000))
_SECOND = 1_000_000_000


def text_of(nanoseconds: int) -> str:
    sign, left = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if left == 0:
        return "0s"
    if left < _SECOND:
        unit, size = next((unit, size) for unit, size in reversed(_SMALL) if left >= size)
        return f"{sign}{_decimal(left, size)}{unit}"
    minutes, left = divmod(left, 60 * _SECOND)
    hours, minutes = divmod(minutes, 60)
    text = f"{_decimal(left, _SECOND)}s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{sign}{hours}h{text}" if hours else f"{sign}{text}"


def _decimal(amount: int, size: int) -> str:
    whole, rest = divmod(amount, size)
    return f"{whole}.{rest:0{len(str(size)) - 1}}".rstrip("0").rstrip(".")
