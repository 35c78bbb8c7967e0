# ruff: noqa: E501 (a case is one line)
"""What simulated servers listen on, and what they answer."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.engine.registry import Body
from simulator.engine.workloads.processes import is_listening, respond

from .shell.driver import NOW, Objects, pod

LISTENS = {
    # name: (pod, the ports that it listens on)
    "nginx": (pod("nginx:1.27"), {80}),
    "nginx with another port declared": (pod("nginx", ports=[{"containerPort": 8080}]), {80}),
    "httpd": (pod("httpd"), {80}),
    "redis": (pod("redis:7"), {6379}),
    "hello-app": (pod("gcr.io/google-samples/hello-app:1.0"), {8080}),
    "an unknown image": (pod("example.com/app:1", ports=[{"containerPort": 8080}]), {8080}),
    "an unknown image without ports": (pod("example.com/app:1"), set()),
    "an unknown command": (pod("example.com/app:1", command=["/serve"], ports=[{"containerPort": 80}]), {80}),
    "a sleeper": (pod(command=["sleep", "1d"], ports=[{"containerPort": 80}]), set()),
    "a shell": (pod(), set()),
    "nginx that sleeps": (pod("nginx", command=["sleep", "1d"]), set()),
    "nginx by name": (pod("nginx", command=["nginx", "-g", "daemon off;"]), {80}),
    "nginx by script": (pod("nginx", command=["sh", "-c", "echo x > /y && exec nginx -g 'daemon off;'"]), {80}),
    "agnhost": (pod("registry.k8s.io/e2e-test-images/agnhost:2.40", args=["netexec", "--http-port=80"]), {80}),
    "agnhost as it is": (pod("registry.k8s.io/e2e-test-images/agnhost:2.40", args=["serve-hostname"]), {9376}),
    "agnhost that pauses": (pod("registry.k8s.io/e2e-test-images/agnhost:2.40"), set()),
    "python": (pod("python:3", command=["python3", "-m", "http.server", "8001"]), {8001}),
    "busybox's httpd": (pod(command=["httpd", "-f", "-p", "8080", "-h", "/www"]), {8080}),
    "http-echo": (pod("hashicorp/http-echo", args=["-text=hi", "-listen=:9000"]), {9000}),
}
PORTS = (80, 8000, 8001, 8080, 9000, 9376, 6379)


@pytest.mark.parametrize(("body", "ports"), LISTENS.values(), ids=LISTENS.keys())
def test_listening(body: Body, ports: set[int]) -> None:
    assert {port for port in PORTS if is_listening(body, port, reader=Objects(), now=NOW)} == ports


def test_only_what_runs_listens() -> None:
    body = pod("nginx")
    body["status"]["containerStatuses"][0]["state"] = {"waiting": {"reason": "CrashLoopBackOff"}}
    assert not is_listening(body, 80, reader=Objects(), now=NOW)


def ask(body: Body, request: str, port: int = 80, reader: Objects | None = None) -> tuple[int, dict[str, str], str]:
    """(status, headers, body) of the answer."""
    found = respond(body, port, request.encode(), reader=reader or Objects(), now=NOW)
    assert found is not None
    head, _, content = found.data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), content.decode()


def get(path: str, *headers: str, method: str = "GET") -> str:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: web", *headers, "", ""])


AGNHOST, ECHO = "registry.k8s.io/e2e-test-images/agnhost:2.40", "hashicorp/http-echo"
ANSWERS = {
    # name: (pod, port, path, status, a part of the body)
    "nginx": (pod("nginx"), 80, "/", 200, "<h1>Welcome to nginx!</h1>"),
    "nginx without the file": (pod("nginx:1.27.2"), 80, "/no", 404, "<hr><center>nginx/1.27.2</center>"),
    "nginx above its root": (pod("nginx"), 80, "/../../../../etc/passwd", 404, "404 Not Found"),
    "nginx, escaped": (pod("nginx"), 80, "/%2e%2e/%2e%2e/etc/passwd", 404, "404 Not Found"),
    "httpd": (pod("httpd"), 80, "/", 200, "It works!"),
    "hello-app": (pod("gcr.io/google-samples/hello-app:2.0"), 8080, "/", 200, "Hello, world!\nVersion: 2.0.0\nHostname: web\n"),
    "bootcamp": (pod("gcr.io/google-samples/kubernetes-bootcamp:v1"), 8080, "/", 200, "Running on: web | v=1\n"),
    "agnhost's hostname": (pod(AGNHOST, args=["netexec"]), 8080, "/hostname", 200, "web"),
    "agnhost's echo": (pod(AGNHOST, args=["netexec"]), 8080, "/echo?msg=a%20b", 200, "a b"),
    "agnhost's echo with a code": (pod(AGNHOST, args=["netexec"]), 8080, "/echo?msg=x&code=503", 503, "x"),
    "serve-hostname": (pod(AGNHOST, args=["serve-hostname"]), 9376, "/", 200, "web\n"),
    "liveness after ten seconds": (pod(AGNHOST, args=["liveness"]), 8080, "/healthz", 500, "error: 3600"),
    "http-echo": (pod(ECHO, args=["-text=hello there"]), 5678, "/", 200, "hello there\n"),
    "an echo server": (pod("registry.k8s.io/echoserver:1.10"), 8080, "/x?y=1", 200, "real path=/x?y=1"),
    "an unknown image": (pod("example.com/a:1", ports=[{"containerPort": 80}]), 80, "/", 200, "example.com/a:1 on web\n"),
    "the kubelet's own": (pod("registry.k8s.io/coredns/coredns:v1.12.1"), 8080, "/health", 200, "OK"),
    "what speaks TLS": (pod("registry.k8s.io/kube-apiserver:v1.34.0"), 6443, "/", 400, "HTTP request to an HTTPS server"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "port", "path", "status", "part"), ANSWERS.values(), ids=ANSWERS.keys())
def test_answers(body: Body, port: int, path: str, status: int, part: str) -> None:
    found = ask(body, get(path), port)
    assert found[0] == status
    assert part in found[2]
    assert int(found[1]["Content-Length"]) == len(found[2])


def test_head_has_no_body() -> None:
    status, headers, body = ask(pod("nginx"), get("/", method="HEAD"))
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 500


def test_what_was_written_is_served() -> None:
    from .test_files import kept

    body, reader = pod("nginx"), Objects()
    kept(body, reader, "cd /usr/share/nginx/html; echo hello > index.html; mkdir sub; rm 50x.html")
    assert ask(body, get("/"), reader=reader)[2] == "hello\n"
    assert ask(body, get("/sub"), reader=reader)[1]["Location"] == "http://web/sub/"
    assert ask(body, get("/sub/"), reader=reader)[0] == 403
    assert ask(body, get("/", method="POST"), reader=reader)[0] == 405


def test_nginx_as_a_config_map_tells_it() -> None:
    site = """
    # a site
    server { listen 8080; location / { root /data; } location = /ok { return 200 'fine'; }
             location /old { return 301 /new; } location /files/ { alias /data/; } }
    """
    config = {"metadata": {"name": "n", "namespace": "default"}, "data": {"default.conf": site, "index.html": "mine"}}
    mounts = [{"name": "v", "mountPath": "/etc/nginx/conf.d"}, {"name": "v", "mountPath": "/data"}]
    body = pod("nginx", volumes=[{"name": "v", "configMap": {"name": "n"}}], volumeMounts=mounts)
    reader = Objects({"configmaps": [config]})
    assert not is_listening(body, 80, reader=reader, now=NOW)
    assert ask(body, get("/"), 8080, reader)[2] == "mine"
    assert ask(body, get("/files/index.html"), 8080, reader)[2] == "mine"
    assert ask(body, get("/ok"), 8080, reader)[::2] == (200, "fine")
    assert ask(body, get("/old/x"), 8080, reader)[1]["Location"] == "/new"


CONNECTIONS = {
    # name: (request, whether the server hangs up)
    "1.1": ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", False),
    "1.1 close": ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", True),
    "1.0": ("GET / HTTP/1.0\r\n\r\n", True),
    "1.0 keep-alive": ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", False),
    "no request": ("hello there\r\n\r\n", True),
}


@pytest.mark.parametrize(("request_", "close"), CONNECTIONS.values(), ids=CONNECTIONS.keys())
def test_connections(request_: str, close: bool) -> None:
    found = respond(pod("nginx"), 80, request_.encode(), reader=Objects(), now=NOW)
    assert found is not None
    assert (found.close, found.consumed) == (close, len(request_))


def test_a_request_in_pieces_and_two_at_once() -> None:
    body = pod("registry.k8s.io/echoserver:1.10")
    one = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    for size in range(len(one)):
        assert respond(body, 8080, one[:size], reader=Objects(), now=NOW) is None
    found = respond(body, 8080, one + one, reader=Objects(), now=NOW)
    assert found is not None
    assert found.consumed == len(one)
    chunked = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    found = respond(body, 8080, chunked, reader=Objects(), now=NOW)
    assert found is not None
    assert found.data.endswith(b"abc")
    assert found.consumed == len(chunked)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([(pod("nginx"), 80), (pod(AGNHOST, args=["netexec"]), 8080), (pod("redis"), 6379)]),
)
@example(b"GET http://[ HTTP/1.1\r\n\r\n", (pod("nginx"), 80))
@example(b"GET /?a=%ff%00 HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n", (pod("nginx"), 80))
@example(b"GET /%00 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", (pod("nginx"), 80))
def test_any_bytes(data: bytes, place: tuple[Body, int]) -> None:
    found = respond(*place, data, reader=Objects(), now=NOW)
    assert found is None or 0 <= found.consumed <= len(data)
