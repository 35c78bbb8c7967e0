"""The functions of CEL that Kubernetes adds to the language: texts, lists, patterns, quantities, addresses.

Follows staging/src/k8s.io/apiserver/pkg/cel/library and github.com/google/cel-go/ext, v1.34.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import cel
import re2

from .. import quantity


def context(variables: dict[str, Any]) -> cel.Context:
    """The variables with all functions."""
    made = cel.Context(variables)
    for name, function in _FUNCTIONS.items():
        made.add_function(name, function)
    return made


# --- values ------------------------------------------------------------------------------------------------------


def instant(text: str) -> Any:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")


def span(text: str) -> timedelta | None:
    parts = _PART.findall(text)
    sign = -1 if text.startswith("-") else 1
    return timedelta(seconds=sign * sum(float(figure) * _UNITS[unit] for figure, unit in parts)) if parts else None


def unpacked(text: str) -> Any:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text


# --- texts -------------------------------------------------------------------------------------------------------


def _split(text: str, mark: str, most: int = -1) -> list[str]:
    if most == 0:
        return []
    if mark == "":
        letters = list(text)
        return letters if most < 0 or most >= len(letters) else [*letters[: most - 1], "".join(letters[most - 1 :])]
    return text.split(mark, most - 1 if most > 0 else -1)


def _replace(text: str, old: str, new: str, most: int = -1) -> str:
    return text.replace(old, new, most)


def _substring(text: str, start: int, end: int | None = None) -> str:
    last = len(text) if end is None else end
    if not 0 <= start <= last <= len(text):
        raise ValueError(f"index out of range: {start if start > len(text) or start < 0 else last}")
    return text[start:last]


def _char_at(text: str, at: int) -> str:
    if not 0 <= at <= len(text):
        raise ValueError(f"index out of range: {at}")
    return text[at : at + 1]


def _index_of(held: Any, part: Any, start: int = 0) -> int:
    if isinstance(held, str):
        return held.find(part, start)
    return next((at for at, one in enumerate(held) if one == part), -1)


def _last_index_of(held: Any, part: Any, start: int | None = None) -> int:
    if isinstance(held, str):
        return held.rfind(part) if start is None else held.rfind(part, 0, start + len(part))
    return next((at for at in range(len(held) - 1, -1, -1) if held[at] == part), -1)


def _find(text: str, pattern: str) -> str:
    found = re2.search(pattern, text)
    return found[0] if found else ""


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    found = [one[0] for one in re2.finditer(pattern, text)]
    return found if most < 0 else found[:most]


# --- lists -------------------------------------------------------------------------------------------------------


def _least(first: Any, *rest: Any) -> Any:
    held = first if isinstance(first, list) and not rest else [first, *rest]
    if not held:
        raise ValueError("min called on empty list")
    return min(held)


def _most(first: Any, *rest: Any) -> Any:
    held = first if isinstance(first, list) and not rest else [first, *rest]
    if not held:
        raise ValueError("max called on empty list")
    return max(held)


def _is_sorted(held: list[Any]) -> bool:
    return all(one <= two for one, two in pairwise(held))


# --- quantities, addresses ---------------------------------------------------------------------------------------
# The library knows plain values only: a quantity, an address or a URL is its text, and is read where it is used.


def _is(parse: Callable[[str], object]) -> Callable[..., bool]:
    def check(text: str, *_more: Any) -> bool:
        try:
            parse(text)
        except (ValueError, TypeError):
            return False
        return True

    return check


def _quantity(text: str) -> str:
    quantity.parse(text)
    return text


def _figure(text: str) -> Any:
    return quantity.parse(str(text))[0]


def _url(text: str) -> str:
    if not (text.startswith("/") or urlsplit(text).scheme):
        raise ValueError(f"URL parse error during conversion from string: parse {text!r}: invalid URI for request")
    return text


def _address(text: str) -> str:
    ip_address(text)
    return text


def _network(text: str) -> str:
    if "/" not in text:
        raise ValueError(f"network address parse error: netip.ParsePrefix({text!r}): no '/'")
    ip_network(text, strict=False)
    return text


def _contains_ip(held: str, address: str) -> bool:
    return ip_address(address) in ip_network(held, strict=False)


def _contains_cidr(held: str, other: str) -> bool:
    outer, inner = ip_network(held, strict=False), ip_network(other, strict=False)
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "charAt": _char_at,
    "indexOf": _index_of,
    "lastIndexOf": _last_index_of,
    "lowerAscii": lambda text: "".join(one.lower() if one.isascii() else one for one in text),
    "upperAscii": lambda text: "".join(one.upper() if one.isascii() else one for one in text),
    "replace": _replace,
    "split": _split,
    "substring": _substring,
    "trim": lambda text: text.strip(),
    "join": lambda held, mark="": mark.join(held),
    "reverse": lambda held: held[::-1],
    "find": _find,
    "findAll": _find_all,
    "isSorted": _is_sorted,
    "sum": lambda held: sum(held),
    "min": _least,
    "max": _most,
    "quantity": _quantity,
    "isQuantity": _is(quantity.parse),
    "isInteger": lambda text: _figure(text).denominator == 1,
    "asInteger": lambda text: int(_figure(text)),
    "asApproximateFloat": lambda text: float(_figure(text)),
    "sign": lambda text: (_figure(text) > 0) - (_figure(text) < 0),
    "add": lambda one, two: quantity.render(_figure(one) + _figure(two)),
    "sub": lambda one, two: quantity.render(_figure(one) - _figure(two)),
    "compareTo": lambda one, two: (_figure(one) > _figure(two)) - (_figure(one) < _figure(two)),
    "isLessThan": lambda one, two: _figure(one) < _figure(two),
    "isGreaterThan": lambda one, two: _figure(one) > _figure(two),
    "url": _url,
    "isURL": _is(_url),
    "getScheme": lambda text: urlsplit(text).scheme,
    "getHost": lambda text: urlsplit(text).netloc.rpartition("@")[2],
    "getHostname": lambda text: urlsplit(text).hostname or "",
    "getPort": lambda text: str(urlsplit(text).port or ""),
    "getEscapedPath": lambda text: urlsplit(text).path,
    "ip": _address,
    "isIP": _is(_address),
    "family": lambda text: ip_address(text).version,
    "isLoopback": lambda text: ip_address(text).is_loopback,
    "isUnspecified": lambda text: ip_address(text).is_unspecified,
    "cidr": _network,
    "isCIDR": _is(_network),
    "containsIP": _contains_ip,
    "containsCIDR": _contains_cidr,
    "prefixLength": lambda text: ip_network(text, strict=False).prefixlen,
}
