"""What a description is written on: lines at a level, set in columns at the end.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go (PrefixWriter, tabbedString), v1.32.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from simulator.engine.objects import instant_of
from simulator.engine.printing import human_duration
from simulator.engine.registry import Instant
from simulator.terminal.output.columns import Columns

NONE = "<none>"
UNSET = "<unset>"
_SKIPPED = ("kubectl.kubernetes.io/last-applied-configuration",)
_LONGEST = 140


class Page:
    """Lines; a tab ends a cell."""

    def __init__(self, now: Instant = 0) -> None:
        self.now = now
        self.parts: list[str] = []
        self.cuts: list[int] = []

    def write(self, level: int, text: str) -> None:
        """Text at a level, without a line break of its own."""
        self.parts.append("  " * level + text)

    def line(self, level: int, text: str) -> None:
        self.write(level, f"{text}\n")

    def plain(self) -> str:
        return "".join(self.parts)

    def cut(self) -> None:
        """What follows is set for itself."""
        self.cuts.append(len(self.parts))

    def tabbed(self) -> str:
        ends = [*self.cuts, len(self.parts)]
        starts = [0, *self.cuts]
        return "".join(_set("".join(self.parts[start:end])) for start, end in zip(starts, ends, strict=True))

    # --- what many kinds show ---

    def labels(self, level: int, title: str, labels: Mapping[str, str] | None) -> None:
        """One `key=value` a line, below each other."""
        self.write(level, f"{title}:\t")
        if not labels:
            self.parts.append(f"{NONE}\n")
            return
        for at, key in enumerate(sorted(labels)):
            if at:
                self.write(level, "\t")
            self.parts.append(f"{key}={labels[key]}\n")

    def annotations(self, level: int, title: str, annotations: Mapping[str, str] | None) -> None:
        self.write(level, f"{title}:\t")
        shown = {key: value for key, value in (annotations or {}).items() if key not in _SKIPPED}
        if not shown:
            self.parts.append(f"{NONE}\n")
            return
        for at, key in enumerate(sorted(shown)):
            if at:
                self.write(level, "\t")
            value = shown[key].removesuffix("\n")
            if len(key) + len(value) + 2 > _LONGEST or "\n" in value:
                self.parts.append(f"{key}:\n")
                for one in value.split("\n"):
                    self.write(level, f"\t  {shorten(one, _LONGEST - 2)}\n")
            else:
                self.parts.append(f"{key}: {value}\n")

    def ago(self, timestamp: str | None) -> str:
        return human_duration(self.now - instant_of(timestamp)) if timestamp else "<unknown>"

    def time(self, timestamp: str | None) -> str:
        return rfc1123(timestamp)


def _set(text: str) -> str:
    rows = [line.split("\t") for line in text.split("\n")]
    return "\n".join(Columns(least=0, padding=2, remembers=False).lines(rows))


def shorten(text: str, most: int) -> str:
    return text[:most] + "..." if len(text) > most else text


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rfc1123(timestamp: str | None) -> str:
    """A timestamp as Go's RFC1123Z writes it: `Mon, 02 Jan 2006 15:04:05 +0000`."""
    moment = (
        datetime.fromtimestamp(instant_of(timestamp) // 1_000_000, UTC) if timestamp else datetime(1, 1, 1, tzinfo=UTC)
    )
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S} +0000"


def pairs(held: Mapping[str, str] | None, separator: str = ",") -> str:
    """`a=b,c=d`, or <none>."""
    return separator.join(f"{key}={value}" for key, value in sorted((held or {}).items())) or NONE
