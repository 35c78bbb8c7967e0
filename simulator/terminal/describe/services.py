"""Services, Endpoints, EndpointSlices and Ingresses.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go, v1.32.
"""

from __future__ import annotations

from simulator.engine.printing import labels_text
from simulator.engine.registry import Body
from simulator.terminal.client import path_of
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.writing import NONE, UNSET
from simulator.terminal.troubles import Refused

_SLICES = "endpointslices.discovery.k8s.io"
_NAME = "kubernetes.io/service-name"
_MOST = 3


def service(told: Description) -> None:
    spec = told.spec
    told.head()
    told.labels()
    told.annotations()
    told.line(0, f"Selector:\t{labels_text(spec.get('selector'))}")
    told.line(0, f"Type:\t{spec.get('type', '')}")
    if spec.get("ipFamilyPolicy"):
        told.line(0, f"IP Family Policy:\t{spec['ipFamilyPolicy']}")
    told.line(0, f"IP Families:\t{','.join(spec.get('ipFamilies') or ()) or NONE}")
    told.line(0, f"IP:\t{spec.get('clusterIP', '')}")
    told.line(0, f"IPs:\t{','.join(spec.get('clusterIPs') or ()) or NONE}")
    if spec.get("externalIPs"):
        told.line(0, f"External IPs:\t{','.join(spec['externalIPs'])}")
    for title, field in (("Desired LoadBalancer IP", "loadBalancerIP"), ("External Name", "externalName")):
        if spec.get(field):
            told.line(0, f"{title}:\t{spec[field]}")
    entries = (told.status.get("loadBalancer") or {}).get("ingress") or ()
    if entries:
        told.line(0, f"LoadBalancer Ingress:\t{', '.join(_entry(one) for one in entries)}")
    slices = _slices(told, told.name)
    for port in spec.get("ports") or ():
        _port(told, port, slices)
    told.line(0, f"Session Affinity:\t{spec.get('sessionAffinity', '')}")
    for title, field in (
        ("External Traffic Policy", "externalTrafficPolicy"),
        ("Internal Traffic Policy", "internalTrafficPolicy"),
        ("HealthCheck NodePort", "healthCheckNodePort"),
    ):
        if spec.get(field):
            told.line(0, f"{title}:\t{spec[field]}")
    if spec.get("loadBalancerSourceRanges"):
        told.line(0, f"LoadBalancer Source Ranges:\t{','.join(spec['loadBalancerSourceRanges'])}")
    told.events()


def _entry(one: Body) -> str:
    address = one.get("ip") or one.get("hostname", "")
    return f"{address} ({one['ipMode']})" if one.get("ip") and one.get("ipMode") else str(address)


def _port(told: Description, port: Body, slices: list[Body]) -> None:
    name, protocol = port.get("name") or UNSET, port.get("protocol", "TCP")
    told.line(0, f"Port:\t{name}\t{port['port']}/{protocol}")
    told.line(0, f"TargetPort:\t{port.get('targetPort', port['port'])}/{protocol}")
    if port.get("nodePort"):
        told.line(0, f"NodePort:\t{name}\t{port['nodePort']}/{protocol}")
    told.line(0, f"Endpoints:\t{_endpoints(slices, port.get('name', ''))}")


def _slices(told: Description, name: str) -> list[Body]:
    return told.listed(_SLICES, told.namespace, labelSelector=f"{_NAME}={name}")


def _endpoints(slices: list[Body], port_name: str) -> str:
    """Up to three addresses that are ready, and how many more there are."""
    if not slices:
        return NONE
    found: list[str] = []
    for one in slices:
        ports = one.get("ports") or ()
        ready = [end for end in one.get("endpoints") or () if (end.get("conditions") or {}).get("ready", True)]
        if not ports:
            found += [end["addresses"][0] for end in ready]
        for port in ports:
            if port.get("name", "") == port_name:
                found += [_joined(end["addresses"][0], port["port"]) for end in ready]
    shown = ",".join(found[:_MOST])
    return f"{shown} + {len(found) - _MOST} more..." if len(found) > _MOST else shown


def _joined(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def endpoints(told: Description) -> None:
    told.head()
    told.labels()
    told.annotations()
    told.line(0, "Subsets:")
    for one in told.body.get("subsets") or ():
        ready = ",".join(address["ip"] for address in one.get("addresses") or ()) or NONE
        others = ",".join(address["ip"] for address in one.get("notReadyAddresses") or ()) or NONE
        told.line(1, f"Addresses:\t{ready}")
        told.line(1, f"NotReadyAddresses:\t{others}")
        ports = one.get("ports") or ()
        if ports:
            told.line(1, "Ports:")
            told.line(2, "Name\tPort\tProtocol")
            told.line(2, "----\t----\t--------")
        for port in ports:
            told.line(2, f"{port.get('name') or UNSET}\t{port['port']}\t{port.get('protocol', 'TCP')}")
        told.line(0, "")
    told.events()


def ingress(told: Description) -> None:
    spec = told.spec
    told.line(0, f"Name:\t{told.name}")
    told.labels()
    told.line(0, f"Namespace:\t{told.namespace}")
    entries = (told.status.get("loadBalancer") or {}).get("ingress") or ()
    told.line(0, f"Address:\t{','.join(one.get('ip') or one.get('hostname', '') for one in entries)}")
    told.line(0, f"Ingress Class:\t{spec.get('ingressClassName', NONE)}")
    default = _backend(told, spec["defaultBackend"]) if spec.get("defaultBackend") else "<default>"
    told.line(0, f"Default backend:\t{default}")
    if spec.get("tls"):
        told.line(0, "TLS:")
        for one in spec["tls"]:
            hosts = ",".join(one.get("hosts") or ())
            secret = one.get("secretName")
            told.line(1, f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}")
    told.page.write(0, "Rules:\n  Host\tPath\tBackends\n")
    told.line(1, "----\t----\t--------")
    rules = [one for one in spec.get("rules") or () if one.get("http")]
    for rule in rules:
        told.line(1, f"{rule.get('host') or '*'}\t")
        for path in rule["http"]["paths"]:
            told.line(2, f"\t{path.get('path', '')} \t{_backend(told, path['backend'])}")
    if not rules:
        told.line(1, f"*\t*\t{default}")
    told.annotations()
    told.events()


def _backend(told: Description, backend: Body) -> str:
    if resource := backend.get("resource"):
        return f"APIGroup: {resource.get('apiGroup', NONE)}, Kind: {resource['kind']}, Name: {resource['name']}"
    held = backend["service"]
    port = held.get("port") or {}
    shown = f"{held['name']}:{port.get('number') or port.get('name', '')}"
    try:
        slices = _slices(told, held["name"])
        found = told.client.read(path_of(told.client.kinds["services"], told.namespace, held["name"]))
    except Refused as refused:
        return f"{shown} (<error: {refused.message}>)"
    name = ""
    for one in found["spec"].get("ports") or ():
        if port.get("number") == one["port"] or (port.get("name") and port["name"] == one.get("name")):
            name = one.get("name", "")
    return f"{shown} ({_endpoints(slices, name)})"
