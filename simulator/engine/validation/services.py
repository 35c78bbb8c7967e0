"""Services. The cluster has one address family, IPv4.

Follows ValidateService and ValidateServiceUpdate in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, not_supported, required
from ..objects import annotations_of, spec_of, status_of
from ..registry import Body
from . import names, service_families
from .addresses import cidr, ip, is_ip, usable
from .containers import PROTOCOLS
from .fields import formed, named, one_of, port
from .go_values import SERVICE_PORT, shown
from .metadata import IMMUTABLE, labels

_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_ONLY_BALANCERS = "may only be used when `type` is 'LoadBalancer'"
_MAX_AFFINITY = 86_400
_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
_HINTS, _TOPOLOGY = "service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"
_DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")


def is_external(spec: Body) -> bool:
    """True for a Service that takes traffic from outside the cluster."""
    kind = spec.get("type")
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def needs_health_check(spec: Body) -> bool:
    """True for a Service whose load balancer has to ask the nodes which of them have a pod."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def service(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    kind, ports = spec.get("type") or "", spec.get("ports") or []
    headless = service_families.is_headless(spec)
    errors = _hints(body)
    if not ports and not headless and kind != "ExternalName":
        errors.append(required("spec.ports"))
    if kind in ("LoadBalancer", "NodePort") and headless:
        detail = f"may not be set to 'None' for {kind} services"
        errors.append(invalid_value("spec.clusterIPs[0]", "None", detail))
    if kind == "ExternalName":
        errors += _external_name(spec)
    errors += _ports(ports)
    errors += labels("spec.selector", spec.get("selector"))
    errors += _affinity(spec)
    errors += service_families.addresses(spec) if kind != "ExternalName" else []
    for position, address in enumerate(spec.get("externalIPs") or ()):
        at = f"spec.externalIPs[{position}]"
        errors += ip(at, address) or usable(at, address)
    errors += one_of("spec.type", kind, _TYPES)
    errors += _node_ports(kind, ports) + _repeats(ports) + _ranges(body, kind)
    return errors + _balancer(spec, kind) + _outside(spec) + _inside(spec, kind)


def _hints(body: Body) -> list[FieldError]:
    held = annotations_of(body)
    if _HINTS not in held or _TOPOLOGY not in held or held[_HINTS] == held[_TOPOLOGY]:
        return []
    detail = f"must match annotations[{_HINTS}] when both are specified"
    return [invalid_value(f"metadata.annotations[{_TOPOLOGY}]", held[_TOPOLOGY], detail)]


def _external_name(spec: Body) -> list[FieldError]:
    detail = "may not be set for ExternalName services"
    errors = []
    if spec.get("clusterIPs") or spec.get("clusterIP"):
        errors.append(forbidden_value("spec.clusterIPs", detail))
    errors += [forbidden_value(f"spec.{key}", detail) for key in ("ipFamilies", "ipFamilyPolicy") if spec.get(key)]
    name = (spec.get("externalName") or "").removesuffix(".")
    return errors + named("spec.externalName", name, names.dns_subdomain)


# --- ports -------------------------------------------------------------------------------------------------------


