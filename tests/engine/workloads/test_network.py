# ruff: noqa: E501 (a case is one line)
"""Who reaches a simulated server by which name: DNS, services, node ports, the programs that fetch."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import Body
from simulator.engine.workloads import pod_files, resolver

from .shell.driver import Objects, pod, run, sh


def endpoints(service: str, port: int, *pods: Body, namespace: str = "default", ready: bool = True) -> Body:
    ends = [
        {
            "addresses": [one["status"]["podIP"]],
            "conditions": {"ready": ready},
            "hostname": one["spec"].get("hostname"),
            "targetRef": {"kind": "Pod", "name": one["metadata"]["name"], "namespace": "default"},
        }
        for one in pods
    ]
    meta = {"name": f"{service}-x", "namespace": namespace, "labels": {"kubernetes.io/service-name": service}}
    return {"metadata": meta, "ports": [{"name": "", "port": port}], "endpoints": ends}


def service(name: str, ip: str, port: int = 80, namespace: str = "default", **spec: Any) -> Body:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"clusterIP": ip, "ports": [{"port": port, "targetPort": port}], **spec},
    }


CLIENT = pod(name="client", ip="10.244.1.9")
WEB = pod("nginx", name="web-0", ip="10.244.1.5", hostname="web-0")
HELLO = pod("gcr.io/google-samples/hello-app:1.0", name="hello", ip="10.244.1.6")
DNS = pod("registry.k8s.io/coredns/coredns:v1.12.1", name="dns", ip="10.244.1.2")
CLUSTER = Objects(
    {
        "pods": [CLIENT, WEB, HELLO],
        "services": [
            service("kube-dns", "10.96.0.10", 53, "kube-system"),
            service("web", "10.96.0.20"),
            service("hello", "10.96.0.21", ports=[{"port": 80, "targetPort": 8080, "nodePort": 30080}]),
            service("db", "None"),
            service("empty", "10.96.0.22"),
            service("elsewhere", "", type="ExternalName", externalName="web.default.svc.cluster.local"),
        ],
        "endpointslices.discovery.k8s.io": [
            endpoints("kube-dns", 53, DNS, namespace="kube-system"),
            endpoints("web", 80, WEB),
            endpoints("hello", 8080, HELLO),
            endpoints("db", 80, WEB),
            endpoints("empty", 80, WEB, ready=False),
        ],
        "nodes": [
            {"metadata": {"name": "n1"}, "status": {"addresses": [{"type": "InternalIP", "address": "192.168.0.2"}]}}
        ],
    }
)
NAMES = {
    "a service": ("web", ["10.96.0.20"]),
    "with its namespace": ("web.default", ["10.96.0.20"]),
    "in full": ("web.default.svc.cluster.local", ["10.96.0.20"]),
    "in full with a dot": ("web.default.svc.cluster.local.", ["10.96.0.20"]),
    "only with a dot": ("web.", None),
    "of another namespace": ("kube-dns.kube-system", ["10.96.0.10"]),
    "a headless one": ("db", ["10.244.1.5"]),
    "a host of it": ("web-0.db", ["10.244.1.5"]),
    "no host of it": ("web-1.db", None),
    "a pod by its address": ("10-244-1-5.default.pod", ["10.244.1.5"]),
    "an external name": ("elsewhere", ["10.96.0.20"]),
    "none": ("nothing", None),
    "localhost": ("localhost", ["127.0.0.1"]),
    "itself": ("client", ["10.244.1.9"]),
    "an address": ("10.1.2.3", ["10.1.2.3"]),
    "no name": ("-a..b", None),
}


@pytest.mark.parametrize(("name", "addresses"), NAMES.values(), ids=NAMES.keys())
def test_names(name: str, addresses: list[str] | None) -> None:
    hosts = pod_files.of(CLIENT, CLUSTER)["/etc/hosts"].content.decode()
    found = resolver.resolve(name, CLIENT, CLUSTER, hosts)
    assert (found.addresses if found is not None else None) == addresses


def test_names_of_the_world_outside() -> None:
    found = resolver.resolve("info.cern.ch", CLIENT, CLUSTER, "")
    assert found is not None
    assert found.addresses[0].startswith("93.")


def test_nobody_resolves_without_coredns() -> None:
    reader = Objects({**CLUSTER.objects, "endpointslices.discovery.k8s.io": []})
    with pytest.raises(resolver.NoServer):
        resolver.resolve("web", CLIENT, reader, "")


FETCHES = {
    # name: (script, stdout, stderr, exit code)
    "a service": ("wget -qO- http://hello", "Hello, world!\nVersion: 1.0.0\nHostname: hello\n", "", 0),
    "its address": ("wget -qO- 10.96.0.21", "Hello, world!\nVersion: 1.0.0\nHostname: hello\n", "", 0),
    "a pod": ("wget -qO- 10.244.1.6:8080/", "Hello, world!\nVersion: 1.0.0\nHostname: hello\n", "", 0),
    "a node port": ("wget -qO- 192.168.0.2:30080", "Hello, world!\nVersion: 1.0.0\nHostname: hello\n", "", 0),
    "a headless service": ("wget -qO- db | grep -c Welcome", "2\n", "", 0),
    "to a file": ("cd /tmp; wget hello 2>/dev/null; head -n 1 index.html", "Hello, world!\n", "", 0),
    "a page that is not there": ("wget -qO- web/no", "", "wget: server returned error: HTTP/1.1 404 Not Found\n", 1),
    "nobody ready": ("wget -qO- empty", "", "wget: can't connect to remote host (10.96.0.22): Connection refused\n", 1),
    "another port of a pod": ("wget -qO- 10.244.1.6:81", "", "wget: can't connect to remote host (10.244.1.6): Connection refused\n", 1),
    "no such name": ("wget -qO- nothing", "", "wget: bad address 'nothing'\n", 1),
    "nobody there": ("wget -T 2 -qO- 10.9.9.9", "", "wget: download timed out\n", 1),
    "itself": ("wget -qO- localhost", "", "wget: can't connect to remote host (127.0.0.1): Connection refused\n", 1),
    "the world outside": ("wget -qO- http://info.cern.ch | head -c 6", "<html>", "", 0),
    "nc": ("nc -zv web 80; nc -z web 81; echo $?", "1\n", "web (10.96.0.20:80) open\n", 0),
    "nslookup": ("nslookup web", "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
                 "Name:\tweb.default.svc.cluster.local\nAddress: 10.96.0.20\n\n", "", 0),
    "nslookup of nothing": ("nslookup nothing", "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
                            "** server can't find nothing: NXDOMAIN\n\n", "", 1),
    "ping": ("ping -c 1 10.244.1.5 | tail -n 1", "1 packets transmitted, 1 packets received, 0% packet loss\n", "", 0),
}  # fmt: skip


@pytest.mark.parametrize(("script", "out", "err", "code"), FETCHES.values(), ids=FETCHES.keys())
def test_fetching(script: str, out: str, err: str, code: int) -> None:
    found = sh(script, body=CLIENT, reader=CLUSTER)
    assert (found.out, found.err, found.code) == (out, err, code)


CURLS = {
    # name: (arguments, stdout, stderr, exit code)
    "a service": (["-s", "hello"], "Hello, world!\nVersion: 1.0.0\nHostname: hello\n", "", 0),
    "its status": (["-s", "-o", "/dev/null", "-w", "%{http_code}\\n", "http://web/no"], "404\n", "", 0),
    "failing on it": (["-sSf", "http://web/no"], "", "curl: (22) The requested URL returned error: 404\n", 22),
    "no such name": (["http://nothing"], "", "curl: (6) Could not resolve host: nothing\n", 6),
    "refused": (["-s", "http://empty"], "", "", 7),
    "nobody there": (
        ["-sS", "-m", "2", "10.9.9.9"],
        "",
        "curl: (28) Connection timed out after 2000 milliseconds\n",
        28,
    ),
    "TLS": (["-sS", "https://web:80"], "", "curl: (35) TLS connect error: TLS between pods is not simulated\n", 35),
    "no address": (["http://"], "", "curl: (3) URL using bad/illegal format or missing URL\n", 3),
}


@pytest.mark.parametrize(("args", "out", "err", "code"), CURLS.values(), ids=CURLS.keys())
def test_curl(args: list[str], out: str, err: str, code: int) -> None:
    client = pod("nginx", name="client", ip="10.244.1.9")
    found = run("curl", *args, body=client, reader=CLUSTER)
    assert (found.out, found.err, found.code) == (out, err, code)


def test_headers_with_curl() -> None:
    found = run("curl", "-sI", "web", body=pod("nginx", name="client"), reader=CLUSTER)
    assert found.out.startswith("HTTP/1.1 200 OK\r\nServer: nginx/")
    assert found.out.endswith("\r\n\r\n")
