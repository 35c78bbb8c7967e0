"""The subresource proxy of pods and services, with a server of the tests' own behind every port but 81."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator import store
from simulator.engine.registry import KINDS
from simulator.engine.workloads import processes
from simulator.engine.workloads.processes import Response
from simulator.models import Cluster
from tests.api.conftest import CAUSE, Api

PODS, SERVICES = "api/v1/namespaces/default/pods", "api/v1/namespaces/default/services"
ASKED: list[bytes] = []


@pytest.fixture(autouse=True)
def servers(monkeypatch: pytest.MonkeyPatch) -> None:
    def respond(pod: Any, port: int, data: bytes, **more: Any) -> Response:
        ASKED[:] = [data]
        if port == 82:
            return Response(b"not HTTP at all", len(data), True)
        body = f"{pod['metadata']['name']}:{port}".encode()
        head = b"HTTP/1.1 201 Created\r\nContent-Type: text/html\r\nSet-Cookie: a=b\r\nX-Own: yes\r\nContent-Length: %d"
        return Response(head % len(body) + b"\r\n\r\n" + body, len(data), False)

    monkeypatch.setattr(processes, "respond", respond)
    monkeypatch.setattr(processes, "is_listening", lambda pod, port, **more: port != 81)


@pytest.fixture(autouse=True)
def objects(cluster: Cluster) -> None:
    meta = {"name": "web", "namespace": "default"}
    container = {"name": "main", "image": "nginx", "ports": [{"containerPort": 8080}]}
    status = {"phase": "Running", "podIP": "10.244.1.5", "podIPs": [{"ip": "10.244.1.5"}]}
    ports = [{"name": "http", "port": 80, "targetPort": 8080}, {"name": "shut", "port": 8081, "targetPort": 81}]
    address = {"ip": "10.244.1.5", "targetRef": {"kind": "Pod", "name": "web", "namespace": "default"}}
    listed = [{"name": "http", "port": 8080}, {"name": "shut", "port": 81}]

    def fill(work: store.Transaction) -> None:
        pod = {"metadata": meta, "spec": {"containers": [container], "nodeName": "worker-1"}}
        pod = work.create(KINDS["pods"], pod, CAUSE)
        work.update(KINDS["pods"], {**pod, "status": {**pod["status"], **status}}, CAUSE, subresource="status")
        pending = {"metadata": {**meta, "name": "new"}, "spec": {"containers": [container]}}
        work.create(KINDS["pods"], pending, CAUSE)
        work.create(KINDS["services"], {"metadata": meta, "spec": {"ports": ports}}, CAUSE)
        subsets = [{"addresses": [address], "ports": listed}]
        work.create(KINDS["endpoints"], {"metadata": meta, "subsets": subsets}, CAUSE)
        work.create(KINDS["services"], {"metadata": {**meta, "name": "idle"}, "spec": {"ports": ports}}, CAUSE)
        work.create(KINDS["endpoints"], {"metadata": {**meta, "name": "idle"}}, CAUSE)

    store.write(cluster, fill)


class Case(NamedTuple):
    path: str
    code: int
    says: str


CASES = {
    "the first port that the pod declares": Case(f"{PODS}/web/proxy/", 201, "web:8080"),
    "a port": Case(f"{PODS}/web:9000/proxy/", 201, "web:9000"),
    "a scheme": Case(f"{PODS}/https:web:443/proxy/", 201, "web:443"),
    "a service's port by its name": Case(f"{SERVICES}/web:http/proxy/", 201, "web:8080"),
    "a service's port by its number": Case(f"{SERVICES}/web:80/proxy/", 201, "web:8080"),
    "no such pod": Case(f"{PODS}/nope/proxy/", 404, 'pods "nope" not found'),
    "another scheme": Case(f"{PODS}/ftp:web:80/proxy/", 400, 'invalid pod request "ftp:web:80"'),
    "a pod without an address": Case(f"{PODS}/new/proxy/", 400, "address not allowed"),
    "nobody listens": Case(
        f"{PODS}/web:81/proxy/",
        503,
        "error trying to reach service: dial tcp 10.244.1.5:81: connect: connection refused",
    ),
    "nobody listens behind a service": Case(
        f"{SERVICES}/web:shut/proxy/",
        503,
        "error trying to reach service: dial tcp 10.244.1.5:81: connect: connection refused",
    ),
    "what answers is no HTTP": Case(
        f"{PODS}/web:82/proxy/", 503, "error trying to reach service: malformed HTTP response"
    ),
    "no such service": Case(f"{SERVICES}/nope:http/proxy/", 404, 'endpoints "nope" not found'),
    "no such service, by port": Case(f"{SERVICES}/nope:80/proxy/", 404, 'services "nope" not found'),
    "no such port": Case(f"{SERVICES}/web:82/proxy/", 503, 'no service port 82 found for service "web"'),
    "no endpoints": Case(f"{SERVICES}/idle:http/proxy/", 503, 'no endpoints available for service "idle"'),
    "no endpoints with the port": Case(
        f"{SERVICES}/web:other/proxy/", 503, 'no endpoints available for service "web:other"'
    ),
    "a port that is none": Case(
        f"{PODS}/web:x/proxy/", 503, "error trying to reach service: dial tcp: lookup tcp/x: unknown port"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_proxy(api: Api, case: Case) -> None:
    reply = api.get(case.path)
    assert (reply.code, reply.text if reply.code < 400 else reply.message) == (case.code, case.says)


def test_what_is_passed_on_and_what_is_not(api: Api) -> None:
    reply = api("POST", f"{PODS}/web/proxy/a/b c/?q=1&q=2&r=%26", "hello", "text/plain", Cookie="session=1")
    head, _, body = ASKED[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a/b%20c/?q=1&q=2&r=%26 HTTP/1.1\r\nHost: 10.244.1.5:8080\r\n")
    assert body == b"hello"
    for name in (b"authorization", b"cookie"):
        assert name not in head.lower()
    assert reply.headers == {
        "X-Own": "yes",
        "Content-Security-Policy": "sandbox allow-forms allow-popups allow-scripts",
    }


def test_the_path_needs_its_slash(api: Api) -> None:
    reply = api.get(f"{PODS}/web:80/proxy?q=1")
    assert (reply.code, reply.headers["Location"]) == (301, f"/k8s/lab/{PODS}/web:80/proxy/?q=1")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
def test_every_method(api: Api, method: str) -> None:
    assert api(method, f"{PODS}/web/proxy/").code == 201
    assert ASKED[0].startswith(method.encode() + b" / ")


def test_discovery(api: Api) -> None:
    listed = {one["name"]: one for one in api.get("api/v1").body["resources"]}
    assert listed["pods/exec"] == {
        "name": "pods/exec",
        "singularName": "",
        "namespaced": True,
        "kind": "PodExecOptions",
        "verbs": ["create", "get"],
    }
    kinds = {name: listed[name]["kind"] for name in ("pods/attach", "pods/portforward", "pods/proxy", "services/proxy")}
    assert kinds == {
        "pods/attach": "PodAttachOptions",
        "pods/portforward": "PodPortForwardOptions",
        "pods/proxy": "PodProxyOptions",
        "services/proxy": "ServiceProxyOptions",
    }
    assert listed["pods/proxy"]["verbs"] == ["create", "delete", "get", "patch", "update"]
