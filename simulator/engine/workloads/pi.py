"""What the Job of Kubernetes' own documentation prints: `perl -Mbignum=bpi -wle "print bpi(2000)"`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_ASKED = re.compile(r"\s*print\s+bpi\((\d{1,4})\)\s*;?\s*")
_GUARD = 10
_MOST = 4000


def printed(words: Sequence[str]) -> str:
    """The digits that a command line of perl asks for; empty if it asks for something else."""
    found = _ASKED.fullmatch(words[-1]) if any(word.startswith("-Mbignum") for word in words) else None
    count = int(found[1]) if found is not None else 0
    return digits(count) if 0 < count <= _MOST else ""


@lru_cache(maxsize=16)
def digits(count: int) -> str:
    """That many digits of pi, the last one rounded. By Machin's formula."""
    one = 10 ** (count - 1 + _GUARD)
    value = 4 * (4 * _arctan(5, one) - _arctan(239, one))
    text = str((value + 10**_GUARD // 2) // 10**_GUARD)
    return f"{text[0]}.{text[1:]}" if count > 1 else text


def _arctan(inverse: int, one: int) -> int:
    """The arc tangent of 1/inverse, in units of 1/one."""
    term = total = one // inverse
    square, divisor, sign = inverse * inverse, 3, -1
    while term:
        term //= square
        total += sign * (term // divisor)
        divisor, sign = divisor + 2, -sign
    return total
