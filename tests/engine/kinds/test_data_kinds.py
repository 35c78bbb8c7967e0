"""ConfigMaps, Secrets, ServiceAccounts, Endpoints and EndpointSlices."""

from __future__ import annotations

from base64 import b64encode

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import broken, made, row, texts

META = {"name": "a", "namespace": "default"}
KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
MIB = 1024 * 1024


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("resource", "body", "said"),
    [
        ("configmaps", {"data": {"ok.txt": "x"}}, []),
        ("configmaps", {"data": {"a b": "x"}}, [f'data[a b]: Invalid value: "a b": {KEY_RULE}']),
        ("configmaps", {"data": {"..": "x"}}, ["data[..]: Invalid value: \"..\": must not be '..'"]),
        (
            "configmaps",
            {"data": {"k": "x"}, "binaryData": {"k": "eA=="}},
            ['data[k]: Invalid value: "k": duplicate of key present in binaryData'],
        ),
        ("configmaps", {"data": {"k": "x" * (MIB + 1)}}, ["[]: Too long: may not be more than 1048576 bytes"]),
        ("configmaps", {"data": {"k": "x" * MIB}}, []),
        ("secrets", {"data": {"k": encoded("x" * (MIB + 3))}}, ["data: Too long: may not be more than 1048576 bytes"]),
        ("secrets", {"data": {"k": encoded("x" * MIB)}}, []),
        ("secrets", {"type": "kubernetes.io/tls"}, [
            "data[tls.crt]: Required value", "data[tls.key]: Required value",
        ]),
        ("secrets", {"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "{"}}, [
            'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'
        ]),
        ("secrets", {"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "{}"}}, []),
        ("secrets", {"type": "kubernetes.io/basic-auth", "stringData": {"username": "u"}}, []),
    ],
)  # fmt: skip
def test_data(resource: str, body: Body, said: list[str]) -> None:
    assert broken(resource, {"metadata": META, **body}) == said


def test_a_secret_takes_plain_text_and_keeps_base64() -> None:
    stored = made("secrets", {"metadata": META, "data": {"a": "b2xk", "b": "Yg=="}, "stringData": {"a": "new"}})
    assert stored["data"] == {"a": encoded("new"), "b": "Yg=="}
    assert "stringData" not in stored
    assert stored["type"] == "Opaque"
    assert row("secrets", stored) == {"Name": "a", "Type": "Opaque", "Data": "2", "Age": "0s"}
    assert KINDS["secrets"].fields(stored) == {"type": "Opaque"}


@pytest.mark.parametrize("resource", ["configmaps", "secrets"])
def test_the_immutable_ones(resource: str) -> None:
    old = made(resource, {"metadata": META, "data": {"k": "eA=="}, "immutable": True})
    new = {**old, "data": {"k": "eQ=="}, "immutable": False}
    assert texts(KINDS[resource].validate_update(new, old)) == [
        "immutable: Forbidden: field is immutable when `immutable` is set",
        "data: Forbidden: field is immutable when `immutable` is set",
    ]
    assert texts(KINDS[resource].validate_update({**old, "immutable": True}, old)) == []


def test_the_type_of_a_secret_is_for_life() -> None:
    old = made("secrets", {"metadata": META})
    assert texts(KINDS["secrets"].validate_update({**old, "type": "a/b"}, old)) == [
        'type: Invalid value: "a/b": field is immutable'
    ]


def test_counts() -> None:
    both = made("configmaps", {"metadata": META, "data": {"a": "x", "b": "y"}, "binaryData": {"c": "eA=="}})
    assert row("configmaps", both)["Data"] == "3"
    assert row("serviceaccounts", made("serviceaccounts", {"metadata": META}))["Secrets"] == 0


# --- endpoints ---------------------------------------------------------------------------------------------------


def test_endpoints() -> None:
    addresses = [{"ip": f"10.0.0.{number}"} for number in range(1, 6)]
    stored = made("endpoints", {"metadata": META, "subsets": [{"addresses": addresses, "ports": [{"port": 80}]}]})
    assert stored["subsets"][0]["ports"] == [{"port": 80, "protocol": "TCP"}]
    assert row("endpoints", stored)["Endpoints"] == "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more..."
    assert row("endpoints", made("endpoints", {"metadata": META}))["Endpoints"] == "<none>"


@pytest.mark.parametrize(
    ("subset", "said"),
    [
        ({}, ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"]),
        (
            {"addresses": [{"ip": "web"}]},
            [
                'subsets[0].addresses[0].ip: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or '
                "2001:db8::ffff)",
                'subsets[0].addresses[0].ip: Invalid value: "web": must be a valid IP address',
            ],
        ),
        (
            {"notReadyAddresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 0}]},
            ["subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"],
        ),
    ],
)
def test_mistakes_of_endpoints(subset: Body, said: list[str]) -> None:
    assert broken("endpoints", {"metadata": META, "subsets": [subset]}) == said


SLICES = "endpointslices.discovery.k8s.io"


def test_endpoint_slices() -> None:
    body = {
        "metadata": META,
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.0.0.1"]}],
        "ports": [{"port": 80}],
    }
    stored = made(SLICES, body)
    assert stored["ports"] == [{"port": 80, "name": "", "protocol": "TCP"}]
    assert row(SLICES, stored) == {
        "Name": "a", "AddressType": "IPv4", "Ports": "80", "Endpoints": "10.0.0.1", "Age": "0s",
    }  # fmt: skip
    empty = row(SLICES, made(SLICES, {"metadata": META, "addressType": "IPv4"}))
    assert (empty["Ports"], empty["Endpoints"]) == ("<unset>", "<unset>")
    assert texts(KINDS[SLICES].validate_update({**stored, "addressType": "IPv6"}, stored)) == [
        'addressType: Invalid value: "IPv6": field is immutable'
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, ["addressType: Required value"]),
        (
            {"addressType": "IPv4", "endpoints": [{"addresses": []}]},
            ["endpoints[0].addresses: Required value: must contain at least 1 address"],
        ),
        (
            {"addressType": "IPv4", "endpoints": [{"addresses": ["fd00::1"]}]},
            ['endpoints[0].addresses[0]: Invalid value: "fd00::1": must be an IPv4 address'],
        ),
        (
            {"addressType": "IPv4", "ports": [{"name": "a"}, {"name": "a"}]},
            ['ports[1].name: Duplicate value: "a"'],
        ),
        (
            {"addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"]}] * 1001},
            ["endpoints: Too many: 1001: must have at most 1000 items"],
        ),
    ],
)
def test_mistakes_of_endpoint_slices(body: Body, said: list[str]) -> None:
    assert broken(SLICES, {"metadata": META, **body}) == said
