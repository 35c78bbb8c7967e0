"""resource.Quantity: what `500m`, `1.5Gi` and `1e3` mean, and how they are written canonically.

Follows staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go, v1.34. Figures finer than a nano unit round up.
Few digits keep their decimal suffix, however large it is; other figures beyond 2^63-1, and whole units, count as that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

_FORM = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?", re.ASCII)
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_DECIMAL_SUFFIX = {power: suffix for suffix, power in _DECIMAL.items()} | {0: ""}
_NANO = Fraction(1, 10**9)
_MOST = 2**63 - 1
_LARGEST = Fraction(_MOST)
_SHORT, _ROUND = 18, 30
"""So many digits are kept as they are, with any decimal suffix and with exponents up to this one."""
_EXPONENTS = 400
"""Beyond this an exponent only says that a figure is the largest or the smallest; it must not cost anything."""

MALFORMED = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


@lru_cache(maxsize=8192)
def parse(text: str | int | float) -> tuple[Fraction, str]:
    """The exact figure and its format (`binary`, `decimal` or `exponent`). Raises ValueError as upstream words it."""
    found = _FORM.fullmatch(str(text))
    if found is None or not (found[2] or found[3]):
        raise ValueError(MALFORMED)
    sign, whole, part, binary, decimal, exponent = found.groups()
    digits = (whole or "") + (part or "")
    figure, form, is_short = Fraction(int(digits), 10 ** len(part or "")), "decimal", len(digits) <= _SHORT
    if binary:
        figure, form, is_short = figure * 1024 ** _BINARY[binary], "binary", False
    elif decimal:
        figure *= Fraction(10) ** _DECIMAL[decimal]
    elif exponent is not None:
        power = max(-_EXPONENTS, min(_EXPONENTS, int(exponent[:12])))
        figure, form, is_short = figure * Fraction(10) ** power, "exponent", is_short and power <= _ROUND
    if figure % _NANO:
        figure, form = Fraction(-(-figure // _NANO)) * _NANO, "decimal" if form == "binary" else form
    figure = figure if is_short else min(figure, _LARGEST)
    return (-figure if sign == "-" else figure), form


@lru_cache(maxsize=8192)
def value(text: str | int | float) -> int:
    """The figure in whole units (bytes, cores, pods), rounded away from zero."""
    return _rounded(parse(text)[0])


@lru_cache(maxsize=8192)
def milli(text: str | int | float) -> int:
    """The figure in thousandths (millicores), rounded away from zero."""
    return _rounded(parse(text)[0] * 1000)


def _rounded(figure: Fraction) -> int:
    whole = min(-int(-abs(figure) // 1), _MOST)
    return whole if figure > 0 else -whole


@lru_cache(maxsize=8192)
def canonical(text: str | int | float) -> str:
    """The quantity as Kubernetes writes it: no fraction, the largest suffix that keeps every digit."""
    figure, form = parse(text)
    written = render(figure, form)
    # A binary figure that needs no suffix is read as a decimal one from then on.
    return render(figure) if written[-1].isdigit() and form == "binary" else written


def canonical_map(held: Mapping[str, Any]) -> Mapping[str, Any]:
    """Amounts by name as Kubernetes writes them; what is no quantity stays, for validation to refuse."""
    new = {name: _canonical(text) for name, text in held.items()}
    return held if new == held else new


def _canonical(text: Any) -> Any:
    try:
        return canonical(text)
    except (ValueError, TypeError):
        return text


def render(figure: Fraction, form: str = "decimal") -> str:
    """Writes a figure in the format `binary`, `decimal` or `exponent`."""
    if figure == 0:
        return "0"
    if form == "binary" and (abs(figure) < 1024 or figure.denominator != 1):
        form = "decimal"
    if form == "binary":
        whole, power = int(figure), 0
        while whole % 1024 == 0 and power < 6:
            whole, power = whole // 1024, power + 1
        return f"{whole}{'' if power == 0 else 'KMGTPE'[power - 1] + 'i'}"
    power = 18
    while form == "exponent" and figure % Fraction(10) ** (power + 3) == 0:
        power += 3
    while (figure / Fraction(10) ** power).denominator != 1:
        power -= 3
    digits = int(figure / Fraction(10) ** power)
    if form == "exponent":
        return f"{digits}e{power}" if power else str(digits)
    return f"{digits}{_DECIMAL_SUFFIX[power]}"


def from_milli(figure: int) -> str:
    """Millicores as a canonical quantity: 1500 -> `1500m`, 2000 -> `2`."""
    return render(Fraction(figure, 1000))


def from_bytes(figure: int) -> str:
    """Bytes as a canonical quantity with a binary suffix."""
    return render(Fraction(figure), "binary")
