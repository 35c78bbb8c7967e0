"""EndpointSlice: some of the addresses behind a Service.

Follows pkg/registry/discovery/endpointslice/strategy.go, pkg/apis/discovery/v1/defaults.go,
pkg/apis/discovery/validation/validation.go and printEndpointSlice in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, invalid_value, required, too_many
from ..objects import set_in
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Instant, Kind
from ..validation import names
from ..validation.addresses import is_ip, usable
from ..validation.containers import PROTOCOLS
from ..validation.fields import formed, one_of
from ..validation.metadata import immutable, labels

_TYPES = ("FQDN", "IPv4", "IPv6")
_UNSET = "<unset>"
_SHOWN = 3
_MAX_ENDPOINTS, _MAX_PORTS, _MAX_ADDRESSES, _MAX_TOPOLOGY, _MAX_HINTS = 1000, 20_000, 100, 16, 8


def _default(body: Body) -> Body:
    ports = body.get("ports") or []
    new = [{**one, "name": one.get("name") or "", "protocol": one.get("protocol") or "TCP"} for one in ports]
    return body if new == ports else {**body, "ports": new}


def _prepare_update(new: Body, old: Body) -> Body:
    """Labels that change are a new generation too: consumers read the Service's name from one."""
    if new["metadata"].get("labels") == old["metadata"].get("labels"):
        return new
    return set_in(new, ("metadata", "generation"), old["metadata"].get("generation", 0) + 1)


def _validate(body: Body) -> list[FieldError]:
    kind, endpoints, ports = body.get("addressType") or "", body.get("endpoints") or [], body.get("ports") or []
    errors = one_of("addressType", kind, _TYPES)
    if len(endpoints) > _MAX_ENDPOINTS:
        errors.append(too_many("endpoints", len(endpoints), _MAX_ENDPOINTS))
    else:
        for position, one in enumerate(endpoints):
            errors += _endpoint(f"endpoints[{position}]", one, kind)
    if len(ports) > _MAX_PORTS:
        return [*errors, too_many("ports", len(ports), _MAX_PORTS)]
    known: set[str] = set()
    for position, one in enumerate(ports):
        errors += _port(f"ports[{position}]", one, known)
    return errors


def _port(at: str, one: Body, known: set[str]) -> list[FieldError]:
    """One port; `known` has the names of those before it."""
    name = one.get("name") or ""
    errors = formed(f"{at}.name", name, names.dns_label) if name else []
    if name in known:
        errors.append(duplicate(f"{at}.name", name))
    known.add(name)
    errors += one_of(f"{at}.protocol", one.get("protocol"), PROTOCOLS)
    if one.get("appProtocol") is not None:
        errors += formed(f"{at}.appProtocol", one["appProtocol"], names.qualified_name)
    return errors


def _endpoint(at: str, one: Body, kind: str) -> list[FieldError]:
    addresses, errors = one.get("addresses") or [], []
    if not addresses:
        errors.append(required(f"{at}.addresses", "must contain at least 1 address"))
    elif len(addresses) > _MAX_ADDRESSES:
        errors.append(too_many(f"{at}.addresses", len(addresses), _MAX_ADDRESSES))
    for position, address in enumerate(addresses):
        errors += _address(f"{at}.addresses[{position}]", address, kind)
    if one.get("nodeName") is not None:
        errors += formed(f"{at}.nodeName", one["nodeName"], names.dns_subdomain)
    topology = one.get("deprecatedTopology") or {}
    if len(topology) > _MAX_TOPOLOGY:
        errors.append(too_many(f"{at}.deprecatedTopology", len(topology), _MAX_TOPOLOGY))
    errors += labels(f"{at}.deprecatedTopology", topology)
    if one.get("hostname") is not None:
        errors += formed(f"{at}.hostname", one["hostname"], names.dns_label)
    hints = one.get("hints") or {}
    errors += _hints(f"{at}.hints.forZones", hints.get("forZones") or [], names.label_value)
    return errors + _hints(f"{at}.hints.forNodes", hints.get("forNodes") or [], names.dns_subdomain)


def _address(at: str, address: str, kind: str) -> list[FieldError]:
    if kind == "FQDN":
        return _domain(at, address)
    if kind not in ("IPv4", "IPv6"):
        return []
    if not is_ip(address) or (":" in address) != (kind == "IPv6"):
        return [invalid_value(at, address, f"must be an {kind} address")]
    return usable(at, address)


def _domain(at: str, name: str) -> list[FieldError]:
    """Follows IsFullyQualifiedDomainName in apimachinery's pkg/util/validation/validation.go."""
    if not name:
        return [required(at)]
    name = name.removesuffix(".")
    if broken := names.dns_subdomain(name):
        return [invalid_value(at, name, ",".join(broken))]
    parts = name.split(".")
    if len(parts) < 2:
        return [invalid_value(at, name, "should be a domain with at least two segments separated by dots")]
    for part in parts:
        if broken := names.dns_label(part):
            return [invalid_value(at, part, ",".join(broken))]
    return []


def _hints(at: str, hints: list[Body], check: names.Check) -> list[FieldError]:
    if len(hints) > _MAX_HINTS:
        return [too_many(at, len(hints), _MAX_HINTS)]
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, hint in enumerate(hints):
        where, name = f"{at}[{position}].name", hint.get("name") or ""
        if name in known:
            errors.append(duplicate(where, name))
        known.add(name)
        errors += formed(where, name, check)
    return errors


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    return immutable("addressType", new.get("addressType"), old.get("addressType"))


def _listed(items: list[str]) -> str:
    if not items:
        return _UNSET
    shown = ",".join(items[:_SHOWN])
    return f"{shown} + {len(items) - _SHOWN} more..." if len(items) > _SHOWN else shown


def _ports(body: Body, now: Instant) -> str:
    return _listed([str(one["port"]) if one.get("port") is not None else "*" for one in body.get("ports") or ()])


def _endpoints(body: Body, now: Instant) -> str:
    return _listed([address for one in body.get("endpoints") or () for address in one.get("addresses") or ()])


KIND = Kind(
    group="discovery.k8s.io",
    version="v1",
    kind="EndpointSlice",
    plural="endpointslices",
    subresources=frozenset(),
    columns=(
        NAME,
        Column(
            "AddressType",
            field("addressType"),
            description=(
                "addressType specifies the type of address carried by this EndpointSlice. All addresses in this slice "
                "must be the same type. This field is immutable after creation. The following address types are "
                "currently supported: * IPv4: Represents an IPv4 Address. * IPv6: Represents an IPv6 Address. * FQDN: "
                "Represents a Fully Qualified Domain Name."
            ),
        ),
        Column(
            "Ports",
            _ports,
            description=(
                "ports specifies the list of network ports exposed by each endpoint in this slice. Each port must have "
                "a unique name. Each slice may include a maximum of 100 ports."
            ),
        ),
        Column(
            "Endpoints",
            _endpoints,
            description=(
                "endpoints is a list of unique endpoints in this slice. Each slice may include a maximum of 1000 "
                "endpoints."
            ),
        ),
        AGE,
    ),
    default=_default,
    prepare_update=_prepare_update,
    validate=_validate,
    validate_update=_validate_update,
)
