"""What the API server allots to a Service: its cluster IP, IP families and node ports.

Upstream does this in the Service's storage; here it takes the place of an admission plugin, because it needs to read
the other Services. The cluster has one address family, IPv4.
Follows pkg/registry/core/service/storage/alloc.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import errors
from .. import service_addresses as addresses
from ..objects import fill_in, key_of, name_of, namespace_of, spec_of
from ..registry import Body, Reader
from ..validation.services import needs_health_check
from .attributes import ON_WRITE, Attributes, Plugin

_HEADLESS = "None"


def admit(attributes: Attributes, reader: Reader) -> Body:
    body = attributes.body
    held = body["spec"]
    if held.get("type") == "ExternalName":
        return body
    others = [one for one in reader.list("services") if key_of(one) != key_of(body)]
    spec = _with_address(held, body, attributes.old, others)
    spec = _with_families(spec)
    if held.get("type") in ("NodePort", "LoadBalancer"):
        spec = _with_node_ports(spec, body, attributes.old, others)
    return body if spec == held else {**body, "spec": spec}


# --- cluster IP --------------------------------------------------------------------------------------------------


def _with_address(spec: Body, body: Body, old: Body | None, others: list[Body]) -> Body:
    listed = spec.get("clusterIPs") or []
    address = spec.get("clusterIP") or (listed[0] if listed else "")
    if address == _HEADLESS:
        return fill_in(spec, clusterIP=address, clusterIPs=[address])
    held = spec_of(old or {}).get("clusterIP")
    if address and address != held:
        _claim(address, body, others)
    if not address:
        taken = {one for other in others for one in _addresses(other)}
        address = addresses.free_address(f"{namespace_of(body)}/{name_of(body)}", taken) or ""
        if not address:
            raise _used_up("failed to allocate a serviceIP: range is full")
    spec = spec if spec.get("clusterIP") else {**spec, "clusterIP": address}
    return spec if listed else {**spec, "clusterIPs": [address]}


def _claim(address: str, body: Body, others: list[Body]) -> None:
    """Raises StatusError if the address that somebody asks for is out of range or another Service's."""
    if not _is_address(address):
        return
    if not addresses.is_in_network(address):
        said = addresses.NOT_IN_RANGE.format(ip=address, range=addresses.NETWORK)
    elif any(address in _addresses(other) for other in others):
        said = addresses.TAKEN
    else:
        return
    detail = f"failed to allocate IP {address}: {said}"
    raise _invalid(body, errors.invalid_value("spec.clusterIPs", [address], detail))


def _is_address(text: str) -> bool:
    """Validation, which comes after this, says it better if the text is no address at all."""
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdecimal() and int(part) < 256 for part in parts)


def _addresses(service: Body) -> list[str]:
    spec = spec_of(service)
    return spec.get("clusterIPs") or [spec.get("clusterIP", "")]


def _with_families(spec: Body) -> Body:
    if spec.get("clusterIP") == _HEADLESS and not spec.get("selector") and not spec.get("ipFamilyPolicy"):
        return fill_in(spec, ipFamilies=["IPv4", "IPv6"], ipFamilyPolicy="RequireDualStack")
    return fill_in(spec, ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack")


# --- node ports --------------------------------------------------------------------------------------------------


def _with_node_ports(spec: Body, body: Body, old: Body | None, others: list[Body]) -> Body:
    own = set(_node_ports(old or {}))
    foreign = {port for other in others for port in _node_ports(other)}
    taken = foreign | own | {port.get("nodePort") for port in spec.get("ports") or ()}
    wish = f"{namespace_of(body)}/{name_of(body)}"
    allots = spec["type"] == "NodePort" or spec.get("allocateLoadBalancerNodePorts") is not False
    ports = []
    for position, port in enumerate(spec.get("ports") or ()):
        asked = port.get("nodePort")
        if asked and asked not in own:
            _claim_port(f"spec.ports[{position}].nodePort", asked, body, foreign)
        elif not asked and allots:
            port = {**port, "nodePort": _free_port(f"{wish}/{port.get('name') or position}", taken)}
            taken.add(port["nodePort"])
        ports.append(port)
    if ports != (spec.get("ports") or []):
        spec = {**spec, "ports": ports}
    if needs_health_check(spec) and not spec.get("healthCheckNodePort"):
        spec = {**spec, "healthCheckNodePort": _free_port(f"{wish}/health", taken)}
    return spec


def _claim_port(field: str, number: int, body: Body, taken: set[int]) -> None:
    """Raises StatusError if the port that somebody asks for is out of range or another Service's."""
    if number not in addresses.NODE_PORTS:
        raise _invalid(body, errors.invalid_value(field, number, addresses.PORT_NOT_IN_RANGE))
    if number in taken:
        raise _invalid(body, errors.invalid_value(field, number, addresses.PORT_TAKEN))


def _free_port(wish: str, taken: set[int]) -> int:
    number = addresses.free_port(wish, taken)
    if number is None:
        raise _used_up("failed to allocate a nodePort: range is full")
    return number


def _node_ports(service: Body) -> Iterator[int]:
    spec = spec_of(service)
    for port in spec.get("ports") or ():
        if port.get("nodePort"):
            yield port["nodePort"]
    if spec.get("healthCheckNodePort"):
        yield spec["healthCheckNodePort"]


def _invalid(body: Body, error: errors.FieldError) -> errors.StatusError:
    return errors.invalid("", "Service", name_of(body), [error])


def _used_up(detail: str) -> errors.StatusError:
    return errors.StatusError(500, "InternalError", f"Internal error occurred: {detail}")


PLUGIN = Plugin("service_ip", operations=ON_WRITE, resources=frozenset({"services"}), admit=admit)
