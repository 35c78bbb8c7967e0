"""Text in columns, as Go's text/tabwriter sets it.

Follows text/tabwriter of Go 1.24: a column is a run of lines that have a cell there which a tab ends.
"""

from __future__ import annotations

from collections.abc import Sequence


class Columns:
    """least: the width of the narrowest column; padding: blanks after the longest cell. Widths are remembered from one
    flush to the next where `remembers` is set, as liggitt/tabwriter does for kubectl."""

    def __init__(self, *, least: int = 6, padding: int = 3, remembers: bool = True) -> None:
        self.least, self.padding, self.remembers = least, padding, remembers
        self.widths: list[int] = []

    def lines(self, rows: Sequence[Sequence[str]]) -> list[str]:
        """The rows, with their cells below each other."""
        written = [""] * len(rows)
        self._format(rows, 0, len(rows), 0, [], written)
        return written

    def _format(
        self, rows: Sequence[Sequence[str]], start: int, end: int, column: int, widths: list[int], written: list[str]
    ) -> None:
        at = start
        while at < end:
            if column >= len(rows[at]) - 1:
                written[at] = _line(rows[at], widths)
                at += 1
                continue
            until = at
            while until < end and column < len(rows[until]) - 1:
                until += 1
            width = self._width(rows[at:until], column)
            self._format(rows, at, until, column + 1, [*widths, width], written)
            at = until

    def _width(self, rows: Sequence[Sequence[str]], column: int) -> int:
        width = max(self.least, max(len(row[column]) for row in rows) + self.padding)
        if not self.remembers:
            return width
        if column < len(self.widths):
            width = self.widths[column] = max(width, self.widths[column])
        else:
            self.widths.append(width)
        return width


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
    return "".join([*padded, *cells[len(widths) :]])
