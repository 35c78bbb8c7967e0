"""Ingresses, their classes and network policies: defaults, what may change, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import writes
from simulator.engine.registry import KINDS, Body

from .builders import broken, made, row, texts

INGRESSES, CLASSES = "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io"
POLICIES = "networkpolicies.networking.k8s.io"
META = {"name": "a", "namespace": "default"}
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
HTTP = {"paths": [{"path": "/", "pathType": "Prefix", "backend": BACKEND}]}


def ingress(*hosts: str, **spec: Any) -> Body:
    return {"metadata": META, "spec": {"rules": [{"host": host, "http": HTTP} for host in hosts], **spec}}


def test_an_ingress_is_new_and_changes() -> None:
    kind = KINDS[INGRESSES]
    stored = made(INGRESSES, ingress("a.b"))
    assert (stored["status"], stored["metadata"]["generation"]) == ({"loadBalancer": {}}, 1)
    assert (
        broken(INGRESSES, ingress("*.a.b", ingressClassName="nginx", tls=[{"hosts": ["a.b"], "secretName": "s"}])) == []
    )
    new = writes.updated(kind, stored, {**stored, "spec": {**stored["spec"], "ingressClassName": "x"}}, revision=2)
    assert new is not None
    assert new["metadata"]["generation"] == 2


def test_the_class_may_differ_from_the_annotation_once_it_exists() -> None:
    old = {"kubernetes.io/ingress.class": "a"}
    body = {**ingress("a.b", ingressClassName="b"), "metadata": {**META, "annotations": old}}
    assert texts(KINDS[INGRESSES].validate(made(INGRESSES, body))) == []
    assert len(broken(INGRESSES, body)) == 1


@pytest.mark.parametrize(
    ("body", "given", "shown"),
    [
        (ingress("a.b"), [], ("<none>", "a.b", "", "80")),
        (ingress(defaultBackend=BACKEND), [], ("<none>", "*", "", "80")),
        (ingress("", ""), [], ("<none>", "*", "", "80")),
        (ingress("a.b", "b.b", "c.b", "d.b"), [], ("<none>", "a.b,b.b,c.b + 1 more...", "", "80")),
        (ingress("a.b", tls=[{}], ingressClassName="nginx"),
         [{"ip": "2.2.2.2"}, {"hostname": "a.c"}, {"ip": "1.1.1.1"}],
         ("nginx", "a.b", "1.1.1.1,2.2.2.2,a.c", "80, 443")),
    ],
)  # fmt: skip
def test_the_row_of_an_ingress(body: Body, given: list[Body], shown: tuple[str, ...]) -> None:
    stored = {**made(INGRESSES, body), "status": {"loadBalancer": {"ingress": given}}}
    cells = row(INGRESSES, stored)
    assert (cells["Class"], cells["Hosts"], cells["Address"], cells["Ports"]) == shown


def test_the_status_of_an_ingress() -> None:
    stored = made(INGRESSES, ingress("a.b"))
    new = {**stored, "status": {"loadBalancer": {"ingress": [{"ip": "here"}, {"hostname": "10.0.0.1"}]}}}
    assert texts(KINDS[INGRESSES].parts["status"].validate(new, stored)) == [
        'status.loadBalancer.ingress[0].ip: Invalid value: "here": must be a valid IP address, (e.g. 10.9.8.7 or '
        "2001:db8::ffff)",
        'status.loadBalancer.ingress[1].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
    ]


def test_a_class_of_ingresses() -> None:
    parameters = {"apiGroup": "a.b", "kind": "K", "name": "n"}
    body = {"metadata": {"name": "nginx"}, "spec": {"controller": "k8s.io/ingress-nginx", "parameters": parameters}}
    stored = made(CLASSES, body)
    assert stored["spec"]["parameters"]["scope"] == "Cluster"
    assert texts(KINDS[CLASSES].validate(stored)) == []
    assert row(CLASSES, stored) == {
        "Name": "nginx",
        "Controller": "k8s.io/ingress-nginx",
        "Parameters": "K.a.b/n",
        "Age": "0s",
    }
    bare = made(CLASSES, {"metadata": {"name": "a"}, "spec": {"controller": "a.b/c"}})
    assert row(CLASSES, bare)["Parameters"] == "<none>"
    assert texts(KINDS[CLASSES].validate_update({**bare, "spec": {"controller": "a.b/d"}}, bare)) == [
        'spec.controller: Invalid value: "a.b/d": field is immutable'
    ]


@pytest.mark.parametrize(
    ("spec", "filled"),
    [
        ({}, {"podSelector": {}, "policyTypes": ["Ingress"]}),
        ({"egress": [{}]}, {"podSelector": {}, "egress": [{}], "policyTypes": ["Ingress", "Egress"]}),
        ({"policyTypes": ["Egress"]}, {"podSelector": {}, "policyTypes": ["Egress"]}),
        (
            {"ingress": [{"ports": [{"port": 80}, {"protocol": "UDP"}]}]},
            {
                "podSelector": {},
                "ingress": [{"ports": [{"port": 80, "protocol": "TCP"}, {"protocol": "UDP"}]}],
                "policyTypes": ["Ingress"],
            },
        ),
    ],
)
def test_policies_are_filled_in(spec: Body, filled: Body) -> None:
    stored = made(POLICIES, {"metadata": META, "spec": spec})
    assert stored["spec"] == filled
    assert texts(KINDS[POLICIES].validate(stored)) == []


def test_the_row_of_a_policy() -> None:
    stored = made(POLICIES, {"metadata": META, "spec": {"podSelector": {"matchLabels": {"app": "web"}}}})
    assert row(POLICIES, stored) == {"Name": "a", "Pod-Selector": "app=web", "Age": "0s"}
    assert row(POLICIES, made(POLICIES, {"metadata": META, "spec": {}}))["Pod-Selector"] == "<none>"


def test_a_range_with_leading_zeros_is_let_pass() -> None:
    block = {"cidr": "010.0.0.0/08", "except": ["10.1.0.0/16"]}
    assert broken(POLICIES, {"metadata": META, "spec": {"ingress": [{"from": [{"ipBlock": block}]}]}}) == []
