"""EndpointSlice: some of the addresses behind a Service.

Follows pkg/registry/discovery/endpointslice/strategy.go, pkg/apis/discovery/v1/defaults.go,
pkg/apis/discovery/validation/validation.go and printEndpointSlice in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, invalid_value, required
from ..objects import set_in
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Instant, Kind
from ..validation import names
from ..validation.addresses import is_ip, usable
from ..validation.containers import PROTOCOLS
from ..validation.fields import formed, one_of
from ..validation.metadata import immutable

_TYPES = ("FQDN", "IPv4", "IPv6")
_UNSET = "<unset>"
_SHOWN = 3
_MAX_ENDPOINTS, _MAX_PORTS, _MAX_ADDRESSES = 1000, 20_000, 100


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
    kind = body.get("addressType") or ""
    errors = one_of("addressType", kind, _TYPES)
    endpoints, ports = body.get("endpoints") or [], body.get("ports") or []
    if len(endpoints) > _MAX_ENDPOINTS:
        detail = f"must have at most {_MAX_ENDPOINTS} items"
        return [*errors, FieldError("FieldValueTooMany", "endpoints", len(endpoints), detail)]
    for position, one in enumerate(endpoints):
        errors += _endpoint(f"endpoints[{position}]", one, kind)
    if len(ports) > _MAX_PORTS:
        detail = f"must have at most {_MAX_PORTS} items"
        return [*errors, FieldError("FieldValueTooMany", "ports", len(ports), detail)]
    known: set[str] = set()
    for position, one in enumerate(ports):
        name = one.get("name") or ""
        errors += formed(f"ports[{position}].name", name, names.dns_label) if name else []
        if name in known:
            errors.append(FieldError("FieldValueDuplicate", f"ports[{position}].name", name, ""))
        known.add(name)
        errors += one_of(f"ports[{position}].protocol", one.get("protocol"), PROTOCOLS)
    return errors


def _endpoint(at: str, one: Body, kind: str) -> list[FieldError]:
    addresses = one.get("addresses") or []
    if not addresses:
        return [required(f"{at}.addresses", "must contain at least 1 address")]
    if len(addresses) > _MAX_ADDRESSES:
        detail = f"must have at most {_MAX_ADDRESSES} items"
        return [FieldError("FieldValueTooMany", f"{at}.addresses", len(addresses), detail)]
    errors: list[FieldError] = []
    for position, address in enumerate(addresses):
        where = f"{at}.addresses[{position}]"
        if kind == "FQDN":
            errors += formed(where, address, names.dns_subdomain)
        elif kind in ("IPv4", "IPv6"):
            if not is_ip(address) or (":" in address) != (kind == "IPv6"):
                errors.append(invalid_value(where, address, f"must be an {kind} address"))
            else:
                errors += usable(where, address)
    if one.get("hostname"):
        errors += formed(f"{at}.hostname", one["hostname"], names.dns_label)
    if one.get("nodeName"):
        errors += formed(f"{at}.nodeName", one["nodeName"], names.dns_subdomain)
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
        Column("AddressType", field("addressType"), description="The type of the addresses: IPv4, IPv6 or FQDN."),
        Column("Ports", _ports, description="The ports of every endpoint of the slice."),
        Column("Endpoints", _endpoints, description="The addresses of the slice."),
        AGE,
    ),
    default=_default,
    prepare_update=_prepare_update,
    validate=_validate,
    validate_update=_validate_update,
)
