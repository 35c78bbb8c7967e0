"""exec, attach and port-forward by the official Python client, which speaks the channels of v4."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import portforward, stream

from tests.servers import Kubectl, Stack

NAMESPACE = "python-streams"


@pytest.fixture(scope="module")
def pod(kubectl: Kubectl) -> Iterator[str]:
    """A running nginx."""
    kubectl("create", "namespace", NAMESPACE)
    kubectl("wait", "-n", NAMESPACE, "--for=create", "serviceaccount/default", "--timeout=20s")
    kubectl("run", "web", "-n", NAMESPACE, "--image=nginx:1.25")
    kubectl("wait", "-n", NAMESPACE, "--for=condition=Ready", "pod/web", "--timeout=60s")
    yield "web"
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


@pytest.fixture
def api(stack: Stack) -> client.CoreV1Api:
    """One for each test: a stream leaves its mark on the client."""
    return client.CoreV1Api(config.new_client_from_config(str(stack.kubeconfig)))


WANTED = {"stderr": True, "stdout": True, "tty": False}


def test_exec(api: client.CoreV1Api, pod: str) -> None:
    command = ["sh", "-c", "read line; echo got $line; echo bad >&2; exit 3"]
    session = stream(
        api.connect_get_namespaced_pod_exec,
        pod,
        NAMESPACE,
        command=command,
        stdin=True,
        _preload_content=False,
        **WANTED,
    )
    session.write_stdin("this\n")
    session.run_forever(timeout=20)
    assert (session.read_stdout(), session.read_stderr(), session.returncode) == ("got this\n", "bad\n", 3)


@pytest.mark.parametrize(
    ("name", "container", "words"),
    [
        ("nope", None, 'Handshake status 404 Not Found.*pods \\\\"nope\\\\" not found'),
        ("web", "nope", "Handshake status 400 Bad Request.*container nope is not valid for pod web"),
    ],
)
def test_a_refusal_says_why(api: client.CoreV1Api, pod: str, name: str, container: str | None, words: str) -> None:
    more = {"container": container} if container else {}
    with pytest.raises(ApiException) as refused:
        stream(api.connect_get_namespaced_pod_exec, name, NAMESPACE, command=["ls"], stdin=False, **WANTED, **more)
    assert re.search(words, refused.value.reason)


def test_port_forward(api: client.CoreV1Api, pod: str) -> None:
    forward = portforward(api.connect_get_namespaced_pod_portforward, pod, NAMESPACE, ports="80,81")
    connection = forward.socket(80)
    connection.setblocking(True)
    connection.settimeout(20)
    connection.sendall(b"GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
    page = b""
    while part := connection.recv(4096):
        page += part
    assert page.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Welcome to nginx!" in page
    assert "connection refused" in forward.error(81)
