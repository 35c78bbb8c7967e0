"""Services. The cluster has one address family, IPv4.

Follows ValidateService in pkg/apis/core/validation/validation.go and pkg/registry/core/service/storage/alloc.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, not_supported, required
from ..objects import spec_of
from ..registry import Body
from . import names
from .containers import PROTOCOLS
from .fields import formed, ip, named, one_of, port, usable_ip
from .metadata import labels

_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_ONLY_BALANCERS = "may only be used when `type` is 'LoadBalancer'"
_HEADLESS = "None"
_MAX_AFFINITY = 86_400


def is_external(spec: Body) -> bool:
    """True for a Service that takes traffic from outside the cluster."""
    kind = spec.get("type")
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def _is_headless(spec: Body) -> bool:
    return _HEADLESS in (spec.get("clusterIPs") or [spec.get("clusterIP")])


def service(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    kind, ports = spec.get("type") or "", spec.get("ports") or []
    errors: list[FieldError] = []
    if not ports and not _is_headless(spec) and kind != "ExternalName":
        errors.append(required("spec.ports"))
    if kind in ("LoadBalancer", "NodePort") and _is_headless(spec):
        detail = f"may not be set to 'None' for {kind} services"
        errors.append(invalid_value("spec.clusterIPs[0]", _HEADLESS, detail))
    if kind == "ExternalName":
        errors += _external_name(spec)
    errors += _ports(ports)
    errors += labels("spec.selector", spec.get("selector"))
    errors += _affinity(spec)
    errors += _addresses(spec) if kind != "ExternalName" else []
    for position, address in enumerate(spec.get("externalIPs") or ()):
        at = f"spec.externalIPs[{position}]"
        errors += ip(at, address) or usable_ip(at, address)
    errors += one_of("spec.type", kind, _TYPES)
    return errors + _node_ports(kind, ports) + _repeats(ports) + _traffic(spec, kind)


def _external_name(spec: Body) -> list[FieldError]:
    detail = "may not be set for ExternalName services"
    held = [key for key in ("clusterIPs", "ipFamilies", "ipFamilyPolicy") if spec.get(key)]
    if spec.get("clusterIP") and "clusterIPs" not in held:
        held = ["clusterIPs", *held]
    errors = [forbidden_value(f"spec.{key}", detail) for key in held]
    name = (spec.get("externalName") or "").removesuffix(".")
    return errors + named("spec.externalName", name, names.dns_subdomain)


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
    ports: set[tuple[str, int]] = set()
    for position, one in enumerate(held):
        protocol, node, own = one.get("protocol") or "", one.get("nodePort") or 0, one.get("port") or 0
        if node and (protocol, node) in nodes:
            errors.append(duplicate(f"spec.ports[{position}].nodePort", node))
        if (protocol, own) in ports:
            errors.append(duplicate(f"spec.ports[{position}]", {"port": own, "protocol": protocol}))
        nodes.add((protocol, node))
        ports.add((protocol, own))
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


def _affinity(spec: Body) -> list[FieldError]:
    kind, config = spec.get("sessionAffinity"), spec.get("sessionAffinityConfig")
    errors = one_of("spec.sessionAffinity", kind, ("ClientIP", "None"))
    if kind == "ClientIP":
        seconds = ((config or {}).get("clientIP") or {}).get("timeoutSeconds") or 0
        if not 0 < seconds <= _MAX_AFFINITY:
            at = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
            errors.append(invalid_value(at, seconds, f"must be greater than 0 and less than {_MAX_AFFINITY}"))
    return errors


def _addresses(spec: Body) -> list[FieldError]:
    own, listed = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    errors: list[FieldError] = []
    if own and listed and listed[0] != own:
        errors.append(invalid_value("spec.clusterIPs", listed, "first value must match `clusterIP`"))
    for position, address in enumerate(listed):
        if address != _HEADLESS:
            errors += ip(f"spec.clusterIPs[{position}]", address)
    if _HEADLESS in listed and len(listed) > 1:
        errors.append(invalid_value("spec.clusterIPs", listed, "'None' must be the first and only value"))
    policy, families = spec.get("ipFamilyPolicy"), spec.get("ipFamilies") or []
    bare = _is_headless(spec) and not spec.get("selector")
    if policy is not None:
        errors += one_of("spec.ipFamilyPolicy", policy, ("PreferDualStack", "RequireDualStack", "SingleStack"))
    if policy == "RequireDualStack" and not bare:
        detail = "this cluster is not configured for dual-stack services"
        errors.append(invalid_value("spec.ipFamilyPolicy", policy, detail))
    for position, family in enumerate(families):
        at = f"spec.ipFamilies[{position}]"
        if family not in ("IPv4", "IPv6"):
            errors.append(not_supported(at, family, ("IPv4", "IPv6")))
        elif family == "IPv6" and not bare:
            errors.append(invalid_value(at, family, "not configured on this cluster"))
    return errors


def _traffic(spec: Body, kind: str) -> list[FieldError]:
    errors: list[FieldError] = []
    outside = spec.get("externalTrafficPolicy")
    for key in ("loadBalancerSourceRanges", "allocateLoadBalancerNodePorts", "loadBalancerClass"):
        if spec.get(key) not in (None, []) and kind != "LoadBalancer":
            at = "spec.LoadBalancerSourceRanges" if key == "loadBalancerSourceRanges" else f"spec.{key}"
            errors.append(forbidden_value(at, _ONLY_BALANCERS))
    if not is_external(spec):
        if outside:
            detail = "may only be set for externally-accessible services"
            errors.append(invalid_value("spec.externalTrafficPolicy", outside, detail))
    else:
        errors += one_of("spec.externalTrafficPolicy", outside, ("Cluster", "Local"))
    if spec.get("healthCheckNodePort") and not (kind == "LoadBalancer" and outside == "Local"):
        detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        errors.append(invalid_value("spec.healthCheckNodePort", spec["healthCheckNodePort"], detail))
    if spec.get("internalTrafficPolicy") is not None:
        errors += one_of("spec.internalTrafficPolicy", spec["internalTrafficPolicy"], ("Cluster", "Local"))
    if spec.get("trafficDistribution") is not None:
        allowed = ("PreferClose", "PreferSameNode", "PreferSameZone")
        errors += one_of("spec.trafficDistribution", spec["trafficDistribution"], allowed)
    return errors


def service_update(new: Body, old: Body) -> list[FieldError]:
    """A Service keeps its address for life, unless it comes from or turns into a mere name."""
    spec, held = spec_of(new), spec_of(old)
    if "ExternalName" in (spec.get("type"), held.get("type")) or not held.get("clusterIPs"):
        return []
    listed = spec.get("clusterIPs") or []
    if not listed:
        return [required("spec.clusterIPs[0]", "primary clusterIP can not be unset")]
    if listed[0] != held["clusterIPs"][0]:
        return [invalid_value("spec.clusterIPs[0]", listed, "may not change once set")]
    return []