def _ports(held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, one in enumerate(held):
        at, name = f"spec.ports[{position}]", one.get("name") or ""
        if not name and len(held) > 1:
            errors.append(required(f"{at}.name"))
        elif name:
            errors += formed(f"{at}.name", name, names.dns_label)
            errors += [duplicate(f"{at}.name", name)] if name in known else []
        known.add(name)
        figure = one.get("port") or 0
        errors += [invalid_value(f"{at}.port", figure, message) for message in names.port_number(figure)]
        errors += one_of(f"{at}.protocol", one.get("protocol"), PROTOCOLS)
        errors += port(f"{at}.targetPort", one.get("targetPort"))
        if one.get("appProtocol") is not None:
            errors += formed(f"{at}.appProtocol", one["appProtocol"], names.qualified_name)
    return errors


def _repeats(held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    nodes: set[tuple[str, int]] = set()
    for position, one in enumerate(held):
        pair = one.get("protocol") or "", one.get("nodePort") or 0
        if pair[1] and pair in nodes:
            errors.append(duplicate(f"spec.ports[{position}].nodePort", pair[1]))
        nodes.add(pair)
    ports: set[tuple[str, int]] = set()
    for position, one in enumerate(held):
        pair = one.get("protocol") or "", one.get("port") or 0
        if pair in ports:
            value = shown({"protocol": pair[0], "port": pair[1]}, SERVICE_PORT)
            errors.append(duplicate(f"spec.ports[{position}]", value))
        ports.add(pair)
    return errors


def _node_ports(kind: str, held: list[Body]) -> list[FieldError]:
    if kind != "ClusterIP":
        return []
    detail = "may not be used when `type` is 'ClusterIP'"
    return [
        forbidden_value(f"spec.ports[{position}].nodePort", detail)
        for position, one in enumerate(held)
        if one.get("nodePort")
    ]


# --- traffic -----------------------------------------------------------------------------------------------------


def _affinity(spec: Body) -> list[FieldError]:
    kind, config = spec.get("sessionAffinity"), spec.get("sessionAffinityConfig")
    errors = one_of("spec.sessionAffinity", kind, ("ClientIP", "None"))
    if kind == "None" and config is not None:
        detail = "must not be set when session affinity is None"
        errors.append(forbidden_value("spec.sessionAffinityConfig", detail))
    if kind != "ClientIP":
        return errors
    at, held = "spec.sessionAffinityConfig", config
    for key in ("clientIP", "timeoutSeconds"):
        if held is None:
            break
        at, held = f"{at}.{key}", held.get(key)
    if held is None:
        return [*errors, required(at, "when session affinity type is ClientIP")]
    if not 0 < held <= _MAX_AFFINITY:
        errors.append(invalid_value(at, held, f"must be greater than 0 and less than {_MAX_AFFINITY}"))
    return errors


def _ranges(body: Body, kind: str) -> list[FieldError]:
    listed, at = spec_of(body).get("loadBalancerSourceRanges") or [], "spec.LoadBalancerSourceRanges"
    ranges = [(f"{at}[{position}]", text.strip()) for position, text in enumerate(listed)]
    if not listed:
        if _RANGES not in annotations_of(body):
            return []
        at, text = f"metadata.annotations[{_RANGES}]", annotations_of(body)[_RANGES].strip()
        ranges = [(at, part.strip()) for part in text.split(",")] if text else []
    errors = [] if kind == "LoadBalancer" else [forbidden_value(at, _ONLY_BALANCERS)]
    return errors + [error for where, text in ranges for error in cidr(where, text)]


def _balancer(spec: Body, kind: str) -> list[FieldError]:
    allots, of_class = spec.get("allocateLoadBalancerNodePorts"), spec.get("loadBalancerClass")
    if kind != "LoadBalancer":
        pairs = (("allocateLoadBalancerNodePorts", allots), ("loadBalancerClass", of_class))
        return [forbidden_value(f"spec.{key}", _ONLY_BALANCERS) for key, value in pairs if value is not None]
    errors = [required("allocateLoadBalancerNodePorts")] if allots is None else []
    return errors if of_class is None else errors + formed("spec.loadBalancerClass", of_class, names.qualified_name)


def _outside(spec: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    outside, checked = spec.get("externalTrafficPolicy"), spec.get("healthCheckNodePort")
    if is_external(spec):
        errors += one_of("spec.externalTrafficPolicy", outside, ("Cluster", "Local"))
    elif outside:
        detail = "may only be set for externally-accessible services"
        errors.append(invalid_value("spec.externalTrafficPolicy", outside, detail))
    at = "spec.healthCheckNodePort"
    if not needs_health_check(spec):
        detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        return [*errors, invalid_value(at, checked, detail)] if checked else errors
    if not checked:
        return [*errors, required(at)]
    return errors + [invalid_value(at, checked, message) for message in names.port_number(checked)]


def _inside(spec: Body, kind: str) -> list[FieldError]:
    inside, spread = spec.get("internalTrafficPolicy"), spec.get("trafficDistribution")
    errors: list[FieldError] = []
    if inside is None and kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        errors.append(required("spec.internalTrafficPolicy"))
    if inside is not None and inside not in ("Cluster", "Local"):
        errors.append(not_supported("spec.internalTrafficPolicy", inside, ("Cluster", "Local")))
    if spread is not None and spread not in _DISTRIBUTIONS:
        errors.append(not_supported("spec.trafficDistribution", spread, _DISTRIBUTIONS))
    return errors


# --- changes -----------------------------------------------------------------------------------------------------


def service_update(new: Body, old: Body) -> list[FieldError]:
    """A Service keeps its address, its class and its health check for life, unless its type changes."""
    spec, held = spec_of(new), spec_of(old)
    errors = service_families.changes(spec, held)
    both = spec.get("type") == held.get("type") == "LoadBalancer"
    if both and spec.get("loadBalancerClass") != held.get("loadBalancerClass"):
        of_class = spec.get("loadBalancerClass")
        errors.append(invalid_value("spec.loadBalancerClass", of_class, "may not change once set"))
    same = spec.get("healthCheckNodePort") == held.get("healthCheckNodePort")
    if needs_health_check(spec) and needs_health_check(held) and not same:
        errors.append(forbidden_value("spec.healthCheckNodePort", IMMUTABLE))
    return errors


def service_status(new: Body, old: Body) -> list[FieldError]:
    """What a load balancer may say of itself."""
    ingress = (status_of(new).get("loadBalancer") or {}).get("ingress") or []
    at = "status.loadBalancer.ingress"
    if ingress and spec_of(old).get("type") != "LoadBalancer":
        return [forbidden_value(at, "may only be used when `spec.type` is 'LoadBalancer'")]
    return [error for position, one in enumerate(ingress) for error in _ingress(f"{at}[{position}]", one)]


def _ingress(field: str, one: Body) -> list[FieldError]:
    address, mode = one.get("ip") or "", one.get("ipMode")
    errors = ip(f"{field}.ip", address) if address else []
    if mode is None and address:
        errors.append(required(f"{field}.ipMode", "must be specified when `ip` is set"))
    elif mode is not None and not address:
        errors.append(forbidden_value(f"{field}.ipMode", "may not be specified when `ip` is not set"))
    elif mode is not None and mode not in ("Proxy", "VIP"):
        errors.append(not_supported(f"{field}.ipMode", mode, ("Proxy", "VIP")))
    return errors + host(f"{field}.hostname", one.get("hostname") or "")


def host(field: str, name: str) -> list[FieldError]:
    """The name of a load balancer's host; empty for none."""
    errors = formed(field, name, names.dns_subdomain) if name else []
    return [*errors, invalid_value(field, name, "must be a DNS name, not an IP address")] if is_ip(name) else errors
