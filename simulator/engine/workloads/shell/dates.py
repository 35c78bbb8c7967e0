"""How date writes an instant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from ...clock import SECOND
from ...registry import Instant

USUAL = "%a %b %e %H:%M:%S UTC %Y"
MAIL = "%a, %d %b %Y %H:%M:%S +0000"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMAT = re.compile(r"%(-?)([A-Za-z%])")
_OWN: Mapping[str, Callable[[datetime, int], str]] = {
    "s": lambda moment, instant: str(instant // SECOND),
    "N": lambda moment, instant: f"{instant % SECOND:06d}000",
    "Z": lambda moment, instant: "UTC",
    "z": lambda moment, instant: "+0000",
    "n": lambda moment, instant: "\n",
    "t": lambda moment, instant: "\t",
    "e": lambda moment, instant: f"{moment.day:2}",
    "F": lambda moment, instant: f"{moment:%Y-%m-%d}",
    "T": lambda moment, instant: f"{moment:%H:%M:%S}",
    "%": lambda moment, instant: "%",
    "R": lambda moment, instant: f"{moment:%H:%M}",
    "D": lambda moment, instant: f"{moment:%m/%d/%y}",
}


def shown(form: str, instant: Instant) -> str:
    """The format with its conversions replaced."""
    moment = _EPOCH + timedelta(microseconds=instant)
    return _FORMAT.sub(lambda found: _part(found, moment, instant), form)


def _part(found: re.Match[str], moment: datetime, instant: int) -> str:
    letter = found[2]
    if letter in _OWN:
        text = _OWN[letter](moment, instant)
    else:
        text = moment.strftime(f"%{letter}") if letter in "aAbBcCdgGhHIjklmMpPSuUVwWxXyY" else found[0]
    return text.lstrip("0") or "0" if found[1] else text
