# ruff: noqa: E501 - the tables have a line for each case
"""Who answers the requests of a Traffic, and why nobody does."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import Body
from simulator.engine.workloads.traffic import targets
from tests.engine.workloads.traffic.store import START, Store, traffic


def cluster() -> Store:
    store = Store()
    store.run("web-1")
    store.run("web-2", ports=[{"containerPort": 80, "name": "http"}])
    store.put(
        "pods",
        {
            "metadata": {"name": "late", "namespace": "default"},
            "spec": {"containers": []},
            "status": {"phase": "Pending"},
        },
    )
    store.serve(["web-1", "web-2"])
    store.serve([], name="empty", waiting=("web-1",))
    store.serve(["web-1"], name="wrong", target=9999)
    store.serve(["web-1"], name="sticky", sessionAffinity="ClientIP")
    outside = {"type": "ExternalName", "externalName": "example.com"}
    store.put("services", {"metadata": {"name": "outside", "namespace": "default"}, "spec": outside})
    several = {"ports": [{"port": 80, "name": "a"}, {"port": 81, "name": "b"}]}
    store.put("services", {"metadata": {"name": "several", "namespace": "default"}, "spec": several})
    store.put(
        "ingresses",
        ingress(
            "shop",
            rule("shop.example.com", ("/", "Prefix", "web"), ("/api", "Prefix", "empty"), ("/only", "Exact", "sticky")),
        ),
    )
    store.put(
        "ingresses",
        ingress("any", rule("*.example.com", ("/", "Prefix", "wrong")), rule("", ("/open", "Prefix", "web"))),
    )
    return store


def ingress(name: str, *rules: Body) -> Body:
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"rules": list(rules)}}


def rule(host: str, *paths: tuple[str, str, str]) -> Body:
    held = [
        {"path": path, "pathType": kind, "backend": {"service": {"name": name, "port": {"number": 80}}}}
        for path, kind, name in paths
    ]
    return {**({"host": host} if host else {}), "http": {"paths": held}}


def service(name: str, **more: Any) -> Body:
    return {"service": {"name": name, **more}}


def host(name: str) -> Body:
    return {"ingress": {"host": name}}


CASES: dict[str, tuple[Body, str, list[str], str]] = {
    # name: (target, path, pods that answer, or else the reason and the message)
    "a service": (service("web"), "/", ["web-1", "web-2"], ""),
    "a service's port by number": (service("web", port=80), "/", ["web-1", "web-2"], ""),
    "a service's port by name": (service("web", port="http"), "/", ["web-1", "web-2"], ""),
    "a service that is not there": (service("gone"), "/", [], "ServiceNotFound: There is no Service gone."),
    "a service of another namespace": (service("web", namespace="other"), "/", [], "ServiceNotFound: There is no Service web."),
    "a port that it does not have": (service("web", port=8080), "/", [], "PortNotFound: Service web has no port 8080."),
    "which of several ports": (service("several"), "/", [], "PortRequired: Service several has several ports; say which."),
    "no endpoint is ready": (service("empty"), "/", [], "NoEndpoints: Service empty has no ready endpoint: connection refused."),
    "nobody listens": (service("wrong"), "/", [], "ConnectionRefused: No endpoint of Service wrong listens on its port 9999: connection refused."),
    "a name outside": (service("outside"), "/", [], "ExternalName: Service outside stands for a name outside of the cluster."),
    "a pod by its port's number": ({"pod": {"name": "web-1", "port": 80}}, "/", ["web-1"], ""),
    "a pod by its only port": ({"pod": {"name": "web-2"}}, "/", ["web-2"], ""),
    "a pod by its port's name": ({"pod": {"name": "web-2", "port": "http"}}, "/", ["web-2"], ""),
    "a pod that declares no port": ({"pod": {"name": "web-1"}}, "/", [], "PortRequired: Pod web-1 has not exactly one port; say which."),
    "a pod without the port": ({"pod": {"name": "web-1", "port": "x"}}, "/", [], "PortNotFound: Pod web-1 has no port x."),
    "a pod that does not listen there": ({"pod": {"name": "web-1", "port": 81}}, "/", [], "ConnectionRefused: Pod web-1 does not listen on port 81."),
    "a pod that does not run": ({"pod": {"name": "late", "port": 80}}, "/", [], "PodNotRunning: Pod late does not run."),
    "a pod that is not there": ({"pod": {"name": "gone", "port": 80}}, "/", [], "PodNotFound: There is no Pod gone."),
    "a host of an ingress": (host("shop.example.com"), "/", ["web-1", "web-2"], ""),
    "the longest path counts": (host("shop.example.com"), "/api/v1?a=b", [], "NoEndpoints: Service empty has no ready endpoint: connection refused."),
    "a prefix ends with an element": (host("shop.example.com"), "/apis", ["web-1", "web-2"], ""),
    "an exact path": (host("shop.example.com"), "/only", ["web-1"], ""),
    "an exact path is no prefix": (host("shop.example.com"), "/only/more", ["web-1", "web-2"], ""),
    "a wildcard": (host("else.example.com"), "/", [], "ConnectionRefused: No endpoint of Service wrong listens on its port 9999: connection refused."),
    "any host": (host("example.org"), "/open", ["web-1", "web-2"], ""),
    "a host that nobody serves": (host("example.org"), "/", [], "HostNotFound: No Ingress serves host example.org and path /."),
}  # fmt: skip


@pytest.mark.parametrize(("target", "path", "pods", "why"), CASES.values(), ids=CASES.keys())
def test_who_answers(target: Body, path: str, pods: list[str], why: str) -> None:
    found = targets.find(cluster(), traffic(target, path=path), START)
    assert [end.pod["metadata"]["name"] for end in found.ends] == pods
    assert (f"{found.reason}: {found.message}" if found.reason else "") == why


def test_clients_stick_where_the_service_says_so() -> None:
    assert targets.find(cluster(), traffic(service("sticky")), START).sticks
    assert not targets.find(cluster(), traffic(service("web")), START).sticks


NAMES = {
    # name: (host, what it means in namespace default)
    "a name alone": ("web", {"service": {"name": "web", "namespace": "default", "port": 80}}),
    "a name and a namespace": ("web.other", {"service": {"name": "web", "namespace": "other", "port": 80}}),
    "up to svc": ("web.other.svc", {"service": {"name": "web", "namespace": "other", "port": 80}}),
    "in full": ("web.other.svc.cluster.local.", {"service": {"name": "web", "namespace": "other", "port": 80}}),
    "a service's address": ("10.96.0.7", {"service": {"name": "fixed", "namespace": "default", "port": 80}}),
    "a pod's address": ("10.244.0.2", {"pod": {"name": "web-1", "port": 80}}),
    "another address": ("1.2.3.4", None),
    "a name of the world outside": ("example.com", None),
    "a pod's name behind a service": ("web-0.web.other.svc.cluster.local", None),
}


@pytest.mark.parametrize(("name", "target"), NAMES.values(), ids=NAMES.keys())
def test_what_a_host_means(name: str, target: Body | None) -> None:
    store = cluster()
    store.put("namespaces", {"metadata": {"name": "other"}})
    store.put("services", {"metadata": {"name": "fixed", "namespace": "default"}, "spec": {"clusterIP": "10.96.0.7"}})
    assert targets.named(store, name, 80, "default") == target
