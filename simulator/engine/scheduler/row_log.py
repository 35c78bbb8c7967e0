"""Which rows of a table changed, in order, so that whoever keeps figures about rows renews only those."""

from __future__ import annotations

_LIMIT = 16384


class RowLog:
    """The rows that changed; a reader keeps its position and asks what came since."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._dropped = 0

    @property
    def end(self) -> int:
        return self._dropped + len(self._rows)

    def add(self, row: int) -> None:
        self._rows.append(row)
        if len(self._rows) > _LIMIT:
            half = _LIMIT // 2
            del self._rows[:half]
            self._dropped += half

    def since(self, position: int) -> list[int] | None:
        """The rows that changed since a position, each once; None if the log does not reach back so far."""
        if position < self._dropped:
            return None
        return list(dict.fromkeys(self._rows[position - self._dropped :]))
