# ruff: noqa: E501 - the tables have a line for each case
"""Ingresses, their classes, and network policies."""

from __future__ import annotations

from typing import Any

from tests.api.invalid_objects import NOT_A_SUBDOMAIN, Case, forbidden, required, too_long, unsupported, wrong

INGRESS, CLASS, POLICY = (
    "ingresses.networking.k8s.io",
    "ingressclasses.networking.k8s.io",
    "networkpolicies.networking.k8s.io",
)
PORT_NUMBER = "must be between 1 and 65535, inclusive"
DNS_1035 = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
WILDCARD = r"a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
SERVICE = {"service": {"name": "web", "port": {"number": 80}}}


def path(kind: str | None = "Prefix", path: str = "/", backend: Any = None) -> dict[str, Any]:
    return {"path": path, "pathType": kind, "backend": SERVICE if backend is None else backend}


def rules(*paths: Any, host: str = "") -> dict[str, Any]:
    return {"spec": {"rules": [{"host": host, "http": {"paths": list(paths)}}]}}


def policy(**spec: Any) -> dict[str, Any]:
    return {"spec": {"podSelector": {}, **spec}}


def peer(**one: Any) -> dict[str, Any]:
    return policy(ingress=[{"from": [one]}])


AT = "spec.rules[0].http.paths[0]"
CASES = [
    Case("nothing", INGRESS, {"spec": {}}, [wrong("spec", "null", "either `defaultBackend` or `rules` must be specified")]),
    Case("no paths", INGRESS, rules(), [required("spec.rules[0].http.paths")]),
    Case("a host that is an address", INGRESS, rules(path(), host="10.0.0.1"), [wrong("spec.rules[0].host", '"10.0.0.1"', "must be a DNS name, not an IP address")]),
    Case("a host", INGRESS, rules(path(), host="A"), [wrong("spec.rules[0].host", '"A"', NOT_A_SUBDOMAIN)]),
    Case("a wildcard", INGRESS, rules(path(), host="a.*.b"), [wrong("spec.rules[0].host", '"a.*.b"', WILDCARD)]),
    Case("no type of path", INGRESS, rules(path(None)), [required(f"{AT}.pathType", "pathType must be specified")]),
    Case("a type of path", INGRESS, rules(path("Regex")), [unsupported(f"{AT}.pathType", "Regex", "Exact", "ImplementationSpecific", "Prefix")]),
    Case("a relative path", INGRESS, rules(path(path="a")), [wrong(f"{AT}.path", '"a"', "must be an absolute path")]),
    Case("steps in a path", INGRESS, rules(path("Exact", path="//a/../%2F/..")), [
        *(wrong(f"{AT}.path", '"//a/../%2F/.."', f"must not contain '{part}'") for part in ("//", "/../", "%2F")),
        wrong(f"{AT}.path", '"//a/../%2F/.."', "cannot end with '/..'"),
    ]),
    Case("a path of one's own", INGRESS, rules(path("ImplementationSpecific", path="a")), [wrong(f"{AT}.path", '"a"', "must be an absolute path")]),
    Case("no backend", INGRESS, rules(path(backend={})), [wrong(f"{AT}.backend", '""', "resource or service backend is required")]),
    Case("two backends", INGRESS, rules(path(backend={**SERVICE, "resource": {"kind": "A", "name": "a"}})), [wrong(f"{AT}.backend", '""', "cannot set both resource and service backends")]),
    Case("a Service's name", INGRESS, rules(path(backend={"service": {"name": "1a", "port": {"number": 80}}})), [wrong(f"{AT}.backend.service.name", '"1a"', DNS_1035)]),
    Case("a Service without name and port", INGRESS, {"spec": {"defaultBackend": {"service": {"name": ""}}}}, [
        required("spec.defaultBackend.service.name"), required("spec.defaultBackend", "port name or number is required"),
    ]),
    Case("two ports", INGRESS, {"spec": {"defaultBackend": {"service": {"name": "a", "port": {"name": "http", "number": 80}}}}}, [wrong("spec.defaultBackend", '""', "cannot set both port name & port number")]),
    Case("a port", INGRESS, {"spec": {"defaultBackend": {"service": {"name": "a", "port": {"number": 70000}}}}}, [wrong("spec.defaultBackend.service.port.number", "70000", PORT_NUMBER)]),
    Case("a resource", INGRESS, {"spec": {"defaultBackend": {"resource": {"apiGroup": "A", "kind": "", "name": "a/b"}}}}, [
        wrong("spec.defaultBackend.resource.apiGroup", '"A"', NOT_A_SUBDOMAIN), required("spec.defaultBackend.resource.kind"),
        wrong("spec.defaultBackend.resource.name", '"a/b"', "may not contain '/'"),
    ]),
    Case("TLS and a class", INGRESS, {"spec": {"defaultBackend": SERVICE, "ingressClassName": "A", "tls": [{"hosts": ["A", "*"], "secretName": "B"}]}}, [
        wrong("spec.tls[0].hosts[0]", '"A"', NOT_A_SUBDOMAIN), wrong("spec.tls[0].hosts[1]", '"*"', WILDCARD),
        wrong("spec.tls[0].secretName", '"B"', NOT_A_SUBDOMAIN), wrong("spec.ingressClassName", '"A"', NOT_A_SUBDOMAIN),
    ]),
    Case("two classes", INGRESS, {"metadata": {"annotations": {"kubernetes.io/ingress.class": "a"}}, "spec": {"defaultBackend": SERVICE, "ingressClassName": "b"}}, [
        wrong("annotations.kubernetes.io/ingress.class", '"a"', "must match `ingressClassName` when both are specified"),
    ]),
    Case("no controller", CLASS, {"spec": {}}, [required("spec.controller")]),
    Case("a controller without a domain", CLASS, {"spec": {"controller": "nginx"}}, [wrong("spec.controller", '"nginx"', 'must be a domain-prefixed path (such as "acme.io/foo")')]),
    Case("a controller", CLASS, {"spec": {"controller": "A.io/a b" + "c" * 250}}, [
        too_long("spec.controller", 250), wrong("spec.controller", '"A.io"', NOT_A_SUBDOMAIN),
        wrong("spec.controller", f'"a b{"c" * 250}"', r"Invalid path (regex used for validation is '[A-Za-z0-9/\-._~%!$&'()*+,;=:]+')"),
    ]),
    Case("parameters of no namespace", CLASS, {"spec": {"controller": "a.io/b", "parameters": {"kind": "K", "name": "n", "scope": "Namespace"}}}, [required("spec.parameters.namespace", "`parameters.scope` is set to 'Namespace'")]),
    Case("parameters of the cluster", CLASS, {"spec": {"controller": "a.io/b", "parameters": {"kind": "K", "name": "n", "namespace": "a"}}}, [forbidden("spec.parameters.namespace", "`parameters.scope` is set to 'Cluster'")]),
    Case("parameters of elsewhere", CLASS, {"spec": {"controller": "a.io/b", "parameters": {"kind": "", "name": "", "scope": "World"}}}, [
        required("spec.parameters.kind"), required("spec.parameters.name"), unsupported("spec.parameters.scope", "World", "Cluster", "Namespace"),
    ]),
    Case("a selector", POLICY, policy(podSelector={"matchExpressions": [{"key": "a", "operator": "Like"}]}), [wrong("spec.podSelector.matchExpressions[0].operator", '"Like"', "not a valid selector operator")]),
    Case("a protocol", POLICY, policy(ingress=[{"ports": [{"protocol": "HTTP", "port": 80}]}]), [unsupported("spec.ingress[0].ports[0].protocol", "HTTP", "TCP", "UDP", "SCTP")]),
    Case("ports", POLICY, policy(egress=[{"ports": [{"port": 0}, {"port": 80, "endPort": 79}, {"port": "http", "endPort": 80}, {"endPort": 80}, {"port": "-"}]}]), [
        wrong("spec.egress[0].ports[0].port", "0", PORT_NUMBER), wrong("spec.egress[0].ports[1].endPort", "79", "must be greater than or equal to `port`"),
        wrong("spec.egress[0].ports[2].endPort", "80", "may not be specified when `port` is non-numeric"),
        wrong("spec.egress[0].ports[3].endPort", "80", "may not be specified when `port` is not specified"),
        wrong("spec.egress[0].ports[4].port", '"-"', "must contain at least one letter (a-z)"), wrong("spec.egress[0].ports[4].port", '"-"', "must not begin or end with a hyphen"),
    ]),
    Case("nobody", POLICY, peer(), [required("spec.ingress[0].from[0]", "must specify a peer")]),
    Case("two sorts of peers", POLICY, peer(ipBlock={"cidr": "10.0.0.0/8"}, podSelector={}), [forbidden("spec.ingress[0].from[0]", "may not specify both ipBlock and another peer")]),
    Case("no range", POLICY, peer(ipBlock={"cidr": ""}), [required("spec.ingress[0].from[0].ipBlock.cidr")]),
    Case("ranges", POLICY, peer(ipBlock={"cidr": "10.0.0.0/8", "except": ["ten", "11.0.0.0/24", "10.0.0.0/8"]}), [
        wrong("spec.ingress[0].from[0].ipBlock.except[0]", '"ten"', "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
        wrong("spec.ingress[0].from[0].ipBlock.except[1]", '"11.0.0.0/24"', "must be a strict subset of `cidr`"),
        wrong("spec.ingress[0].from[0].ipBlock.except[2]", '"10.0.0.0/8"', "must be a strict subset of `cidr`"),
    ]),
    Case("types", POLICY, policy(policyTypes=["ingress"]), [unsupported("spec.policyTypes[0]", "ingress", "Ingress", "Egress")]),
    Case("too many types", POLICY, policy(policyTypes=["Ingress", "Egress", "Ingress"]), [wrong("spec.policyTypes", '["Ingress","Egress","Ingress"]', "may not specify more than two policyTypes")]),
]  # fmt: skip
