"""Single values of JSON as Go reads them into its types.

Follows encoding/json, staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go, pkg/api/resource/quantity.go and
pkg/apis/meta/v1/{time,micro_time}.go, v1.34.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from simulator.engine import quantity


class Literal(float):
    """A number with a fraction or an exponent, with the text that it was written as."""

    text: str

    def __new__(cls, text: str) -> Literal:
        held = super().__new__(cls, text)
        held.text = text
        return held


def fits(value: int, go: str) -> bool:
    bits = 31 if go == "int32" else 63
    return -(1 << bits) <= value < 1 << bits


def shown(value: Any) -> str:
    """What Go's decoder calls a value: `string`, `number 1.5`, `object`, `array`, `bool`."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    if value is None:
        return "null"
    return "number"


def number(value: Any) -> str:
    if isinstance(value, Literal):
        return f"number {value.text}"
    return f"number {value}" if isinstance(value, int | float) and not isinstance(value, bool) else shown(value)


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"json: cannot unmarshal {shown(value)} into Go value of type string")
    return value


def read_bytes(value: str) -> str:
    packed = value.replace("\n", "").replace("\r", "")
    try:
        base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        bad = next((at for at, letter in enumerate(packed) if letter not in alphabet), len(packed))
        raise ValueError(f"illegal base64 data at input byte {min(bad, len(packed) // 4 * 4 or bad)}") from None
    return packed


_HUGE = re.compile(r"[eE][-+]?\d{3}")
"""Powers of ten that nobody means, and that exact arithmetic would take for ever to write out."""


def _quantity(value: Any) -> str:
    if isinstance(value, Literal):
        value = value.text
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(quantity.MALFORMED)
    text = str(value).strip()
    if len(text) > 64 or _HUGE.search(text):
        raise ValueError(quantity.MALFORMED)
    try:
        quantity.parse(text)
        return quantity.canonical(text)
    except (ValueError, OverflowError, ArithmeticError):
        rest = text.lstrip("+-").lstrip("0123456789.")
        if rest and all(letter in "eEinumkKMGTP" for letter in rest):
            raise ValueError("unable to parse quantity's suffix") from None
        raise ValueError(quantity.MALFORMED) from None


def _int_or_string(value: Any) -> str | int:
    if isinstance(value, str):
        return value
    if type(value) is int and fits(value, "int32"):
        return value
    raise ValueError(f"json: cannot unmarshal {number(value)} into Go value of type int32")


def _time(value: Any) -> str:
    return _parsed(text(value), "2006-01-02T15:04:05Z07:00").isoformat(timespec="seconds")[:-6] + "Z"


def _micro_time(value: Any) -> str:
    moment = _parsed(text(value), "2006-01-02T15:04:05.000000Z07:00")
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def _parsed(text: str, layout: str) -> datetime:
    try:
        if len(text) < 20 or text[10] not in "Tt":
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f'parsing time "{text}" as "{layout}": cannot parse "{text}" as "2006"') from None


def rewritten(value: float) -> float:
    """A number as Go would write and read it again: without a fraction it is whole."""
    figure = float(value)
    return int(figure) if figure.is_integer() and abs(figure) < 1 << 53 else figure


READERS: dict[str, Callable[[Any], Any]] = {
    "quantity": _quantity,
    "intorstring": _int_or_string,
    "time": _time,
    "microtime": _micro_time,
}
"""How the forms of `simulator.schema` are read that JSON itself has not. They raise ValueError."""
