# ruff: noqa: E501 - the tables have a line for each case
"""EndpointSlices in full, Leases, and ComponentStatus, which is computed."""

from __future__ import annotations

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import NOW, broken, broken_change, made, row

SLICES, LEASES = "endpointslices.discovery.k8s.io", "leases.coordination.k8s.io"


def endpoint_slice(*endpoints: Body, kind: str = "IPv4", ports: list[Body] | None = None) -> Body:
    return {
        "metadata": {"name": "web-1", "namespace": "default"},
        "addressType": kind,
        "endpoints": list(endpoints),
        "ports": ports or [],
    }


AT = "endpoints[0]"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (endpoint_slice({"addresses": ["10.0.0.1"]}, ports=[{"port": 80}]), []),
        (endpoint_slice(kind="IPv5"), ['addressType: Unsupported value: "IPv5": supported values: "FQDN", "IPv4", "IPv6"']),
        (endpoint_slice({"addresses": []}), [f"{AT}.addresses: Required value: must contain at least 1 address"]),
        (endpoint_slice({"addresses": ["fd00::1"]}), [f'{AT}.addresses[0]: Invalid value: "fd00::1": must be an IPv4 address']),
        (endpoint_slice({"addresses": ["127.0.0.1"]}), [f'{AT}.addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)']),
        (endpoint_slice({"addresses": ["example.com"]}, kind="FQDN"), []),
        (endpoint_slice({"addresses": ["example"]}, kind="FQDN"), [f'{AT}.addresses[0]: Invalid value: "example": should be a domain with at least two segments separated by dots']),
        (endpoint_slice({"addresses": ["10.0.0.1"] * 101}), [f"{AT}.addresses: Too many: 101: must have at most 100 items"]),
        (endpoint_slice({"addresses": ["10.0.0.1"], "hints": {"forZones": [{"name": "a"}, {"name": "a"}]}}), [f'{AT}.hints.forZones[1].name: Duplicate value: "a"']),
        (endpoint_slice({"addresses": ["10.0.0.1"], "hints": {"forNodes": [{"name": "n"}] * 9}}), [f"{AT}.hints.forNodes: Too many: 9: must have at most 8 items"]),
        (endpoint_slice({"addresses": ["10.0.0.1"], "deprecatedTopology": {"a": "!"}}), [
            f"{AT}.deprecatedTopology: Invalid value: \"!\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        ]),
        (endpoint_slice(ports=[{"name": "a"}, {"name": "a"}]), ['ports[1].name: Duplicate value: "a"']),
        (endpoint_slice(ports=[{"protocol": "ICMP"}]), ['ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"']),
        (endpoint_slice(ports=[{"appProtocol": "a/b/c"}]), [
            "ports[0].appProtocol: Invalid value: \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
        ]),
        ({**endpoint_slice(), "endpoints": [{"addresses": ["10.0.0.1"]}] * 1001, "ports": [{"protocol": "ICMP"}]}, [
            "endpoints: Too many: 1001: must have at most 1000 items",
            'ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
        ]),
    ],
)  # fmt: skip
def test_endpoint_slices(body: Body, said: list[str]) -> None:
    assert broken(SLICES, body) == said


def lease(**spec: object) -> Body:
    return {"metadata": {"name": "a", "namespace": "default"}, "spec": spec}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"holderIdentity": "me", "leaseDurationSeconds": 15, "leaseTransitions": 0}, []),
        ({"leaseDurationSeconds": 0}, ["spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"]),
        ({"leaseTransitions": -1}, ["spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"]),
    ],
)
def test_leases(spec: Body, said: list[str]) -> None:
    assert broken(LEASES, lease(**spec)) == said


def test_leaders_are_not_elected_by_the_api_server() -> None:
    chosen = {"strategy": "OldestEmulationVersion", "preferredHolder": "you"}
    stored = made(LEASES, lease(holderIdentity="me", **chosen))
    assert stored["spec"] == {"holderIdentity": "me"}
    assert broken_change(LEASES, stored, **chosen) == []


def test_component_statuses_are_computed() -> None:
    kind = KINDS["componentstatuses"]
    assert (kind.short_names, kind.verbs, kind.namespaced) == (("cs",), ("get", "list"), False)
    assert kind.computed is not None
    rows = [row("componentstatuses", body) for body in kind.computed(None, NOW)]  # type: ignore[arg-type]
    assert rows == [
        {"Name": name, "Status": "Healthy", "Message": "ok", "Error": ""}
        for name in ("controller-manager", "etcd-0", "scheduler")
    ]
    assert kind.columns[1].cell({"conditions": [{"type": "Healthy", "status": "False"}]}, NOW) == "Unhealthy"
    assert kind.columns[1].cell({}, NOW) == "Unknown"


def test_what_is_deprecated_says_so() -> None:
    assert {kind.resource: kind.deprecation for kind in KINDS.served() if kind.deprecation} == {
        "componentstatuses": "v1 ComponentStatus is deprecated in v1.19+",
        "endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    }
