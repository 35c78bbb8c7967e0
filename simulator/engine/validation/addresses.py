"""IP addresses and ranges, as the older fields of the API take them: leading zeros and IPv4 in IPv6 are let pass.

Follows staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go and ValidateNonSpecialIP in
pkg/apis/core/validation/validation.go, v1.34, whose feature StrictIPCIDRValidation is off.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from ..errors import FieldError, invalid_value

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MALFORMED = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_MALFORMED_RANGE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_DIGITS = 3


def parse(text: Any) -> Address | None:
    """The address that a text is; None if it is none."""
    if not isinstance(text, str) or "%" in text:
        return None
    if ":" not in text:
        text = ".".join(part.lstrip("0") or part[-1:] for part in text.split("."))
    try:
        return ip_address(text)
    except ValueError:
        return None


def parse_range(text: Any) -> Network | None:
    """The range that a text such as `10.0.0.0/8` is; None if it is none."""
    if not isinstance(text, str):
        return None
    start, slash, length = text.partition("/")
    address, length = parse(start), length.lstrip("0") or length[-1:]
    if not slash or address is None or not (length.isascii() and length.isdecimal()) or len(length) > _DIGITS:
        return None
    return None if int(length) > address.max_prefixlen else ip_network((address, int(length)), strict=False)


def ip(field: str, value: Any) -> list[FieldError]:
    return [] if parse(value) is not None else [invalid_value(field, value, _MALFORMED)]


def cidr(field: str, value: Any) -> list[FieldError]:
    return [] if parse_range(value) is not None else [invalid_value(field, value, _MALFORMED_RANGE)]


def is_ip(value: Any) -> bool:
    return parse(value) is not None


def usable(field: str, value: Any) -> list[FieldError]:
    """An address that traffic can be sent to from another machine."""
    address = parse(value)
    if address is None:
        return [invalid_value(field, value, "must be a valid IP address")]
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_unspecified:
        return [invalid_value(field, value, f"may not be unspecified ({value})")]
    if address.is_loopback:
        return [invalid_value(field, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    if address.is_link_local:
        return [invalid_value(field, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    if any(address in network for network in _LOCAL_GROUPS if network.version == address.version):
        detail = "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
        return [invalid_value(field, value, detail)]
    return []


_LOCAL_GROUPS: tuple[Network, ...] = (IPv4Network("224.0.0.0/24"), IPv6Network("ff02::/16"))


def one_of_each_family(values: Sequence[Any]) -> bool:
    """True for at most one IPv4 and one IPv6 address or range."""
    parsed = [parse_range(value) if "/" in str(value) else parse(value) for value in values]
    versions = [one.version for one in parsed if one is not None]
    return len(versions) == len(set(versions))
