"""Endpoints: the addresses behind a Service, as one object (the older form of EndpointSlices).

Follows pkg/apis/core/v1/defaults.go, ValidateEndpoints in pkg/apis/core/validation/validation.go and printEndpoints in
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, required
from ..printing import AGE, NAME, NONE
from ..registry import Body, Column, Instant, Kind
from ..validation import names
from ..validation.addresses import ip, usable
from ..validation.containers import PROTOCOLS
from ..validation.fields import formed, one_of, port

_SHOWN = 3


def _default(body: Body) -> Body:
    subsets = body.get("subsets")
    if not subsets:
        return body
    new = [
        {**subset, "ports": [one if one.get("protocol") else {**one, "protocol": "TCP"} for one in subset["ports"]]}
        if subset.get("ports")
        else subset
        for subset in subsets
    ]
    return body if new == subsets else {**body, "subsets": new}


def _validate(body: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, subset in enumerate(body.get("subsets") or ()):
        at = f"subsets[{position}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            errors.append(required(at, "must specify `addresses` or `notReadyAddresses`"))
        for key in ("addresses", "notReadyAddresses"):
            for index, address in enumerate(subset.get(key) or ()):
                errors += _address(f"{at}.{key}[{index}]", address)
        ports = subset.get("ports") or []
        for index, one in enumerate(ports):
            errors += _port(f"{at}.ports[{index}]", one, len(ports) > 1)
    return errors


def _address(at: str, address: Body) -> list[FieldError]:
    value = address.get("ip") or ""
    errors = ip(f"{at}.ip", value)
    if address.get("hostname"):
        errors += formed(f"{at}.hostname", address["hostname"], names.dns_label)
    if address.get("nodeName") is not None:
        errors += formed(f"{at}.nodeName", address["nodeName"], names.dns_subdomain)
    return errors + usable(f"{at}.ip", value)


def _port(at: str, one: Body, needs_name: bool) -> list[FieldError]:
    name = one.get("name") or ""
    errors = formed(f"{at}.name", name, names.dns_label) if name else []
    if needs_name and not name:
        errors.append(required(f"{at}.name"))
    errors += port(f"{at}.port", one.get("port")) + one_of(f"{at}.protocol", one.get("protocol"), PROTOCOLS)
    if one.get("appProtocol") is not None:
        errors += formed(f"{at}.appProtocol", one["appProtocol"], names.qualified_name)
    return errors


def _shown(body: Body, now: Instant) -> str:
    listed: list[str] = []
    for subset in body.get("subsets") or ():
        addresses = [address.get("ip", "") for address in subset.get("addresses") or ()]
        ports = subset.get("ports") or ()
        hosts = [f"[{address}]" if ":" in address else address for address in addresses]
        listed += [f"{host}:{one.get('port')}" for one in ports for host in hosts] if ports else addresses
    if not listed:
        return NONE
    shown = ",".join(listed[:_SHOWN])
    return f"{shown} + {len(listed) - _SHOWN} more..." if len(listed) > _SHOWN else shown


KIND = Kind(
    group="",
    version="v1",
    kind="Endpoints",
    plural="endpoints",
    short_names=("ep",),
    subresources=frozenset(),
    has_generation=False,
    columns=(NAME, Column("Endpoints", _shown, documented="core.v1.Endpoints.subsets"), AGE),
    default=_default,
    validate=_validate,
    deprecation="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
)
