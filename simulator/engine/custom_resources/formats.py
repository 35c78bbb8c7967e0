"""The formats that a schema may ask of a text.

Follows k8s.io/kube-openapi/pkg/validation/strfmt and
staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/validation/formats.go, v1.34.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from ipaddress import IPv4Address, IPv6Address, ip_network
from urllib.parse import urlsplit

from ..validation import names


def normalized(form: str) -> str:
    """`date-time` and `datetime` are one format."""
    return form.replace("-", "")


def supported(form: str) -> str:
    """The format if values are checked for it, else nothing: 1.34 checks no format of numbers."""
    return form if normalized(form) in _CHECKS else ""


def matches(form: str, text: str) -> bool:
    return _CHECKS[normalized(form)](text)


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        with suppress(ValueError, binascii.Error, OverflowError):
            parse(text)
            return True
        return False

    return check


_OCTET = re.compile(r"0+(?=\d)")


def _cidr(text: str) -> bool:
    address, slash, _length = text.partition("/")
    return bool(slash) and _parses(lambda one: ip_network(one, strict=False))(
        text if ":" in address else _OCTET.sub("", text)
    )


def _uri(text: str) -> bool:
    with suppress(ValueError):
        return text.isprintable() and (text.startswith("/") or bool(urlsplit(text).scheme)) and " " not in text
    return False


_EMAIL = re.compile(r"(?:[^<>\"]*<)?[^\s@<>\",;:\\\[\]]+@[^\s@<>\",;:\\\[\]]+>?")
_HOST = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)*")


def _hostname(text: str) -> bool:
    last = text.rpartition(".")[2]
    return len(text) <= 255 and "_" not in text and bool(_HOST.fullmatch(text)) and ("." not in text or len(last) > 1)


def _isbn(length: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        digits = text.replace("-", "").replace(" ", "")
        if len(digits) != length or not re.fullmatch(r"\d+[\dX]", digits):
            return False
        if length == 10:
            return sum((at + 1) * (10 if one == "X" else int(one)) for at, one in enumerate(digits)) % 11 == 0
        return "X" not in digits and sum((1, 3)[at % 2] * int(one) for at, one in enumerate(digits)) % 10 == 0

    return check


_CARD = re.compile(
    r"4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11}"
)


def _credit_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    doubled = [int(one) * (1 + at % 2) for at, one in enumerate(reversed(digits))]
    return bool(_CARD.fullmatch(digits)) and sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


_DURATION = re.compile(
    r"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0"
    r"|\d+\s*(?:ns|nanos?|nanoseconds?|us|µs|micros?|microseconds?|ms|millis?|milliseconds?|s|secs?|seconds?|m|mins?"
    r"|minutes?|h|hours?|hrs?|d|days?|w|weeks?)"
)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[-+]\d{2}:?\d{2})?")
_UUID = "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?%s-?%s-?[0-9a-f]{12}"
_FOUR = "[0-9a-f]{4}"
_RGB = r"rgb\(\s*(%s)\s*,\s*(%s)\s*,\s*(%s)\s*\)" % ((r"0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5]",) * 3)

_CHECKS: dict[str, Callable[[str], bool]] = {
    "bsonobjectid": _like("[0-9a-fA-F]{24}"),
    "uri": _uri,
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "hostname": _hostname,
    "ipv4": lambda text: _parses(IPv4Address)(_OCTET.sub("", text)),
    "ipv6": _parses(IPv6Address),
    "cidr": _cidr,
    "mac": _like(
        r"[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}([:-][0-9a-fA-F]{2}){0,14}|([0-9a-fA-F]{4}\.){2,9}[0-9a-fA-F]{4}"
    ),
    "uuid": _like(_UUID % (_FOUR, _FOUR)),
    "uuid3": _like(_UUID % ("3[0-9a-f]{3}", _FOUR)),
    "uuid4": _like(_UUID % ("4[0-9a-f]{3}", "[89ab][0-9a-f]{3}")),
    "uuid5": _like(_UUID % ("5[0-9a-f]{3}", "[89ab][0-9a-f]{3}")),
    "isbn": lambda text: _isbn(10)(text) or _isbn(13)(text),
    "isbn10": _isbn(10),
    "isbn13": _isbn(13),
    "creditcard": _credit_card,
    "ssn": _like(r"\d{3}[- ]?\d{2}[- ]?\d{4}"),
    "hexcolor": _like("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "rgbcolor": _like(_RGB),
    "byte": lambda text: (
        bool(text) and len(text) % 4 == 0 and _parses(lambda one: base64.b64decode(one, validate=True))(text)
    ),
    "password": lambda text: True,
    "date": lambda text: len(text) == 10 and _parses(date.fromisoformat)(text),
    "duration": lambda text: bool(_DURATION.fullmatch(text)),
    "datetime": lambda text: bool(_INSTANT.fullmatch(text)) and _parses(datetime.fromisoformat)(text),
    "k8sshortname": lambda text: not names.dns_label(text),
    "k8slongname": lambda text: not names.dns_subdomain(text),
}
