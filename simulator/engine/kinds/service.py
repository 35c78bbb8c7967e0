"""Service: one name and address in front of the pods that it selects.

Follows pkg/registry/core/service/strategy.go, pkg/apis/core/v1/defaults.go, ValidateService in
pkg/apis/core/validation/validation.go and printService in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..objects import drop_in, get_in, set_in, spec_of, status_of
from ..printing import AGE, NAME, NONE, labels_text
from ..registry import Body, Column, Instant, Kind, Part
from ..validation import services

_WITH_ADDRESS = ("ClusterIP", "NodePort", "LoadBalancer")
_ADDRESS_FIELDS = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")
_AFFINITY_SECONDS = 10_800


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    changed: Body = {}
    kind = held.get("type") or "ClusterIP"
    affinity = held.get("sessionAffinity") or "None"
    for key, value in (("type", kind), ("sessionAffinity", affinity)):
        if held.get(key) != value:
            changed[key] = value
    if affinity == "ClientIP" and get_in(held, "sessionAffinityConfig", "clientIP", "timeoutSeconds") is None:
        changed["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": _AFFINITY_SECONDS}}
    ports = [_port(port) for port in held.get("ports") or ()]
    if ports != (held.get("ports") or []):
        changed["ports"] = ports
    if services.is_external({**held, "type": kind}) and not held.get("externalTrafficPolicy"):
        changed["externalTrafficPolicy"] = "Cluster"
    if kind in _WITH_ADDRESS and held.get("internalTrafficPolicy") is None:
        changed["internalTrafficPolicy"] = "Cluster"
    if kind == "LoadBalancer" and held.get("allocateLoadBalancerNodePorts") is None:
        changed["allocateLoadBalancerNodePorts"] = True
    if affinity == "None" and "sessionAffinityConfig" in held:
        held = drop_in(held, ("sessionAffinityConfig",))
    spec = {**held, **changed} if changed else held
    return body if spec is body.get("spec") else {**body, "spec": spec}


def _take_status(new: Body, old: Body) -> Body:
    """The status with the mode of each address that a load balancer gives."""
    ingress = get_in(status_of(new), "loadBalancer", "ingress", default=[])
    filled = [{**one, "ipMode": "VIP"} if one.get("ip") and one.get("ipMode") is None else one for one in ingress]
    if filled == ingress or spec_of(old).get("type") != "LoadBalancer":
        return new
    return set_in(new, ("status", "loadBalancer", "ingress"), filled)


def _port(port: Body) -> Body:
    missing: Body = {} if port.get("protocol") else {"protocol": "TCP"}
    if port.get("targetPort") in (None, 0, ""):
        missing["targetPort"] = port.get("port")
    return {**port, **missing} if missing else port


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {"loadBalancer": {}}}


def _prepare_update(new: Body, old: Body) -> Body:
    """Keeps what was allotted where the new object does not say, and drops what its new type cannot have."""
    spec, held = new["spec"], spec_of(old)
    kind, was = spec.get("type"), held.get("type")
    if kind == "ExternalName" and was != "ExternalName":
        for key in _ADDRESS_FIELDS:
            if spec.get(key) == held.get(key):
                spec = drop_in(spec, (key,))
    elif kind in _WITH_ADDRESS and was in _WITH_ADDRESS:
        for key in _ADDRESS_FIELDS:
            if not spec.get(key) and held.get(key):
                spec = {**spec, key: held[key]}
    if kind in ("NodePort", "LoadBalancer") and was in ("NodePort", "LoadBalancer"):
        spec = _with_node_ports(spec, held)
    elif kind in ("ClusterIP", "ExternalName") and was in ("NodePort", "LoadBalancer"):
        spec = _without_outside(spec, held)
    return new if spec is new["spec"] else {**new, "spec": spec}


def _with_node_ports(spec: Body, held: Body) -> Body:
    known = {(port.get("protocol"), port.get("port")): port.get("nodePort") for port in held.get("ports") or ()}
    used = {port.get("nodePort") for port in spec.get("ports") or ()}
    ports = []
    for port in spec.get("ports") or ():
        kept = known.get((port.get("protocol"), port.get("port")))
        if not port.get("nodePort") and kept and kept not in used:
            port = {**port, "nodePort": kept}
        ports.append(port)
    return spec if ports == spec.get("ports") else {**spec, "ports": ports}


def _without_outside(spec: Body, held: Body) -> Body:
    """Takes away node ports and the policies of traffic from outside, unless somebody has just set them."""
    known = {port.get("nodePort") for port in held.get("ports") or ()}
    ports = [
        drop_in(port, ("nodePort",)) if port.get("nodePort") in known else port for port in spec.get("ports") or ()
    ]
    spec = {**spec, "ports": ports}
    for key in ("allocateLoadBalancerNodePorts", "healthCheckNodePort", "loadBalancerClass"):
        if spec.get(key) == held.get(key):
            spec = drop_in(spec, (key,))
    if not services.is_external(spec) and spec.get("externalTrafficPolicy") == held.get("externalTrafficPolicy"):
        spec = drop_in(spec, ("externalTrafficPolicy",))
    return spec


def _fields(body: Body) -> Mapping[str, str]:
    spec = spec_of(body)
    return {"spec.clusterIP": spec.get("clusterIP") or "", "spec.type": spec.get("type") or ""}


# --- kubectl get -------------------------------------------------------------------------------------------------


def _external(body: Body, now: Instant) -> str:
    spec = spec_of(body)
    own = list(spec.get("externalIPs") or ())
    if spec.get("type") == "ExternalName":
        return str(spec.get("externalName") or "")
    if spec.get("type") == "LoadBalancer":
        ingress = get_in(status_of(body), "loadBalancer", "ingress", default=[])
        given = [one.get("ip") or one.get("hostname") or "" for one in ingress]
        return ",".join([*sorted(set(given)), *own]) or "<pending>"
    return ",".join(own) or NONE


def _ports(body: Body, now: Instant) -> str:
    shown = []
    for port in spec_of(body).get("ports") or ():
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        shown.append(f"{port.get('port')}{node}/{port.get('protocol')}")
    return ",".join(shown) or NONE


def _draw(body: Body) -> Mapping[str, Any]:
    spec = spec_of(body)
    return {
        "type": spec.get("type") or "",
        "clusterIP": spec.get("clusterIP") or "",
        "ports": spec.get("ports") or [],
        "selector": spec.get("selector") or {},
    }


KIND = Kind(
    group="",
    version="v1",
    kind="Service",
    plural="services",
    short_names=("svc",),
    categories=("all",),
    subresources=frozenset({"status", "proxy"}),
    has_generation=False,
    name_rule="service",
    parts={"status": Part(_take_status, services.service_status)},
    columns=(
        NAME,
        Column("Type", lambda body, now: spec_of(body).get("type") or "", documented="core.v1.ServiceSpec.type"),
        Column(
            "Cluster-IP",
            lambda body, now: spec_of(body).get("clusterIP") or NONE,
            documented="core.v1.ServiceSpec.clusterIP",
        ),
        Column("External-IP", _external, documented="core.v1.ServiceSpec.externalIPs"),
        Column("Port(s)", _ports, documented="core.v1.ServiceSpec.ports"),
        AGE,
        Column(
            "Selector",
            lambda body, now: labels_text(spec_of(body).get("selector")),
            priority=1,
            documented="core.v1.ServiceSpec.selector",
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    prepare_update=_prepare_update,
    validate=services.service,
    validate_update=services.service_update,
    fields=_fields,
    draw=_draw,
)
