"""How date writes an instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ...clock import SECOND
from ...registry import Instant

USUAL = "%a %b %e %H:%M:%S UTC %Y"
MAIL = "%a, %d %b %Y %H:%M:%S +0000"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMAT = re.compile(r"%(-?)([A-Za-z%])")


def shown(form: str, instant: Instant) -> str:
    """The format with its conversions replaced."""
    moment = _EPOCH + timedelta(microseconds=instant)
    return _FORMAT.sub(lambda found: _part(found, moment, instant), form)


def _part(found: re.Match[str], moment: datetime, instant: int) -> str:
    letter = found[2]
    own = {"s": str(instant // SECOND), "N": f"{instant % SECOND:06d}000", "Z": "UTC", "z": "+0000", "n": "\n",
           "t": "\t", "e": f"{moment.day:2}", "F": f"{moment:%Y-%m-%d}", "T": f"{moment:%H:%M:%S}", "%": "%",
           "R": f"{moment:%H:%M}", "D": f"{moment:%m/%d/%y}"}  # fmt: skip
    text = own.get(letter) or (moment.strftime(f"%{letter}") if letter in "aAbBcCdgGhHIjklmMpPSuUVwWxXyY" else found[0])
    return text.lstrip("0") or "0" if found[1] else text
